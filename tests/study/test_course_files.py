"""A whole course as one ZIP: nothing forgotten, nothing doubled, all or nothing, hostile files refused in words."""

import io
import json
import random
import zipfile
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import func, select

from app.cli import attach_all
from core.attachments import prepare_picture
from core.clock import utcnow
from core.db import Base, db
from core.faces import Faces
from core.files import store
from core.markup import render
from core.permissions import MEMBERS, PUBLIC, branch_audience
from study import course_files
from study.course_files import keep_files, keep_pictures
from study.enums import CourseState, Grading, LessonKind, MaterialState
from study.errors import CourseDiffers, CourseFileRefused
from study.events import CourseChanged
from study.models import (
    Certificate,
    Course,
    Enrolment,
    Gate,
    Lesson,
    LessonMedia,
    Material,
    Meeting,
    Module,
    Question,
    QuestionVersion,
    Quiz,
    QuizSlot,
    Timing,
    WorkBrief,
)
from study.queries.courses import find_course
from study.quiz.services import questions
from study.quiz.services.preparing import prepare
from study.services.course_imports import import_course, prepare_course
from study.services.pictures import picture_of
from study.transfer.archive import open_course_file
from study.transfer.reading import read_incoming
from study.transfer.staying import STAYING
from study.transfer.tables import TABLES
from study.transfer.writing import as_bytes, write_course
from tests.factories.certificates import CertificateFactory, rule_for
from tests.factories.quiz import choice, quiz_with, short, truth
from tests.factories.study import (
    CategoryFactory,
    CourseFactory,
    EnrolmentFactory,
    LessonFactory,
    MaterialFactory,
    ModuleFactory,
)


@pytest.fixture
def course(branch, member, instructor, actor_of):
    """A course with everything a course can hold, and people who take it."""
    made = CourseFactory(
        slug="whole",
        branch=branch,
        title=Faces("整门课", "A whole course"),
        summary=Faces("一句话"),
        body=Faces("## 介绍", "## About"),
        audience=branch_audience(branch.id),
        category=CategoryFactory(slug="running", name=Faces("会务", "Running")),
        in_order=True,
    )
    rule_for(made, hours_tenths=15, valid_months=12)
    CertificateFactory(course=made, user=member)
    EnrolmentFactory(course=made, user=member)
    file = store(io.BytesIO("会前、会中、会后。\n".encode() * 20), "会议记录.txt")
    document = MaterialFactory(course=made, file=file, external_id="a/会议记录.txt", text="第一页\f第二页")
    film = MaterialFactory(course=made, title="影片", text="", state=MaterialState.READY)
    spoken = MaterialFactory(course=made, title="字幕", text="你好")
    db.session.add(Timing(material_id=film.id, length_ms=61_000, cues=[]))
    db.session.add(Timing(material_id=spoken.id, cues=[[0, 1500, "你好"]]))
    quiz = quiz_with(truth(), short("five"), choice(1000, 0), course=made)
    quiz.title, quiz.grading, quiz.time_limit_minutes = Faces("测验", "Quiz"), Grading.LAST, 20
    _second_version(made, quiz, instructor, actor_of)
    first = ModuleFactory(course=made, title=Faces("后来的单元"), position=5)
    second = ModuleFactory(course=made, title=Faces("先来的单元"), position=1)
    picture = picture_of(prepare_picture(_png(), "看板.png"), made.id, instructor.id, alt="看板", source="5" * 64)
    db.session.add(picture)
    db.session.flush()
    body = "## 要点\n\n账目**公布**。"
    html = Faces(render(body, heading=2, anchors=True).html)
    page = LessonFactory(module=first, body=Faces(body), html=html, render_version=1)
    linked = f"[要点](/study/lessons/{page.id}#p1)、[文件](/study/materials/{document.id})、"
    linked += "[本课](/study/courses/whole)、[别处](/study/lessons/99999)。"
    LessonFactory(module=first, body=Faces(en=linked), html=Faces(en=render(linked, heading=2, anchors=True).html))
    LessonFactory(module=second, kind=LessonKind.DOCUMENT, material_id=document.id, body=Faces(), html=Faces())
    LessonFactory(module=second, kind=LessonKind.QUIZ, quiz_id=quiz.id, body=Faces(), html=Faces())
    LessonFactory(module=second, kind=LessonKind.LINK, url="https://example.org/a", body=Faces(), html=Faces())
    work = LessonFactory(module=second, kind=LessonKind.ASSIGNMENT, body=Faces("写一份记录"), html=Faces("<p>写</p>"))
    db.session.add(WorkBrief(lesson_id=work.id, rubric=[[6, "完整"], [4, "清楚"]], pass_percent=70, due_at=utcnow()))
    met = LessonFactory(module=second, kind=LessonKind.MEETING, body=Faces("带上账本"), html=Faces("<p>带</p>"))
    db.session.add(Meeting(lesson_id=met.id, place="活动室", link="https://meet.example.org/1", seats=30))
    link = LessonFactory(module=second, kind=LessonKind.LINK, url="https://example.org/b", body=Faces(), html=Faces())
    opens = datetime(2030, 5, 1, 8, 30, tzinfo=UTC)
    db.session.add(Gate(course_id=made.id, module_id=first.id, opens_at=opens, is_told=False, branch_id=branch.id))
    db.session.add(Gate(course_id=made.id, lesson_id=page.id, after_lesson_id=link.id, is_personal=True))
    db.session.add(Gate(course_id=made.id, lesson_id=link.id, branch_id=branch.id, is_personal=True))
    played = LessonFactory(module=first, kind=LessonKind.VIDEO, material_id=film.id, body=Faces(), html=Faces())
    db.session.add(LessonMedia(lesson_id=played.id, chapters=[[0, "开头"], [30, "结尾"]], subtitles_zh_id=spoken.id))
    db.session.commit()
    return made


def _png():
    out = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(out, "PNG")
    return out


def _second_version(course, quiz, instructor, actor_of):
    """Let one question have two versions, the first of them asked for good."""
    slot = db.session.scalars(select(QuizSlot).where(QuizSlot.quiz_id == quiz.id).order_by(QuizSlot.position)).first()
    asked = db.session.get(Question, slot.question_id)
    old = db.session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == asked.id)).one()
    slot.fixed_version_id, slot.max_mark = old.id, 2500
    db.session.commit()
    with_change = prepare(truth(is_true=False))
    from core.db import transaction

    with transaction():
        row = db.session.get(Question, asked.id)
        questions.edit_question(row, find_course(course.slug), with_change, actor_of(instructor))


def _export(course, path):
    with path.open("w+b") as out:
        write_course(out, course)
    db.session.rollback()
    return path


def _bring(path, branch, actor, transaction, slug=""):
    incoming = read_incoming(open_course_file(path))
    prepared = prepare_course(incoming, keep_files(incoming), keep_pictures(incoming))
    with transaction():
        return import_course(prepared, db.session.get(type(branch), branch.id), actor, slug)


def _rows_of(course_slug):
    return {table.name: db.session.scalar(select(func.count()).select_from(table.model.__table__)) for table in TABLES}


# Nothing is forgotten


def test_every_column_travels_or_says_why_it_stays():
    """A new column fails here: add it to ``taken``, ``points``, ``special`` or ``left`` in study/transfer/tables.py."""
    for table in TABLES:
        columns = set(table.model.__table__.c.keys())
        said = [*table.taken, *table.points, *table.special, *table.left]
        own = {"id"} if table.has_id else set()
        owner = {table.link} if table.owner else set()
        assert columns - set(said) - own - owner == set(), table.name
        assert set(said) - columns == set(), table.name
        assert len(said) == len(set(said)), table.name


def test_every_table_of_the_study_room_travels_or_says_why_it_stays():
    """A new table fails here: give it a place in ``TABLES`` or a reason in ``STAYING``."""
    tables = {name for name in Base.metadata.tables if name.startswith("study_")}
    travelling = {table.model.__tablename__ for table in TABLES}
    assert tables - travelling - set(STAYING) == set()
    assert travelling - tables == set()
    assert travelling & set(STAYING) == set()


def test_what_is_exported_imported_and_exported_again_is_the_same(
    course, other_branch, instructor, actor_of, transaction, tmp_path
):
    before = _export(course, tmp_path / "before.zip")
    taken = _bring(before, other_branch, actor_of(instructor), transaction, slug="copy")
    after = _export(find_course("copy"), tmp_path / "after.zip")

    assert (taken.slug, taken.is_new) == ("copy", True)
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(after) as new:
        assert new.namelist() == old.namelist()
        for name in old.namelist():
            if name not in ("manifest.json", "course.json"):
                assert new.read(name) == old.read(name)
        contents = [json.loads(archive.read("course.json")) for archive in (old, new)]
    contents[0]["course"][0]["slug"] = "copy"
    assert contents[1] == contents[0]


def test_the_same_course_gives_the_same_bytes(course, tmp_path):
    assert _export(course, tmp_path / "a.zip").read_bytes() == _export(course, tmp_path / "b.zip").read_bytes()


def test_what_comes_in_is_a_draft_of_the_branch_with_html_made_anew(
    course, other_branch, instructor, actor_of, transaction, announced, tmp_path
):
    path = _export(course, tmp_path / "a.zip")
    _bring(path, other_branch, actor_of(instructor), transaction, slug="copy")

    copy = find_course("copy")
    assert (copy.state, copy.branch_id, copy.created_by_id) == (CourseState.DRAFT, other_branch.id, instructor.id)
    assert copy.audience == branch_audience(other_branch.id)
    assert copy.category.slug == "running"
    assert announced()[-1] == CourseChanged(course_id=copy.id)
    lessons = db.session.scalars(select(Lesson).where(Lesson.body.is_not(None)).order_by(Lesson.id)).all()
    old, new = (one for one in lessons if "账目**公布**" in one.body.zh)
    assert new.html == old.html
    assert new.html.zh.startswith('<h2 id="')
    versions = db.session.scalars(
        select(QuestionVersion).order_by(QuestionVersion.question_id, QuestionVersion.version)
    ).all()
    assert [(one.html, one.options, one.answers, one.content_hash) for one in versions[:4]] == [
        (one.html, one.options, one.answers, one.content_hash) for one in versions[4:]
    ]


def test_links_inside_the_course_lead_to_the_copy(course, branch, instructor, actor_of, transaction, tmp_path):
    path = _export(course, tmp_path / "a.zip")
    _bring(path, branch, actor_of(instructor), transaction, slug="copy")

    copy = find_course("copy")
    lessons = db.session.scalars(
        select(Lesson).join(Module, Module.id == Lesson.module_id).where(Module.course_id == copy.id)
    ).all()
    page = next(one for one in lessons if "账目**公布**" in one.body.zh)
    (linked,) = [one for one in lessons if "[要点]" in one.body.en]
    document = db.session.scalars(
        select(Material.id).where(Material.course_id == copy.id, Material.file_id.is_not(None))
    ).one()
    for text in (linked.body.en, linked.html.en):
        assert f"/study/lessons/{page.id}#p1" in text
        assert f"/study/materials/{document}" in text
        assert "/study/courses/copy" in text
        assert "/study/lessons/99999" in text
        assert "@" not in text


def test_gates_travel_without_the_branch_they_may_name(
    course, other_branch, instructor, actor_of, transaction, tmp_path
):
    path = _export(course, tmp_path / "a.zip")
    _bring(path, other_branch, actor_of(instructor), transaction, slug="copy")

    gates = db.session.scalars(select(Gate).where(Gate.course_id == find_course("copy").id).order_by(Gate.id)).all()
    assert [(one.opens_at, one.branch_id, one.is_personal, one.is_told) for one in gates] == [
        (datetime(2030, 5, 1, 8, 30, tzinfo=UTC), None, False, False),
        (None, None, True, True),
    ]


def test_lessons_that_would_wait_for_each_other_are_refused(sent, tmp_path, branch, instructor, actor_of, transaction):
    def close_circle(content):
        gate = content["gates"][1]
        content["gates"].append({**gate, "lesson_id": gate["after_lesson_id"], "after_lesson_id": gate["lesson_id"]})

    path = _pack(tmp_path / "a.zip", _changed(sent, close_circle))
    before = _rows_of("whole")

    with pytest.raises(CourseFileRefused, match="gates"):
        _bring(path, branch, actor_of(instructor), transaction, slug="copy")

    db.session.rollback()
    assert _rows_of("whole") == before


def test_no_person_travels(course, member, tmp_path):
    path = _export(course, tmp_path / "a.zip")
    with zipfile.ZipFile(path) as archive:
        whole = b"".join(archive.read(name) for name in archive.namelist())
    number = db.session.scalars(select(Certificate.number)).one()

    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == 1
    for word in (member.username, member.display_name, number):
        assert word.encode() not in whole


def test_the_same_file_twice_changes_nothing(course, instructor, actor_of, transaction, tmp_path, branch):
    path = _export(course, tmp_path / "a.zip")
    first = _bring(path, branch, actor_of(instructor), transaction, slug="copy")
    counted = _rows_of("copy")
    second = _bring(path, branch, actor_of(instructor), transaction, slug="copy")
    same_place = _bring(path, branch, actor_of(instructor), transaction)

    assert (first.is_new, second.is_new, same_place.is_new) == (True, False, False)
    assert _rows_of("copy") == counted


def test_a_course_that_differs_is_not_overwritten(course, instructor, actor_of, transaction, tmp_path, branch):
    path = _export(course, tmp_path / "a.zip")
    with transaction():
        find_course("whole").summary = Faces("改过了")

    with pytest.raises(CourseDiffers, match="whole"):
        _bring(path, branch, actor_of(instructor), transaction)


def test_a_document_still_to_be_read_is_read_after_the_import(
    course, instructor, actor_of, transaction, tmp_path, branch, announced
):
    with transaction():
        row = db.session.scalars(select(Material).where(Material.file_id.is_not(None))).one()
        row.state, row.text = MaterialState.WAITING, ""
    path = _export(find_course("whole"), tmp_path / "a.zip")

    _bring(path, branch, actor_of(instructor), transaction, slug="copy")

    new = db.session.scalars(select(Material).where(Material.file_id.is_not(None)).order_by(Material.id.desc())).first()
    assert announced()[-1].material_id == new.id


@pytest.mark.parametrize("audience", [PUBLIC, MEMBERS])
def test_who_may_read_it_travels_where_it_means_the_same_everywhere(
    audience, branch, instructor, actor_of, transaction, tmp_path
):
    path = _export(CourseFactory(slug="whole", audience=audience), tmp_path / "a.zip")
    _bring(path, branch, actor_of(instructor), transaction, slug="copy")
    assert find_course("copy").audience == audience


# Hostile files


def _parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _pack(path, parts, *, manifest=None, names=()):
    """Write parts with an honest manifest, or with the one given."""
    account = {
        name: {"sha256": sha256(content).hexdigest(), "size": len(content)}
        for name, content in parts.items()
        if name != "manifest.json"
    }
    honest = {"format": "xuetan-course", "version": 1, "parts": account}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            if name != "manifest.json":
                archive.writestr(name, content)
        for name, content in names:
            archive.writestr(name, content)
        archive.writestr("manifest.json", json.dumps(honest if manifest is None else manifest))
    return path


def _refusal(path):
    with pytest.raises(CourseFileRefused) as caught:
        keep_files(read_incoming(open_course_file(path)))
    db.session.rollback()
    return str(caught.value)


@pytest.fixture
def sent(course, tmp_path):
    """Return the honest parts of the course."""
    return _parts(_export(course, tmp_path / "honest.zip"))


def test_the_honest_parts_packed_again_are_taken(sent, tmp_path):
    keep_files(read_incoming(open_course_file(_pack(tmp_path / "a.zip", sent))))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all" * 100, b"PK\x05\x06" + bytes(18)])
def test_what_is_no_zip_or_no_course_is_refused(content, app, tmp_path):
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    assert _refusal(path)


@pytest.mark.parametrize(
    "name",
    ["../evil.txt", "/etc/passwd", "files/../../x", "C:\\x", "files/abc", "texts/0.txt", "x\x1b[31m", "course.JSON"],
)
def test_parts_that_do_not_belong_are_refused_by_name(sent, tmp_path, name):
    words = _refusal(_pack(tmp_path / "a.zip", sent, names=[(name, b"x")]))
    assert "不属于任何课程" in words
    assert "\x1b" not in words


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_is_there_twice_is_refused(sent, tmp_path):
    assert "两次" in _refusal(_pack(tmp_path / "a.zip", sent, names=[("course.json", b"{}")]))


def test_a_bomb_is_refused_before_it_unpacks(sent, tmp_path):
    bomb = {**sent, "texts/9.txt": b"0" * 40_000_000}
    assert "解压" in _refusal(_pack(tmp_path / "a.zip", bomb))


def test_missing_strange_and_changed_parts_are_refused(sent, tmp_path):
    honest = json.loads(sent["manifest.json"])
    file = next(name for name in sent if name.startswith("files/"))
    without = {name: content for name, content in sent.items() if name != "texts/1.txt"}

    assert "texts/1.txt" in _refusal(_pack(tmp_path / "a.zip", without, manifest=honest))
    assert "texts/1.txt" in _refusal(_pack(tmp_path / "b.zip", without))
    assert "texts/7.txt" in _refusal(_pack(tmp_path / "c.zip", {**sent, "texts/7.txt": b"x"}))
    assert file in _refusal(_pack(tmp_path / "d.zip", {**sent, file: b"another"}, manifest=honest))
    assert file in _refusal(_pack(tmp_path / "e.zip", {**sent, file: b"another"}))


@pytest.mark.parametrize(
    "manifest",
    [
        [],
        {"format": "xuetan-course", "version": 2, "parts": {}},
        {"format": "other", "version": 1, "parts": {}},
        {"format": "xuetan-course", "version": 1, "parts": {"course.json": 3}},
        {"format": "xuetan-course", "version": 1},
    ],
)
def test_other_manifests_are_refused(sent, tmp_path, manifest):
    assert _refusal(_pack(tmp_path / "a.zip", sent, manifest=manifest))


def test_a_locked_file_is_refused(sent, tmp_path):
    path = _pack(tmp_path / "a.zip", sent)
    raw = bytearray(path.read_bytes())
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = raw.find(sign)
        while start >= 0:
            raw[start + at] |= 1
            start = raw.find(sign, start + 4)
    path.write_bytes(raw)
    assert "密码" in _refusal(path)


def _changed(sent, change):
    content = json.loads(sent["course.json"])
    change(content)
    return {**sent, "course.json": as_bytes(content)}


def _set(table, at, name, value):
    def change(content):
        content[table][at][name] = value

    return change


LIES = {
    "course 1": _set("course", 0, "slug", "../up"),
    "course 1, title": _set("course", 0, "title", {"zh": "x" * 10_000}),
    "course 1, in_order": _set("course", 0, "in_order", 1),
    "course 1, audience": _set("course", 0, "audience", "branch:1"),
    "modules 1, position": _set("modules", 0, "position", -1),
    "modules 2, title": _set("modules", 1, "title", "only text"),
    "lessons 1, module_id": _set("lessons", 0, "module_id", 99),
    "lessons 1, kind": _set("lessons", 0, "kind", "game"),
    "lessons 3": _set("lessons", 2, "completion", "quiz_passed"),
    "lessons 4, body": _set("lessons", 3, "body", {"zh": "a\x00b"}),
    "lessons 1": _set("lessons", 0, "url", "javascript:alert(1)"),
    "questions 1": _set("questions", 0, "current_version", 9),
    "questions 2, key": _set("questions", 1, "key", "x" * 81),
    "versions 1, options": _set("versions", 0, "options", [{"key": "a"}]),
    "versions 2, answers": _set("versions", 1, "answers", "none"),
    "slots 1": _set("slots", 0, "fixed_version_id", 4),
    f"files/{'0' * 64}": _set("materials", 0, "file_id", {"sha256": "0" * 64, "name": "a.txt"}),
    "materials 1, file_id": _set("materials", 0, "file_id", {"sha256": "0" * 64, "name": "../a.txt"}),
    "materials 1, text": _set("materials", 0, "text", "texts/2.txt"),
    "timings 1, cues": _set("timings", 0, "cues", [[1, 2]]),
    "lesson_media 1, chapters": _set("lesson_media", 0, "chapters", [["x", "y"]]),
    "certificates 1, hours_tenths": _set("certificates", 0, "hours_tenths", True),
    "gates 1": _set("gates", 0, "quiz_percent", 101),
    "gates 2, opens_at": _set("gates", 1, "opens_at", "2030-01-01T00:00:00"),
    "briefs 1, rubric": _set("briefs", 0, "rubric", [["six", "完整"]]),
    "briefs 1": _set("briefs", 0, "pass_percent", 101),
    "meetings 1": _set("meetings", 0, "link", "javascript:alert(1)"),
    "meetings 1, seats": _set("meetings", 0, "seats", "many"),
    "banks": lambda content: content.update(banks={}),
    "modules 4": lambda content: content["modules"].append({"title": {"zh": "少了东西"}}),
    "materials, course_id, external_id": lambda content: content["materials"][1].update(
        external_id=content["materials"][0]["external_id"]
    ),
    "course": lambda content: content["course"].clear(),
    "course.json": lambda content: content.pop("slots"),
}


@pytest.mark.parametrize("place", list(LIES))
def test_content_that_cannot_be_is_refused_whole_and_names_the_place(sent, tmp_path, place):
    before = _rows_of("whole")

    words = _refusal(_pack(tmp_path / "a.zip", _changed(sent, LIES[place])))

    assert words.startswith(f"课程文件有误：“{place}”")
    assert words.endswith("。")
    assert _rows_of("whole") == before


def test_a_document_that_is_not_what_its_name_says_is_refused(sent, tmp_path):
    def rename(content):
        content["materials"][0]["file_id"]["name"] = "会议记录.pdf"

    assert "materials 1" in _refusal(_pack(tmp_path / "a.zip", _changed(sent, rename)))


def test_a_document_that_could_not_be_read_travels_as_it_was_kept(sent, tmp_path):
    def rename(content):
        content["materials"][0]["file_id"]["name"] = "会议记录.pdf"
        content["materials"][0].update(state="failed", fault="other_kind")

    kept = keep_files(read_incoming(open_course_file(_pack(tmp_path / "a.zip", _changed(sent, rename)))))

    sha256_of = json.loads(sent["course.json"])["materials"][0]["file_id"]["sha256"]
    assert kept[sha256_of].media_type == "application/octet-stream"


@pytest.mark.parametrize("text", [b"\xff\xfe\x00", b"a\x00b"])
def test_a_text_that_is_none_is_refused(sent, tmp_path, text):
    assert "texts/1.txt" in _refusal(_pack(tmp_path / "a.zip", {**sent, "texts/1.txt": text}))


def test_deep_json_is_refused(sent, tmp_path):
    deep = {**sent, "course.json": b"[" * 100_000 + b"]" * 100_000}
    assert _refusal(_pack(tmp_path / "a.zip", deep))


def test_half_an_import_leaves_nothing(course, instructor, actor_of, transaction, tmp_path, branch, monkeypatch):
    path = _export(course, tmp_path / "a.zip")
    before = _rows_of("whole")
    monkeypatch.setattr("study.services.course_imports.announce", lambda event: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        _bring(path, branch, actor_of(instructor), transaction, slug="copy")

    assert _rows_of("whole") == before


# In the browser and on the command line


def test_an_author_exports_and_imports_in_the_browser(course, sign_in, instructor, branch, app):
    browser = sign_in(instructor)
    sent = browser.get("/study/manage/courses/whole/export.zip", buffered=True)
    assert (sent.status_code, sent.mimetype) == (200, "application/zip")

    def send(content, slug):
        typed = {"file": (io.BytesIO(content), "a.zip"), "branch": str(branch.id), "slug": slug}
        return browser.post("/study/manage/import", data=typed)

    first, again, clash = send(sent.data, "copy"), send(sent.data, "copy"), send(sent.data[:-200], "copy-2")

    assert (first.status_code, first.location) == (303, "/study/manage/courses/copy")
    assert again.status_code == 303
    assert clash.status_code == 422
    assert 'value="copy-2"' in clash.text
    assert db.session.scalar(select(func.count()).select_from(Course).where(Course.slug.like("copy%"))) == 1
    from pathlib import Path

    assert list(Path(app.config["DATA"]).glob(".course-*")) == []


def test_a_clash_of_addresses_is_said_beside_the_field(course, sign_in, instructor, branch):
    CourseFactory(slug="taken")
    browser = sign_in(instructor)
    sent = browser.get("/study/manage/courses/whole/export.zip", buffered=True).data
    typed = {"file": (io.BytesIO(sent), "a.zip"), "branch": str(branch.id), "slug": "taken"}

    answer = browser.post("/study/manage/import", data=typed)

    assert answer.status_code == 422
    assert 'id="slug-e"' in answer.text


def test_the_command_line_exports_imports_and_says_so(course, administrator, tmp_path, branch, app):
    cli, path = attach_all(), str(tmp_path / "whole.zip")
    run = CliRunner().invoke
    export, take = cli.commands["export"].commands["course"], cli.commands["import"].commands["course"]

    out = run(export, ["whole", path, "--json"])
    first = run(take, [path, "--branch", branch.slug, "--slug", "copy", "--json"])
    again = run(take, [path, "--branch", branch.slug, "--slug", "copy", "--json"])
    nowhere = run(take, [path, "--branch", "nowhere"])
    (tmp_path / "bad.zip").write_bytes(b"no zip")
    bad = run(take, [str(tmp_path / "bad.zip"), "--branch", branch.slug, "--json"])

    assert json.loads(out.stdout)["course"] == "whole"
    assert json.loads(first.stdout) == {"course": "copy", "imported": True, "error": None}
    assert json.loads(again.stdout) == {"course": "copy", "imported": False, "error": None}
    assert nowhere.exit_code == 2
    assert bad.exit_code == 1
    assert json.loads(bad.stdout)["error"] == "This is no ZIP file, or a damaged one."
    assert find_course("copy").created_by_id == administrator.id
    assert db.session.scalars(select(Quiz.id).where(Quiz.course_id == find_course("copy").id)).all() != []


def test_a_picture_larger_than_the_site_takes_is_not_unpacked_whole(sent, tmp_path, app, monkeypatch):
    huge = b"\x89PNG\r\n\x1a\n" + random.Random(7).randbytes(2_000_000)
    name = sha256(huge).hexdigest()

    def swap(content):
        content["pictures"][0]["file_id"]["sha256"] = name

    parts = {**_changed(sent, swap), f"files/{name}": huge}
    old = json.loads(sent["course.json"])["pictures"][0]["file_id"]["sha256"]
    del parts[f"files/{old}"]
    incoming = read_incoming(open_course_file(_pack(tmp_path / "a.zip", parts)))
    monkeypatch.setitem(app.config, "MAX_UPLOAD_MIB", 1)
    decoded = []
    monkeypatch.setattr(course_files, "kept_picture", lambda content, _name: decoded.append(len(content)))

    with pytest.raises(CourseFileRefused, match="pictures 1"):
        keep_pictures(incoming)
    assert decoded == []
