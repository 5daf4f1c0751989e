"""Materials: sending files in the browser and what becomes of them."""

import io
import re
from html import unescape

import pytest
from sqlalchemy import select

from core.db import db
from core.faces import Faces
from study.enums import ExtractionFault, LessonKind, MaterialState
from study.models import Material
from study.queries.materials import list_choices
from study.services import materials
from tests.factories.study import CourseFactory, LessonFactory, MaterialFactory
from tests.study.test_extraction import docx_bytes, encrypted_pdf, paragraph, pdf_bytes

EN = {"Accept-Language": "en"}


def only(model):
    db.session.expire_all()
    return db.session.scalars(select(model)).one()


@pytest.fixture
def author(sign_in, instructor):
    return sign_in(instructor)


def upload(browser, course_slug, *files):
    data = {"files": [(io.BytesIO(content), name) for name, content in files]}
    return browser.post(f"/study/manage/courses/{course_slug}/materials", data=data, headers=EN)


def test_an_upload_is_read_by_the_worker(author, drain):
    course = CourseFactory()
    slug = course.slug
    assert upload(author, slug, ("Accounts.pdf", pdf_bytes("Bring the minutes"))).status_code == 303
    assert only(Material).state is MaterialState.WAITING

    drain()

    material = only(Material)
    assert (material.state, material.title, material.text) == (MaterialState.READY, "Accounts", "Bring the minutes")
    assert "Text can be searched" in author.get(f"/study/manage/courses/{slug}/materials", headers=EN).text
    page = author.get(f"/study/materials/{material.id}").text
    assert "Bring the minutes" in page
    sent = author.get(f"/study/materials/{material.id}/file?download=1", buffered=True)
    assert sent.data == pdf_bytes("Bring the minutes")
    assert sent.headers["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("film.avi", b"\0\0\0 ftyp", "Only PDF, DOCX, PPTX, EPUB, Markdown"),
        ("empty.txt", b"", "The file is empty."),
    ],
)
def test_a_file_that_cannot_be_taken_says_why_beside_the_field(author, name, content, words):
    course = CourseFactory()
    answer = upload(author, course.slug, (name, content))
    assert answer.status_code == 422
    assert f"{name}: " in unescape(answer.text)
    assert answer.text.count(words) == 1
    assert db.session.scalars(select(Material)).all() == []


@pytest.mark.parametrize(
    ("name", "content", "fault", "words"),
    [
        ("locked.pdf", encrypted_pdf(), ExtractionFault.ENCRYPTED, "The file is protected by a password."),
        (
            "locked.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            ExtractionFault.ENCRYPTED,
            "The file is protected by a password.",
        ),
        ("broken.pdf", b"%PDF-1.7\nrubbish", ExtractionFault.BROKEN, "The file is damaged and cannot be opened."),
        ("tricks.pdf", b"<html>not a pdf</html>", ExtractionFault.OTHER_KIND, "The file is not what its name says"),
        ("tricks.docx", pdf_bytes("A PDF"), ExtractionFault.OTHER_KIND, "The file is not what its name says"),
        ("virus.pdf", b"MZ\x90\0" + b"\0" * 60, ExtractionFault.OTHER_KIND, "The file is not what its name says"),
        ("four.docx", b"PK\x03\x04", ExtractionFault.BROKEN, "The file is damaged and cannot be opened."),
        (
            "bomb.docx",
            docx_bytes(paragraph("x"), "<!DOCTYPE x [<!ENTITY a 'b'>]>"),
            ExtractionFault.ENTITIES,
            "document type declarations",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_kept_with_the_reason_beside_it(author, drain, name, content, fault, words):
    slug = CourseFactory().slug
    answer = upload(author, slug, (name, content))
    assert (answer.status_code, answer.location) == (303, f"/study/manage/courses/{slug}/materials")

    page = author.get(f"/study/manage/courses/{slug}/materials", headers=EN).text
    assert page.count(words) == 1
    assert "1 file is kept, but cannot be read. The reason stands beside it." in page
    material = only(Material)
    assert (material.state, material.fault) == (MaterialState.FAILED, fault)
    with author.get(f"/study/materials/{material.id}/file?download=1") as sent:
        assert (sent.data, sent.headers["Content-Disposition"].split(";")[0]) == (content, "attachment")

    author.post(f"/study/manage/materials/{material.id}/read-again")
    drain()
    assert only(Material).fault is fault


def test_what_cannot_be_read_takes_no_good_file_s_place(author, drain):
    slug = CourseFactory().slug
    upload(author, slug, ("minutes.pdf", pdf_bytes("Good")))
    drain()
    answer = upload(author, slug, ("minutes.pdf", encrypted_pdf()))
    assert (answer.status_code, "minutes.pdf: The file is protected by a password." in unescape(answer.text)) == (
        422,
        True,
    )
    assert (only(Material).text, only(Material).version) == ("Good", 1)


def test_a_good_file_takes_the_place_of_one_that_could_not_be_read(author, drain):
    slug = CourseFactory().slug
    for content in (encrypted_pdf(), pdf_bytes("Good")):
        upload(author, slug, ("minutes.pdf", content))
    drain()
    assert (only(Material).text, only(Material).fault, only(Material).version) == ("Good", None, 2)


def test_a_file_beyond_the_limit_of_the_site_is_refused(author, app, monkeypatch):
    monkeypatch.setitem(app.config, "MAX_UPLOAD_MIB", 0)
    course = CourseFactory()
    assert "The file is larger than 0 MiB." in upload(author, course.slug, ("big.txt", b"a")).text


def test_good_files_are_kept_beside_bad_ones(author):
    course = CourseFactory()
    answer = upload(author, course.slug, ("good.md", "# 好".encode()), ("bad.avi", b"no"))
    assert answer.status_code == 422
    assert only(Material).external_id == "good.md"


def test_the_same_name_with_other_content_is_a_new_version(author, drain):
    course = CourseFactory()
    slug = course.slug
    for content in (b"first", b"first", b"second"):
        upload(author, slug, ("note.txt", content))
        drain()
    material = only(Material)
    assert (material.version, material.text) == (2, "second")


def test_a_file_without_text_tells_its_sender(author, instructor, drain, monkeypatch):
    course = CourseFactory()
    upload(author, course.slug, ("scan.pdf", pdf_bytes("")))
    told = []
    monkeypatch.setattr(materials, "tell", lambda people, kind, **_rest: told.append((kind, people)))

    drain()

    material = only(Material)
    assert (material.state, material.fault) == (MaterialState.FAILED, ExtractionFault.NO_TEXT)
    assert told == [("study.material_failed", [instructor.id])]
    assert "The file holds no text" in author.get(f"/study/materials/{material.id}", headers=EN).text


def test_a_material_in_use_is_not_deleted(author):
    material = MaterialFactory()
    LessonFactory(
        module__course=material.course,
        kind=LessonKind.DOCUMENT,
        material_id=material.id,
        title=Faces("样张", "Sample"),
    )
    slug, ident = material.course.slug, material.id
    author.post(f"/study/manage/materials/{ident}/delete", headers=EN)
    page = author.get(f"/study/manage/courses/{slug}/materials", headers=EN).text
    assert "The lesson “Sample” still shows this material." in page
    assert only(Material).id == ident


def test_an_unused_material_is_deleted(author):
    material = MaterialFactory()
    author.post(f"/study/manage/materials/{material.id}/delete")
    assert db.session.scalars(select(Material)).all() == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_materials_costs_seven_queries_at_any_length(author, count_queries, rows):
    course = CourseFactory()
    MaterialFactory.create_batch(rows, course=course)
    slug = course.slug
    with count_queries() as seen:
        page = author.get(f"/study/manage/courses/{slug}/materials")
    assert (page.text.count('<li><div class="m">'), len(seen)) == (rows, 7), seen


def test_the_text_of_a_file_is_read_again_on_request(author, drain):
    course = CourseFactory()
    upload(author, course.slug, ("note.txt", b"Bring the minutes."))
    drain()
    material = only(Material)
    material.text = "spoilt"
    db.session.commit()
    author.post(f"/study/manage/materials/{material.id}/read-again")
    drain()
    assert only(Material).text == "Bring the minutes."


def test_what_has_no_file_is_not_read_again(author):
    material = MaterialFactory()
    assert author.post(f"/study/manage/materials/{material.id}/read-again").status_code == 422
    assert author.get(f"/study/materials/{material.id}/file").status_code == 404


def test_what_is_another_thing_than_its_name_says_is_only_a_download(author, drain):
    upload(author, CourseFactory().slug, ("page.pdf", b"<script>alert(1)</script>"))
    material = only(Material)
    sent = author.get(f"/study/materials/{material.id}/file", buffered=True)
    author.post(f"/study/manage/materials/{material.id}/read-again")
    drain()

    assert (sent.data, sent.mimetype) == (b"<script>alert(1)</script>", "application/octet-stream")
    assert sent.headers["Content-Disposition"].startswith("attachment")
    assert only(Material).fault is ExtractionFault.OTHER_KIND


@pytest.mark.parametrize(("name", "content", "opens"), [("a.pdf", pdf_bytes("A"), 1), ("a.html", b"<p>A</p>", 0)])
def test_opening_is_offered_only_where_a_browser_can(author, name, content, opens):
    upload(author, CourseFactory().slug, (name, content))
    page = author.get(f"/study/materials/{only(Material).id}", headers=EN).text
    assert (page.count(">Open the original<"), page.count(">Download<")) == (opens, 1)


def test_a_lesson_is_offered_its_materials_with_their_types(author):
    course = CourseFactory()
    upload(author, course.slug, ("book.pdf", pdf_bytes("A")), ("book.html", b"<p>A</p>"))
    assert sorted(words for _ident, words in list_choices(course.id).documents) == ["book · HTML", "book · PDF"]


def test_a_page_of_html_keeps_its_headings_and_loses_its_scripts(author, drain):
    page = b"<title>T</title><h1>Minutes</h1><p>Bring <b>them</b>.</p><script>alert(1)</script><ul><li>One</li></ul>"
    upload(author, CourseFactory().slug, ("a.html", page))
    drain()
    shown = author.get(f"/study/materials/{only(Material).id}", headers=EN).text
    assert re.search(r"<h2[^>]*>Minutes</h2>", shown)
    assert "<strong>them</strong>" in shown
    assert "alert(1)" not in shown
