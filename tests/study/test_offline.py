"""A course to take along: plain pages and a book that need nothing from outside, and only what the reader may see."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import timedelta
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import pytest
from lxml import etree, html
from sqlalchemy import select

from core import limits
from core.addresses import absolute
from core.attachments import prepare_medium
from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.files import store
from core.markup import render
from study.chapters import Chapter
from study.enums import LessonKind
from study.extraction.parts import Cue
from study.models import Course, Gate
from study.offline.leaves import leaf
from study.offline.played import LONG, Paragraph, paragraphs
from study.quiz.services.picturing import pictures_for
from study.quiz.services.preparing import prepare
from study.quiz.services.questions import add_question, edit_question
from study.services.courses import rendered_lesson
from study.services.pictures import picture_of, set_places
from tests.factories.documents import document_lesson, word_bytes
from tests.factories.documents import words as paragraph
from tests.factories.media import mp4_bytes, played_lesson, wav_bytes
from tests.factories.pictures import png
from tests.factories.quiz import bank_for, truth
from tests.factories.study import (
    CourseFactory,
    EnrolmentFactory,
    LessonFactory,
    MaterialFactory,
    ModuleFactory,
    QuizFactory,
    note_progress,
)

XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
BODY = """## 要点

- [x] 账目公布给每一位成员看
- [ ] 会议有记录

见[下一节](/study/lessons/{other}#p1)、[外面的网页](https://example.org/a?b=1&c=2)、[论坛](/forum/boards/general)。

$$\\frac{{a}}{{b}}$$

脚注[^1]

[^1]: 说明
"""


@pytest.fixture(autouse=True)
def _fresh_limits(app):
    limits.forget_all()
    yield
    limits.forget_all()


def _lesson(module, body="一段话。", **more):
    rendered = render(body, heading=2, anchors=True).html
    return LessonFactory(module=module, body=Faces(body), html=Faces(rendered), **more)


@pytest.fixture
def course(app):
    """A course with a page that links about, a document with a file, a quiz and a link."""
    made = CourseFactory(slug="along", title=Faces("带着走的课 <1>", "A course & more"), summary=Faces("一句话"))
    module = ModuleFactory(course=made, title=Faces("第一单元 <i>"))
    file = store(io.BytesIO("会前、会中、会后。\n".encode() * 50), "会议 记录.txt")
    material = MaterialFactory(course=made, file=file, text="第一页 <b>\x0b的话。\f第二页的话。")
    last = _lesson(module, title=Faces("最后一节"), position=9)
    _lesson(module, BODY.format(other=last.id), title=Faces("第一节 & 更多"), position=1)
    _lesson(module, "", title=Faces("文件"), kind=LessonKind.DOCUMENT, material_id=material.id, position=2)
    quiz = QuizFactory(course=made)
    _lesson(module, "", title=Faces("测验"), kind=LessonKind.QUIZ, quiz_id=quiz.id, position=3)
    _lesson(module, "", title=Faces("链接"), kind=LessonKind.LINK, url="https://example.org/x", position=4)
    db.session.commit()
    return made


def _fetch(browser, address):
    answer = browser.get(address, buffered=True)
    assert answer.status_code == 200
    archive = zipfile.ZipFile(io.BytesIO(answer.data))
    assert archive.testzip() is None
    return archive


def _addresses(tree):
    return [element.get(name) for element in tree.iter() for name in ("href", "src") if element.get(name)]


def _check_links(archive, name, tree, text):
    """Every address leads to a file of the archive, and every anchor to an element of that file."""
    for address in _addresses(tree):
        assert not re.match(r"[a-z]+:|//|/", address), address
        path, _sep, anchor = unquote(address).partition("#")
        goal = normpath(join(dirname(name), path)) if path else name
        assert goal in archive.namelist(), (name, address)
        if anchor:
            assert f'id="{anchor}"' in archive.read(goal).decode()
    assert "<script" not in text
    assert "javascript:" not in text


def test_the_pages_need_nothing_from_outside(course, sign_in, member):
    archive = _fetch(sign_in(member), "/study/courses/along/offline.zip?files=1")

    assert sorted(archive.namelist()) == [
        "files/002.txt",
        "index.html",
        "lessons/001.html",
        "lessons/002.html",
        "lessons/003.html",
        "lessons/004.html",
        "lessons/005.html",
        "style.css",
    ]
    for name in archive.namelist():
        if name.endswith(".html"):
            text = archive.read(name).decode()
            _check_links(archive, name, html.document_fromstring(text), text)
    assert "url(" not in archive.read("style.css").decode()
    assert archive.read("files/002.txt").startswith("会前".encode())


def test_pages_turn_and_say_what_stays_online(course, sign_in, member):
    archive = _fetch(sign_in(member), "/study/courses/along/offline.zip?files=1")
    first, document, quiz, link, last = (archive.read(f"lessons/00{n}.html").decode() for n in range(1, 6))

    assert 'rel="prev"' not in first
    assert '<a rel="next" href="002.html">文件 →</a>' in first
    assert '<a rel="prev" href="004.html">← 链接</a>' in last
    assert 'rel="next"' not in last
    assert '<a href="005.html#p1">下一节</a>' in first
    assert "外面的网页</span> (https://example.org/a?b=1&amp;c=2)" in first
    assert "论坛</span> (http://xuetan.test/forum/boards/general)" in first
    assert '<a href="../files/002.txt">会议 记录.txt</a>' in document
    assert "第一页 &lt;b&gt;的话。" in document
    assert "http://xuetan.test/study/lessons/" in quiz
    assert "https://example.org/x" in link


def test_texts_alone_carry_no_file(course, sign_in, member):
    archive = _fetch(sign_in(member), "/study/courses/along/offline.zip")

    assert [name for name in archive.namelist() if name.startswith("files/")] == []
    assert "files/" not in archive.read("lessons/002.html").decode()
    assert "第二页的话。" in archive.read("lessons/002.html").decode()


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_the_reader_s_language_is_taken_along(course, sign_in, member, language):
    browser = sign_in(member)
    browser.set_cookie("lang", language, domain="localhost")

    front = _fetch(browser, "/study/courses/along/offline.zip").read("index.html").decode()

    assert f'<html lang="{language}">' in front
    assert ("带着走的课 &lt;1&gt;" if language != "en" else "A course &amp; more") in front


def test_what_is_locked_is_listed_without_its_text(sign_in, member):
    course = CourseFactory(slug="steps", in_order=True)
    module = ModuleFactory(course=course)
    lessons = [_lesson(module, f"正文{n}", title=Faces(f"第{n}节"), position=n) for n in (1, 2, 3)]
    EnrolmentFactory(user=member, course=course)
    note_progress(member, lessons[0])

    archive = _fetch(sign_in(member), "/study/courses/steps/offline.zip")
    whole = "".join(archive.read(name).decode() for name in archive.namelist())

    assert [name for name in archive.namelist() if name.startswith("lessons/")] == [
        "lessons/001.html",
        "lessons/002.html",
    ]
    assert "第3节" in whole
    assert "正文3" not in whole


def test_what_is_for_another_branch_or_another_day_stays_behind(sign_in, member, other_branch):
    course = CourseFactory(slug="gated")
    module, later = ModuleFactory(course=course), ModuleFactory(course=course)
    lessons = [_lesson(module, f"正文{n}", title=Faces(f"第{n}节"), position=n) for n in (1, 2)]
    _lesson(later, "正文3", title=Faces("第3节"))
    file = store(io.BytesIO(b"secret"), "secret.txt")
    material = MaterialFactory(course=course, file=file, text="秘密")
    lessons[1].kind, lessons[1].material_id = LessonKind.DOCUMENT, material.id
    db.session.add(Gate(course_id=course.id, lesson_id=lessons[1].id, branch_id=other_branch.id, is_personal=True))
    db.session.add(Gate(course_id=course.id, module_id=later.id, opens_at=utcnow() + timedelta(days=3), is_told=False))
    EnrolmentFactory(user=member, course=course)
    db.session.commit()

    for address in ("offline.zip?files=1", "offline.epub"):
        archive = _fetch(sign_in(member), f"/study/courses/gated/{address}")
        whole = "".join(archive.read(name).decode() for name in archive.namelist())
        assert "正文1" in whole
        for words in ("正文2", "正文3", "秘密", "secret"):
            assert words not in whole


def test_a_course_that_is_not_seen_is_not_taken_along(course, client):
    for ending in ("", ".zip", ".epub"):
        assert client.get(f"/study/courses/along/offline{ending}").status_code == 404


def test_the_offer_names_files_and_their_size(course, sign_in, member):
    page = sign_in(member).get("/study/courses/along/offline").text

    assert "offline.zip?files=1" in page
    assert "1 KB" in page


def test_taking_along_too_often_is_refused(course, sign_in, member):
    browser = sign_in(member)
    answers = [browser.get("/study/courses/along/offline.epub", buffered=True).status_code for _time in range(13)]
    assert answers == [200] * 12 + [429]


# The book


def test_the_book_is_valid_epub(course, sign_in, member):
    answer = sign_in(member).get("/study/courses/along/offline.epub", buffered=True)
    archive = zipfile.ZipFile(io.BytesIO(answer.data))

    _check_container(answer.data, archive)
    package = etree.fromstring(archive.read("EPUB/package.opf"))
    _check_metadata(package)
    items = {item.get("id"): item for item in package.iter(f"{OPF}item")}
    assert len(items) == len({item.get("href") for item in items.values()})
    assert {f"EPUB/{item.get('href')}" for item in items.values()} | {
        "mimetype",
        "META-INF/container.xml",
        "EPUB/package.opf",
    } == set(archive.namelist())
    spine = [ref.get("idref") for ref in package.iter(f"{OPF}itemref")]
    assert spine == ["front", "leaf-1", "leaf-2", "leaf-3", "leaf-4", "leaf-5"]
    for item in items.values():
        if item.get("media-type") == "application/xhtml+xml":
            _check_leaf(archive, f"EPUB/{item.get('href')}", item)
    _check_contents(archive, items)
    # Reading programs of before 2015 know nothing of sizes by the root, and checkers say so.
    assert b"rem" not in archive.read("EPUB/style.css")


def _check_container(raw, archive):
    """The type stands first, unpacked, with nothing between, so that it is found at byte 30."""
    first = archive.infolist()[0]
    assert (first.filename, first.compress_type, first.header_offset) == ("mimetype", zipfile.ZIP_STORED, 0)
    assert raw[30:58] == b"mimetypeapplication/epub+zip"
    assert first.extra == b""
    container = etree.fromstring(archive.read("META-INF/container.xml"))
    (root,) = container.iter("{urn:oasis:names:tc:opendocument:xmlns:container}rootfile")
    assert root.attrib == {"full-path": "EPUB/package.opf", "media-type": "application/oebps-package+xml"}


def _check_metadata(package):
    assert (package.tag, package.get("version")) == (f"{OPF}package", "3.0")
    found = {name: [one.text for one in package.iter(f"{DC}{name}")] for name in ("identifier", "title", "language")}
    assert all(len(values) == 1 and values[0] for values in found.values())
    (ident,) = package.iter(f"{DC}identifier")
    assert ident.get("id") == package.get("unique-identifier")
    modified = [one.text for one in package.iter(f"{OPF}meta") if one.get("property") == "dcterms:modified"]
    assert len(modified) == 1
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", modified[0])


def _check_leaf(archive, name, item):
    text = archive.read(name).decode()
    tree = etree.fromstring(text.encode())
    assert tree.tag == f"{XHTML}html"
    assert [child.tag for child in tree] == [f"{XHTML}head", f"{XHTML}body"]
    assert tree.findtext(f"{XHTML}head/{XHTML}title")
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", one) for one in ids)
    has_formula = tree.find(".//{http://www.w3.org/1998/Math/MathML}math") is not None
    assert ("mathml" in item.get("properties", "")) is has_formula
    assert all(isinstance(element.tag, str) for element in tree.iter())
    _check_links(archive, name, tree, text)


def _check_contents(archive, items):
    (nav,) = [item for item in items.values() if item.get("properties") == "nav"]
    tree = etree.fromstring(archive.read(f"EPUB/{nav.get('href')}"))
    (toc,) = [one for one in tree.iter(f"{XHTML}nav") if one.get("{http://www.idpf.org/2007/ops}type") == "toc"]
    links = [one.get("href") for one in toc.iter(f"{XHTML}a")]
    assert links == ["front.xhtml", *(f"00{number}.xhtml" for number in range(1, 6))]
    for entry in toc.iter(f"{XHTML}li"):
        assert entry[0].tag in (f"{XHTML}a", f"{XHTML}span")
        assert "".join(entry[0].itertext()).strip()


def test_formulas_footnotes_and_tasks_stay_what_they_are(course, sign_in, member):
    text = _fetch(sign_in(member), "/study/courses/along/offline.epub").read("EPUB/001.xhtml").decode()

    tree = etree.fromstring(text.encode())
    assert tree.find(".//{http://www.w3.org/1998/Math/MathML}mfrac") is not None
    boxes = [box for box in tree.iter(f"{XHTML}input") if box.get("type") == "checkbox"]
    assert [box.get("checked") for box in boxes] == ["checked", None]
    notes = [one.get("href") for one in tree.iter(f"{XHTML}a") if one.get("href", "").startswith("#fn")]
    assert len(notes) == 2


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ('<p><a href="/study/lessons/3">x</a></p>', '<p><a href="003.html">x</a></p>'),
        ('<p><a href="https://a.example">https://a.example</a></p>', "<p><span>https://a.example</span></p>"),
        ('<p><a href="mailto:a@b.example">信</a></p>', "<p><span>信</span> (mailto:a@b.example)</p>"),
        ('<p><img src="/forum/files/1" alt="图"></p>', "<p><span>[图]</span></p>"),
        ('<p><img src="/own/1" alt="图" loading="lazy"></p>', '<p><img src="1.png" alt="图"></p>'),
        ("<p></p>", "<p></p>"),
    ],
)
def test_a_leaf_leads_nowhere_outside(app, given, wanted):
    assert leaf(given, {"/study/lessons/3": "003.html"}, {"/own/1": "1.png"}) == f"<div>{wanted}</div>"


def test_texts_are_read_one_lesson_at_a_time(sign_in, member, count_queries):
    course = CourseFactory(slug="long")
    module = ModuleFactory(course=course)
    for number in range(4):
        _lesson(module, f"正文{number}", position=number)
    browser = sign_in(member)

    with count_queries() as seen:
        _fetch(browser, "/study/courses/long/offline.zip")

    assert len([one for one in seen if "study_lessons.html" in one]) == 4
    assert db.session.scalars(select(Course.slug)).all() == ["long"]


@pytest.mark.parametrize(("address", "page"), [("offline.zip", "lessons/001.html"), ("offline.epub", "EPUB/001.xhtml")])
def test_a_document_is_taken_along_as_it_is_shown(sign_in, member, instructor, address, page):
    course = CourseFactory(slug="along")
    document_lesson(course)
    document_lesson(course, word_bytes("".join(paragraph(f"Chapter {n}", "Heading1") for n in range(3))), name="b.docx")
    db.session.commit()

    archive = _fetch(sign_in(member), f"/study/courses/along/{address}")

    text = archive.read(page).decode()
    tree = etree.fromstring(text.encode()) if page.endswith("xhtml") else html.fromstring(text)
    _check_links(archive, page, tree, text)
    assert "<strong>Bring a pen.</strong>" in text
    assert re.search(r'<td[^>]*colspan="2"', text)
    pictures = [one.get("src") for one in tree.iter() if str(one.tag).endswith("img")]
    assert len(pictures) == 1
    # Many reading programs know no WebP.
    begin = b"\x89PNG" if page.endswith("xhtml") else b"RIFF"
    assert archive.read(normpath(join(dirname(page), pictures[0])))[:4] == begin
    assert "Chapter 2" in archive.read(page.replace("001", "002")).decode()


# Films and recordings

ZH = [[1000, 2500, "会前通知<各位>，\x0b"], [2600, 4000, "带上会议记录。"], [83_400, 86_000, "现在表决。"]]
ENGLISH = [[1000, 2500, "Notice before,"], [2600, 4000, "bring the minutes."], [83_400, 86_000, "Now we vote."]]


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("offline.zip", "lessons/001.html"),
        ("offline.zip?files=1", "lessons/001.html"),
        ("offline.epub", "EPUB/001.xhtml"),
    ],
)
@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_a_film_is_taken_along_in_words(sign_in, member, address, page, language):
    course = CourseFactory(slug="along")
    chapters = [(0, "开头 & 通知"), (60, "静"), (80, "表决")]
    film = {"name": "vote.mp4", "content": mp4_bytes(150)}
    lesson = played_lesson(course, chapters=chapters, zh=ZH, en=ENGLISH, **film)
    browser = sign_in(member)
    browser.set_cookie("lang", language, domain="localhost")

    archive = _fetch(browser, f"/study/courses/along/{address}")

    text = archive.read(page).decode()
    tree = etree.fromstring(text.encode()) if page.endswith("xhtml") else html.document_fromstring(text)
    _check_links(archive, page, tree, text)
    wanted = (
        ["Watch it online", '<a href="#said-1">0:00</a> 开头', "<li>1:00 静</li>", '<a href="#said-2">1:20</a> 表决'],
        ["</span> Notice before, bring the minutes.</p>", ">1:23</span> Now we vote.</p>", 'lang="en"'],
    )
    if language != "en":
        wanted = (
            ["在线观看", '<a href="#said-1">0:00</a> 开头', "开头 &amp; 通知", '<a href="#said-2">1:20</a> 表决'],
            ["</span> 会前通知&lt;各位&gt;，带上会议记录。</p>", ">1:23</span> 现在表决。</p>", 'lang="zh-Hans"'],
        )
    assert [words for words in (*wanted[0], *wanted[1]) if words not in text] == []
    assert f"http://xuetan.test/study/lessons/{lesson.id}" in text


def test_a_recording_without_subtitles_says_where_it_is_heard(sign_in, member):
    course = CourseFactory(slug="along")
    lesson = played_lesson(course)

    text = _fetch(sign_in(member), "/study/courses/along/offline.epub").read("EPUB/001.xhtml").decode()

    assert f"在线收听：http://xuetan.test/study/lessons/{lesson.id}" in text
    assert ("<h2>" in text, "said-" in text) == (False, False)


def test_subtitles_in_the_other_language_are_better_than_none(sign_in, member):
    played_lesson(CourseFactory(slug="along"), en=ENGLISH)

    text = _fetch(sign_in(member), "/study/courses/along/offline.epub").read("EPUB/001.xhtml").decode()

    assert 'lang="en" xml:lang="en">' in text
    assert "Now we vote." in text


def test_what_is_said_makes_paragraphs():
    def cues(*lines, every=1000):
        return [Cue(n * every, n * every + 900, line) for n, line in enumerate(lines)]

    assert list(paragraphs(cues("one", "one\ntwo", "two\nthree"))) == [Paragraph(0, "one two three")]
    assert list(paragraphs(cues("一，", "二。"))) == [Paragraph(0, "一，二。")]
    assert list(paragraphs(cues("a", "b", every=5000))) == [Paragraph(0, "a"), Paragraph(5, "b")]
    chapters = [Chapter(0, "A"), Chapter(2, "B")]
    assert [one.second for one in paragraphs(cues("a", "b", "c", "d"), chapters)] == [0, 2]
    sentence = "x" * 99 + "."
    full = list(paragraphs(cues(*(f"{n}{sentence}" for n in range(6)))))
    assert [(one.second, len(one.text)) for one in full] == [(0, 305), (3, 305)]
    endless = list(paragraphs(cues(*(f"{n:02}" + "y" * 98 for n in range(20)))))
    assert [len(one.text) // 100 for one in endless] == [LONG // 100] * 3 + [2]
    assert list(paragraphs([])) == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (
            '<p><audio controls="" preload="none" src="/own/1" title="歌"></audio> <a href="/own/1">歌</a></p>',
            '<p><audio controls="controls" preload="none" src="1.wav" title="歌"></audio> <a href="1.wav">歌</a></p>',
        ),
        (
            '<p><audio controls="" src="/study/pictures/2"></audio> <a href="/study/pictures/2">歌</a></p>',
            "<p> <span>歌</span> ({site}/study/pictures/2)</p>",
        ),
    ],
)
def test_a_leaf_plays_what_goes_along_and_says_where_the_rest_is(app, given, wanted):
    places = {"/own/1": "1.wav"}
    assert leaf(given, places, places) == f"<div>{wanted.format(site=absolute(''))}</div>"


def _media(course):
    """Put files into a course: a picture and a recording in a lesson's question and its key, one in no lesson's."""
    made = {}
    for name, data in (
        ("asked", png()),
        ("told", png("blue")),
        ("heard", wav_bytes(0.1)),
        ("lesson", wav_bytes(0.2)),
        ("elsewhere", png("green")),
        ("older", png("black")),
    ):
        sent = prepare_medium(io.BytesIO(data), f"{name}.{'wav' if data.startswith(b'RIFF') else 'png'}")
        row = picture_of(sent, course.id, None, alt=name)
        db.session.add(row)
        db.session.flush()
        made[name] = row.id
    return made


def _question(bank, course, text, told=""):
    content = replace(truth(), text=Faces(text), feedback=Faces(told))
    return add_question(bank, course, prepare(content, pictures_for(content, course.id)), None)


@pytest.fixture
def pictured(app):
    """A course whose lesson asks a question with pictures and recordings, and that has another question with one."""
    course = CourseFactory(slug="along")
    made = {name: f"![](/study/pictures/{ident})" for name, ident in _media(course).items()}
    bank = bank_for(course)
    asked = _question(bank, course, f"旧 {made['older']}")
    content = replace(truth(), text=Faces(f"看 {made['asked']} 听 {made['heard']}"), feedback=Faces(made["told"]))
    edit_question(asked, course, prepare(content, pictures_for(content, course.id)), None)
    _question(bank, course, f"考试 {made['elsewhere']}")
    body = Faces(f"听 {made['lesson']}\n\n::: question {asked.id}")
    lesson = LessonFactory(module=ModuleFactory(course=course), body=body)
    lesson.html = rendered_lesson(body, course.id)
    set_places(lesson, course.id)
    db.session.commit()
    return {name: int(re.search(r"\d+", text)[0]) for name, text in made.items()}


def test_pictures_and_recordings_of_asked_questions_go_along(pictured, sign_in, member):
    archive = _fetch(sign_in(member), "/study/courses/along/offline.zip?files=1")

    kept = {name.removeprefix("pictures/") for name in archive.namelist() if name.startswith("pictures/")}
    wanted = {f"{pictured[name]}.wav" for name in ("heard", "lesson")}
    wanted |= {f"{pictured[name]}.webp" for name in ("asked", "told")}
    assert kept == wanted
    text = archive.read("lessons/001.html").decode()
    tree = html.document_fromstring(text)
    _check_links(archive, "lessons/001.html", tree, text)
    played = {element.get("src") for element in tree.iter("audio")}
    assert played == {f"../pictures/{name}" for name in wanted if name.endswith("wav")}
    assert archive.read(f"pictures/{pictured['heard']}.wav") == wav_bytes(0.1)


@pytest.mark.parametrize(("address", "page"), [("offline.zip", "lessons/001.html"), ("offline.epub", "EPUB/001.xhtml")])
def test_texts_alone_and_books_show_pictures_and_say_where_recordings_are(pictured, sign_in, member, address, page):
    archive = _fetch(sign_in(member), f"/study/courses/along/{address}")

    text = archive.read(page).decode()
    _check_links(archive, page, html.document_fromstring(text.encode()), text)
    shown = [name for name in archive.namelist() if re.search(r"\.(png|webp|jpe?g|wav)$", name)]
    assert sorted(int(re.search(r"(\d+)\.\w+$", name)[1]) for name in shown) == [pictured["asked"], pictured["told"]]
    assert "<audio" not in text
    assert text.count(f"/study/pictures/{pictured['heard']})") == 1
