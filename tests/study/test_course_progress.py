"""How far members are with whole courses: one row each, written with the lessons, rebuilt to the same rows."""

import threading

import pytest
from sqlalchemy import select

import core.db
from accounts.actors import actor_for
from core import outbox
from core.clock import utcnow
from core.db import db, transaction
from core.outbox import drain_all
from core.upserts import conclude
from study.completion import Part, Standing, tally
from study.enums import LearningState, LessonKind
from study.events import CourseCompleted
from study.models import CourseProgress, Lesson, LessonProgress, QuizSlot
from study.queries.lessons import get_own_lesson, get_own_module
from study.rebuilding import rebuild_progress
from study.services import lessons as writing
from study.services import progress as services
from tests.factories.accounts import UserFactory
from tests.factories.quiz import bank_for, question, truth
from tests.factories.study import EnrolmentFactory, LessonFactory, ModuleFactory, QuizFactory


@pytest.fixture
def module(member):
    module = ModuleFactory()
    EnrolmentFactory(user=member, course=module.course)
    return module


def rows() -> list[dict]:
    db.session.expire_all()
    found = db.session.scalars(select(CourseProgress).order_by(CourseProgress.user_id, CourseProgress.course_id))
    return [{c.key: getattr(row, c.key) for c in CourseProgress.__table__.columns} for row in found]


def figures() -> list[tuple]:
    return [(row["state"], row["done"], row["total"]) for row in rows()]


@pytest.fixture
def completions(app, monkeypatch):
    """Return ``completions()``: who completed which course, as often as it was said."""
    listeners = {**outbox._handlers, "tests.listener": (CourseCompleted, lambda events: None)}
    monkeypatch.setattr(outbox, "_handlers", listeners)
    payloads = select(outbox.OutboxRow.payload).where(outbox.OutboxRow.handler == "tests.listener")
    return lambda: [CourseCompleted.from_json(payload) for payload in db.session.scalars(payloads)]


@pytest.fixture
def read(member, actor_of, transaction):
    """Return ``read(lesson)``: the member reads it."""

    def act(lesson) -> None:
        with transaction():
            services.mark_read(lesson, actor_of(member))

    return act


def test_a_course_is_added_up_with_each_lesson(module, member, read, transaction):
    one, other = LessonFactory.create_batch(2, module=module)
    moment = utcnow()
    with transaction():
        services.note_opened({(member.id, one.id): moment})
    assert figures() == [(LearningState.UNDER_WAY, 0, 2)]
    read(one)
    assert figures() == [(LearningState.UNDER_WAY, 1, 2)]
    read(other)
    (row,) = rows()
    assert (row["state"], row["done"], row["begun_at"]) == (LearningState.DONE, 2, moment)
    assert row["completed_at"] == row["opened_at"] > moment


def test_who_has_begun_nothing_has_no_row(module):
    LessonFactory(module=module)
    assert rows() == []


def test_completing_is_announced_once(module, member, read, transaction, completions):
    lesson = LessonFactory(module=module)
    read(lesson)
    with transaction():
        services.note_opened({(member.id, lesson.id): utcnow()})
    rebuild_progress()
    assert completions() == [CourseCompleted(course_id=module.course_id, user_id=member.id)]


def test_a_quiz_result_completes_the_course(module, member, transaction, completions):
    quiz = QuizFactory(course=module.course)
    LessonFactory(module=module, kind=LessonKind.QUIZ, quiz_id=quiz.id)
    with transaction():
        services.record_quiz_result(member.id, quiz.id, 1, passed=False, percent=10)
    assert figures() == [(LearningState.UNDER_WAY, 0, 1)]
    with transaction():
        services.record_quiz_result(member.id, quiz.id, 2, passed=True, percent=90)
    assert figures() == [(LearningState.DONE, 1, 1)]
    assert len(completions()) == 1


def test_a_new_lesson_makes_a_done_course_wait_and_its_removal_done_again(
    module, read, actor_of, administrator, transaction
):
    read(LessonFactory(module=module))
    content = writing.LessonContent(kind=LessonKind.PAGE, title=module.title, body=module.title, minutes=5)
    with transaction():
        actor = actor_of(administrator)
        fresh = writing.add_lesson(get_own_module(module.id, actor), actor, content)
    drain_all()
    (row,) = rows()
    assert (row["state"], row["done"], row["total"], row["completed_at"]) == (LearningState.UNDER_WAY, 1, 2, None)
    with transaction():
        writing.delete_lesson(get_own_lesson(fresh.id, actor), actor)
    drain_all()
    assert figures() == [(LearningState.DONE, 1, 1)]


def test_a_course_without_its_begun_lessons_is_not_begun(module, read, actor_of, administrator, transaction):
    LessonFactory(module=ModuleFactory(course=module.course))
    read(LessonFactory(module=module))
    with transaction():
        actor = actor_of(administrator)
        writing.delete_module(get_own_module(module.id, actor), actor)
    drain_all()
    assert rows() == []


def test_a_lesson_that_now_asks_for_a_quiz_undoes_the_course(module, read, actor_of, administrator, transaction):
    lesson, quiz = LessonFactory(module=module), QuizFactory(course=module.course)
    asked = question(bank_for(module.course), truth())
    db.session.add(QuizSlot(quiz_id=quiz.id, position=0, question_id=asked.id))
    db.session.commit()
    read(lesson)
    content = writing.LessonContent(
        kind=LessonKind.QUIZ, title=lesson.title, body=lesson.body, minutes=5, quiz_id=quiz.id
    )
    with transaction():
        actor = actor_of(administrator)
        writing.edit_lesson(get_own_lesson(lesson.id, actor), actor, content)
    drain_all()
    assert figures() == [(LearningState.UNDER_WAY, 0, 1)]


def test_rebuilding_gives_the_same_rows_and_mends_wrong_ones(module, member, read, transaction):
    one, other = LessonFactory.create_batch(2, module=module)
    read(one)
    done = LessonFactory(module__course=EnrolmentFactory(user=member).course)
    read(done)
    with transaction():
        services.note_opened({(member.id, other.id): utcnow()})
    before = rows()
    rebuild_progress()
    assert rows() == before
    with transaction():
        wrong = db.session.scalars(select(CourseProgress)).all()
        wrong[0].state, wrong[0].done, wrong[1].state = LearningState.NOT_BEGUN, 0, LearningState.UNDER_WAY
        db.session.delete(wrong[0])
    rebuild_progress()
    assert rows() == before


def test_rebuilding_announces_whose_course_turns_out_done(module, member, read, transaction, completions):
    read(LessonFactory(module=module))
    with transaction():
        db.session.scalars(select(CourseProgress)).one().state = LearningState.UNDER_WAY
    rebuild_progress()
    assert len(completions()) == 2


def test_the_sums_are_those_of_the_counting_rule(module, member, read, transaction):
    lessons = LessonFactory.create_batch(4, module=module)
    for lesson in lessons[:3]:
        read(lesson)
        kept = {
            row.lesson_id: Standing(state=row.state, completed_at=row.completed_at)
            for row in db.session.scalars(select(LessonProgress))
        }
        counted = tally([Part(one.id, is_quiz=False) for one in lessons], kept)
        assert figures() == [(counted.state, counted.done, counted.total)]


def test_many_learners_are_added_up_batch_by_batch(module, monkeypatch, transaction, actor_of, administrator):
    monkeypatch.setattr("study.services.course_progress.BATCH", 2)
    lesson = LessonFactory(module=module)
    people = UserFactory.create_batch(5)
    for person in people:
        EnrolmentFactory(user=person, course=module.course)
    with transaction():
        services.note_opened({(person.id, lesson.id): utcnow() for person in people})
    assert figures() == [(LearningState.UNDER_WAY, 0, 1)] * 5
    LessonFactory(module=module)
    with transaction():
        actor = actor_of(administrator)
        writing.delete_lesson(get_own_lesson(lesson.id, actor), actor)
    drain_all()
    assert rows() == []


def test_two_lessons_finished_at_once_are_both_added_up(live_site):
    token = core.db._writing.set(True)
    member, module = UserFactory(), ModuleFactory()
    EnrolmentFactory(user=member, course=module.course)
    user_id, ids = member.id, [lesson.id for lesson in LessonFactory.create_batch(8, module=module)]
    db.session.remove()
    core.db._writing.reset(token)
    barrier = threading.Barrier(len(ids))

    def read(lesson_id: int) -> None:
        with live_site.app_context():
            actor = actor_for(user_id)
            db.session.remove()
            barrier.wait()
            with transaction():
                services.mark_read(db.session.get(Lesson, lesson_id), actor)
            db.session.remove()

    threads = [threading.Thread(target=read, args=[ident]) for ident in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert figures() == [(LearningState.DONE, 8, 8)]


def test_however_many_rows_go_no_statement_names_too_many(transaction, count_queries):
    gone = {(user_id, 1): None for user_id in range(1, 1202)}

    with transaction(), count_queries() as seen:
        conclude(CourseProgress, ("user_id", "course_id"), gone)

    assert len(seen) == 3
