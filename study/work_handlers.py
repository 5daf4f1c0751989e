"""What follows for handed-in work when people go, run by the worker."""

from collections.abc import Sequence

from accounts.events import UserErased
from core.db import transaction
from core.outbox import on
from study.gradebook.services import grading
from study.quiz.services import answer_files
from study.services import works


@on(UserErased)
def forget_works(events: Sequence[UserErased]) -> None:
    """Delete what erased people handed in."""
    with transaction():
        for user_id in sorted({event.user_id for event in events}):
            works.forget_member(user_id)
            answer_files.forget_member(user_id)
            grading.forget_member(user_id)
