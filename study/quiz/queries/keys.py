"""Reads changes of keys: those that hold, those of one question, and what they did to papers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, func, not_, or_, select, true
from sqlalchemy.orm import joinedload

from accounts.models import User
from core.db import db
from core.errors import NotFound
from core.permissions import Actor
from study.enums import KeyWork, VersionState
from study.models import (
    Attempt,
    AttemptSlot,
    Course,
    KeyChange,
    KeyMark,
    Question,
    QuestionBank,
    QuestionVersion,
    Quiz,
)
from study.models.quizzes import is_told
from study.queries.courses import check_author
from study.quiz.keys import Change, Earned
from study.quiz.kinds import QuestionContent
from study.quiz.showing import ShownQuestion, to_author
from study.quiz.verdicts import Verdicts


def list_changes(question: Question) -> Sequence[KeyChange]:
    """Return the changes of a question's key with their courses and who made them, the latest first."""
    return db.session.scalars(
        select(KeyChange)
        .options(
            joinedload(KeyChange.course).joinedload(Course.branch),
            joinedload(KeyChange.made_by),
            joinedload(KeyChange.undone_by),
        )
        .where(KeyChange.question_id == question.id)
        .order_by(KeyChange.id.desc())
    ).all()


def get_own_change(change_id: int, author: Actor) -> KeyChange:
    """Return a change of a key for papers of a course that the actor may write, with question, bank, course, branch.

    Raises:
        NotFound, Denied: as for ``get_own_course``.
    """
    change = db.session.scalars(
        select(KeyChange)
        .options(
            joinedload(KeyChange.question)
            .joinedload(Question.bank)
            .joinedload(QuestionBank.course)
            .joinedload(Course.branch),
            joinedload(KeyChange.course).joinedload(Course.branch),
            joinedload(KeyChange.key_version),
            joinedload(KeyChange.made_by),
            joinedload(KeyChange.undone_by),
        )
        .where(KeyChange.id == change_id)
    ).one_or_none()
    if change is None:
        raise NotFound
    check_author(change.course, author)
    return change


def changes_in_force(
    question_ids: Collection[int], quiz_id: int | None = None, *, reached: int | None = None
) -> list[Change]:
    """Return the changes that hold for these questions in a quiz or in any, in the order they were made.

    ``reached`` leaves those out that have still to come to this paper.
    """
    statement = _in_force(question_ids, quiz_id)
    if reached is not None:
        statement = statement.where(or_(KeyChange.work != KeyWork.APPLYING, KeyChange.reached >= reached))
    return as_changes(db.session.scalars(statement).all())


def _in_force(question_ids: Collection[int], quiz_id: int | None) -> Select[KeyChange]:
    of_quiz = true() if quiz_id is None else or_(KeyChange.quiz_id.is_(None), KeyChange.quiz_id == quiz_id)
    return (
        select(KeyChange)
        .options(joinedload(KeyChange.key_version))
        .where(
            KeyChange.question_id.in_(question_ids),
            KeyChange.undone_at.is_(None),
            of_quiz,
        )
        .order_by(KeyChange.id)
    )


def as_change(row: KeyChange) -> Change:
    """Return a change as the rules know it. Its version is loaded."""
    return as_changes([row])[0]


def as_changes(rows: Sequence[KeyChange]) -> list[Change]:
    """Return changes as the rules know them, in the same order. Their versions are loaded."""
    # Asked each time: quizzes that come later are of the course as well.
    courses = {row.course_id for row in rows if row.quiz_id is None}
    quizzes: dict[int, set[int]] = {course_id: set() for course_id in courses}
    if courses:
        for quiz in db.session.execute(select(Quiz.id, Quiz.course_id).where(Quiz.course_id.in_(courses))):
            quizzes[quiz.course_id].add(quiz.id)
    return [
        Change(
            change_id=row.id,
            rule=row.rule,
            version_ids=frozenset(row.version_ids),
            quiz_id=row.quiz_id,
            quiz_ids=quizzes[row.course_id] if row.quiz_id is None else None,
            key=row.key_version.content if row.key_version else None,
        )
        for row in rows
    ]


def list_ready(question: Question) -> Sequence[QuestionVersion]:
    """Return the versions of a question that are ready, the latest first."""
    return db.session.scalars(
        select(QuestionVersion)
        .where(QuestionVersion.question_id == question.id, QuestionVersion.state == VersionState.READY)
        .order_by(QuestionVersion.version.desc())
    ).all()


def is_last(change: KeyChange) -> bool:
    """Tell whether no later change of its question holds for papers of its course: only such a one can be undone."""
    return change.undone_at is None and db.session.scalar(later_than(change).limit(1)) is None


def later_than(change: KeyChange) -> Select[int]:
    """Return a select of later changes of the same question for papers of the same course, as far as they hold."""
    return select(KeyChange.id).where(
        KeyChange.question_id == change.question_id,
        KeyChange.course_id == change.course_id,
        KeyChange.id > change.id,
        KeyChange.undone_at.is_(None),
    )


def numbers_of(change: KeyChange) -> Sequence[int]:
    """Return the numbers of the versions that a change is about."""
    wanted = select(QuestionVersion.version).where(QuestionVersion.id.in_(change.version_ids))
    return db.session.scalars(wanted.order_by(QuestionVersion.version)).all()


def find_quiz_of(change: KeyChange) -> Quiz | None:
    """Return the one quiz whose papers a change is about, if it is one alone."""
    return db.session.get(Quiz, change.quiz_id) if change.quiz_id else None


@dataclass(frozen=True, kw_only=True)
class MovedPaper:
    """What a change did to one paper."""

    attempt_id: int
    name: str
    number: int
    before: Verdicts
    after: Verdicts
    is_told: bool
    restored_at: datetime | None


def list_moved(change: KeyChange, limit: int | None) -> tuple[list[MovedPaper], int]:
    """Return what a change did to papers, those first that cross the line, and how many there are."""
    first = (
        select(KeyMark.attempt_id, func.min(KeyMark.position).label("position"))
        .where(KeyMark.change_id == change.id)
        .group_by(KeyMark.attempt_id)
        .subquery()
    )
    moved = (
        select(KeyMark, Attempt.number, case((_hides_writer(), ""), else_=User.display_name).label("name"))
        .join(first, (first.c.attempt_id == KeyMark.attempt_id) & (first.c.position == KeyMark.position))
        .join(Attempt, Attempt.id == KeyMark.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(User, User.id == Attempt.user_id)
        .where(KeyMark.change_id == change.id)
        .order_by(KeyMark.paper_old_passed.is_not_distinct_from(KeyMark.paper_passed), KeyMark.attempt_id)
        .limit(limit)
    )
    total = db.session.scalar(select(func.count()).select_from(first)) or 0
    return [
        MovedPaper(
            attempt_id=mark.attempt_id,
            name=name,
            number=number,
            before=Verdicts(mark=mark.paper_old_mark, max_mark=mark.paper_old_max, passed=mark.paper_old_passed),
            after=Verdicts(mark=mark.paper_mark, max_mark=mark.paper_max, passed=mark.paper_passed),
            is_told=mark.is_told,
            restored_at=mark.restored_at,
        )
        for mark, number, name in db.session.execute(moved)
    ], total


def _hides_writer() -> ColumnElement[bool]:
    """Return the condition that whose a paper is must not be seen, as ``Quiz.hides_writer`` has it."""
    return and_(Quiz.is_anonymous, or_(not_(is_told()), Attempt.mark.is_(None)))


@dataclass(frozen=True, kw_only=True)
class KeyNote:
    """What a change of a key means for one question of a paper."""

    change: KeyChange
    key: QuestionContent | None
    """The question with the new key, where there is one."""
    old: Earned | None
    """What the question earned before, where that was something else."""

    @property
    def shown(self) -> ShownQuestion | None:
        """The question with the new key, as its author sees it."""
        return to_author(self.key) if self.key else None


def notes_on(attempt: Attempt, slots: Sequence[AttemptSlot]) -> dict[int, KeyNote]:
    """Return the last change that is about each question of a paper handed in, by position."""
    rows = db.session.scalars(_in_force({slot.version.question_id for slot in slots}, attempt.quiz_id)).all()
    if not rows:
        return {}
    olds = {
        (mark.change_id, mark.position): Earned(mark=mark.old_mark, max_mark=mark.old_max)
        for mark in db.session.scalars(select(KeyMark).where(KeyMark.attempt_id == attempt.id))
    }
    found = {}
    for row, change in zip(rows, as_changes(rows), strict=True):
        for slot in slots:
            if change.touches(attempt.quiz_id, slot.version_id):
                found[slot.position] = KeyNote(change=row, key=change.key, old=olds.get((row.id, slot.position)))
    return found
