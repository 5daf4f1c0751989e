"""Marks questions of papers by changed keys, and notes of each what it earned before. The caller holds the papers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.db import db
from study.models import Attempt, AttemptSlot, KeyMark, Quiz
from study.quiz.keys import Change, Earned, changed
from study.quiz.kinds import Answer
from study.quiz.queries.keys import changes_in_force
from study.quiz.verdicts import NONE_YET, Total, Verdicts


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A question of a paper that earns something else than before."""

    slot: AttemptSlot
    before: Earned


@dataclass(frozen=True, kw_only=True)
class Again:
    """A paper that is marked again."""

    attempt: Attempt
    quiz: Quiz
    before: Verdicts
    after: Verdicts
    is_told: bool = False

    @property
    def has_moved(self) -> bool:
        """Tell whether its writer has something to be told."""
        return self.before != self.after


def move(slot: AttemptSlot, after: Earned) -> Moved | None:
    """Let a question earn something else; None where it is the same."""
    before = Earned(mark=slot.mark, max_mark=slot.max_mark)
    if after == before:
        return None
    slot.mark, slot.max_mark = after.mark, after.max_mark
    return Moved(slot=slot, before=before)


def note_moves(
    change_id: int, moves: Sequence[Moved], before: Verdicts, after: Verdicts, *, is_told: bool = False
) -> None:
    """Write down what a change did to a paper."""
    for one in moves:
        db.session.add(
            KeyMark(
                change_id=change_id,
                attempt_id=one.slot.attempt_id,
                position=one.slot.position,
                old_mark=one.before.mark,
                old_max=one.before.max_mark,
                mark=one.slot.mark,
                max_mark=one.slot.max_mark,
                paper_old_mark=before.mark,
                paper_old_max=before.max_mark,
                paper_old_passed=before.passed,
                paper_mark=after.mark,
                paper_max=after.max_mark,
                paper_passed=after.passed,
                is_told=is_told,
            )
        )


def mark_by_changes(
    attempt: Attempt, slots: Sequence[AttemptSlot], answers: Mapping[int, Answer], pass_thousandths: int
) -> None:
    """Mark a paper that is being handed in also by the keys that were changed since it was drawn.

    Its questions are marked already by the keys they had; what each change does is noted, so that it can be undone.
    """
    full = {slot.position: slot.max_mark for slot in slots}
    for change in changes_in_force({slot.version.question_id for slot in slots}, attempt.quiz_id):
        before = Total.of(slots).judged(NONE_YET, pass_thousandths)
        moves = [
            moved
            for slot in slots
            if full[slot.position] and change.touches(attempt.quiz_id, slot.version_id)
            if (
                moved := move(slot, _earned(change, attempt, slot, answers.get(slot.position, {}), full[slot.position]))
            )
        ]
        note_moves(change.change_id, moves, before, Total.of(slots).judged(NONE_YET, pass_thousandths))


def mark_under_changes(attempt: Attempt, slot: AttemptSlot, answer: Answer) -> None:
    """Mark one question of an open paper, marked already by the key it had, also by the changed one."""
    changes = changes_in_force({slot.version.question_id}, attempt.quiz_id)
    held = Earned(mark=slot.mark, max_mark=slot.max_mark)
    # What it is worth is settled when the paper is handed in.
    slot.mark = earned_under(changes, attempt, slot, answer, held).mark


def mark_by_hand(attempt: Attempt, slot: AttemptSlot, mark: int | None) -> None:
    """Let a question of a paper handed in earn what people gave it, unless a change in force says otherwise.

    A change that is still on its way to this paper finds the mark when it comes.
    """
    changes = changes_in_force({slot.version.question_id}, attempt.quiz_id, reached=attempt.id)
    slot.mark = earned_under(changes, attempt, slot, {}, Earned(mark=mark, max_mark=slot.max_mark)).mark


def earned_under(
    changes: Iterable[Change], attempt: Attempt, slot: AttemptSlot, answer: Answer, held: Earned
) -> Earned:
    """Return what a question earns under changes that came one after the other.

    ``held`` is what it earns without them, of what it was worth when the paper was drawn.
    """
    full = held.max_mark
    for change in changes:
        if full and change.touches(attempt.quiz_id, slot.version_id):
            held = changed(change, slot.version.content, answer, attempt.certainty, held, full)
    return held


def _earned(change: Change, attempt: Attempt, slot: AttemptSlot, answer: Answer, full: int) -> Earned:
    before = Earned(mark=slot.mark, max_mark=slot.max_mark)
    return changed(change, slot.version.content, answer, attempt.certainty, before, full)
