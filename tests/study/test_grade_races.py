"""People who change marks at once, on a real database with real threads."""

import pytest
from sqlalchemy import func, select

import core.db
from accounts.actors import actor_for
from core.db import db, transaction
from core.faces import Faces
from study.enums import TeamRole
from study.errors.grades import GradeMeanwhile, GradesMeanwhile
from study.gradebook.queries.items import book_of
from study.gradebook.services.grading import Change, change_cell
from study.gradebook.services.importing import take_in, undo_import
from study.gradebook.services.planning import plan_sheet
from study.gradebook.sheets import read_sheet
from study.models import Course, Grade, GradeImport, GradeItem, TeamMember
from study.queries.courses import get_graded_course
from tests.study import test_quiz_races as races

SLUG = "raced"
NAMES = ("ada", "ben", "cai")


@pytest.fixture
def place(live_site):
    """A course with a quiz and a column of its own, three learners and two who mark."""
    from tests.factories.accounts import UserFactory
    from tests.factories.quiz import choice, enrolled, quiz_with
    from tests.factories.study import CourseFactory

    token = core.db._writing.set(True)
    course = CourseFactory(slug=SLUG)
    quiz_with(choice(1000, 0), course=course, title=Faces(en="Midterm"))
    db.session.add(GradeItem(course_id=course.id, title=Faces(en="Oral exam")))
    learners = [UserFactory(username=name, display_name=name) for name in NAMES]
    for one in learners:
        enrolled(one, course)
    markers = [UserFactory(), UserFactory()]
    for one in markers:
        db.session.add(TeamMember(course_id=course.id, user_id=one.id, role=TeamRole.INSTRUCTOR))
    db.session.commit()
    found = live_site, [one.id for one in learners], [one.id for one in markers]
    db.session.remove()
    core.db._writing.reset(token)
    return found


def together(site, *works) -> list:
    """Run these at the same moment."""
    waiting = list(works)
    return races.together(site, len(works), lambda: waiting.pop()())  # noqa: PLW0108 -- each takes its own


def book(actor_id: int):
    return book_of(get_graded_course(SLUG, actor_for(actor_id)))


def plan(actor_id: int, *rows: str):
    """Say what a file would change; what is read here is seen anew by whoever writes."""
    table = [row.split(",") for row in ("name,Midterm,Oral exam", *rows)]
    found = book(actor_id)
    planned = plan_sheet(found, read_sheet([list(enumerate(table, start=1))], found), actor_for(actor_id))
    db.session.rollback()
    return planned


def taken(actor_id: int, planned, token: str) -> int:
    with transaction():
        course = get_graded_course(SLUG, actor_for(actor_id))
        done = take_in(
            course, actor_for(actor_id), planned, accepted=planned.digest, token=token, file_name="marks.csv"
        )
        return done.id


def current() -> list[int | None]:
    db.session.expire_all()
    return list(db.session.scalars(select(Grade.mark).where(Grade.is_current).order_by(Grade.mark)))


def test_of_two_who_change_one_mark_at_once_one_is_told(place):
    site, learners, markers = place

    def change(marker: int) -> str:
        try:
            with transaction():
                found = book(marker)
                said = Change(item=found.items[-1], user_id=learners[0], mark=marker * 10, feedback="", seen=0)
                change_cell(found, said, actor_for(marker), "")
        except GradeMeanwhile:
            return "told"
        return "kept"

    outcomes = together(site, *[lambda one=one: change(one) for one in markers])

    assert sorted(outcomes) == ["kept", "told"]
    assert db.session.scalar(select(func.count(Grade.id))) == 1


def test_two_clicks_on_one_preview_take_it_in_once(place):
    site, _learners, markers = place
    planned = plan(markers[0], "ada,50,60", "ben,70,80")

    ids = together(site, *[lambda: taken(markers[0], planned, "one") for _click in range(2)])

    assert len(set(ids)) == 1
    assert current() == [50_000, 60_000, 70_000, 80_000]
    assert db.session.scalar(select(func.count(GradeImport.id))) == 1


def test_of_two_files_about_the_same_marks_one_comes_in_whole_and_the_other_not_at_all(place):
    site, _learners, markers = place
    plans = [plan(markers[0], "ada,11,12", "ben,13,14"), plan(markers[1], "ben,21,22", "ada,23,24")]

    def take(at: int) -> str:
        try:
            taken(markers[at], plans[at], f"file {at}")
        except GradesMeanwhile:
            return "told"
        return "kept"

    outcomes = together(site, lambda: take(0), lambda: take(1))

    assert sorted(outcomes) == ["kept", "told"]
    assert current() in ([11_000, 12_000, 13_000, 14_000], [21_000, 22_000, 23_000, 24_000])
    assert db.session.scalar(select(func.count(GradeImport.id))) == 1


def test_a_file_is_taken_back_while_another_comes_in_and_neither_is_lost(place):
    site, _learners, markers = place
    first = taken(markers[0], plan(markers[0], "ada,50,60"), "first")
    second = plan(markers[1], "cai,70,80")

    def undo() -> None:
        with transaction():
            course = db.session.scalars(select(Course)).one()
            course = get_graded_course(course.slug, actor_for(markers[0]))
            undo_import(db.session.get_one(GradeImport, first), course, actor_for(markers[0]))

    together(site, undo, lambda: taken(markers[1], second, "second"))

    assert sorted(mark for mark in current() if mark is not None) == [70_000, 80_000]
    assert current().count(None) == 2
