"""What follows changes in the study room, run by the worker."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.events import BranchMoved, MembershipChanged, UserErased, UserReactivated, UserSuspended
from core import files
from core.db import db, lock, transaction
from core.events import ContentEvent
from core.outbox import announce_all, on
from core.refs import Ref
from study.enums import MaterialState
from study.events import (
    CompletionChanged,
    CourseChanged,
    MaterialFileArrived,
    OutlineChanged,
    TaskAssigned,
    TaskWithdrawn,
)
from study.extraction import Unreadable, runner
from study.models import Lesson, Material, Module, Quiz, Task
from study.queries.asking import list_asked
from study.rebuilding import rebuild_progress
from study.services import course_progress, task_members
from study.services import materials as services
from study.settling import settle

SPREAD_BATCH = 500


@on(CourseChanged)
def spread(events: Sequence[CourseChanged]) -> None:
    """Have everything a changed course holds read again by whoever keeps copies."""
    for course_id in sorted({event.course_id for event in events}):
        lessons = db.session.scalars(
            select(Lesson.id).join(Module, Module.id == Lesson.module_id).where(Module.course_id == course_id)
        ).all()
        materials = db.session.scalars(select(Material.id).where(Material.course_id == course_id)).all()
        quizzes = db.session.scalars(select(Quiz.id).where(Quiz.course_id == course_id, Quiz.is_discussed)).all()
        refs = [Ref("course", course_id), *(Ref("quiz", ident) for ident in quizzes)]
        refs += [Ref("lesson", ident) for ident in lessons] + [Ref("material", ident) for ident in materials]
        for start in range(0, len(refs), SPREAD_BATCH):
            with transaction():
                announce_all(ContentEvent(subject=ref) for ref in refs[start : start + SPREAD_BATCH])


@on(OutlineChanged)
def add_up_again(events: Sequence[OutlineChanged]) -> None:
    """Add a course up again for everybody who has begun it, some hundred members a transaction."""
    for course_id in sorted({event.course_id for event in events}):
        last: int | None = 0
        while last is not None:
            with transaction():
                last = course_progress.sum_up_learners(course_id, last)


@on(CompletionChanged)
def count_anew(events: Sequence[CompletionChanged]) -> None:
    """Derive the progress of lessons again whose rule or quiz changed."""
    for lesson_id in sorted({event.lesson_id for event in events}):
        rebuild_progress(lesson_id)


@on(MaterialFileArrived)
def read_files(events: Sequence[MaterialFileArrived]) -> None:
    """Read the text of files that arrived, each in a child process; what was read or deleted since is left alone."""
    for material_id in sorted({event.material_id for event in events}):
        _read_file(material_id)


def _read_file(material_id: int) -> None:
    waiting = (
        select(Material)
        .options(joinedload(Material.file))
        .where(Material.id == material_id, Material.state == MaterialState.WAITING)
    )
    material = db.session.scalars(waiting).one_or_none()
    if material is None or material.file is None:
        return
    file_id, path, media_type = material.file_id, files.path_of(material.file), material.file.media_type
    db.session.rollback()  # Reading may take a minute; the database is not kept waiting for it.
    fault, found = None, None
    try:
        found = runner.read(path, media_type)
    except Unreadable as error:
        fault = error.fault
    with transaction():
        again = select(Material).where(Material.id == material_id, Material.file_id == file_id)
        row = db.session.scalars(lock(again)).one_or_none()
        if row is None:
            return
        if found is not None:
            services.note_text(row, found)
        elif fault is not None:
            services.note_fault(row, fault)


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
    settle(user_ids=sorted({event.user_id for event in events}))


@on(UserSuspended)
def let_go_of_suspended(events: Sequence[UserSuspended]) -> None:
    """Ask suspended people nothing."""
    settle(user_ids=sorted({event.user_id for event in events}))


@on(UserErased)
def let_go_of_erased(events: Sequence[UserErased]) -> None:
    """Ask people nothing who are gone."""
    settle(user_ids=sorted({event.user_id for event in events}))


@on(UserReactivated)
def ask_reactivated(events: Sequence[UserReactivated]) -> None:
    """Ask people again whose accounts work again."""
    settle(user_ids=sorted({event.user_id for event in events}))


@on(BranchMoved)
def follow_branches(_events: Sequence[BranchMoved]) -> None:
    """Look at everybody again after a branch moved: its members may be asked other things now."""
    settle()
