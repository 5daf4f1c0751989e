"""What follows for people's practice when they go, run by the worker."""

from collections.abc import Sequence

from accounts.events import UserErased
from core.db import transaction
from core.outbox import on
from study.services import practice


@on(UserErased)
def forget_practice(events: Sequence[UserErased]) -> None:
    """Delete the answers of erased people."""
    with transaction():
        for user_id in sorted({event.user_id for event in events}):
            practice.forget_member(user_id)
