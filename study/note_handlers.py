"""What follows for people's own notes when they go, run by the worker."""

from collections.abc import Sequence

from accounts.events import UserErased
from core.db import transaction
from core.outbox import on
from study.services import notes


@on(UserErased)
def forget_notes(events: Sequence[UserErased]) -> None:
    """Delete the notes of erased people."""
    with transaction():
        for user_id in sorted({event.user_id for event in events}):
            notes.forget_member(user_id)
