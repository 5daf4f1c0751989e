"""The progress ledger and what is derived from it."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from core.clock import utcnow
from core.db import db
from core.permissions import Role
from study.enums import CompletionRule, CourseState, LearningState, LessonKind, ProgressKind
from study.errors import NotEnrolled
from study.models import Course, LessonProgress, ProgressEvent, Quiz
from study.quiz.services import quizzes
from study.rebuilding import rebuild_progress
from study.services import progress as services
from tests.factories.accounts import UserFactory, grant
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


def quiz_of(ident: int) -> Quiz:
    whole = joinedload(Quiz.course).joinedload(Course.branch)
    return db.session.scalars(select(Quiz).options(whole).where(Quiz.id == ident)).one()


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

    assert rebuild_progress() == 3

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


def test_an_entry_is_recorded_for_those_who_take_the_course_only(module, member, transaction):
    lesson = LessonFactory(module=module, completion=CompletionRule.WATCHED, completion_number=90)
    with transaction():
        assert services.record(member.id, lesson, ProgressKind.WATCHED, {"percent": 62})
        assert not services.record(UserFactory().id, lesson, ProgressKind.WATCHED, {"percent": 100})
    assert [(row["user_id"], row["reason"]) for row in rows()] == [
        (member.id, {"code": "watching", "percent": 62, "needed": 90})
    ]


def test_a_deleted_quiz_leaves_a_lesson_that_is_done_by_reading(module, member, actor_of, transaction, drain, root):
    quiz = QuizFactory(course=module.course)
    lesson = LessonFactory(module=module, kind=LessonKind.QUIZ, quiz_id=quiz.id)
    with transaction():
        services.record(member.id, lesson, ProgressKind.READ)
        db.session.get_one(Course, module.course_id).state = CourseState.ARCHIVED
    assert rows()[0]["state"] is LearningState.UNDER_WAY
    author = UserFactory()
    grant(author, Role.INSTRUCTOR, root)
    with transaction():
        quizzes.delete_quiz(quiz_of(quiz.id), actor_of(author))
    drain()
    assert rows()[0]["state"] is LearningState.DONE


def test_rebuilding_goes_on_in_small_transactions_and_drops_rows_without_a_ledger(
    module, actor_of, transaction, monkeypatch
):
    lesson, other = LessonFactory.create_batch(2, module=module)
    learners = [EnrolmentFactory(course=module.course).user_id for _n in range(5)]
    for user_id in learners:
        with transaction():
            services.record(user_id, lesson, ProgressKind.READ)
    before = rows()
    with transaction():
        db.session.execute(delete(LessonProgress).where(LessonProgress.user_id.in_(learners[:2])))
        db.session.add(LessonProgress(user_id=learners[4], lesson_id=other.id, state=LearningState.DONE))
    monkeypatch.setattr("study.rebuilding.MEMBERS_AT_ONCE", 2)
    told = []

    assert rebuild_progress(on_progress=lambda done, total: told.append((done, total))) == 5

    assert (rows(), told) == (before, [(2, 5), (4, 5), (5, 5)])


def test_what_was_recorded_live_is_what_a_rebuild_gives(module, member, transaction):
    quiz = QuizFactory(course=module.course)
    lessons = [
        LessonFactory(module=module, completion=rule, completion_number=2)
        for rule in CompletionRule
        if rule is not CompletionRule.QUIZ_PASSED
    ] + [LessonFactory(module=module, kind=LessonKind.QUIZ, quiz_id=quiz.id)]
    start = utcnow() - timedelta(hours=8)
    detail = st.fixed_dictionaries(
        {"percent": st.integers(0, 3), "seconds": st.integers(0, 90), "attempt": st.integers(1, 2)},
        optional={"passed": st.booleans(), "attended": st.booleans()},
    )
    entries = st.tuples(st.sampled_from(lessons), st.sampled_from(list(ProgressKind)), detail, st.integers(0, 9))

    @settings(max_examples=25, deadline=None)
    @given(st.lists(entries, min_size=1, max_size=12))
    def holds(sequence):
        with transaction():
            db.session.execute(delete(ProgressEvent))
            db.session.execute(delete(LessonProgress))
        for lesson, kind, said, minutes in sequence:
            with transaction():
                services.record(member.id, lesson, kind, said, at=start + timedelta(minutes=minutes))
        live = rows()
        rebuild_progress()
        assert rows() == live
        with transaction():
            db.session.execute(delete(LessonProgress))
        rebuild_progress()
        assert rows() == live

    holds()
