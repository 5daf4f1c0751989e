"""Offers other rooms what members were told."""

from collections.abc import Collection, Sequence

from core.news import register_notices
from core.permissions import Actor
from core.refs import Ref
from notify import queries


class Told:
    """The notices in the inboxes."""

    def told(self, actor: Actor, kinds: Collection[str], limit: int) -> Sequence[tuple[str, Ref]]:
        """Return kind and subject of the latest notices of some kinds that are among a member's last ones."""
        rows = queries.list_subjects(actor.id or 0, kinds, limit)
        return [(row.kind, Ref(row.subject_kind, row.subject_id)) for row in rows]


def register() -> None:
    """Offer the notices; called once."""
    register_notices(Told())
