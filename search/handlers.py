"""Following what changes: every change of content brings the index up to date."""

from collections.abc import Sequence

from core.events import ContentEvent
from core.outbox import on
from search import services


@on(ContentEvent)
def refresh(events: Sequence[ContentEvent]) -> None:
    """Read these things again and index them as they are now; safe to run twice, late or out of order."""
    services.refresh(event.subject for event in events)
