"""Brings those who are asked in line with who belongs to the branch: after every change, now and then as a check."""

from collections.abc import Callable, Collection, Sequence
from itertools import groupby

from core.db import db, transaction
from study.models import Task
from study.queries.asking import START, Pair, list_departed, list_missing
from study.services import task_members

Act = Callable[[Task, Collection[int]], None]


def settle(*, task_id: int | None = None, user_ids: Sequence[int] | None = None) -> int:
    """Take in who is missing and let go who left, some hundred people a transaction; return how many pairs changed.

    Safe to run twice, and beside itself: whoever commits later sees what the other did.

    Args:
        task_id: only of this task.
        user_ids: only these people.
    """
    done = 0
    for find, act in ((list_missing, task_members.take_in), (list_departed, task_members.let_go)):
        after: Pair = START
        while pairs := find(after, task_id=task_id, user_ids=user_ids):
            db.session.rollback()
            after = pairs[-1]
            _act(pairs, act)
            done += len(pairs)
    db.session.rollback()
    return done


def _act(pairs: Sequence[Pair], act: Act) -> None:
    for number, group in groupby(pairs, key=lambda pair: pair[0]):
        with transaction():
            task = task_members.hold_task(number)
            if task is not None:
                act(task, [user_id for _task, user_id in group])
