"""Reads programmes: for those who take their courses and for those who write them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from accounts.models import Branch
from core.db import db
from core.errors import Denied, NotFound
from core.faces import Faces
from core.permissions import Actor, may_read, readable, staff_audience
from study.completion import percent_of
from study.enums import CourseState, LearningState
from study.models import Course, CourseProgress, Enrolment, Lesson, Module, Programme, ProgrammeCourse
from study.permissions import StudyPermission, readable_courses

CHOICES_MAX = 300


@dataclass(frozen=True, kw_only=True)
class ProgrammeStep:
    """One course of a programme as one reader meets it."""

    id: int
    slug: str
    title: Faces
    summary: Faces
    course_state: CourseState
    number: int
    lessons: int
    minutes: int
    is_enrolled: bool
    state: LearningState
    done: int
    total: int
    waits_for: "ProgrammeStep | None"
    """The course to finish first, where the order is enforced and that one is not finished."""

    @property
    def is_done(self) -> bool:
        """Tell whether the reader has finished it."""
        return self.state is LearningState.DONE

    @property
    def percent(self) -> int:
        """How much of it is done."""
        return percent_of(self.done, self.total)


@dataclass(frozen=True, kw_only=True)
class ProgrammePage:
    """A programme with its courses and how far a reader is with all of them."""

    programme: Programme
    steps: list[ProgrammeStep]

    @property
    def minutes(self) -> int:
        """The time all of it takes, roughly."""
        return sum(step.minutes for step in self.steps)

    @property
    def finished(self) -> int:
        """How many courses are finished."""
        return sum(step.is_done for step in self.steps)

    @property
    def percent(self) -> int:
        """How much of all lessons is done, rounded down."""
        return percent_of(sum(step.done for step in self.steps), sum(step.total for step in self.steps))

    @property
    def next_step(self) -> ProgrammeStep | None:
        """The course to go on with; None when all are finished."""
        return next((step for step in self.steps if not step.is_done and not step.waits_for), None)


def _whole() -> Select[Programme]:
    return select(Programme).options(joinedload(Programme.branch))


def may_read_programme(actor: Actor, programme: Programme) -> bool:
    """Tell whether a reader may see a programme. The staff of its branch always may."""
    if may_read(actor, staff_audience(programme.branch_id)):
        return True
    return programme.published_at is not None and may_read(actor, programme.audience)


def get_programme(slug: str, reader: Actor) -> Programme:
    """Return a programme by its address.

    Raises:
        NotFound: there is none that this reader may see.
    """
    found = db.session.scalars(_whole().where(Programme.slug == slug)).one_or_none()
    if found is None or not may_read_programme(reader, found):
        raise NotFound
    return found


def get_own_programme(slug: str, author: Actor) -> Programme:
    """Return a programme that the actor may write.

    Raises:
        NotFound: there is none that the actor may see.
        Denied: the actor may see but not write it.
    """
    found = db.session.scalars(_whole().where(Programme.slug == slug)).one_or_none()
    if found is None:
        raise NotFound
    if not author.may(StudyPermission.AUTHOR, found.branch.path):
        raise Denied if may_read_programme(author, found) else NotFound
    return found


def list_own_programmes(author: Actor) -> Sequence[Programme]:
    """Return the programmes an actor may write, the latest changed first."""
    paths = author.scopes(StudyPermission.AUTHOR)
    if not paths:
        return []
    inside = or_(*(Branch.path.startswith(path, autoescape=True) for path in paths))
    statement = _whole().join(Branch, Branch.id == Programme.branch_id).where(inside)
    return db.session.scalars(statement.order_by(Programme.updated_at.desc(), Programme.id.desc())).all()


def list_programmes(reader: Actor) -> Sequence[Any]:
    """Return slug, title, summary, number of courses and number of finished ones of the published programmes."""
    own = and_(CourseProgress.course_id == ProgrammeCourse.course_id, CourseProgress.user_id == (reader.id or 0))
    finished = func.count(CourseProgress.course_id).filter(CourseProgress.state == LearningState.DONE)
    return db.session.execute(
        select(
            Programme.slug,
            Programme.title,
            Programme.summary,
            func.count(Course.id).label("courses"),
            finished.label("finished"),
        )
        .join(ProgrammeCourse, ProgrammeCourse.programme_id == Programme.id)
        .join(Course, Course.id == ProgrammeCourse.course_id)
        .outerjoin(CourseProgress, own)
        .where(Programme.published_at.is_not(None), readable(Programme.audience, reader), readable_courses(reader))
        .group_by(Programme.id)
        .order_by(Programme.published_at.desc(), Programme.id.desc())
    ).all()


def programme_page(programme: Programme, reader: Actor) -> ProgrammePage:
    """Return a programme with those of its courses that the reader may see."""
    return ProgrammePage(programme=programme, steps=_steps(programme, reader, readable_courses(reader)))


def own_page(programme: Programme, author: Actor) -> ProgrammePage:
    """Return a programme with all its courses, as its author sees it."""
    return ProgrammePage(programme=programme, steps=_steps(programme, author))


def _steps(programme: Programme, reader: Actor, *conditions: Any) -> list[ProgrammeStep]:
    own = and_(CourseProgress.course_id == Course.id, CourseProgress.user_id == (reader.id or 0))
    taken = and_(Enrolment.course_id == Course.id, Enrolment.user_id == (reader.id or 0), Enrolment.left_at.is_(None))
    sizes = (
        select(
            Module.course_id, func.count().label("lessons"), func.coalesce(func.sum(Lesson.minutes), 0).label("minutes")
        )
        .join(Lesson, Lesson.module_id == Module.id)
        .group_by(Module.course_id)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Course.id,
            Course.slug,
            Course.title,
            Course.summary,
            Course.state,
            func.coalesce(sizes.c.lessons, 0).label("lessons"),
            func.coalesce(sizes.c.minutes, 0).label("minutes"),
            Enrolment.id.label("enrolment"),
            CourseProgress.state.label("learning"),
            CourseProgress.done,
            CourseProgress.total,
        )
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Course.id)
        .outerjoin(sizes, sizes.c.course_id == Course.id)
        .outerjoin(CourseProgress, own)
        .outerjoin(Enrolment, taken)
        .where(ProgrammeCourse.programme_id == programme.id, *conditions)
        .order_by(ProgrammeCourse.position, Course.id)
    )
    steps: list[ProgrammeStep] = []
    for row in rows:
        before = steps[-1] if steps else None
        waits = programme.in_order and before is not None and not (before.is_done and before.waits_for is None)
        steps.append(_step(row, len(steps) + 1, before if waits and row.enrolment is None else None))
    return steps


def _step(row: Any, number: int, waits_for: ProgrammeStep | None) -> ProgrammeStep:
    return ProgrammeStep(
        id=row.id,
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        course_state=row.state,
        number=number,
        lessons=row.lessons,
        minutes=row.minutes,
        is_enrolled=row.enrolment is not None,
        state=row.learning or LearningState.NOT_BEGUN,
        done=row.done or 0,
        total=row.total or row.lessons,
        waits_for=waits_for,
    )


def list_candidates(programme: Programme, author: Actor) -> Sequence[Any]:
    """Return id and title of the courses an author sees that do not stand in the programme yet."""
    inside = select(ProgrammeCourse.course_id).where(ProgrammeCourse.programme_id == programme.id)
    return db.session.execute(
        select(Course.id, Course.title)
        .where(Course.state != CourseState.ARCHIVED, readable_courses(author), Course.id.not_in(inside))
        .order_by(Course.id.desc())
        .limit(CHOICES_MAX)
    ).all()


def find_course_before(course: Course, reader: Actor) -> ProgrammeStep | None:
    """Return the course that a programme wants finished before this one; None where none does."""
    programmes = db.session.scalars(
        _whole()
        .join(ProgrammeCourse, ProgrammeCourse.programme_id == Programme.id)
        .where(
            ProgrammeCourse.course_id == course.id,
            Programme.in_order,
            Programme.published_at.is_not(None),
            readable(Programme.audience, reader),
        )
        .order_by(Programme.id)
    )
    for programme in programmes:
        for step in _steps(programme, reader, readable_courses(reader)):
            if step.id == course.id and step.waits_for:
                return step.waits_for
    return None
