"""A folder becomes modules and lessons: planned by names, shown, then made; bad files are named and left out."""

import io
import zipfile

import pytest

from core.db import db, is_writing
from core.faces import Faces
from core.files import File, path_of
from core.media_types import MARKDOWN, MP4, PDF, SUBRIP
from study.enums import ExtractionFault, LessonKind, MaterialState
from study.folders import Piece, clean_path, natural, plan, pointed
from study.models import FolderUpload, Lesson, Material, Module
from study.services import courses as markup
from study.unpacking import unpack
from tests.factories.study import CourseFactory

EN = {"Accept-Language": "en"}
SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHello.\n"
TYPES = {"md": MARKDOWN, "pdf": PDF, "mp4": MP4, "srt": SUBRIP}


def piece(path: str, text: str = "") -> Piece:
    ending = path.rpartition(".")[2]
    return Piece(
        path=path, sha256="0", size=1, media_type=TYPES[ending], text=text or ("Words." if ending == "md" else "")
    )


def outline(pieces) -> list[tuple[str, list[tuple[str | None, str]]]]:
    return [
        (
            module.title.pick("en"),
            [(lesson.kind and lesson.kind.value, lesson.title.pick("en")) for lesson in module.lessons],
        )
        for module in plan(pieces, "New lessons")
    ]


def test_folders_become_modules_in_the_order_of_their_numbers():
    paths = ["Course/10 Accounts/1 Receipts.md", "Course/2 Meetings/10. After.md", "Course/2 Meetings/2. Before.pdf"]
    assert outline(map(piece, paths)) == [
        ("Meetings", [("document", "Before"), ("page", "After")]),
        ("Accounts", [("page", "Receipts")]),
    ]


@pytest.mark.parametrize(
    ("paths", "modules"),
    [
        (["a.md", "b.md"], ["New lessons"]),
        (["Meetings/a.md", "Meetings/b.md"], ["Meetings"]),
        (["Top/a.md", "Top/In/b.md"], ["New lessons", "In"]),
        (["Top/In/a.md", "Top/In/Deep/b.md"], ["In", "In · Deep"]),
        (["One/a.md", "Two/b.md"], ["One", "Two"]),
    ],
)
def test_the_folder_that_holds_everything_is_no_module(paths, modules):
    assert [title for title, _lessons in outline(map(piece, paths))] == modules


def test_two_languages_of_one_name_are_two_faces_of_one_lesson():
    pieces = [
        piece("m/01_minutes.zh.md", "# 会议记录\n\n带来。"),
        piece("m/01_minutes.en.md", "# Minutes\n\nBring them."),
    ]
    (module,) = plan(pieces, "New")
    (lesson,) = module.lessons
    assert (lesson.title, lesson.body) == (Faces("会议记录", "Minutes"), Faces("带来。", "Bring them."))


def test_subtitles_belong_to_the_film_of_their_name_and_stand_alone_without_one():
    (module,) = plan(map(piece, ["m/talk.mp4", "m/talk.zh.srt", "m/talk.en.srt", "m/other.srt"]), "New")
    found = [(lesson.kind, [one.path for one in lesson.pieces]) for lesson in module.lessons]
    assert found == [
        (None, ["m/other.srt"]),
        (LessonKind.VIDEO, ["m/talk.mp4", "m/talk.en.srt", "m/talk.zh.srt"]),
    ]


def test_a_name_without_language_is_told_by_its_words():
    (module,) = plan([piece("m/1 x.md", "第一段。"), piece("m/2 y.md", "First words of all.")], "New")
    assert [lesson.body for lesson in module.lessons] == [Faces("第一段。"), Faces(en="First words of all.")]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("../../etc/passwd.md", "etc/passwd.md"),
        ("a\\b\\c.md", "a/b/c.md"),
        ("a/.hidden/b.md", ""),
        ("__MACOSX/a/._b.md", ""),
        ("a/Thumbs.db", ""),
        ("/", ""),
    ],
)
def test_paths_stay_inside_and_what_nobody_means_is_left_out(name, path):
    assert clean_path(name) == path


def test_numbers_order_as_numbers():
    assert sorted(["10", "9a", "9", "a10", "a9"], key=natural) == ["9", "9a", "10", "a9", "a10"]


@pytest.fixture
def course(member, instructor, administrator):
    return CourseFactory()


def zipped(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def send(browser, course, *files: tuple[str, bytes], **more):
    data = {"files": [(io.BytesIO(content), name) for name, content in files], **more}
    return browser.post(f"/study/manage/courses/{course.slug}/folder", data=data, headers=EN)


MINUTES = {"课程/1 开会/1 会前.md": "# 会前\n\n发通知。".encode(), "课程/1 开会/2 样张.txt": "样张。".encode()}


def lessons(course) -> list[Lesson]:
    db.session.expire_all()
    query = db.session.query(Lesson).join(Module, Module.id == Lesson.module_id)
    return query.filter(Module.course_id == course.id).order_by(Module.position, Lesson.position).all()


def test_a_zip_is_shown_first_and_then_made(sign_in, instructor, course):
    browser = sign_in(instructor)

    sent = send(browser, course, ("all.zip", zipped(MINUTES)))
    shown = browser.get(sent.location).text
    before = len(lessons(course))
    made = browser.post(sent.location)

    page, document = lessons(course)
    material = db.session.get_one(Material, document.material_id)
    assert (sent.status_code, before, made.location) == (303, 0, f"/study/manage/courses/{course.slug}")
    assert ("开会" in shown, "会前" in shown, "样张" in shown) == (True, True, True)
    assert (page.kind, page.title, page.body) == (LessonKind.PAGE, Faces("会前"), Faces("发通知。"))
    assert "发通知。</p>" in page.html.zh
    assert (document.kind, material.external_id) == (LessonKind.DOCUMENT, "课程/1 开会/2 样张.txt")
    assert path_of(db.session.get_one(File, material.file_id)).read_bytes() == "样张。".encode()
    assert [upload.pieces for upload in db.session.query(FolderUpload)] == [[]]


def test_names_in_gbk_are_read_as_they_were_meant():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("XXXX/XX.md", b"Words.")
    # Old archives made on Chinese Windows hold GBK and do not mark it as anything.
    packed = out.getvalue().replace(b"XXXX/XX.md", "开会/前.md".encode("gbk"))
    assert [name for name, _content in unpack(io.BytesIO(packed))] == ["开会/前.md"]


def test_the_same_folder_twice_doubles_nothing_and_renews_what_changed(sign_in, instructor, course):
    browser = sign_in(instructor)
    for text in ("发通知。", "发两次通知。"):
        files = {**MINUTES, "课程/1 开会/1 会前.md": f"# 会前\n\n{text}".encode()}
        browser.post(send(browser, course, ("all.zip", zipped(files))).location)

    assert [lesson.title.zh for lesson in lessons(course)] == ["会前", "样张"]
    assert lessons(course)[0].body.zh == "发两次通知。"
    assert (db.session.query(Module).count(), db.session.query(Material).count()) == (1, 1)


def test_several_files_go_into_the_module_that_is_named(sign_in, instructor, course):
    browser = sign_in(instructor)
    sent = send(browser, course, ("1.md", b"# One\n\nA."), ("2.md", b"# Two\n\nB."), module="Extra")
    browser.post(sent.location)

    assert [module.title.en for module in db.session.query(Module)] == ["Extra"]
    assert [lesson.title.en for lesson in lessons(course)] == ["One", "Two"]


def test_a_published_course_takes_no_page_without_words_and_names_it(sign_in, instructor, course):
    browser = sign_in(instructor)
    sent = send(browser, course, ("1.md", b"# One\n"), ("2.md", b"# Two\n\nB."))
    page = browser.get(browser.post(sent.location, headers=EN).location, headers=EN).text

    assert [lesson.title.en for lesson in lessons(course)] == ["Two"]
    assert "they hold no text: 1.md" in page


def test_a_folder_of_the_browser_keeps_its_paths(sign_in, instructor, course):
    browser = sign_in(instructor)
    data = {"folder": [(io.BytesIO(b"# One\n\nA."), "top/Meetings/1.md"), (io.BytesIO(SRT), "top/Meetings/t.srt")]}
    sent = browser.post(f"/study/manage/courses/{course.slug}/folder", data=data)
    browser.post(sent.location)

    assert [module.title.en for module in db.session.query(Module)] == ["Meetings"]
    assert ([lesson.title.en for lesson in lessons(course)], db.session.query(Material).count()) == (["One"], 1)


def bomb() -> bytes:
    return zipped({f"{number}.md": b"0" * 40_000_000 for number in range(8)})


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("broken.zip", b"PK\x03\x04", "damaged"),
        ("empty.md", b"", "empty"),
        ("tool.exe", b"MZ", "Only PDF"),
        ("bomb.zip", None, "unpacks to far more"),
    ],
)
def test_what_cannot_be_taken_is_named_with_the_reason(sign_in, instructor, course, name, content, words):
    answer = send(sign_in(instructor), course, (name, bomb() if content is None else content))
    assert (answer.status_code, words in answer.text) == (422, True)
    assert db.session.query(FolderUpload).count() == 0


def test_good_files_are_planned_beside_bad_ones(sign_in, instructor, course):
    browser = sign_in(instructor)
    packed = zipped({"m/1.md": b"# One\n\nA.", "m/2.exe": b"MZ", "m/.DS_Store": b"x"})

    shown = browser.get(send(browser, course, ("all.zip", packed)).location, headers=EN).text

    assert "1 file cannot be taken" in shown
    assert "m/2.exe" in shown
    assert "DS_Store" not in shown
    assert "One" in shown


def test_files_that_were_swept_away_meanwhile_are_asked_for_again(sign_in, instructor, course):
    browser = sign_in(instructor)
    sent = send(browser, course, ("note.txt", b"Bring the minutes, all of them, at once."))
    kept = db.session.query(FolderUpload).one().pieces[0]
    path_of(File(sha256=kept["sha256"])).unlink()

    answer = browser.post(sent.location)

    assert answer.location == f"/study/manage/courses/{course.slug}/folder"
    assert lessons(course) == []


def test_nothing_chosen_is_said_beside_the_field(sign_in, instructor, course):
    answer = sign_in(instructor).post(f"/study/manage/courses/{course.slug}/folder", data={"module": ""})
    assert (answer.status_code, 'id="files-e"' in answer.text) == (422, True)


@pytest.mark.parametrize(
    ("name", "content", "fault", "words"),
    [
        ("lying.pdf", b"no PDF at all", ExtractionFault.OTHER_KIND, "The file is not what its name says"),
        ("broken.pdf", b"%PDF-1.7\nrubbish", ExtractionFault.BROKEN, "The file is damaged"),
        ("four.docx", b"PK\x03\x04", ExtractionFault.BROKEN, "The file is damaged"),
        ("latin.md", "caf\xe9".encode("latin-1"), ExtractionFault.NOT_UTF8, "not in UTF-8"),
    ],
)
def test_what_cannot_be_read_is_kept_among_the_materials(sign_in, instructor, course, name, content, fault, words):
    browser = sign_in(instructor)
    sent = send(browser, course, ("all.zip", zipped({f"m/{name}": content, "m/1.md": b"# One\n\nA."})))
    shown = browser.get(sent.location, headers=EN).text
    browser.post(sent.location)

    material = db.session.query(Material).one()
    assert ("1 file cannot be read. It is kept" in shown, words in shown) == (True, True)
    assert (material.external_id, material.state, material.fault) == (f"m/{name}", MaterialState.FAILED, fault)
    assert path_of(db.session.get_one(File, material.file_id)).read_bytes() == content
    assert [lesson.title.en for lesson in lessons(course)] == ["One"]


def test_what_cannot_be_read_takes_the_place_of_nothing_readable(sign_in, instructor, course, drain):
    browser = sign_in(instructor)
    browser.post(send(browser, course, ("note.txt", b"Bring the minutes, all of them, at once.")).location)
    drain()
    sent = send(browser, course, ("note.txt", b"\0\1\2"))
    page = browser.get(browser.post(sent.location, headers=EN).location, headers=EN).text

    material = db.session.query(Material).one()
    assert (material.state, material.version) == (MaterialState.READY, 1)
    assert "the course has them readable: note.txt" in page


def test_pressing_the_button_again_leads_to_the_course_and_makes_nothing_twice(sign_in, instructor, course):
    browser = sign_in(instructor)
    sent = send(browser, course, ("all.zip", zipped(MINUTES)))
    answers = [browser.post(sent.location) for _time in range(3)] + [browser.get(sent.location)]

    goal = f"/study/manage/courses/{course.slug}"
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, goal)] * 4
    assert len(lessons(course)) == 2


def test_too_many_files_are_refused_with_the_limit_and_what_systems_add_is_not_counted(sign_in, instructor, course):
    browser = sign_in(instructor)
    many = {f"m/{number}.md": b"A." for number in range(501)}
    refused = send(browser, course, ("all.zip", zipped(many)))
    added = zipped({"m/1.md": b"# One\n\nA.", **{f"__MACOSX/m/._{number}.md": b"x" for number in range(500)}})

    assert refused.status_code == 422
    assert "A ZIP may hold 500 files; this one holds 501." in refused.text
    assert "It may hold 500 files." in browser.get(f"/study/manage/courses/{course.slug}/folder", headers=EN).text
    assert send(browser, course, ("all.zip", added)).status_code == 303


@pytest.mark.parametrize(
    "written",
    [
        "../01 第一章/img/a b.png",
        "../01%20第一章/img/a%20b.png",
        "<../01 第一章/img/a b.png>",
        '../01 第一章/img/a b.png "Title"',
    ],
)
def test_pictures_are_found_though_blanks_stand_in_their_path(written):
    goal = "m/01 第一章/img/a b.png"
    here = {goal: Piece(path=goal, sha256="0", size=1, media_type="image/png")}
    text, shown, lost = pointed(f"![同]({written})", "m/02 第二章/1.md", here)
    assert (shown, lost) == ([goal], [])
    assert text.startswith("![同](in-folder:m/01%20%E7%AC%AC")
    assert text.endswith('"Title")' if "Title" in written else "a%20b.png)")


def test_pictures_are_found_though_brackets_or_signs_of_addresses_stand_in_their_name():
    here = {name: Piece(path=name, sha256="0", size=1, media_type="image/png") for name in ("a (1).png", "100%25.png")}
    _text, shown, lost = pointed("![](a (1).png) ![](100%25.png) ![](gone away.png)", "1.md", here)
    assert (shown, lost) == (["a (1).png", "100%25.png"], ["gone away.png"])


def test_blanks_without_end_cost_no_time():
    text = ("![](" + " " * 300) * 300
    assert pointed(text, "1.md", {}) == (text, [], [])


def test_pages_are_rendered_before_anybody_has_to_wait_for_the_database(sign_in, instructor, course, monkeypatch):
    files = {f"{n}.md": f"# Page {n}\n\n**Words.**".encode() for n in range(3)}
    browser, writing = sign_in(instructor), []
    address = send(browser, course, ("all.zip", zipped(files))).location
    monkeypatch.setattr(markup, "render", noting(writing, markup.render))

    browser.post(address)

    assert [lesson.html.en for lesson in lessons(course)] == ['<p id="p1"><strong>Words.</strong></p>\n'] * 3
    assert (len(writing), any(writing)) == (3, False)


def noting(writing: list[bool], render):
    def noted(*args, **options):
        writing.append(is_writing())
        return render(*args, **options)

    return noted


@pytest.mark.parametrize("pages", [1, 4])
def test_each_page_of_a_folder_costs_the_same_and_no_look_at_all_others(
    sign_in, instructor, course, count_queries, pages
):
    browser = sign_in(instructor)
    files = {f"{n}.md": f"# Page {n}\n\nWords.".encode() for n in range(pages)}
    files["broken.pdf"] = b"%PDF-1.4 nothing"
    address = send(browser, course, ("all.zip", zipped(files))).location
    with count_queries() as seen:
        browser.post(address)
    assert len([one for one in seen if "study_lessons.body" in one and "SELECT" in one]) == 1
    spared = [one for one in seen if "study_materials.external_id IN" in one and "study_materials.state !=" in one]
    assert len(spared) == 1
