"""Weights and columns go where the course goes; marks and comments stay with those they are about."""

import io
import json
import zipfile

import pytest
from sqlalchemy import select

from core.db import db
from core.faces import Faces
from core.permissions import Role
from study.enums import EmptyMark
from study.errors import CourseFileRefused
from study.gradebook.queries.items import book_of
from study.models import Course, Grade, Gradebook
from study.services.copying import copy_course
from study.transfer.archive import open_course_file
from study.transfer.reading import read_incoming
from study.transfer.writing import write_course
from tests.factories.accounts import grant, root_branch


def settled(book, learner) -> None:
    book.weigh(3, 0, 2)
    book.settle(EmptyMark.ZERO)
    db.session.add(Grade(item_id=book.oral.id, user_id=learner.id, number=1, mark=1, made_by_id=learner.id))
    db.session.commit()


def weights(course) -> list[tuple]:
    return [(item.title, item.weight, item.max_mark) for item in book_of(course).items]


def test_a_copy_weighs_as_its_original_and_holds_no_marks(book, learner, instructor, actor_of, transaction):
    settled(book, learner)
    grant(learner, Role.INSTRUCTOR, root_branch())

    with transaction():
        course = db.session.get_one(Course, book.course.id)
        db.session.refresh(course, ["branch"])
        copy = copy_course(course, actor_of(instructor), "copied", Faces(zh="副本"), as_edition=False)

    assert weights(copy) == weights(book.course)
    assert book_of(copy).empty is EmptyMark.ZERO
    assert len(db.session.scalars(select(Grade)).all()) == 1
    assert len(db.session.scalars(select(Gradebook)).all()) == 2


@pytest.mark.parametrize("change", [{"max_mark": 0}, {"weight": -1}, {"max_mark": 10**9}, {"title": {}}])
def test_a_course_file_with_impossible_weights_is_refused(book, learner, tmp_path, change):
    settled(book, learner)
    written = io.BytesIO()
    write_course(written, db.session.get_one(Course, book.course.id))
    source = zipfile.ZipFile(written)
    content = json.loads(source.read("course.json"))
    row = next(row for row in content["grade_items"] if row["quiz_id"] is None and row["lesson_id"] is None)
    row.update(change)
    path = tmp_path / "course.zip"
    with zipfile.ZipFile(path, "w") as out:
        for name in source.namelist():
            out.writestr(name, json.dumps(content) if name == "course.json" else source.read(name))

    with pytest.raises(CourseFileRefused):
        read_incoming(open_course_file(path))
