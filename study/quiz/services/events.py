"""Takes single changes of answers: as they are made or after a lost network, in any order, any number of times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from core.clock import utcnow
from core.db import db
from core.permissions import Actor
from study.enums import Refusal
from study.models import AnswerEvent, Attempt, AttemptSlot
from study.quiz.kinds import Given, kind_of, read_answer
from study.quiz.ledger import made_at, winners
from study.quiz.queries.ledgers import events_of, slots_of
from study.quiz.services.attempts import hold_own, is_overdue, refuse
from study.quiz.services.handing_in import hand_in, has_answer

EVENTS_MAX = 5000
"""Changes of one paper: more than anybody makes."""
AT_ONCE = 100
"""Changes in one message."""

Name = tuple[int, str, int]
"""Position, client and number of a change."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One change as a page sends it; ``ago_ms`` says how long before the message it was made."""

    position: int
    client_id: str
    sequence: int
    given: Given
    ago_ms: int = 0
    client_time: datetime | None = None

    @property
    def name(self) -> Name:
        """What tells this change from all others of the paper."""
        return self.position, self.client_id, self.sequence


@dataclass(kw_only=True)
class Receipt:
    """What became of the changes of a message, and which answer counts for the questions it was about."""

    kept: list[AnswerEvent] = field(default_factory=list)
    """Changes that are in the ledger, by this message or a former one."""
    refused: list[tuple[Change, Refusal]] = field(default_factory=list)
    counting: Mapping[int, AnswerEvent] = field(default_factory=dict)
    is_open: bool = True


def take(attempt_id: int, actor: Actor, changes: Sequence[Change]) -> Receipt:
    """Write changes into the ledger, each once, and say what became of every one.

    What is there already counts as kept, also when the paper was handed in since: its acknowledgement was lost.

    Raises:
        NotFound: it is not this member's paper.
    """
    attempt = hold_own(attempt_id, actor)
    if is_overdue(attempt, utcnow()):
        hand_in(attempt)
    receipt = Receipt(is_open=attempt.is_open)
    positions = {change.position for change in changes}
    slots = {slot.position: slot for slot in slots_of(attempt_id, positions)}
    known = {_name(event): event for event in events_of(attempt_id, positions)}
    room = EVENTS_MAX - _count(attempt_id) if changes else 0
    for change in changes:
        _take_one(attempt, slots.get(change.position), change, known, receipt, room - len(receipt.kept))
    refuse(
        attempt.id,
        [_refused(attempt, slots.get(change.position), change, reason) for change, reason in receipt.refused],
    )
    receipt.counting = winners(known.values())
    for position, event in receipt.counting.items():
        slot = slots[position]
        if attempt.is_open:
            slot.answered = has_answer(slot, event.answer)
    db.session.flush()
    return receipt


def _take_one(
    attempt: Attempt,
    slot: AttemptSlot | None,
    change: Change,
    known: dict[Name, AnswerEvent],
    receipt: Receipt,
    room: int,
) -> None:
    answer = _answer(attempt, slot, change)
    held = known.get(change.name)
    if held is not None and dict(held.answer) == answer:
        receipt.kept.append(held)
        return
    reason = _reason(attempt, slot, answer, held, room)
    if reason is not None:
        receipt.refused.append((change, reason))
        return
    now = utcnow()
    event = AnswerEvent(
        attempt_id=attempt.id,
        position=change.position,
        client_id=change.client_id,
        sequence=change.sequence,
        answer=answer,
        received_at=now,
        made_at=made_at(now, change.ago_ms, attempt.started_at),
        client_time=change.client_time,
    )
    db.session.add(event)
    # Its id says which of two changes of one moment came later.
    db.session.flush()
    known[change.name] = event
    receipt.kept.append(event)


def _reason(
    attempt: Attempt, slot: AttemptSlot | None, answer: Any, held: AnswerEvent | None, room: int
) -> Refusal | None:
    if slot is None or answer is None or held is not None or attempt.awaits(slot.position):
        return Refusal.FORGED
    if not attempt.is_open:
        # Handed in by the clock or by the member: what comes after the end is late in any case.
        late = attempt.due_at is not None and utcnow() > attempt.due_at
        return Refusal.LATE if late else Refusal.CLOSED
    if attempt.has_left(slot.position) or slot.checked_at is not None:
        return Refusal.PASSED
    return Refusal.FLOOD if room <= 0 else None


def _answer(attempt: Attempt, slot: AttemptSlot | None, change: Change) -> dict[str, Any] | None:
    if slot is None or not kind_of(slot.version.kind).is_asked:
        return None
    return read_answer(slot.version.content, slot.option_order, change.given, attempt.certainty)


def _refused(attempt: Attempt, slot: AttemptSlot | None, change: Change, reason: Refusal) -> dict[str, Any]:
    return {
        "position": change.position,
        "client_id": change.client_id,
        "sequence": change.sequence,
        "answer": _answer(attempt, slot, change) or {},
        "reason": reason,
        "client_time": change.client_time,
    }


def _name(event: AnswerEvent) -> Name:
    return event.position, event.client_id, event.sequence


def _count(attempt_id: int) -> int:
    return db.session.scalar(select(func.count()).where(AnswerEvent.attempt_id == attempt_id)) or 0
