"""The progress ledger and what is derived from it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from study.enums import LearningState, LessonKind, ProgressKind
from study.errors import NotEnrolled
from study.models import LessonProgress, ProgressEvent
from study.services import progress as services
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, ModuleFactory, QuizFactory


@pytest.fixture
def module(member):
    module = ModuleFactory()
    EnrolmentFactory(user=member, course=module.course)
    return module


def rows() -> list[dict]:
    db.session.expire_all()
    found = db.session.scalars(select(LessonProgress).order_by(LessonProgress.user_id, LessonProgress.lesson_id))
    return [{c.key: getattr(row, c.key) for c in LessonProgress.__table__.columns} for row in found]


def ledger() -> list[ProgressKind]:
    return list(db.session.scalars(select(ProgressEvent.kind).order_by(ProgressEvent.at, ProgressEvent.id)))


def test_marking_twice_writes_once(module, member, actor_of, transaction):
    lesson = LessonFactory(module=module)
    for _time in range(2):
        with transaction():
            services.mark_read(lesson, actor_of(member))
    assert ledger() == [ProgressKind.READ]
    assert rows()[0]["state"] is LearningState.DONE


def test_marking_without_taking_the_course_is_refused(member, actor_of, transaction):
    lesson = LessonFactory()
    with pytest.raises(NotEnrolled), transaction():
        services.mark_read(lesson, actor_of(member))


def test_those_who_left_leave_no_progress(member, actor_of, transaction):
    lesson = LessonFactory()
    EnrolmentFactory(user=member, course=lesson.module.course, left_at=utcnow())
    with transaction():
        services.note_opened({(member.id, lesson.id): utcnow()})
    assert ledger() == []


def test_opening_again_soon_adds_nothing_to_the_ledger(module, member, transaction):
    lesson = LessonFactory(module=module)
    now = utcnow()
    for minutes in (0, 5, 11):
        with transaction():
            services.note_opened({(member.id, lesson.id): now + timedelta(minutes=minutes)})
    assert ledger() == [ProgressKind.OPENED, ProgressKind.OPENED]
    assert rows()[0]["opened_at"] == now + timedelta(minutes=11)


def test_a_quiz_result_counts_in_every_lesson_that_holds_the_quiz(module, member, transaction):
    quiz = QuizFactory(course=module.course)
    held = [LessonFactory(module=module, kind=LessonKind.QUIZ, quiz_id=quiz.id) for _n in range(2)]
    with transaction():
        services.record_quiz_result(member.id, quiz.id, 7, passed=True, percent=80)
    assert [(row["lesson_id"], row["state"], row["reason"]) for row in rows()] == [
        (lesson.id, LearningState.DONE, {"code": "quiz_passed", "percent": 80}) for lesson in held
    ]


def test_rebuilding_gives_exactly_the_same_rows(module, member, actor_of, transaction):
    quiz = QuizFactory(course=module.course)
    read, opened = LessonFactory.create_batch(2, module=module)
    LessonFactory(module=module, kind=LessonKind.QUIZ, quiz_id=quiz.id)
    with transaction():
        services.note_opened({(member.id, read.id): utcnow(), (member.id, opened.id): utcnow()})
        services.mark_read(read, actor_of(member))
        services.record_quiz_result(member.id, quiz.id, 1, passed=False, percent=30)
        services.record_quiz_result(member.id, quiz.id, 2, passed=True, percent=90)
    before = rows()

    with transaction():
        assert services.rebuild() == 3

    assert rows() == before


def test_rebuilding_mends_wrong_rows(module, member, actor_of, transaction, app):
    lesson = LessonFactory(module=module)
    with transaction():
        services.mark_read(lesson, actor_of(member))
    before = rows()
    with transaction():
        db.session.scalars(select(LessonProgress)).one().state = LearningState.NOT_BEGUN

    from study.cli import study

    result = app.test_cli_runner().invoke(study, ["rebuild-progress", "--json"])

    assert (result.exit_code, result.output) == (0, '{"rebuilt": 1}\n')
    assert rows() == before


def test_enrolment_opens_the_audience_of_the_course(member, actor_of):
    course = CourseFactory()
    assert f"course:{course.id}" not in actor_of(member).tokens
    EnrolmentFactory(user=member, course=course)
    assert f"course:{course.id}" in actor_of(member).tokens
