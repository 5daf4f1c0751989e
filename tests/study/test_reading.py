"""Documents on the page of a lesson: their shape, pictures and passages; found by paragraph; copied and read anew."""

import io
import re

import pytest
from sqlalchemy import delete, func, select

from accounts.actors import actor_for
from core.db import db, transaction
from core.documents import source_for
from core.faces import Faces
from core.files import File, store
from core.passages import passages_of
from core.subjects import subject_for
from study import handlers
from study.cli import study
from study.enums import ExtractionFault, LessonKind
from study.events import MaterialFileArrived
from study.extraction import RICH_VERSION
from study.models import Lesson, Material, MaterialPicture, Reading
from study.queries.courses import get_own_course
from study.queries.materials import get_own_material
from study.queries.readings import is_outdated
from study.services.copying import copy_course
from study.services.materials import delete_material, note_fault
from tests.factories.documents import document_lesson, drawing, word_bytes, words
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, MaterialFactory

EN = {"Accept-Language": "en"}
LONG = "".join(words(f"Chapter {n}", "Heading1") + words(f"Sentence {n} stands here. " * 200) for n in range(1, 5))


@pytest.fixture
def people(member, instructor, administrator):
    """Whoever reads, writes and runs the course."""


@pytest.fixture
def course(people):
    return CourseFactory(slug="guided")


@pytest.fixture
def lesson(course):
    return document_lesson(course)


@pytest.fixture
def reader(sign_in, member):
    return sign_in(member)


def page_of(reader, lesson, query: str = "") -> str:
    return reader.get(f"/study/lessons/{lesson.id}{query}", headers=EN).text


def parts_of(lesson) -> list[str]:
    return db.session.scalars(select(Reading.parts).where(Reading.material_id == lesson.material_id)).one()


def test_a_document_is_shown_with_its_shape_and_pictures(reader, lesson):
    page = page_of(reader, lesson)

    assert "<strong>Bring a pen.</strong>" in page
    address = f"/study/materials/{lesson.material_id}/pictures/1"
    assert f'<a class="pic" href="{address}"><img src="{address}/small" width="640"' in page
    for there in (address, f"{address}/small"):
        with reader.get(there) as answer:
            assert (answer.status_code, answer.mimetype, answer.data[:4]) == (200, "image/webp", b"RIFF")
    assert reader.get(f"/study/materials/{lesson.material_id}/pictures/2").status_code == 404


def test_a_picture_that_no_words_tell_of_is_told_by_its_number(reader, course):
    page = page_of(reader, document_lesson(course, word_bytes(words("See") + drawing(""))))
    assert 'loading="lazy" alt="Picture 1"></a></figure>' in page


def test_readers_who_save_data_get_the_size_of_a_picture_instead(reader, lesson):
    reader.set_cookie("saver", "on")
    page = page_of(reader, lesson)
    assert re.search(r'pictures/1">A page of minutes \(picture, \d+ KB\)</a>', page)
    assert "<img" not in page.split('class="prose lesson"')[1].split("</section>")[0]


def test_a_long_document_is_shown_by_part_with_its_contents(reader, course):
    lesson = document_lesson(course, word_bytes(LONG))
    page = page_of(reader, lesson, "?page=3")

    assert ("Sentence 3 stands" in page, "Sentence 1 stands" in page) == (True, False)
    anchor = passages_of(parts_of(lesson)[2])[0].place
    assert f'<li><a href="?page=3#{anchor}">Chapter 3</a></li>' in page
    assert 'aria-label="Part 1"' in page


def test_the_page_of_a_material_shows_the_same(reader, lesson):
    page = reader.get(f"/study/materials/{lesson.material_id}", headers=EN).text
    assert '<h3 id="p100003">When</h3>' in page


def test_a_document_lesson_costs_one_question_more_whatever_its_length(reader, course, count_queries):
    counts = []
    for number, body in enumerate((words("One"), LONG)):
        lesson = document_lesson(course, word_bytes(body), name=f"{number}.docx")
        with count_queries() as seen:
            page_of(reader, lesson)
        counts.append(len([one for one in seen if "study_readings" in one]))
    assert counts == [1, 1]


def test_a_hit_leads_to_its_paragraph(course):
    lesson = document_lesson(course, word_bytes(LONG))
    [document] = source_for("material").get([lesson.material_id])

    at = document.text.index("Sentence 3")
    anchor = passages_of(parts_of(lesson)[2])[1].place
    assert document.address_at(at) == f"/study/materials/{lesson.material_id}?page=3#{anchor}"
    assert document.address_at(0) == f"/study/materials/{lesson.material_id}?page=1#p100001"
    assert document.text.count("\f") == len(parts_of(lesson)) - 1
    assert all(document.text[place - 1] in "\f\n" for place, _address in document.places[1:])


def test_notes_and_threads_hang_on_paragraphs_of_a_document(reader, member, course):
    lesson = document_lesson(course, word_bytes(LONG))
    passage = passages_of(parts_of(lesson)[2])[1]
    answer = reader.post(
        f"/study/lessons/{lesson.id}/notes/{passage.mark}", data={"body": "Ask Li", "colour": "green"}, headers=EN
    )
    assert answer.location == f"/study/lessons/{lesson.id}?page=3#{passage.place}"
    assert f'<p id="{passage.place}" data-hl="green">' in page_of(reader, lesson, "?page=3")
    first = page_of(reader, lesson)
    assert ("Ask Li" in first, "The lesson no longer says this." in first) == (False, False)

    subject = subject_for("lesson").find(lesson.id, actor_for(member.id))
    found = next(one for one in subject.passages if one.mark == passage.mark)
    assert found.address_on(subject.url) == f"/study/lessons/{lesson.id}?page=3#{passage.place}"


def test_a_file_that_cannot_be_read_again_leaves_nothing_of_the_old_shape(lesson, transaction):
    material = db.session.get(Material, lesson.material_id)
    with transaction():
        note_fault(material, ExtractionFault.BROKEN)
    left = [db.session.scalar(select(func.count()).select_from(model)) for model in (Reading, MaterialPicture)]
    assert left == [0, 0]
    assert db.session.scalar(select(func.count()).select_from(File)) == 1


def test_a_copy_of_the_course_shows_the_same_and_outlives_it(lesson, administrator, transaction):
    with transaction():
        actor = actor_for(administrator.id)
        copy = copy_course(get_own_course("guided", actor), actor, "second", Faces("", "Second"), as_edition=False)
    twin = db.session.scalars(select(Material).where(Material.course_id == copy.id)).one()
    assert db.session.scalars(select(Reading.parts).where(Reading.material_id == twin.id)).one() == parts_of(lesson)
    with transaction():
        note_fault(db.session.get(Material, lesson.material_id), ExtractionFault.BROKEN)
    assert db.session.scalar(select(func.count()).select_from(MaterialPicture)) == 1
    assert db.session.scalar(select(func.count()).select_from(File)) == 3


def test_a_document_whose_words_came_along_is_made_fit_to_be_shown(lesson, transaction):
    with transaction():
        db.session.execute(delete(MaterialPicture))
        db.session.execute(delete(Reading))
    handlers.read_files([MaterialFileArrived(material_id=lesson.material_id)])
    assert parts_of(lesson)[0].startswith('<h2 id="p100001">Keeping minutes</h2>')


def test_the_command_reads_old_documents_anew(app, lesson, transaction):
    with transaction():
        db.session.execute(delete(MaterialPicture))
        db.session.execute(delete(Reading))
    done = app.test_cli_runner().invoke(study, ["read-documents"])
    assert (done.exit_code, "1" in done.stdout) == (0, True)
    assert db.session.scalars(select(Reading.made_by)).one() == RICH_VERSION
    again = app.test_cli_runner().invoke(study, ["read-documents"])
    assert again.exit_code == 0


def test_a_material_that_is_deleted_takes_the_files_of_its_pictures_along(lesson, instructor, transaction):
    material_id = lesson.material_id
    with transaction():
        db.session.delete(db.session.get(Lesson, lesson.id))
    with transaction():
        actor = actor_for(instructor.id)
        delete_material(get_own_material(material_id, actor), actor)
    assert db.session.scalars(select(File.original_name)).all() == ["guide.docx"]


def test_a_document_that_is_shown_as_html_brings_no_plain_words(reader, lesson, count_queries):
    for address in (f"/study/lessons/{lesson.id}", f"/study/materials/{lesson.material_id}"):
        with count_queries() as seen:
            reader.get(address)
        assert [one for one in seen if "study_materials.text" in one] == []
    with count_queries() as seen:
        assert source_for("material").get([lesson.material_id])[0].text.startswith("Keeping minutes")
    assert "CASE WHEN (study_readings.material_id IS NULL) THEN study_materials.text" in " ".join(
        " ".join(seen).split()
    )


def test_a_file_is_sent_and_a_page_noted_without_a_look_at_the_words(reader, member, course, count_queries):
    EnrolmentFactory(course=course, user=member)
    file = store(io.BytesIO(b"One.\fTwo."), "minutes.txt")
    material = MaterialFactory(course=course, file=file)
    lesson = LessonFactory(module__course=course, kind=LessonKind.DOCUMENT, material_id=material.id)
    with count_queries() as seen:
        with reader.get(f"/study/materials/{material.id}/file", headers={"Range": "bytes=0-1"}) as part:
            assert (part.status_code, part.data) == (206, b"On")
        assert reader.post(f"/study/lessons/{lesson.id}/page", data={"page": 2}).status_code == 204
    assert [one for one in seen if "study_materials.text" in one] == []


def test_only_the_document_that_came_with_its_words_is_outdated(course, lesson):
    later = document_lesson(course, name="later.docx")
    with transaction():
        db.session.execute(delete(MaterialPicture).where(MaterialPicture.material_id == later.material_id))
        db.session.execute(delete(Reading).where(Reading.material_id == later.material_id))
    assert [is_outdated(one.material_id) for one in (lesson, later)] == [False, True]
