"""Published courses stay whole, and what members did stays in sight, whichever way somebody writes."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from study.enums import CourseState, LessonKind, WorkState
from study.errors import KindSettled, LastLesson, LastQuestion, QuizInUse
from study.models import Lesson, Module, Quiz, QuizSlot, Seat, Work
from study.queries.lessons import get_own_lesson, get_own_module
from study.quiz.queries.quizzes import get_own_quiz, get_own_slot
from study.quiz.services import quizzes
from study.services import lessons
from study.services.lessons import LessonContent
from tests.factories.quiz import quiz_with, truth
from tests.factories.study import CourseFactory, LessonFactory, ModuleFactory

EN = {"Accept-Language": "en"}


@pytest.fixture
def author(sign_in, instructor):
    return sign_in(instructor)


@pytest.fixture
def writing(actor_of, instructor):
    return actor_of(instructor)


def count(model) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("what", ["lesson", "module"])
def test_the_last_lesson_of_a_published_course_stays_and_the_author_is_told_why(author, what):
    lesson = LessonFactory()
    ident = lesson.id if what == "lesson" else lesson.module_id
    address = f"/study/manage/{what}s/{ident}/delete"
    asked = author.get(address, headers=EN).text
    assert ("keeps at least one lesson" in asked, 'class="btn danger"' in asked) == (True, False)
    sent = author.post(address, headers=EN, follow_redirects=True)
    assert (sent.status_code, "keeps at least one lesson" in sent.text) == (200, True)
    assert (count(Lesson), count(Module)) == (1, 1)


@pytest.mark.parametrize("state", [CourseState.DRAFT, CourseState.ARCHIVED])
def test_a_course_that_is_not_published_may_be_emptied(writing, transaction, state):
    lesson = LessonFactory(module=ModuleFactory(course=CourseFactory(state=state)))
    with transaction():
        lessons.delete_lesson(get_own_lesson(lesson.id, writing), writing)
    assert count(Lesson) == 0


def test_lessons_of_a_published_course_go_as_long_as_one_is_left(writing, transaction):
    first = LessonFactory()
    second = LessonFactory(module=ModuleFactory(course=first.module.course))
    empty = ModuleFactory(course=first.module.course)
    with transaction():
        lessons.delete_module(get_own_module(second.module_id, writing), writing)
    with transaction():
        lessons.delete_module(get_own_module(empty.id, writing), writing)
    with pytest.raises(LastLesson), transaction():
        lessons.delete_module(get_own_module(first.module_id, writing), writing)
    assert (count(Lesson), count(Module)) == (1, 1)


@pytest.fixture
def asked(app):
    """A quiz of two questions in a lesson of a published course."""
    quiz = quiz_with(truth(), truth())
    db.session.scalars(select(Lesson).where(Lesson.quiz_id == quiz.id)).one().title = Faces(en="Test yourself")
    db.session.commit()
    return quiz


def test_a_quiz_in_a_published_course_keeps_a_question(author, writing, transaction, asked):
    first, last = db.session.scalars(select(QuizSlot.id).order_by(QuizSlot.id)).all()
    author.post(f"/study/manage/slots/{first}", data={"act": "remove"})
    assert count(QuizSlot) == 1
    sent = author.post(f"/study/manage/slots/{last}", data={"act": "remove"}, headers=EN, follow_redirects=True)
    assert "The lesson “Test yourself” of a published course asks this quiz" in sent.text
    with pytest.raises(LastQuestion), transaction():
        quizzes.remove_slot(*get_own_slot(last, writing), writing)
    assert count(QuizSlot) == 1


def test_a_quiz_that_a_published_course_asks_stays(author, writing, transaction, asked):
    sent = author.post(f"/study/manage/quizzes/{asked.id}/delete", headers=EN, follow_redirects=True)
    assert "Change or delete the lesson first." in sent.text
    with pytest.raises(QuizInUse), transaction():
        quizzes.delete_quiz(get_own_quiz(asked.id, writing), writing)
    assert count(Quiz) == 1


def test_a_quiz_in_a_draft_loses_all_its_questions_and_goes(author, asked):
    asked.course.state = CourseState.DRAFT
    db.session.commit()
    for ident in db.session.scalars(select(QuizSlot.id).order_by(QuizSlot.id)).all():
        author.post(f"/study/manage/slots/{ident}", data={"act": "remove"})
    assert count(QuizSlot) == 0
    author.post(f"/study/manage/quizzes/{asked.id}/delete")
    assert count(Quiz) == 0


PAGE = LessonContent(kind=LessonKind.PAGE, title=Faces("课", "Lesson"), body=Faces("文", "Text"), minutes=5)


def hand_in(lesson, member) -> None:
    db.session.add(Work(lesson_id=lesson.id, user_id=member.id, number=1, state=WorkState.HANDED_IN, body="My work."))


def sign_up(lesson, member) -> None:
    db.session.add(Seat(lesson_id=lesson.id, user_id=member.id, signed_up_at=utcnow()))


@pytest.mark.parametrize(("kind", "act"), [(LessonKind.ASSIGNMENT, hand_in), (LessonKind.MEETING, sign_up)])
def test_a_lesson_on_which_work_or_seats_hang_keeps_its_kind_whoever_asks(writing, transaction, member, kind, act):
    lesson = LessonFactory(kind=kind)
    act(lesson, member)
    db.session.commit()
    with pytest.raises(KindSettled) as settled, transaction():
        lessons.edit_lesson(get_own_lesson(lesson.id, writing), writing, PAGE)
    assert "1" in str(settled.value)
    assert db.session.scalars(select(Lesson.kind)).one() is kind


@pytest.mark.parametrize("kind", [LessonKind.ASSIGNMENT, LessonKind.MEETING])
def test_a_lesson_on_which_nothing_hangs_changes_its_kind(writing, transaction, kind):
    lesson = LessonFactory(kind=kind)
    with transaction():
        lessons.edit_lesson(get_own_lesson(lesson.id, writing), writing, replace(PAGE, minutes=9))
    assert db.session.execute(select(Lesson.kind, Lesson.minutes)).one() == (LessonKind.PAGE, 9)
