"""Pictures in lessons: sent, shown with their sizes, opened by those who may read, copied, carried and taken along."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest
from PIL import Image

from core.db import db, transaction
from core.errors import NotFound
from core.faces import Faces
from core.permissions import VISITOR
from study.errors import LessonLocked
from study.models import Gate, Lesson, Module, Picture, PicturePlace
from study.queries.courses import get_own_course
from study.queries.pictures import get_picture_file
from study.services import rerendering
from study.services.copying import copy_course
from study.services.course_imports import fingerprint
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, ModuleFactory
from tests.study.test_course_files import _bring, _export

JSON = {"Accept": "application/json"}
SHOWN = re.compile(
    r'<figure id="p1"><a class="pic" href="/study/pictures/(\d+)"><img loading="lazy" ([^>]*)></a></figure>'
)


def png(width: int = 40, height: int = 20, colour: str = "teal") -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    out.seek(0)
    return out


@pytest.fixture
def course(app):
    made = CourseFactory(slug="pictured")
    ModuleFactory(course=made)
    return made


def send(browser, content=None, name="看板.png", alt="The board"):
    data = {"file": (content or png(), name), "alt": alt}
    return browser.post("/study/manage/courses/pictured/pictures", data=data, headers=JSON)


def lesson_with(browser, course, body: str, title: str = "看板") -> Lesson:
    module = db.session.query(Module).filter_by(course_id=course.id).one()
    fields = {"kind": "page", "title_zh": title, "body_zh": body, "minutes": "5"}
    assert browser.post(f"/study/manage/modules/{module.id}/lessons", data=fields).status_code == 303
    return db.session.query(Lesson).order_by(Lesson.id.desc()).first()


def test_a_picture_is_sent_named_and_shown_with_its_size(sign_in, instructor, course):
    browser = sign_in(instructor)
    answer = send(browser, png(1300, 650))
    row = db.session.query(Picture).one()
    assert (answer.status_code, answer.json) == (
        201,
        {"id": row.id, "markdown": f"![The board](/study/pictures/{row.id})"},
    )
    lesson = lesson_with(browser, course, answer.json["markdown"])
    assert SHOWN.findall(browser.get(f"/study/lessons/{lesson.id}").text) == [
        (
            str(row.id),
            f'src="/study/pictures/{row.id}/thumbnail" width="640" height="320" data-kb="2" alt="The board"',
        )
    ]
    small = browser.get(f"/study/pictures/{row.id}/thumbnail", buffered=True)
    assert (small.status_code, Image.open(io.BytesIO(small.data)).size) == (200, (640, 320))


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "a.png"), (b"<svg onload=alert(1)>", "a.svg"), (b"hello", "a.png"), (b"%PDF-", "a.pdf")]
)
def test_what_is_no_picture_is_refused_in_words(sign_in, instructor, course, content, name):
    answer = send(sign_in(instructor), io.BytesIO(content), name)
    assert (answer.status_code, list(answer.json)) == (422, ["error"])
    assert db.session.query(Picture).count() == 0


@pytest.mark.parametrize(("button", "field"), [("zh", "body_zh"), ("en", "body_en")])
def test_without_scripts_the_form_takes_the_picture_and_keeps_what_was_typed(
    sign_in, instructor, course, button, field
):
    module = db.session.query(Module).one()
    data = {"kind": "page", "title_zh": "看板", "body_zh": "中", "body_en": "Words", "alt": "A board", "attach": button}
    answer = sign_in(instructor).post(
        f"/study/manage/modules/{module.id}/lessons", data={**data, "attached": (png(), "b.png")}
    )
    row = db.session.query(Picture).one()
    text = re.search(rf'<textarea[^>]*name="{field}"[^>]*>\s*([^<]*)</textarea>', answer.text)[1]
    words = {"body_zh": "中", "body_en": "Words"}[field]
    assert answer.status_code == 200
    assert text.replace("\r\n", "\n").strip() == f"{words}\n\n![A board](/study/pictures/{row.id})"
    assert db.session.query(Lesson).count() == 0


def test_a_form_sent_for_a_picture_without_one_says_so(sign_in, instructor, course):
    module = db.session.query(Module).one()
    answer = sign_in(instructor).post(
        f"/study/manage/modules/{module.id}/lessons",
        data={"kind": "page", "title_zh": "看板", "body_zh": "中", "attach": "zh"},
        headers={"Accept-Language": "en"},
    )
    assert (answer.status_code, "Choose a picture or a recording first." in answer.text) == (422, True)


def test_a_picture_of_another_course_is_not_shown(sign_in, instructor, course):
    browser = sign_in(instructor)
    foreign = send(browser).json["id"]
    db.session.get_one(Picture, foreign).course_id = CourseFactory(slug="other").id
    db.session.commit()
    lesson = lesson_with(browser, course, f"看：![板](/study/pictures/{foreign})")
    assert lesson.html.zh == '<p id="p1">看：板 (没有这个文件)</p>\n'
    assert db.session.query(PicturePlace).count() == 0


@pytest.mark.parametrize("target", ["missing.png", "图/a%20b.png", "图/看板.png", "../x.webp"])
def test_a_picture_that_lies_nowhere_is_words_not_a_broken_frame(sign_in, instructor, course, target):
    lesson = lesson_with(sign_in(instructor), course, f"看：![板]({target})")
    assert lesson.html.zh == '<p id="p1">看：板 (没有这个文件)</p>\n'


def test_pictures_of_other_sites_stay_links(sign_in, instructor, course):
    lesson = lesson_with(sign_in(instructor), course, "![x](https://example.org/x.png)")
    assert 'href="https://example.org/x.png"' in lesson.html.zh


def test_readers_open_pictures_of_lessons_that_are_open_to_them(sign_in, instructor, member, actor_of, course):
    browser = sign_in(instructor)
    ident = send(browser).json["id"]
    with pytest.raises(NotFound):
        get_picture_file(ident, actor_of(member))
    lesson = lesson_with(browser, course, f"![](/study/pictures/{ident})")
    assert get_picture_file(ident, actor_of(member))[1] == "看板.webp"
    with pytest.raises(NotFound):
        get_picture_file(ident, VISITOR)
    first = LessonFactory(module=lesson.module)
    db.session.add(Gate(course_id=course.id, lesson_id=lesson.id, after_lesson_id=first.id, is_personal=True))
    EnrolmentFactory(course=course, user=member)
    db.session.commit()
    with pytest.raises(LessonLocked):
        get_picture_file(ident, actor_of(member))
    assert get_picture_file(ident, actor_of(instructor), thumbnail=True)[0].media_type == "image/webp"


def test_an_edit_that_drops_a_picture_closes_it_to_readers(sign_in, instructor, member, actor_of, course):
    browser = sign_in(instructor)
    ident = send(browser).json["id"]
    lesson = lesson_with(browser, course, f"![](/study/pictures/{ident})")
    fields = {"kind": "page", "title_zh": "看板", "body_zh": "没有图", "minutes": "5"}
    assert browser.post(f"/study/manage/lessons/{lesson.id}", data=fields).status_code == 303
    assert db.session.query(PicturePlace).count() == 0


def test_a_picture_of_the_front_page_is_open_to_whoever_reads_the_course(sign_in, instructor, member, actor_of, course):
    ident = send(sign_in(instructor)).json["id"]
    course.body = Faces(f"![](/study/pictures/{ident})")
    db.session.commit()
    assert get_picture_file(ident, actor_of(member))[1] == "看板.webp"


def test_rendering_anew_keeps_pictures(sign_in, instructor, course):
    browser = sign_in(instructor)
    lesson = lesson_with(browser, course, send(browser).json["markdown"])
    before, lesson.render_version = lesson.html, 0
    db.session.commit()
    with transaction():
        rerendering.keep(rerendering.render_rows(rerendering.list_old()))
    assert db.session.get_one(Lesson, lesson.id).html == before


@pytest.mark.parametrize("as_edition", [True, False])
def test_a_copy_of_a_course_has_pictures_of_its_own(sign_in, instructor, actor_of, course, as_edition):
    browser = sign_in(instructor)
    ident = send(browser).json["id"]
    lesson_with(browser, course, f"![](/study/pictures/{ident})")
    with transaction():
        copy = copy_course(
            get_own_course("pictured", actor_of(instructor)),
            actor_of(instructor),
            "copied",
            Faces("副本"),
            as_edition=as_edition,
        )
    there = db.session.query(Picture).filter_by(course_id=copy.id).one()
    lesson = db.session.query(Lesson).join(Module).filter(Module.course_id == copy.id).one()
    assert lesson.body.zh == f"![](/study/pictures/{there.id})"
    assert f'src="/study/pictures/{there.id}/thumbnail"' in lesson.html.zh
    assert db.session.query(PicturePlace).filter_by(picture_id=there.id, lesson_id=lesson.id).count() == 1


def test_a_course_file_carries_pictures_and_the_same_file_twice_changes_nothing(
    sign_in, instructor, actor_of, branch, course, tmp_path
):
    browser = sign_in(instructor)
    lesson_with(browser, course, f"看：\n\n{send(browser).json['markdown']}")
    path = _export(course, tmp_path / "a.zip")
    taken = _bring(path, branch, actor_of(instructor), transaction, "carried")
    there = db.session.query(Picture).order_by(Picture.id.desc()).first()
    lesson = db.session.query(Lesson).order_by(Lesson.id.desc()).first()
    assert taken.is_new
    assert lesson.body.zh == f"看：\n\n![The board](/study/pictures/{there.id})"
    assert f'<img loading="lazy" src="/study/pictures/{there.id}/thumbnail" width="40" height="20"' in lesson.html.zh
    assert db.session.query(PicturePlace).filter_by(picture_id=there.id, lesson_id=lesson.id).count() == 1
    assert not _bring(path, branch, actor_of(instructor), transaction, "carried").is_new
    carried = there.course_id
    assert fingerprint(db.session.get_one(type(course), carried)) == fingerprint(course)


def _markdown_folder() -> dict:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "会议/1 看板.md",
            "# 看板\n\n![板](图/a%20b.png)\n\n![没有](missing.png)\n\n![别处](https://example.org/x.png)\n",
        )
        archive.writestr("会议/图/a b.png", png().getvalue())
        archive.writestr("会议/图/c.webp", png(colour="red").getvalue())
        archive.writestr("会议/图/bad.png", b"no picture")
    out.seek(0)
    return {"files": (out, "folder.zip")}


def test_a_folder_brings_its_pictures_once(sign_in, instructor, course):
    browser = sign_in(instructor)
    for _turn in range(2):
        sent = browser.post("/study/manage/courses/pictured/folder", data=_markdown_folder())
        page = browser.get(sent.location, headers={"Accept-Language": "en"}).text
        browser.post(sent.location)
    row = db.session.query(Picture).one()
    lesson = db.session.query(Lesson).one()
    assert lesson.body.zh == (
        f"![板](/study/pictures/{row.id})\n\n![没有](missing.png)\n\n![别处](https://example.org/x.png)"
    )
    assert f'src="/study/pictures/{row.id}/thumbnail"' in lesson.html.zh
    assert "Pictures that are not in the folder: missing.png" in page
    assert "No text shows these pictures, so they are left out:</strong> 会议/图/c.webp" in page
    assert "1 file cannot be taken</strong></p><ul><li>会议/图/bad.png" in page


def test_a_parcel_holds_the_pictures_of_its_leaves(sign_in, instructor, member, course):
    browser = sign_in(instructor)
    ident = send(browser).json["id"]
    send(browser, png(colour="red"))
    lesson_with(browser, course, f"![板](/study/pictures/{ident})")
    for tail, kind in (("", "webp"), ("?files=1", db.session.get_one(Picture, ident).name.rpartition(".")[2])):
        sent = sign_in(member).get(f"/study/courses/pictured/offline.zip{tail}", buffered=True)
        with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
            pictures = [name for name in archive.namelist() if name.startswith("pictures/")]
            page = archive.read("lessons/001.html").decode()
        assert pictures == [f"pictures/{ident}.{kind}"]
        assert f'href="../{pictures[0]}"' in page
        assert f'<img src="../{pictures[0]}" width="40" height="20" alt="板">' in page


def test_a_book_holds_the_pictures_of_its_leaves(sign_in, instructor, member, course):
    browser = sign_in(instructor)
    ident = send(browser).json["id"]
    lesson_with(browser, course, f"![板](/study/pictures/{ident})")
    sent = sign_in(member).get("/study/courses/pictured/offline.epub", buffered=True)
    with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
        name = next(name for name in archive.namelist() if re.fullmatch(rf"EPUB/{ident}\.(png|webp|jpeg)", name))
        page, package = archive.read("EPUB/001.xhtml").decode(), archive.read("EPUB/package.opf").decode()
    ElementTree.fromstring(page)
    short = name.removeprefix("EPUB/")
    assert f'<span><img src="{short}" width="40" height="20" alt="板"/></span>' in page
    assert f'<item id="picture-{ident}" href="{short}" media-type="image/{short.rpartition(".")[2]}"/>' in package
