"""Reads what members hand in: their own, and for those who mark it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from core.db import db, lock
from core.errors import NotFound
from core.files import File
from core.pages import Page, page_of
from core.permissions import Actor
from study.enums import LessonKind, WorkState
from study.models import Course, Lesson, Module, Work, WorkBrief, WorkFile
from study.permissions import StudyPermission, may_in_course, may_read_course
from study.queries.courses import check_grader


@dataclass(frozen=True, kw_only=True)
class Handing:
    """What a member sees of an assignment."""

    brief: WorkBrief
    works: Sequence[Work]
    """The latest first, each with its files and who marked it."""

    @property
    def latest(self) -> Work | None:
        """The latest, whatever became of it."""
        return self.works[0] if self.works else None

    @property
    def draft(self) -> Work | None:
        """What is being written."""
        return self.latest if self.latest and self.latest.state is WorkState.DRAFT else None

    @property
    def is_waiting(self) -> bool:
        """Tell whether something is handed in and not marked yet."""
        return self.latest is not None and self.latest.state is WorkState.HANDED_IN

    @property
    def may_write(self) -> bool:
        """Tell whether there is something to write: the first time, a draft, or once more."""
        if self.latest is None or self.latest.state is WorkState.DRAFT:
            return True
        return self.latest.state is WorkState.MARKED and not self.latest.passed and self.brief.may_repeat


def has_handed_in(member: Actor) -> ColumnElement[bool]:
    """Tell, in a query over lessons, whether a member has handed in anything for one."""
    return exists().where(Work.lesson_id == Lesson.id, Work.user_id == (member.id or 0), Work.state != WorkState.DRAFT)


def is_sent_back(member: Actor) -> ColumnElement[bool]:
    """Tell, in a query over lessons and their briefs, whether what a member handed in may be done once more."""
    mine = Work.lesson_id == Lesson.id, Work.user_id == (member.id or 0)
    return and_(
        exists().where(*mine, Work.state == WorkState.MARKED),
        ~exists().where(*mine, or_(Work.state == WorkState.HANDED_IN, Work.passed.is_(True))),
        func.coalesce(WorkBrief.may_repeat, true()),
    )


def get_brief(lesson: Lesson) -> WorkBrief:
    """Return what is asked; what was never said is as usual."""
    return db.session.get(WorkBrief, lesson.id) or WorkBrief(
        lesson_id=lesson.id, due_at=None, rubric=[], pass_percent=60, may_repeat=True
    )


def get_handing(lesson: Lesson, user_id: int | None) -> Handing:
    """Return what is asked of a member and what the member did."""
    return Handing(brief=get_brief(lesson), works=list_own_works(lesson.id, user_id) if user_id else ())


def list_own_works(lesson_id: int, user_id: int, *, hold: bool = False) -> Sequence[Work]:
    """Return what a member wrote for a lesson, the latest first; held until commit when it is to be changed."""
    statement = (
        select(Work)
        .options(selectinload(Work.files).joinedload(WorkFile.file), selectinload(Work.marked_by))
        .where(Work.lesson_id == lesson_id, Work.user_id == user_id)
        .order_by(Work.number.desc())
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(lock(statement) if hold else statement).all()


def get_marked_lesson(lesson_id: int, grader: Actor) -> Lesson:
    """Return an assignment that the actor may mark, with its course and branch.

    Raises:
        NotFound: there is none that the actor may see.
        Denied: the actor may see but not mark it.
    """
    lesson = db.session.scalars(
        select(Lesson)
        .options(joinedload(Lesson.module).joinedload(Module.course).joinedload(Course.branch))
        .where(Lesson.id == lesson_id, Lesson.kind == LessonKind.ASSIGNMENT)
    ).one_or_none()
    if lesson is None:
        raise NotFound
    check_grader(lesson.module.course, grader)
    return lesson


def _whole() -> Select[Work]:
    return (
        select(Work)
        .join(Work.lesson)
        .join(Lesson.module)
        .join(Module.course)
        .join(Course.branch)
        .options(
            contains_eager(Work.lesson)
            .contains_eager(Lesson.module)
            .contains_eager(Module.course)
            .contains_eager(Course.branch),
            joinedload(Work.user),
            selectinload(Work.files).joinedload(WorkFile.file),
            selectinload(Work.marked_by),
        )
    )


def get_handed_in(work_id: int, grader: Actor, *, hold: bool = False, was_seen: bool = False) -> Work:
    """Return a piece of work that was handed in, for one who marks; held until commit when it is to be changed.

    Whoever has seen it before gets it also when it was taken back, to be told so.

    Raises:
        NotFound, Denied: as for ``get_marked_lesson``; a draft is nobody's business.
    """
    statement = _whole().where(Work.id == work_id).execution_options(populate_existing=True)
    work = db.session.scalars(statement.with_for_update(of=Work) if hold else statement).one_or_none()
    if work is None:
        raise NotFound
    check_grader(work.lesson.module.course, grader)
    if work.state is WorkState.DRAFT and not hold and not was_seen:
        raise NotFound
    return work


def page_of_works(lesson_id: int, state: WorkState, cursor: str | None) -> Page[Work]:
    """Return a page of what was handed in for a lesson: what waits oldest first, what is marked latest first."""
    statement = (
        select(Work)
        .options(joinedload(Work.user), selectinload(Work.marked_by))
        .where(Work.lesson_id == lesson_id, Work.state == state)
    )
    waiting = state is WorkState.HANDED_IN
    return page_of(statement, order=[Work.handed_in_at, Work.id], cursor=cursor, limit=30, descending=not waiting)


def count_works(lesson_id: int) -> dict[WorkState, int]:
    """Return how many pieces of work of a lesson wait and are marked."""
    rows = db.session.execute(select(Work.state, func.count()).where(Work.lesson_id == lesson_id).group_by(Work.state))
    return {row[0]: row[1] for row in rows}


def count_members_handed_in(lesson_id: int) -> int:
    """Return how many members have handed in something for a lesson."""
    wanted = select(func.count(Work.user_id.distinct())).where(
        Work.lesson_id == lesson_id, Work.state != WorkState.DRAFT
    )
    return db.session.scalar(wanted) or 0


def get_work_file(work_file_id: int, reader: Actor) -> File:
    """Return a file that was handed in: for who handed it in and, unless it is a draft, for those who mark it.

    Raises:
        NotFound: there is none for this reader.
    """
    row = db.session.execute(
        select(WorkFile, Work, Course)
        .join(Work, Work.id == WorkFile.work_id)
        .join(Lesson, Lesson.id == Work.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .join(Course, Course.id == Module.course_id)
        .options(joinedload(WorkFile.file), joinedload(Course.branch))
        .where(WorkFile.id == work_file_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    found, work, course = row
    is_own = reader.id is not None and work.user_id == reader.id and may_read_course(reader, course)
    marks = work.state is not WorkState.DRAFT and may_in_course(reader, StudyPermission.GRADE, course)
    if not is_own and not marks:
        raise NotFound
    file: File = found.file
    return file
