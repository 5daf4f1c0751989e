"""What happened, in the past tense: frozen facts that carry ids only.

An event is stored in the outbox as JSON, so its fields are numbers, strings, booleans, ``Ref`` and lists of them.
"""

from dataclasses import dataclass, fields
from typing import Any, ClassVar, Self, get_type_hints

from core.refs import Ref


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of all events; every subclass is registered under its name."""

    registered: ClassVar[dict[str, type["Event"]]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        known = Event.registered.setdefault(cls.__name__, cls)
        if known.__qualname__ != cls.__qualname__ or known.__module__ != cls.__module__:
            raise TypeError(f"Two events are called {cls.__name__}.")

    def to_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) if isinstance(value, Ref) else value for name, value in values.items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """Make the event again from what ``to_json`` gave."""
        hints = get_type_hints(cls)
        return cls(
            **{
                name: Ref.parse(value) if hints.get(name) is Ref else tuple(value) if isinstance(value, list) else value
                for name, value in values.items()
            }
        )


@dataclass(frozen=True, kw_only=True)
class ContentEvent(Event):
    """Something readable was made, changed, moved, hidden or removed; whoever keeps a copy reads it again."""

    subject: Ref


@dataclass(frozen=True, kw_only=True)
class ModeratorActed(Event):
    """A moderator did something in a feature itself, such as locking a thread; the public log takes it down.

    ``rule`` is the house rule that is cited, or empty; ``key`` makes a repetition harmless.
    """

    subject: Ref
    action: str
    actor_id: int
    reason: str
    key: str
    rule: str = ""
