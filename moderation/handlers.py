"""What moderation does when others change things."""

from collections.abc import Sequence

from core.db import transaction
from core.events import ContentEvent, ModeratorActed
from core.outbox import on
from moderation import notices, queries, services

__all__ = ["close_reports_on_vanished", "log_acts", "notices"]


@on(ContentEvent)
def close_reports_on_vanished(events: Sequence[ContentEvent]) -> None:
    """Close open reports on what its author has taken away: nothing is left to decide."""
    reported = queries.with_open_reports({event.subject for event in events})
    if reported:
        with transaction():
            services.withdraw_reports(reported)


@on(ModeratorActed)
def log_acts(events: Sequence[ModeratorActed]) -> None:
    """Take down what moderators did in the features themselves."""
    with transaction():
        for event in events:
            services.record(event)
