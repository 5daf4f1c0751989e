"""Files that were replaced: kept where somebody had opened them, swept where nobody had."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select

from core import files
from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.files import File, path_of, store
from study.enums import LessonKind, ProgressKind
from study.models import Lesson, Material, MaterialVersion, ProgressEvent
from study.queries.materials import get_own_material
from study.services.materials import Arrival, add_upload, delete_material, take_in
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, ModuleFactory

EN = {"Accept-Language": "en"}


def sent(words: str, name: str = "minutes.txt") -> File:
    """Return a file as it is uploaded."""
    return store(io.BytesIO(words.encode()), name)


@pytest.fixture
def course(member):
    course = CourseFactory(title=Faces("课", "Course"))
    EnrolmentFactory(user=member, course=course)
    return course


@pytest.fixture
def author(actor_of, instructor):
    return actor_of(instructor)


@pytest.fixture
def lesson(course, author):
    add_upload(course, author, sent("First words"))
    material = db.session.scalars(select(Material)).one()
    lesson = LessonFactory(
        module=ModuleFactory(course=course), kind=LessonKind.DOCUMENT, material_id=material.id, minutes=5
    )
    db.session.commit()
    return lesson


def replace(course, author, words: str = "Second words") -> None:
    add_upload(course, author, sent(words))
    db.session.commit()


def study(lesson: Lesson, member) -> None:
    """Note that a member opened the lesson as it is and stayed two minutes."""
    material = db.session.get_one(Material, lesson.material_id)
    told = {"changed": "2026-11-01T08:00:00+00:00", "version": material.version, "checksum": material.checksum}
    for kind, detail in ((ProgressKind.OPENED, told), (ProgressKind.STUDIED, {"seconds": 120})):
        db.session.add(ProgressEvent(user_id=member.id, lesson_id=lesson.id, kind=kind, at=utcnow(), detail=detail))
    db.session.commit()


@pytest.fixture
def sweep(monkeypatch):
    """Sweep as if a day had passed."""

    def act() -> None:
        monkeypatch.setattr(files, "SWEPT_AFTER_SECONDS", -1)
        files.sweep()

    return act


def test_a_file_that_was_studied_is_had_from_the_proof_of_hours(course, lesson, author, member, sign_in, sweep):
    study(lesson, member)
    replace(course, author)
    sweep()
    browser = sign_in(member)
    address = f"/study/materials/{lesson.material_id}/versions/1"
    assert f'href="{address}"' in browser.get("/study/progress/hours", headers=EN).text
    for number, words in ((1, b"First words"), (2, b"Second words")):
        with browser.get(f"{address[:-1]}{number}") as answer:
            assert answer.data == words
    assert browser.get(address[:-1] + "3").status_code == 404
    page = browser.get(f"/study/materials/{lesson.material_id}", headers=EN).text
    assert ("Earlier versions" in page, f'href="{address}"' in page, "replaced <time" in page) == (True, True, True)


def test_a_file_that_nobody_opened_goes(course, lesson, author, member, sign_in, sweep):
    old = path_of(db.session.scalars(select(File)).one())
    replace(course, author)
    study(lesson, member)
    now = path_of(db.session.scalars(select(File).order_by(File.id.desc())).first())
    assert (old.exists(), db.session.scalars(select(MaterialVersion)).all()) == (True, [])
    sweep()
    assert (old.exists(), now.exists()) == (False, True)
    page = sign_in(member).get(f"/study/materials/{lesson.material_id}", headers=EN).text
    assert "Earlier versions" not in page


def test_what_the_same_content_is_named_for_elsewhere_stays(course, lesson, author, sweep):
    add_upload(CourseFactory(), author, sent("First words", "other.txt"))
    replace(course, author)
    sweep()
    assert sorted(db.session.scalars(select(File.original_name))) == ["minutes.txt", "other.txt"]
    assert all(path_of(file).exists() for file in db.session.scalars(select(File)))


def test_the_file_of_a_deleted_material_goes_after_a_day_and_no_sooner(course, author, sweep):
    add_upload(course, author, sent("First words"))
    (material_id,) = db.session.scalars(select(Material.id))
    delete_material(get_own_material(material_id, author), author)
    db.session.commit()
    assert files.sweep_rows() == 0
    sweep()
    assert db.session.scalars(select(File)).all() == []


def test_a_text_without_a_file_leaves_nothing_behind(course):
    first = Arrival(external_id="a", title="A", checksum="1", text="one")
    take_in(course.id, [first], None)
    take_in(course.id, [Arrival(external_id="a", title="A", checksum="2", text="two")], None)
    assert db.session.scalars(select(MaterialVersion)).all() == []


def test_files_are_a_day_old_by_their_rows(course, author):
    stray = sent("Stray")
    stray.created_at = utcnow() - timedelta(days=2)
    db.session.add(stray)
    db.session.commit()
    assert (files.sweep_rows(), db.session.scalars(select(File)).all()) == (1, [])
