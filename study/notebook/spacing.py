"""When a card comes again: FSRS-6, and the only door to the library that knows it.

Days are those of the calendar where the member lives. What was reviewed in the evening and is due after a day comes
on the next morning, and counts as a day later then. Nothing is left to chance: the interval that a button names is the
one that is taken.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, Final, Self

from fsrs import Card, Rating, Scheduler, State

from study.enums import CardStage, Recall

DAY: Final = timedelta(days=1)
RETENTION: Final = 0.9
"""The share that is to be known still when it comes again."""

_SCHEDULER: Final = Scheduler(desired_retention=RETENTION, enable_fuzzing=False)
_RATINGS: Final = {
    Recall.AGAIN: Rating.Again,
    Recall.HARD: Rating.Hard,
    Recall.GOOD: Rating.Good,
    Recall.EASY: Rating.Easy,
}
_STATES: Final = {
    CardStage.NEW: State.Learning,
    CardStage.LEARNING: State.Learning,
    CardStage.REVIEW: State.Review,
    CardStage.RELEARNING: State.Relearning,
}
_STAGES: Final = {
    State.Learning: CardStage.LEARNING,
    State.Review: CardStage.REVIEW,
    State.Relearning: CardStage.RELEARNING,
}


@dataclass(frozen=True, kw_only=True)
class Memory:
    """What is known of one member's memory of one card."""

    stage: CardStage = CardStage.NEW
    step: int | None = None
    stability: float | None = None
    difficulty: float | None = None
    due_at: datetime
    reviewed_at: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """Return what ``from_json`` reads."""
        return {
            "stage": self.stage.value,
            "step": self.step,
            "stability": self.stability,
            "difficulty": self.difficulty,
            "due_at": self.due_at.isoformat(),
            "reviewed_at": self.reviewed_at.isoformat() if self.reviewed_at else None,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return a memory as it was kept."""
        moment = stored["reviewed_at"]
        return cls(
            stage=CardStage(stored["stage"]),
            step=stored["step"],
            stability=stored["stability"],
            difficulty=stored["difficulty"],
            due_at=datetime.fromisoformat(stored["due_at"]),
            reviewed_at=datetime.fromisoformat(moment) if moment else None,
        )


def rated(memory: Memory, recall: Recall, now: datetime, zone: tzinfo) -> Memory:
    """Return what is known after a card was rated."""
    counted = _counted(memory, now, zone)
    card, _log = _SCHEDULER.review_card(_card(memory, counted), _RATINGS[recall], counted)
    return Memory(
        stage=_STAGES[card.state],
        step=card.step,
        stability=card.stability,
        difficulty=card.difficulty,
        due_at=_due(now, card.due - counted, zone),
        reviewed_at=now,
    )


def prospects(memory: Memory, now: datetime, zone: tzinfo) -> Mapping[Recall, Memory]:
    """Return what each rating would lead to."""
    return MappingProxyType({recall: rated(memory, recall, now, zone) for recall in Recall})


def days_between(earlier: datetime, later: datetime, zone: tzinfo) -> int:
    """Return how many times the day changed where the member lives."""
    return max(0, (later.astimezone(zone).date() - earlier.astimezone(zone).date()).days)


def _counted(memory: Memory, now: datetime, zone: tzinfo) -> datetime:
    """Return the moment that lies as many whole days after the last review as the calendar says."""
    if memory.reviewed_at is None:
        return now.astimezone(UTC)
    return memory.reviewed_at.astimezone(UTC) + days_between(memory.reviewed_at, now, zone) * DAY


def _card(memory: Memory, now: datetime) -> Card:
    return Card(
        card_id=0,
        state=_STATES[memory.stage],
        step=memory.step,
        stability=memory.stability,
        difficulty=memory.difficulty,
        due=now,
        last_review=memory.reviewed_at.astimezone(UTC) if memory.reviewed_at else None,
    )


def _due(now: datetime, wait: timedelta, zone: tzinfo) -> datetime:
    if wait < DAY:
        return now + wait
    day = now.astimezone(zone).date() + timedelta(days=wait.days)
    return datetime.combine(day, time(), zone).astimezone(UTC)
