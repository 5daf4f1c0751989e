"""Reads what people have to mark, and what they gave."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.models import User
from core.db import AnySelect, db
from core.errors import NotFound
from core.permissions import Actor
from study.enums import AttemptState, MarkTurn
from study.models import Attempt, AttemptFile, AttemptSlot, Course, HandMark, Question, QuestionVersion, Quiz
from study.quiz.hand_marking import AnswerMarks, Terms, standing
from study.quiz.kinds import BY_HAND, Answer, QuestionContent
from study.quiz.ledger import winners
from study.quiz.queries.banks import current_version
from study.quiz.queries.key_papers import Place
from study.quiz.queries.keys import KeyNote, notes_on
from study.quiz.queries.ledgers import events_of


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How many answers wait, of how many that people mark."""

    subject: Any
    """The quiz, or what lists need of the question."""
    waiting: int
    total: int


def terms_of(quiz: Quiz) -> Terms:
    """Return how answers of a quiz are marked."""
    return Terms(is_double=quiz.is_double, differ_thousandths=quiz.differ_thousandths)


def _answers(grader: Actor, *columns: Any) -> AnySelect:
    """Return a statement for all answers that people mark and that are not the actor's own."""
    return (
        select(*columns)
        .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
        .join(QuestionVersion, QuestionVersion.id == AttemptSlot.version_id)
        .where(
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.marking_code.is_not(None),
            Attempt.user_id != (grader.id or 0),
            QuestionVersion.kind.in_(sorted(BY_HAND)),
            AttemptSlot.answered,
            AttemptSlot.max_mark > 0,
        )
    )


def _waits_for(grader: Actor) -> ColumnElement[bool]:
    """Return the condition that this person can bring an answer on: of two markers nobody marks twice."""
    here = and_(HandMark.attempt_id == AttemptSlot.attempt_id, HandMark.position == AttemptSlot.position)
    own = exists().where(here, HandMark.marker_id == (grader.id or 0))
    both = exists().where(here, HandMark.turn == MarkTurn.SECOND)
    return and_(AttemptSlot.mark.is_(None), or_(~own, both))


def _sum(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def list_graded_quizzes(course: Course, grader: Actor) -> list[Waiting]:
    """Return the quizzes of a course of which people have something to mark, or had."""
    counts = (
        _answers(grader, Attempt.quiz_id, _sum(_waits_for(grader)).label("waiting"), func.count().label("total"))
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Quiz.course_id == course.id)
        .group_by(Attempt.quiz_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Quiz, counts.c.waiting, counts.c.total).join(counts, counts.c.quiz_id == Quiz.id).order_by(Quiz.id)
    )
    return [Waiting(subject=row[0], waiting=row[1], total=row[2]) for row in rows]


def list_graded_questions(quiz: Quiz, grader: Actor) -> list[Waiting]:
    """Return the questions of a quiz that people mark."""
    counts = (
        _answers(
            grader, QuestionVersion.question_id, _sum(_waits_for(grader)).label("waiting"), func.count().label("total")
        )
        .where(Attempt.quiz_id == quiz.id)
        .group_by(QuestionVersion.question_id)
        .subquery()
    )
    rows = db.session.execute(
        select(Question.id, Question.name, QuestionVersion.html, counts.c.waiting, counts.c.total)
        .join(counts, counts.c.question_id == Question.id)
        .join(QuestionVersion, current_version())
        .order_by(Question.id)
    )
    return [Waiting(subject=row, waiting=row.waiting, total=row.total) for row in rows]


def hides_names(quiz: Quiz) -> bool:
    """Tell whether the desk shows no names: in an anonymous quiz as long as anything waits or may not be told.

    Of a paper that is looked at for itself, ``Quiz.hides_writer`` tells.
    """
    if not quiz.is_anonymous:
        return False
    waiting = select(Attempt.id).where(
        Attempt.quiz_id == quiz.id, Attempt.state == AttemptState.SUBMITTED, Attempt.mark.is_(None)
    )
    return quiz.is_held_back or db.session.scalar(waiting.limit(1)) is not None


@dataclass(frozen=True, kw_only=True)
class Row:
    """The answers to one question in a row, by the codes of their papers; the order tells neither name nor time."""

    codes: Sequence[str]
    waiting: frozenset[str]
    """Those that the actor can bring on."""

    def at(self, code: str) -> int:
        """Return the place of an answer, from 1."""
        return self.codes.index(code) + 1

    def beside(self, code: str, step: int) -> str | None:
        """Return the answer before or after one."""
        place = self.codes.index(code) + step
        return self.codes[place] if 0 <= place < len(self.codes) else None

    def next_waiting(self, code: str | None) -> str | None:
        """Return the next answer to mark after one, round to the first; None where all are marked."""
        found = [one for one in self.codes if one in self.waiting]
        return next((one for one in found if code is None or one > code), found[0] if found else None)


def row_of(quiz: Quiz, question_id: int, grader: Actor) -> Row:
    """Return the answers to a question of a quiz.

    Raises:
        NotFound: there are none that people mark.
    """
    rows = db.session.execute(
        _answers(grader, Attempt.marking_code.label("code"), case((_waits_for(grader), 1), else_=0).label("waits"))
        .where(Attempt.quiz_id == quiz.id, QuestionVersion.question_id == question_id)
        .order_by(Attempt.marking_code)
    ).all()
    if not rows:
        raise NotFound
    return Row(codes=[row.code for row in rows], waiting=frozenset(row.code for row in rows if row.waits))


@dataclass(frozen=True, kw_only=True)
class HandAnswer:
    """One answer as those who mark see it."""

    quiz: Quiz
    attempt: Attempt
    slot: AttemptSlot
    answer: Answer
    files: Sequence[AttemptFile]
    history: Sequence[HandMark]
    marks: AnswerMarks
    name: str | None
    """Of the learner; None where it is hidden."""
    note: KeyNote | None = None
    """The change that holds over what people give, if there is one."""

    @property
    def content(self) -> QuestionContent:
        """The question in the version that was asked."""
        return self.slot.version.content


def get_answer(quiz: Quiz, question_id: int, code: str, grader: Actor) -> HandAnswer:
    """Return one answer with what was given to it.

    Raises:
        NotFound: there is no such answer that people mark.
    """
    slot = db.session.scalars(
        _answers(grader, AttemptSlot)
        .options(contains_eager(AttemptSlot.version))
        .where(Attempt.quiz_id == quiz.id, Attempt.marking_code == code, QuestionVersion.question_id == question_id)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if slot is None:
        raise NotFound
    attempt, name = db.session.execute(
        select(Attempt, User.display_name).join(User, User.id == Attempt.user_id).where(Attempt.id == slot.attempt_id)
    ).one()
    history = list_marks(attempt.id, slot.position)
    event = winners(events_of(attempt.id, [slot.position])).get(slot.position)
    return HandAnswer(
        quiz=quiz,
        attempt=attempt,
        slot=slot,
        answer=event.answer if event else {},
        files=files_of(attempt.id).get(slot.position, []),
        history=history,
        marks=standing(history, terms_of(quiz), slot.max_mark),
        name=None if hides_names(quiz) else name,
        note=notes_on(attempt, [slot]).get(slot.position),
    )


def list_marks(attempt_id: int, position: int | None = None) -> Sequence[HandMark]:
    """Return all marks ever given to a paper or one answer of it, oldest first, with who gave them."""
    statement = select(HandMark).options(joinedload(HandMark.marker)).where(HandMark.attempt_id == attempt_id)
    if position is not None:
        statement = statement.where(HandMark.position == position)
    return db.session.scalars(statement.order_by(HandMark.id)).all()


def marks_given(attempt_ids: Collection[int], version_ids: Collection[int]) -> dict[Place, list[HandMark]]:
    """Return all marks ever given to what these versions asked, oldest first, by paper and position."""
    here = and_(AttemptSlot.attempt_id == HandMark.attempt_id, AttemptSlot.position == HandMark.position)
    found: dict[Place, list[HandMark]] = {}
    rows = (
        select(HandMark)
        .join(AttemptSlot, here)
        .where(HandMark.attempt_id.in_(attempt_ids), AttemptSlot.version_id.in_(version_ids))
        .order_by(HandMark.id)
    )
    for row in db.session.scalars(rows):
        found.setdefault((row.attempt_id, row.position), []).append(row)
    return found


def files_of(attempt_id: int) -> Mapping[int, Sequence[AttemptFile]]:
    """Return the files of a paper, by the place of their question."""
    found: dict[int, list[AttemptFile]] = {}
    rows = select(AttemptFile).options(joinedload(AttemptFile.file)).where(AttemptFile.attempt_id == attempt_id)
    for row in db.session.scalars(rows.order_by(AttemptFile.id)):
        found.setdefault(row.position, []).append(row)
    return found


def has_marks(quiz_id: int) -> bool:
    """Tell whether people have marked any paper of a quiz."""
    given = select(HandMark.id).join(Attempt, Attempt.id == HandMark.attempt_id).where(Attempt.quiz_id == quiz_id)
    return db.session.scalar(given.limit(1)) is not None
