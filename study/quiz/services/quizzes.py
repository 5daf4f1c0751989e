"""Writes quizzes: their rules, and which questions they ask in which order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from core.clock import utcnow
from core.db import db, lock
from core.errors import NotFound
from core.faces import Faces
from core.outbox import announce
from core.permissions import Actor
from study.enums import Certainty, Grading, QuestionKind, QuizMode, Review, VersionState
from study.errors import DrawEmpty, MarkingBegun, QuestionAsked, QuizSettled
from study.events import CompletionChanged, QuizReleased
from study.models import Attempt, Course, Lesson, Question, QuestionBank, QuestionVersion, Quiz, QuizSlot
from study.models.quizzes import DIFFER, ONE_MARK, PAGE_SIZE
from study.permissions import StudyPermission, require_in_course
from study.quiz.kinds import Band, kind_of
from study.quiz.queries.banks import current_version
from study.quiz.queries.hand_marks import has_marks
from study.quiz.services.drawing import Rule, list_drawable
from study.quiz.services.extensions import hold_rules, move_ends
from study.quiz.services.preparing import rendered_inline
from study.quiz.sharing import may_be_used_in
from study.services.keeping import check_questions_left, check_quiz_free, hold
from study.services.lessons import Step


@dataclass(frozen=True, kw_only=True)
class QuizContent:
    """What an author decides about a quiz."""

    title: Faces
    pass_thousandths: int
    attempts_allowed: int
    time_limit_minutes: int | None
    grading: Grading
    shuffle: bool
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    delay_minutes: int = 0
    review: Review = Review.AT_ONCE
    page_size: int = PAGE_SIZE
    in_order: bool = False
    password: str = ""
    mode: QuizMode = QuizMode.TEST
    certainty: Certainty = Certainty.NONE
    bands: Sequence[Band] = ()
    is_anonymous: bool = False
    is_double: bool = False
    differ_thousandths: int = DIFFER


def create_quiz(course: Course, actor: Actor, content: QuizContent) -> Quiz:
    """Begin a quiz without questions.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    quiz = Quiz(course_id=course.id)
    _fill(quiz, content)
    db.session.add(quiz)
    db.session.flush()
    return quiz


def edit_quiz(quiz: Quiz, actor: Actor, content: QuizContent) -> None:
    """Change the rules of a quiz.

    Papers handed in before keep their verdict. Open papers keep the time limit with which they were begun, and end
    when the quiz closes now.

    Raises:
        Denied: the actor does not write this course.
        MarkingBegun: it would be marked in another way than it was so far.
    """
    require_in_course(actor, StudyPermission.AUTHOR, quiz.course)
    hold_rules(quiz)
    ways = (quiz.is_anonymous, quiz.is_double, quiz.differ_thousandths)
    if ways != (content.is_anonymous, content.is_double, content.differ_thousandths) and has_marks(quiz.id):
        raise MarkingBegun
    closed_at, was_held_back = quiz.closes_at, quiz.is_held_back
    _fill(quiz, content)
    if was_held_back and not quiz.is_held_back:
        announce(QuizReleased(quiz_id=quiz.id))
    if quiz.closes_at != closed_at:
        move_ends(quiz)
    db.session.flush()


def release(quiz: Quiz, actor: Actor) -> None:
    """Tell the results of an exam from now on; a second time does nothing.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, quiz.course)
    hold_rules(quiz)
    if quiz.is_held_back:
        quiz.released_at = utcnow()
        db.session.flush()
        announce(QuizReleased(quiz_id=quiz.id))


def _fill(quiz: Quiz, content: QuizContent) -> None:
    quiz.title = content.title
    quiz.pass_thousandths = content.pass_thousandths
    quiz.attempts_allowed = content.attempts_allowed
    quiz.time_limit_minutes = content.time_limit_minutes
    quiz.grading = content.grading
    quiz.shuffle = content.shuffle
    quiz.opens_at, quiz.closes_at = content.opens_at, content.closes_at
    quiz.delay_minutes, quiz.review = content.delay_minutes, content.review
    quiz.page_size, quiz.in_order, quiz.password = content.page_size, content.in_order, content.password
    quiz.mode, quiz.certainty = content.mode, content.certainty
    quiz.is_anonymous, quiz.is_double = content.is_anonymous, content.is_double
    quiz.differ_thousandths = content.differ_thousandths
    quiz.bands = [replace(band, html=rendered_inline(band.feedback)).to_json() for band in content.bands]


def delete_quiz(quiz: Quiz, actor: Actor) -> None:
    """Delete a quiz that nobody has taken.

    Raises:
        Denied: the actor does not write this course.
        QuizSettled: there are papers of it.
        QuizInUse: a lesson of a published course asks it.
    """
    require_in_course(actor, StudyPermission.AUTHOR, quiz.course)
    hold(quiz.course)
    if db.session.scalar(select(func.count()).where(Attempt.quiz_id == quiz.id)):
        raise QuizSettled
    check_quiz_free(quiz)
    for lesson_id in db.session.scalars(select(Lesson.id).where(Lesson.quiz_id == quiz.id)):
        announce(CompletionChanged(lesson_id=lesson_id))
    db.session.delete(quiz)
    db.session.flush()


def add_questions(quiz: Quiz, actor: Actor, question_ids: Collection[int]) -> int:
    """Put questions at the end of a quiz and return how many; those it asks already are left out.

    They are of the course, or of a bank that is shared with it.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, quiz.course)
    # Two clicks come one after the other.
    hold_rules(quiz)
    slots = list(_slots(quiz.id))
    asked = {slot.question_id for slot in slots}
    chosen = db.session.execute(
        select(Question.id, QuestionVersion.kind)
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .join(QuestionVersion, current_version())
        .where(
            Question.id.in_(question_ids),
            may_be_used_in(quiz.course),
            Question.state == VersionState.READY,
        )
        .order_by(Question.id)
    ).all()
    news = [
        QuizSlot(quiz_id=quiz.id, question_id=row.id, position=0, max_mark=ONE_MARK if _is_asked(row.kind) else 0)
        for row in chosen
        if row.id not in asked
    ]
    db.session.add_all(news)
    _number([*slots, *news])
    return len(news)


def add_draws(quiz: Quiz, actor: Actor, rule: Rule, count: int, max_mark: int) -> int:
    """Put places at the end of a quiz for which each paper draws a question, and return how many fit the rule now.

    Raises:
        Denied: the actor does not write this course.
        DrawEmpty: no question fits.
    """
    require_in_course(actor, StudyPermission.AUTHOR, quiz.course)
    db.session.execute(lock(select(Quiz.id).where(Quiz.id == quiz.id)))
    bank = select(QuestionBank.id).where(QuestionBank.id == rule.bank_id, may_be_used_in(quiz.course))
    fitting = sum(rule.fits(one) for one in list_drawable([rule.bank_id]))
    if db.session.scalar(bank) is None or not fitting:
        raise DrawEmpty
    news = [
        QuizSlot(
            quiz_id=quiz.id,
            position=0,
            draw_bank_id=rule.bank_id,
            draw_folder=rule.folder,
            draw_tag=rule.tag,
            draw_level=rule.level,
            max_mark=max_mark,
        )
        for _place in range(count)
    ]
    slots = list(_slots(quiz.id))
    db.session.add_all(news)
    _number([*slots, *news])
    return fitting


def fix_version(slot: QuizSlot, quiz: Quiz, actor: Actor, version_id: int | None) -> None:
    """Let a place ask one version for good; without one, the latest that is ready.

    Raises:
        Denied: the actor does not write this course.
        NotFound: it is no version of this question.
        QuestionAsked: there is none that is ready.
    """
    require_in_course(actor, StudyPermission.AUTHOR, quiz.course)
    versions = select(QuestionVersion.id).where(QuestionVersion.question_id == slot.question_id)
    if version_id is None:
        if db.session.scalar(versions.where(QuestionVersion.state == VersionState.READY).limit(1)) is None:
            raise QuestionAsked
    elif db.session.scalar(versions.where(QuestionVersion.id == version_id)) is None:
        raise NotFound
    slot.fixed_version_id = version_id
    db.session.flush()


def _is_asked(kind: QuestionKind) -> bool:
    """Tell whether a question is worth anything: descriptions are not."""
    return kind_of(kind).is_asked


def remove_slot(slot: QuizSlot, quiz: Quiz, actor: Actor) -> None:
    """Take a question out of a quiz; papers drawn before keep it.

    Raises:
        Denied: the actor does not write this course.
        LastQuestion: it has no other, and a lesson of a published course asks it.
    """
    require_in_course(actor, StudyPermission.AUTHOR, quiz.course)
    hold(quiz.course)
    check_questions_left(quiz, slot)
    db.session.delete(slot)
    db.session.flush()
    _number(_slots(quiz.id))


def move_slot(slot: QuizSlot, quiz: Quiz, actor: Actor, step: Step) -> None:
    """Move a question one place.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, quiz.course)
    slots = list(_slots(quiz.id))
    at = slots.index(slot)
    to = at + (1 if step is Step.DOWN else -1)
    if 0 <= to < len(slots):
        slots[at], slots[to] = slots[to], slots[at]
    _number(slots)


def set_max_mark(slot: QuizSlot, quiz: Quiz, actor: Actor, max_mark: int) -> None:
    """Say what a question is worth, in thousandths of a mark; a description stays worth nothing.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, quiz.course)
    if slot.max_mark:
        slot.max_mark = max_mark
    db.session.flush()


def _slots(quiz_id: int) -> Sequence[QuizSlot]:
    return db.session.scalars(
        select(QuizSlot).where(QuizSlot.quiz_id == quiz_id).order_by(QuizSlot.position, QuizSlot.id)
    ).all()


def _number(slots: Sequence[QuizSlot]) -> None:
    for position, slot in enumerate(slots):
        slot.position = position
    db.session.flush()
