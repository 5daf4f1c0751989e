"""What the inbox does when people are told something."""

from collections.abc import Sequence

from core.db import transaction
from core.notifications import PeopleTold
from core.outbox import on
from notify import copies, services
from notify.events import NoticesKept


@on(PeopleTold)
def keep_notices(events: Sequence[PeopleTold]) -> None:
    """Write the notices into the inboxes."""
    with transaction():
        services.keep(events)


@on(NoticesKept)
def mail_notices(events: Sequence[NoticesKept]) -> None:
    """Send copies by mail to those who want them."""
    copies.send_copies([row_id for event in events for row_id in event.notification_ids])
