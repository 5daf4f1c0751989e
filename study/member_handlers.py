"""What follows changes of who belongs where and who is asked what, run by the worker."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.events import BranchMoved, MembershipChanged, UserErased, UserReactivated, UserSuspended
from core.db import db, transaction
from core.outbox import on
from study.counting import note_all_changed
from study.events import StandingsChanged, TaskAssigned, TaskWithdrawn
from study.models import Task
from study.queries.asking import list_asked
from study.queries.counting import list_taken
from study.services import branch_counts, task_members
from study.settling import settle

PersonChanged = MembershipChanged | UserSuspended | UserReactivated | UserErased


@on(TaskAssigned)
def take_in_branch(events: Sequence[TaskAssigned]) -> None:
    """Take in everybody of the branch that is asked to study a course."""
    for task_id in sorted({event.task_id for event in events}):
        settle(task_id=task_id)


@on(TaskWithdrawn)
def tell_of_withdrawals(events: Sequence[TaskWithdrawn]) -> None:
    """Tell those who were asked that they are asked no longer."""
    for task_id in sorted({event.task_id for event in events}):
        after = 0
        while people := list_asked(task_id, after):
            after = people[-1]
            with transaction():
                task = db.session.scalars(select(Task).where(Task.id == task_id).options(joinedload(Task.course))).one()
                task_members.tell_withdrawn(task, people)


@on(MembershipChanged)
def follow_members(events: Sequence[MembershipChanged]) -> None:
    """Ask whoever joined a branch what the branch is asked, and whoever left it no longer."""
    _follow(events)


@on(UserSuspended)
def let_go_of_suspended(events: Sequence[UserSuspended]) -> None:
    """Ask suspended people nothing."""
    _follow(events)


@on(UserErased)
def let_go_of_erased(events: Sequence[UserErased]) -> None:
    """Ask people nothing who are gone."""
    _follow(events)


@on(UserReactivated)
def ask_reactivated(events: Sequence[UserReactivated]) -> None:
    """Ask people again whose accounts work again."""
    _follow(events)


@on(BranchMoved)
def follow_branches(_events: Sequence[BranchMoved]) -> None:
    """Look at everybody again after a branch moved: its members count elsewhere and may be asked other things."""
    settle()
    note_all_changed()


def _follow(events: Sequence[PersonChanged]) -> None:
    """Bring in line what some people are asked, and have the courses they take counted again."""
    people = sorted({event.user_id for event in events})
    settle(user_ids=people)
    with transaction():
        branch_counts.note_changed(list_taken(people))


@on(StandingsChanged)
def note_standings(events: Sequence[StandingsChanged]) -> None:
    """Note which courses are to be counted again; the worker's clock does so soon."""
    with transaction():
        branch_counts.note_changed({event.course_id for event in events})
