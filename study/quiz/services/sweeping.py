"""Marks papers again after a key was changed, or the change undone: some at a time, each paper once.

Every paper that asks a version is held for a moment, also those still being written. Whoever hands one in holds it
too: either the paper is handed in by then and marked again here, or it finds the change when it is handed in.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from core.clock import utcnow
from core.db import db, hold_shared, lock, read_rows
from study.enums import AttemptState, KeyWork
from study.models import Attempt, AttemptSlot, KeyChange, KeyMark, Quiz
from study.quiz.keys import Change, Earned, Verdicts, changed, judged
from study.quiz.queries.key_papers import answers_to, contents_of, drawn_worth
from study.quiz.queries.keys import as_change
from study.quiz.services import key_certificates, key_notices
from study.quiz.services.handing_in import note_marks, settle_mark
from study.quiz.services.key_marks import Again, Moved, move, note_moves

CHUNK = 50
"""Papers that are held at once."""


def sweep(change_id: int) -> bool:
    """Mark the next papers again after a change or its undoing; tell whether there are more."""
    held = lock(select(KeyChange).where(KeyChange.id == change_id)).execution_options(populate_existing=True)
    row = db.session.scalars(held).one_or_none()
    if row is None or not row.is_busy:
        return False
    is_undoing = row.work is KeyWork.UNDOING
    ids = _next_papers(row)
    if ids:
        row.reached = ids[-1]
        quizzes, attempts = _hold(ids)
        lasting = key_certificates.Standing.of(attempts)
        moved = _restore(row, quizzes, attempts) if is_undoing else _apply(row, quizzes, attempts)
        for quiz in quizzes.values():
            note_marks([one.attempt for one in moved if one.has_moved and one.quiz is quiz], quiz)
        if row.revokes and not is_undoing:
            key_certificates.take_back(row, lasting.lost())
        key_notices.tell_writers(row, [one for one in moved if one.is_told])
    if len(ids) < CHUNK:
        row.work = KeyWork.UNDONE if is_undoing else KeyWork.APPLIED
        if is_undoing:
            key_certificates.give_back(row)
    db.session.flush()
    return len(ids) == CHUNK


def _next_papers(row: KeyChange) -> list[int]:
    statement = (
        select(Attempt.id)
        .distinct()
        .join(AttemptSlot, AttemptSlot.attempt_id == Attempt.id)
        .where(AttemptSlot.version_id.in_(row.version_ids), Attempt.id > row.reached)
        .order_by(Attempt.id)
        .limit(CHUNK)
    )
    if row.quiz_id is not None:
        statement = statement.where(Attempt.quiz_id == row.quiz_id)
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
    notes: dict[int, list[KeyMark]] = defaultdict(list)
    for note in db.session.scalars(_marks(row.id, attempts).where(KeyMark.restored_at.is_(None))):
        notes[note.attempt_id].append(note)
    slots = {(slot.attempt_id, slot.position): slot for slot in _slots(notes, row.version_ids)}
    now = utcnow()
    for note in (one for found in notes.values() for one in found):
        _put_back(slots[note.attempt_id, note.position], note)
        note.restored_at = now
    again = []
    for one in _settled(quizzes, {ident: attempts[ident] for ident in notes}):
        first = notes[one.attempt.id][0]
        after = one.after
        if (after.mark, after.max_mark) == (first.paper_old_mark, first.paper_old_max):
            after = Verdicts(mark=after.mark, max_mark=after.max_mark, passed=first.paper_old_passed)
            one.attempt.passed = after.passed
        again.append(replace(one, after=after, is_told=first.is_told and not one.quiz.is_held_back))
    db.session.flush()
    return again


def _put_back(slot: AttemptSlot, note: KeyMark) -> None:
    """Let a question earn what it earned before, unless a person has marked it otherwise since."""
    untouched = (slot.mark, slot.max_mark) == (note.mark, note.max_mark)
    if untouched or not note.max_mark:
        slot.mark = note.old_mark
    slot.max_mark = note.old_max


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
        before = Verdicts(mark=attempt.mark, max_mark=attempt.max_mark, passed=attempt.passed)
        attempt.max_mark = sum(one.max_mark for one in rows[ident])
        settle_mark(attempt, quiz, rows[ident])
        after = judged(before, attempt.mark, attempt.max_mark, quiz.pass_thousandths)
        attempt.passed = after.passed
        found.append(Again(attempt=attempt, quiz=quiz, before=before, after=after))
    return found


def _change(row: KeyChange) -> Change:
    db.session.refresh(row, ["key_version"])
    return as_change(row)


def _slots(attempt_ids: Collection[int], version_ids: Collection[int]) -> Sequence[AttemptSlot]:
    wanted = AttemptSlot.attempt_id.in_(attempt_ids), AttemptSlot.version_id.in_(version_ids)
    order = AttemptSlot.attempt_id, AttemptSlot.position
    statement = select(AttemptSlot).where(*wanted).order_by(*order)
    return db.session.scalars(statement.execution_options(populate_existing=True)).all()


def _marks(change_id: int, attempt_ids: Collection[int]) -> Any:
    return (
        select(KeyMark)
        .where(KeyMark.change_id == change_id, KeyMark.attempt_id.in_(attempt_ids))
        .order_by(KeyMark.attempt_id, KeyMark.position)
    )
