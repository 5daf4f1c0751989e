"""Reads courses: one by its address, the catalogue, and what an author may write."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Branch
from core.db import db
from core.errors import Denied, NotFound
from core.faces import Faces
from core.permissions import Actor, readable
from study.completion import percent_of
from study.enums import CourseState, LearningState, Level, TeamRole
from study.models import Category, Course, CourseProgress, Edition, Enrolment, Lesson, Module
from study.permissions import (
    StudyPermission,
    courses_taught,
    may_author,
    may_in_course,
    may_read_course,
    may_teach,
    readable_courses,
)


def _whole() -> Select[Course]:
    return select(Course).options(joinedload(Course.branch), joinedload(Course.category))


def find_course(slug: str) -> Course | None:
    """Return a course by its address, whoever may read it: for commands."""
    return db.session.scalars(_whole().where(Course.slug == slug)).one_or_none()


def get_course(slug: str, reader: Actor) -> Course:
    """Return a course by its address.

    Raises:
        NotFound: there is none that this reader may see.
    """
    course = find_course(slug)
    if course is None or not may_read_course(reader, course):
        raise NotFound
    return course


def get_own_course(slug: str, author: Actor) -> Course:
    """Return a course that the actor may write.

    Raises:
        NotFound: there is none that the actor may see.
        Denied: the actor may see but not write it.
    """
    course = find_course(slug)
    if course is None:
        raise NotFound
    return check_author(course, author)


def check_author(course: Course, author: Actor) -> Course:
    """Return the course if the actor may write it. Its branch is loaded.

    Raises:
        NotFound, Denied: as for ``get_own_course``.
    """
    if may_author(author, course):
        return course
    raise Denied if may_read_course(author, course) else NotFound


def get_taught_course(slug: str, teacher: Actor) -> Course:
    """Return a course all of which the actor may see, whether to write it or to assist in it.

    Raises:
        NotFound: there is none that the actor may see.
        Denied: the actor sees it as its learners do.
    """
    course = find_course(slug)
    if course is None:
        raise NotFound
    return check_teacher(course, teacher)


def check_teacher(course: Course, teacher: Actor) -> Course:
    """Return the course if the actor may see all of it. Its branch is loaded.

    Raises:
        NotFound, Denied: as for ``get_taught_course``.
    """
    if may_teach(teacher, course):
        return course
    raise Denied if may_read_course(teacher, course) else NotFound


def check_grader(course: Course, grader: Actor) -> Course:
    """Return the course if the actor may mark in it. Its branch is loaded.

    Raises:
        NotFound: the actor may not even see it.
        Denied: the actor may see but not mark in it.
    """
    if may_in_course(grader, StudyPermission.GRADE, course):
        return course
    raise Denied if may_read_course(grader, course) else NotFound


def get_graded_course(slug: str, grader: Actor) -> Course:
    """Return a course in which the actor marks.

    Raises:
        NotFound, Denied: as for ``check_grader``.
    """
    course = find_course(slug)
    if course is None:
        raise NotFound
    return check_grader(course, grader)


def find_newer(course_id: int, reader: Actor) -> str | None:
    """Return the address of the published new edition of a course, if the reader may see it."""
    return db.session.scalar(
        select(Course.slug)
        .join(Edition, Edition.course_id == Course.id)
        .where(Edition.of_course_id == course_id, Course.state == CourseState.PUBLISHED, readable_courses(reader))
    )


def list_own_courses(author: Actor) -> Sequence[Course]:
    """Return the courses an actor may write, the latest changed first."""
    paths = author.scopes(StudyPermission.AUTHOR)
    inside = or_(
        Course.id.in_(courses_taught(author, TeamRole.INSTRUCTOR)),
        *(Branch.path.startswith(path, autoescape=True) for path in paths),
    )
    statement = _whole().join(Branch, Branch.id == Course.branch_id).where(inside)
    return db.session.scalars(statement.order_by(Course.updated_at.desc(), Course.id.desc())).all()


def list_assisted_courses(reader: Actor) -> Sequence[Course]:
    """Return the courses in which somebody assists, the latest changed first."""
    statement = _whole().where(Course.id.in_(courses_taught(reader, TeamRole.ASSISTANT)))
    return db.session.scalars(statement.order_by(Course.updated_at.desc(), Course.id.desc())).all()


def list_own_branches(author: Actor) -> Sequence[Branch]:
    """Return the branches for which an actor may write courses, in the order of the tree."""
    paths = author.scopes(StudyPermission.AUTHOR)
    if not paths:
        return []
    inside = or_(*(Branch.path.startswith(path, autoescape=True) for path in paths))
    return db.session.scalars(select(Branch).where(inside).order_by(Branch.path)).all()


def list_categories() -> Sequence[Category]:
    """Return the headings of the catalogue."""
    return db.session.scalars(select(Category).order_by(Category.slug)).all()


@dataclass(frozen=True, kw_only=True)
class CatalogueLine:
    """A course as the catalogue shows it to one reader."""

    slug: str
    title: Faces
    summary: Faces
    outcomes: Faces
    level: Level | None
    branch_name: Faces
    category_slug: str
    category_name: Faces
    modules: int
    lessons: int
    minutes: int
    enrolled: bool
    state: LearningState
    percent: int
    opened_at: Any
    completed_at: Any
    published_at: Any

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages the course is titled in."""
        return tuple(tag for tag, text in (("zh-Hans", self.title.zh), ("en", self.title.en)) if text)


def list_catalogue(reader: Actor) -> list[CatalogueLine]:
    """Return the published courses a reader may see and the archived ones they take, newest first."""
    lessons = (
        select(
            Module.course_id,
            func.count(func.distinct(Module.id)).label("modules"),
            func.count(Lesson.id).label("lessons"),
            func.coalesce(func.sum(Lesson.minutes), 0).label("minutes"),
        )
        .outerjoin(Lesson, Lesson.module_id == Module.id)
        .group_by(Module.course_id)
        .subquery()
    )
    own = select(CourseProgress).where(CourseProgress.user_id == reader.id).subquery()
    taken = select(Enrolment.course_id).where(Enrolment.user_id == reader.id, Enrolment.left_at.is_(None)).subquery()
    rows = db.session.execute(
        select(
            Course.slug,
            Course.title,
            Course.summary,
            Course.outcomes,
            Course.level,
            Course.published_at,
            Branch.name.label("branch_name"),
            Category.slug.label("category_slug"),
            Category.name.label("category_name"),
            lessons.c.modules,
            lessons.c.lessons,
            lessons.c.minutes,
            taken.c.course_id.label("taken"),
            own.c.state,
            own.c.done,
            own.c.total,
            own.c.opened_at,
            own.c.completed_at,
        )
        .join(Branch, Branch.id == Course.branch_id)
        .outerjoin(Category, Category.id == Course.category_id)
        .outerjoin(lessons, lessons.c.course_id == Course.id)
        .outerjoin(taken, taken.c.course_id == Course.id)
        .outerjoin(own, own.c.course_id == Course.id)
        .where(readable_courses(reader), _listed(taken, reader))
        .order_by(Course.published_at.desc(), Course.id.desc())
    )
    return [_catalogue_line(row) for row in rows]


def _listed(taken: Any, reader: Actor) -> Any:
    """Published courses, in their newest edition; those that the reader takes in any case."""
    newer = aliased(Course)
    replaced = exists().where(
        Edition.of_course_id == Course.id,
        Edition.course_id == newer.id,
        newer.state == CourseState.PUBLISHED,
        readable(newer.audience, reader),
    )
    archived = (Course.state == CourseState.ARCHIVED) & taken.c.course_id.is_not(None)
    return or_((Course.state == CourseState.PUBLISHED) & (taken.c.course_id.is_not(None) | ~replaced), archived)


def _catalogue_line(row: Any) -> CatalogueLine:
    return CatalogueLine(
        slug=row.slug,
        title=row.title,
        summary=row.summary,
        outcomes=row.outcomes,
        level=row.level,
        branch_name=row.branch_name,
        category_slug=row.category_slug or "",
        category_name=row.category_name or Faces(),
        modules=row.modules or 0,
        lessons=row.lessons or 0,
        minutes=row.minutes or 0,
        enrolled=row.taken is not None,
        state=row.state or LearningState.NOT_BEGUN,
        percent=percent_of(row.done or 0, row.total or 0),
        opened_at=row.opened_at,
        completed_at=row.completed_at,
        published_at=row.published_at,
    )


def list_open_courses(actor: Actor, limit: int = 4) -> list[CatalogueLine]:
    """Return the newest courses this reader may take and does not: teasers for other pages."""
    return [line for line in list_catalogue(actor) if not line.enrolled][:limit]
