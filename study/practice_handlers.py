"""What follows for people's practice and papers when they go, run by the worker."""

from collections.abc import Sequence

from accounts.events import UserErased
from core.db import transaction
from core.outbox import on
from study.quiz.services import extensions
from study.services import practice


@on(UserErased)
def forget_practice(events: Sequence[UserErased]) -> None:
    """Delete the answers of erased people, and what more time they were given for quizzes."""
    with transaction():
        for user_id in sorted({event.user_id for event in events}):
            practice.forget_member(user_id)
            extensions.forget_member(user_id)
