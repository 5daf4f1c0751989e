"""Writes the marks that people give. Every mark ever given stays, and what a paper earned follows from the latest.

The row of the quiz is held first, so that its results are not told in between, then that of the paper.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from core.db import db, hold_shared, lock
from core.errors import Conflict, Denied, NotFound
from core.i18n import _l
from core.markup import render
from core.permissions import Actor
from study.enums import AttemptState
from study.models import Attempt, AttemptSlot, HandMark, Quiz
from study.permissions import StudyPermission, require_in_course
from study.quiz.hand_marking import AnswerMarks, standing
from study.quiz.kinds import is_hand_marked
from study.quiz.queries.hand_marks import list_marks, terms_of
from study.quiz.queries.ledgers import slots_of
from study.quiz.services.handing_in import note_result, settle_mark, tell_marked
from study.quiz.services.key_marks import mark_by_hand
from study.rubric import Mark


class MarkedMeanwhile(Conflict):
    """Somebody else has marked the answer since the page was shown."""

    message = _l("Somebody else has marked this answer in the meantime.")


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a person gives one answer, its comment rendered: what takes long is done before the transaction."""

    mark: int
    points: Sequence[Mark] = ()
    comment: str = ""
    comment_html: str = ""

    @classmethod
    def made(cls, mark: int, points: Sequence[Mark], comment: str) -> "Given":
        """Return it with its comment rendered."""
        html = render(comment, heading=4, breaks=True).html if comment else ""
        return cls(mark=mark, points=points, comment=comment, comment_html=html)


def give(quiz: Quiz, code: str, question_id: int, actor: Actor, given: Given, *, seen: str, decides: bool) -> None:
    """Give one answer a mark, or another one than before; the learner is told when the whole paper is marked.

    The quiz comes with its course and branch; ``code`` is the marking code of the paper, ``seen`` the stamp of the
    marks as the actor saw them. ``decides`` says that it is the last word on what two markers gave.

    Raises:
        Denied: the actor does not mark in this course, or wrote the paper.
        NotFound: no such answer waits for people.
        MarkedMeanwhile: it is not as it was seen.
    """
    require_in_course(actor, StudyPermission.GRADE, quiz.course)
    held = hold_shared(select(Quiz).where(Quiz.id == quiz.id)).execution_options(populate_existing=True)
    db.session.scalars(held).one()
    attempt = _hold(quiz.id, code)
    if actor.id is None or attempt.user_id == actor.id:
        raise Denied
    slots = slots_of(attempt.id)
    slot = next((one for one in slots if one.version.question_id == question_id), None)
    if slot is None or not needs_person(slot):
        raise NotFound
    rows = list_marks(attempt.id, slot.position)
    terms = terms_of(quiz)
    before = standing(rows, terms, slot.max_mark)
    if seen != before.stamp(actor.id, decides=decides):
        raise MarkedMeanwhile
    row = _row(attempt, slot, before, actor.id, given, decides=decides)
    if row is None:
        return
    db.session.add(row)
    db.session.flush()
    _settle(quiz, attempt, slots, slot, standing([*rows, row], terms, slot.max_mark), actor.id)


def needs_person(slot: AttemptSlot) -> bool:
    """Tell whether people mark a question of a paper handed in."""
    return slot.answered and slot.max_mark > 0 and is_hand_marked(slot.version.kind)


def _hold(quiz_id: int, code: str) -> Attempt:
    found = select(Attempt).where(
        Attempt.quiz_id == quiz_id, Attempt.marking_code == code, Attempt.state == AttemptState.SUBMITTED
    )
    attempt = db.session.scalars(lock(found).execution_options(populate_existing=True)).one_or_none()
    if attempt is None:
        raise NotFound
    return attempt


def _row(
    attempt: Attempt, slot: AttemptSlot, before: AnswerMarks, actor_id: int, given: Given, *, decides: bool
) -> HandMark | None:
    """Return what is to be written; nothing where it says what was said before."""
    turn = before.turn_of(actor_id, decides=decides)
    row = HandMark(
        attempt_id=attempt.id,
        position=slot.position,
        turn=turn,
        marker_id=actor_id,
        mark=given.mark,
        points=[list(one) for one in given.points],
        comment=given.comment,
        comment_html=given.comment_html,
    )
    held = next((one for one in before.given if one.turn is turn), None)
    same = held and (held.mark, held.points, held.comment) == (row.mark, row.points, row.comment)
    return None if same else row


def _settle(
    quiz: Quiz,
    attempt: Attempt,
    slots: Sequence[AttemptSlot],
    slot: AttemptSlot,
    marks: AnswerMarks,
    actor_id: int,
) -> None:
    earned = attempt.mark
    mark_by_hand(attempt, slot, marks.mark)
    settle_mark(attempt, quiz, slots)
    db.session.flush()
    if attempt.mark is None or attempt.mark == earned:
        return
    note_result(attempt, quiz)
    if not quiz.is_held_back:
        tell_marked(attempt, quiz, actor_id)
