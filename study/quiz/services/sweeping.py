"""Marks papers again after a key was changed, or the change undone: some at a time, each paper once.

Every paper that asks a version is held for a moment, also those still being written. Whoever hands one in holds it
too: either the paper is handed in by then and marked again here, or it finds the change when it is handed in.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.clock import utcnow
from core.db import db, hold_shared, lock, lock_values, read_rows
from core.outbox import announce
from study.enums import AttemptState, KeyWork
from study.events import KeySettled
from study.models import Attempt, AttemptSlot, KeyChange, KeyMark, Quiz
from study.quiz.hand_marking import standing
from study.quiz.keys import Change, Earned, changed
from study.quiz.kinds import BY_HAND
from study.quiz.queries.hand_marks import marks_given, terms_of
from study.quiz.queries.key_papers import Place, answers_to, contents_of, drawn_worth
from study.quiz.queries.key_sheet import of_course
from study.quiz.queries.keys import as_change, changes_in_force
from study.quiz.services import key_certificates, key_notices
from study.quiz.services.handing_in import note_marks, settle_mark
from study.quiz.services.key_marks import Again, Moved, earned_under, move, note_moves
from study.quiz.verdicts import Verdicts

CHUNK = 50
"""Papers that are held at once."""


def sweep(change_id: int) -> bool:
    """Mark the next papers again after a change or its undoing; tell whether there are more."""
    held = lock_values(select(KeyChange).where(KeyChange.id == change_id)).execution_options(populate_existing=True)
    row = db.session.scalars(held).one_or_none()
    if row is None or not row.is_busy:
        return False
    is_undoing = row.work is KeyWork.UNDOING
    found = _next_papers(row)
    ids, has_more = found[:CHUNK], len(found) > CHUNK
    if ids:
        row.reached = ids[-1]
        quizzes, attempts = _hold(ids)
        lasting = key_certificates.Standing.of(attempts)
        moved = _restore(row, quizzes, attempts) if is_undoing else _apply(row, quizzes, attempts)
        for quiz in quizzes.values():
            note_marks([one.attempt for one in moved if one.has_moved and one.quiz is quiz], quiz)
        if row.revoked and is_undoing:
            key_certificates.give_back(row, lasting.user_ids)
        elif row.revokes and not is_undoing:
            key_certificates.take_back(row, lasting.lost())
        key_notices.tell_writers(row, [one for one in moved if one.is_told])
    if not has_more:
        row.work = KeyWork.UNDONE if is_undoing else KeyWork.APPLIED
        announce(KeySettled(change_id=row.id))
        if is_undoing:
            key_certificates.give_back_rest(row)
    db.session.flush()
    return has_more


def _next_papers(row: KeyChange) -> list[int]:
    """Return the papers to come, and one more where that is not all."""
    statement = (
        select(Attempt.id)
        .distinct()
        .join(AttemptSlot, AttemptSlot.attempt_id == Attempt.id)
        .where(AttemptSlot.version_id.in_(row.version_ids), Attempt.id > row.reached)
        .order_by(Attempt.id)
        .limit(CHUNK + 1)
    )
    if row.quiz_id is not None:
        statement = statement.where(Attempt.quiz_id == row.quiz_id)
    statement = statement.where(Attempt.quiz_id.in_(of_course(row.course_id)))
    return list(db.session.scalars(statement))


def _hold(ids: Sequence[int]) -> tuple[dict[int, Quiz], dict[int, Attempt]]:
    """Hold papers and what decides whether their results are told; return those handed in."""
    asked = select(Attempt.quiz_id).where(Attempt.id.in_(ids))
    rules = hold_shared(select(Quiz).where(Quiz.id.in_(asked)).order_by(Quiz.id))
    quizzes = {quiz.id: quiz for quiz in db.session.scalars(rules.execution_options(populate_existing=True))}
    papers = lock(select(Attempt).where(Attempt.id.in_(ids)).order_by(Attempt.id))
    found = db.session.scalars(papers.execution_options(populate_existing=True)).all()
    return quizzes, {one.id: one for one in found if one.state is AttemptState.SUBMITTED}


def _apply(row: KeyChange, quizzes: Mapping[int, Quiz], attempts: Mapping[int, Attempt]) -> list[Again]:
    change = _change(row)
    contents = contents_of(row.version_ids)
    answers, full = answers_to(attempts, row.version_ids), drawn_worth(attempts, row.id)
    # A paper handed in meanwhile was marked by the changed key already.
    done = set(db.session.execute(_marks(row.id, attempts).with_only_columns(KeyMark.attempt_id)).scalars())
    moves: dict[int, list[Moved]] = defaultdict(list)
    for slot in _slots(attempts, row.version_ids):
        place = (slot.attempt_id, slot.position)
        worth = full.get(place, slot.max_mark)
        if slot.attempt_id in done or not worth:
            continue
        certainty = attempts[slot.attempt_id].certainty
        before = Earned(mark=slot.mark, max_mark=slot.max_mark)
        after = changed(change, contents[slot.version_id], answers.get(place, {}), certainty, before, worth)
        if found := move(slot, after):
            moves[slot.attempt_id].append(found)
    again = []
    for one in _settled(quizzes, {ident: attempts[ident] for ident in moves}):
        told = one.has_moved and not one.quiz.is_held_back
        note_moves(row.id, moves[one.attempt.id], one.before, one.after, is_told=told)
        again.append(replace(one, is_told=told))
    db.session.flush()
    return again


def _restore(row: KeyChange, quizzes: Mapping[int, Quiz], attempts: Mapping[int, Attempt]) -> list[Again]:
    unrestored = _marks(row.id, attempts).where(KeyMark.restored_at.is_(None))
    notes = {(note.attempt_id, note.position): note for note in db.session.scalars(unrestored)}
    first: dict[int, KeyMark] = {}
    for note in notes.values():
        first.setdefault(note.attempt_id, note)
    moved = _put_back(row, quizzes, attempts, notes)
    again = []
    for one in _settled(quizzes, {ident: attempts[ident] for ident in moved}):
        after, before = one.after, first.get(one.attempt.id)
        if before and (after.mark, after.max_mark) == (before.paper_old_mark, before.paper_old_max):
            after = Verdicts(mark=after.mark, max_mark=after.max_mark, passed=before.paper_old_passed)
            one.attempt.passed = after.passed
        found = replace(one, after=after)
        # Also who found no notice when the key was changed has read by now what the paper earned under it.
        again.append(replace(found, is_told=found.has_moved and not one.quiz.is_held_back))
    db.session.flush()
    return again


def _put_back(
    row: KeyChange, quizzes: Mapping[int, Quiz], attempts: Mapping[int, Attempt], notes: Mapping[Place, KeyMark]
) -> set[int]:
    """Let questions earn again what they earn without a change; return whose papers moved."""
    moved = {attempt_id for attempt_id, _position in notes}
    by_hand = {ident for ident, content in contents_of(row.version_ids).items() if content.kind in BY_HAND}
    moved |= {
        slot.attempt_id for slot, earned in _by_hand(row, quizzes, attempts, by_hand, notes) if move(slot, earned)
    }
    for slot in _slots(moved, set(row.version_ids) - by_hand):
        if note := notes.get((slot.attempt_id, slot.position)):
            slot.mark, slot.max_mark = note.old_mark, note.old_max
    now = utcnow()
    for note in notes.values():
        note.restored_at = now
    return moved


def _by_hand(
    row: KeyChange,
    quizzes: Mapping[int, Quiz],
    attempts: Mapping[int, Attempt],
    version_ids: Collection[int],
    notes: Mapping[Place, KeyMark],
) -> Iterator[tuple[AttemptSlot, Earned]]:
    """Give what answers earn without a change that people mark: people may have marked them again meanwhile.

    What they gave stands whatever was noted when the key was changed, under the changes that are left.
    """
    if not version_ids:
        return
    given, drawn = marks_given(attempts, version_ids), drawn_worth(attempts)
    changes = changes_in_force({row.question_id})
    for slot in _slots(attempts, version_ids):
        place, attempt = (slot.attempt_id, slot.position), attempts[slot.attempt_id]
        full = drawn.get(place, notes[place].old_max if place in notes else slot.max_mark)
        marks = standing(given.get(place, ()), terms_of(quizzes[attempt.quiz_id]), full)
        held = Earned(mark=marks.mark if slot.answered else 0, max_mark=full)
        yield slot, earned_under(changes, attempt, slot, {}, held)


def _settled(quizzes: Mapping[int, Quiz], attempts: Mapping[int, Attempt]) -> list[Again]:
    """Add papers up again, in order."""
    db.session.flush()
    rows: dict[int, list[Any]] = defaultdict(list)
    columns = select(AttemptSlot.attempt_id, AttemptSlot.mark, AttemptSlot.max_mark)
    for one in read_rows(columns.where(AttemptSlot.attempt_id.in_(attempts))):
        rows[one.attempt_id].append(one)
    found = []
    for ident, attempt in sorted(attempts.items()):
        quiz = quizzes[attempt.quiz_id]
        before = Verdicts.of(attempt)
        settle_mark(attempt, quiz, rows[ident])
        found.append(Again(attempt=attempt, quiz=quiz, before=before, after=Verdicts.of(attempt)))
    return found


def _change(row: KeyChange) -> Change:
    db.session.refresh(row, ["key_version"])
    return as_change(row)


def _slots(attempt_ids: Collection[int], version_ids: Collection[int]) -> Sequence[AttemptSlot]:
    wanted = AttemptSlot.attempt_id.in_(attempt_ids), AttemptSlot.version_id.in_(version_ids)
    order = AttemptSlot.attempt_id, AttemptSlot.position
    statement = select(AttemptSlot).options(joinedload(AttemptSlot.version)).where(*wanted).order_by(*order)
    return db.session.scalars(statement.execution_options(populate_existing=True)).all()


def _marks(change_id: int, attempt_ids: Collection[int]) -> Any:
    return (
        select(KeyMark)
        .where(KeyMark.change_id == change_id, KeyMark.attempt_id.in_(attempt_ids))
        .order_by(KeyMark.attempt_id, KeyMark.position)
    )
