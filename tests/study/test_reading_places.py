"""Where a reader stopped in a document: kept by script at once or by address in bulk, never by a GET."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.events import UserErased
from core.buffer import flush_all
from core.clock import utcnow
from core.db import db, transaction
from core.files import store
from study import work_handlers
from study.enums import ExtractionFault, LessonKind, MaterialState
from study.models import ReadingPlace
from study.services.readings import note_places
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, MaterialFactory
from tests.study.test_extraction import pdf_bytes

EN = {"Accept-Language": "en"}
LONG = "\f".join(f"Page {n} says much. " * 400 for n in range(1, 5))


@pytest.fixture
def course(member, instructor):
    made = CourseFactory()
    EnrolmentFactory(course=made, user=member)
    return made


@pytest.fixture
def lesson(course):
    material = MaterialFactory(course=course, text=LONG, page_count=4, language="en")
    return LessonFactory(module__course=course, kind=LessonKind.DOCUMENT, material_id=material.id)


@pytest.fixture
def reader(sign_in, member):
    return sign_in(member)


def kept() -> list[tuple[int, int, int]]:
    db.session.expire_all()
    return [(one.user_id, one.lesson_id, one.page) for one in db.session.scalars(select(ReadingPlace))]


def test_a_script_says_which_page_is_read(reader, member, lesson):
    for page in (2, 3):
        assert reader.post(f"/study/lessons/{lesson.id}/page", data={"page": page}).status_code == 204
        assert kept() == [(member.id, lesson.id, page)]


def test_what_another_process_wrote_later_is_not_overwritten_by_what_waits_here(reader, member, lesson):
    reader.get(f"/study/lessons/{lesson.id}?page=3")
    with transaction():
        note_places({(member.id, lesson.id): (4, utcnow() + timedelta(seconds=1))})
    assert "Go on at page 4" in reader.get(f"/study/lessons/{lesson.id}", headers=EN).text
    flush_all()
    assert kept() == [(member.id, lesson.id, 4)]


@pytest.mark.parametrize("page", ["", "0", "-1", "x", "5", "99999"])
def test_what_is_no_page_is_not_kept(reader, lesson, page):
    assert reader.post(f"/study/lessons/{lesson.id}/page", data={"page": page}).status_code == 204
    flush_all()
    assert kept() == []


def test_without_scripts_the_address_says_it_and_the_next_visit_offers_to_go_on(reader, member, lesson):
    reader.get(f"/study/lessons/{lesson.id}?page=3")
    offer = f'<a href="/study/lessons/{lesson.id}?page=3#page-3">Go on at page 3</a>'
    assert offer in reader.get(f"/study/lessons/{lesson.id}", headers=EN).text
    flush_all()
    assert kept() == [(member.id, lesson.id, 3)]
    assert offer in reader.get(f"/study/lessons/{lesson.id}", headers=EN).text
    assert offer not in reader.get(f"/study/lessons/{lesson.id}?page=3", headers=EN).text


def test_nothing_is_kept_of_those_who_do_not_take_the_course(sign_in, instructor, lesson):
    browser = sign_in(instructor)
    browser.get(f"/study/lessons/{lesson.id}?page=3")
    browser.post(f"/study/lessons/{lesson.id}/page", data={"page": "2"})
    flush_all()
    assert kept() == []


def test_the_end_of_a_document_is_not_reached_before_its_last_page(reader, lesson):
    assert '<div id="end" hidden data-active' in reader.get(f"/study/lessons/{lesson.id}").text
    assert '<div id="end" data-active' in reader.get(f"/study/lessons/{lesson.id}?page=4").text


def test_an_erased_member_has_stopped_nowhere(reader, member, lesson):
    reader.post(f"/study/lessons/{lesson.id}/page", data={"page": "2"})
    flush_all()
    work_handlers.forget_works([UserErased(user_id=member.id)])
    assert kept() == []


@pytest.mark.scripts
def test_a_pdf_brings_its_reader_and_its_words(reader, member, course, built_scripts):
    file = store(io.BytesIO(pdf_bytes("One", "Two")), "minutes.pdf")
    material = MaterialFactory(course=course, file=file, text="One\fTwo", page_count=2)
    lesson = LessonFactory(module__course=course, kind=LessonKind.DOCUMENT, material_id=material.id)
    reader.post(f"/study/lessons/{lesson.id}/page", data={"page": "2"})

    page = reader.get(f"/study/lessons/{lesson.id}", headers=EN).text
    assert f'id="pdf" hidden data-file="/study/materials/{material.id}/file"' in page
    assert f'data-page="2" data-report="/study/lessons/{lesson.id}/page"' in page
    assert '<section id="page-2">' in page
    outside = reader.get(f"/study/materials/{material.id}", headers=EN).text
    assert ('id="pdf"' in outside, f'data-report="/study/lessons/{lesson.id}/page"' in outside) == (True, True)


@pytest.mark.scripts
def test_a_file_that_cannot_be_read_says_so_to_learners_and_what_to_do_to_authors(
    reader, sign_in, instructor, course, built_scripts
):
    file = store(io.BytesIO(pdf_bytes("One")), "minutes.pdf")
    broken = {"state": MaterialState.FAILED, "fault": ExtractionFault.BROKEN, "text": "", "page_count": 0}
    material = MaterialFactory(course=course, file=file, **broken)
    lesson = LessonFactory(module__course=course, kind=LessonKind.DOCUMENT, material_id=material.id)

    page = reader.get(f"/study/lessons/{lesson.id}", headers=EN).text
    assert "This file cannot be read." in page
    assert ("Open and save it again" in page, 'id="pdf"' in page) == (False, False)
    assert '<div id="end" hidden data-active' in page
    assert "Open and save it again" in sign_in(instructor).get(f"/study/lessons/{lesson.id}", headers=EN).text


@pytest.mark.scripts
def test_a_pdf_of_pictures_alone_is_shown_and_goes_on_where_one_stopped(reader, member, course, built_scripts):
    file = store(io.BytesIO(pdf_bytes("")), "scanned.pdf")
    scanned = {"state": MaterialState.FAILED, "fault": ExtractionFault.NO_TEXT, "text": "", "page_count": 0}
    material = MaterialFactory(course=course, file=file, **scanned)
    lesson = LessonFactory(module__course=course, kind=LessonKind.DOCUMENT, material_id=material.id)
    reader.post(f"/study/lessons/{lesson.id}/page", data={"page": "7"})

    assert kept() == [(member.id, lesson.id, 7)]
    page = reader.get(f"/study/lessons/{lesson.id}", headers=EN).text
    assert ('data-page="7"' in page, "Open the original instead." in page) == (True, True)


def test_of_two_processes_that_write_at_once_the_later_place_stands(member, lesson, count_queries):
    now = utcnow()
    with transaction():
        note_places({(member.id, lesson.id): (4, now)})
    # Who looks before writing may look too early: the row itself is asked while it is held.
    with count_queries() as seen, transaction():
        note_places({(member.id, lesson.id): (2, now - timedelta(seconds=1))})
    assert [one for one in seen if "FROM study_reading_places" in one] == []
    assert kept() == [(member.id, lesson.id, 4)]


@pytest.mark.scripts
def test_the_page_of_a_material_goes_on_where_its_lesson_was_left(reader, member, course, built_scripts):
    file = store(io.BytesIO(pdf_bytes("one", "two", "three")), "a.pdf")
    material = MaterialFactory(course=course, file=file, text="one\ftwo\fthree", page_count=3)
    lesson = LessonFactory(module__course=course, kind=LessonKind.DOCUMENT, material_id=material.id)
    address, report = f"/study/materials/{material.id}", f"/study/lessons/{lesson.id}/page"
    assert f'data-page="1" data-report="{report}"' in reader.get(address).text

    reader.post(report, data={"page": 3})
    assert 'data-page="3"' in reader.get(address).text
    assert 'data-page="3"' in reader.get(f"/study/lessons/{lesson.id}").text

    assert 'data-page="2"' in reader.get(f"{address}?page=2").text
    assert 'data-page="2"' in reader.get(address).text
    flush_all()
    assert kept() == [(member.id, lesson.id, 2)]


@pytest.mark.scripts
def test_the_page_of_a_material_keeps_nothing_of_who_does_not_take_the_course(sign_in, member, built_scripts):
    file = store(io.BytesIO(pdf_bytes("one", "two")), "a.pdf")
    material = MaterialFactory(course=CourseFactory(), file=file, text="one\ftwo", page_count=2)
    LessonFactory(module__course=material.course, kind=LessonKind.DOCUMENT, material_id=material.id)
    page = sign_in(member).get(f"/study/materials/{material.id}?page=2").text
    flush_all()
    assert ('data-page="2"' in page, "data-report" in page, kept()) == (True, False, [])
