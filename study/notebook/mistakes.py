"""What one member got wrong at one time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from study.enums import Mistake


@dataclass(frozen=True, kw_only=True)
class Missed:
    """What one member got wrong at one time: plain values, so that they may be carried into a transaction."""

    user_id: int
    at: datetime
    questions: Mapping[int, Mistake] = field(default_factory=dict)
    attempt_id: int | None = None
    lesson_id: int | None = None
    quiz_id: int | None = None
    """The quiz that asked; None for pages, which show at once what was right."""
