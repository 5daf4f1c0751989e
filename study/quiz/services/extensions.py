"""Writes who has more time for a quiz; papers that are open end later at once."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select

from accounts.models import Branch, User
from core.db import db, lock
from core.permissions import Actor
from study.enums import AttemptState
from study.models import Attempt, Quiz, QuizExtension
from study.permissions import StudyPermission, require_in_course
from study.quiz.queries.extensions import terms_for


@dataclass(frozen=True, kw_only=True)
class MoreTime:
    """What is given."""

    extra_minutes: int = 0
    closes_at: datetime | None = None


def extend(quiz: Quiz, actor: Actor, whom: User | Branch, given: MoreTime) -> QuizExtension:
    """Give a person or a branch more time, in place of what they were given before.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, quiz.course)
    hold_rules(quiz)
    column = QuizExtension.user_id if isinstance(whom, User) else QuizExtension.branch_id
    row = db.session.scalars(
        select(QuizExtension).where(QuizExtension.quiz_id == quiz.id, column == whom.id)
    ).one_or_none()
    if row is None:
        row = QuizExtension(quiz_id=quiz.id, **{column.key: whom.id})
        db.session.add(row)
    row.extra_minutes, row.closes_at = given.extra_minutes, given.closes_at
    db.session.flush()
    move_ends(quiz)
    return row


def withdraw(extension: QuizExtension, quiz: Quiz, actor: Actor) -> None:
    """Take back what was given; papers that are open end as all others, at once if that is over.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, quiz.course)
    hold_rules(quiz)
    db.session.delete(extension)
    db.session.flush()
    move_ends(quiz)


def hold_rules(quiz: Quiz) -> None:
    """Lock the rules of a quiz: papers that are being drawn come before or after a change, never between."""
    db.session.execute(lock(select(Quiz.id).where(Quiz.id == quiz.id)))
    # Somebody may have closed or released it while we waited.
    db.session.refresh(quiz, ["closes_at", "extended_to", "mode", "released_at"])


def move_ends(quiz: Quiz) -> None:
    """Let open papers end when their own time is over or the quiz closes for their writers now."""
    quiz.extended_to = db.session.scalar(
        select(func.max(QuizExtension.closes_at)).where(QuizExtension.quiz_id == quiz.id)
    )
    mine = select(Attempt).where(Attempt.quiz_id == quiz.id, Attempt.state == AttemptState.OPEN).order_by(Attempt.id)
    attempts = db.session.scalars(lock(mine).execution_options(populate_existing=True)).all()
    terms = terms_for(quiz, {attempt.user_id for attempt in attempts})
    for attempt in attempts:
        attempt.due_at = terms[attempt.user_id].due_at(attempt.started_at, attempt.limit_minutes)
    db.session.flush()


def forget_member(user_id: int) -> None:
    """Delete what was given to a person."""
    db.session.execute(
        delete(QuizExtension).where(QuizExtension.user_id == user_id).execution_options(synchronize_session=False)
    )
