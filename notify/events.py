"""What happened in the inbox."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True, kw_only=True)
class NoticesKept(Event):
    """New notices stand in inboxes; those who want a copy by mail get it now."""

    notification_ids: tuple[int, ...]
