"""Writes programmes: their words, their courses and their order."""

from dataclasses import dataclass

from sqlalchemy import delete, func, select

from accounts.models import Branch
from core.clock import utcnow
from core.db import db, lock
from core.errors import Denied, NotFound
from core.faces import Faces
from core.permissions import Actor, require
from study.errors import ProgrammeEmpty, SlugTaken
from study.models import Course, Programme, ProgrammeCourse
from study.permissions import StudyPermission, may_read_course
from study.services.courses import check_audience, free_slug
from study.services.lessons import Step


@dataclass(frozen=True, kw_only=True)
class ProgrammeContent:
    """What an author decides about a programme."""

    title: Faces
    summary: Faces
    audience: str
    in_order: bool


def create_programme(actor: Actor, branch: Branch, slug: str, content: ProgrammeContent) -> Programme:
    """Begin a programme that only its authors see.

    Raises:
        Denied: the actor writes no courses for this branch.
        SlugTaken: another programme has the address.
        AudienceRefused: the audience is not the author's to choose.
    """
    require(actor, StudyPermission.AUTHOR, branch.path)
    if actor.id is None:
        raise Denied
    slug = slug or free_slug(content.title, _is_taken, "programme")
    if _is_taken(slug):
        raise SlugTaken
    programme = Programme(slug=slug, branch=branch, created_by_id=actor.id)
    _fill(programme, actor, content)
    db.session.add(programme)
    db.session.flush()
    return programme


def _is_taken(slug: str) -> bool:
    return db.session.scalar(select(Programme.id).where(Programme.slug == slug)) is not None


def edit_programme(programme: Programme, actor: Actor, content: ProgrammeContent) -> None:
    """Change a programme.

    Raises:
        Denied: the actor does not write it.
        AudienceRefused: the audience is not the author's to choose.
    """
    require(actor, StudyPermission.AUTHOR, programme.branch.path)
    _fill(programme, actor, content)
    db.session.flush()


def _fill(programme: Programme, actor: Actor, content: ProgrammeContent) -> None:
    if content.audience != programme.audience:
        check_audience(actor, programme.branch, content.audience)
    programme.title = content.title
    programme.summary = content.summary
    programme.audience = content.audience
    programme.in_order = content.in_order


def set_published(programme: Programme, actor: Actor, *, is_published: bool) -> None:
    """Put a programme into the catalogue, or take it out.

    Raises:
        Denied: the actor does not write it.
        ProgrammeEmpty: it has no courses.
    """
    require(actor, StudyPermission.AUTHOR, programme.branch.path)
    if is_published and not _rows(programme):
        raise ProgrammeEmpty
    programme.published_at = (programme.published_at or utcnow()) if is_published else None
    db.session.flush()


def add_course(programme: Programme, actor: Actor, course_id: int) -> None:
    """Put a course at the end of a programme; one that stands in it stays where it is.

    Raises:
        Denied: the actor does not write the programme.
        NotFound: there is no such course, or the actor may not see it.
    """
    require(actor, StudyPermission.AUTHOR, programme.branch.path)
    db.session.execute(lock(select(Programme.id).where(Programme.id == programme.id)))
    course = db.session.get(Course, course_id)
    if course is None or not may_read_course(actor, course):
        raise NotFound
    if db.session.get(ProgrammeCourse, (programme.id, course_id)) is None:
        last = db.session.scalar(
            select(func.max(ProgrammeCourse.position)).where(ProgrammeCourse.programme_id == programme.id)
        )
        position = 0 if last is None else last + 1
        db.session.add(ProgrammeCourse(programme_id=programme.id, course_id=course_id, position=position))
    db.session.flush()


def remove_course(programme: Programme, actor: Actor, course_id: int) -> None:
    """Take a course out of a programme; the course itself stays.

    Raises:
        Denied: the actor does not write the programme.
    """
    require(actor, StudyPermission.AUTHOR, programme.branch.path)
    db.session.execute(
        delete(ProgrammeCourse)
        .where(ProgrammeCourse.programme_id == programme.id, ProgrammeCourse.course_id == course_id)
        .execution_options(synchronize_session=False)
    )


def move_course(programme: Programme, actor: Actor, course_id: int, step: Step) -> None:
    """Move a course one place up or down in a programme.

    Raises:
        Denied: the actor does not write the programme.
        NotFound: the course does not stand in it.
    """
    require(actor, StudyPermission.AUTHOR, programme.branch.path)
    db.session.execute(lock(select(Programme.id).where(Programme.id == programme.id)))
    rows = _rows(programme)
    at = next((place for place, row in enumerate(rows) if row.course_id == course_id), None)
    if at is None:
        raise NotFound
    to = at + (1 if step is Step.DOWN else -1)
    if 0 <= to < len(rows):
        rows[at], rows[to] = rows[to], rows[at]
    for position, row in enumerate(rows):
        row.position = position
    db.session.flush()


def _rows(programme: Programme) -> list[ProgrammeCourse]:
    return list(
        db.session.scalars(
            select(ProgrammeCourse)
            .where(ProgrammeCourse.programme_id == programme.id)
            .order_by(ProgrammeCourse.position, ProgrammeCourse.course_id)
        )
    )


def delete_programme(programme: Programme, actor: Actor) -> None:
    """Delete a programme; its courses and what members did in them stay.

    Raises:
        Denied: the actor does not write it.
    """
    require(actor, StudyPermission.AUTHOR, programme.branch.path)
    db.session.delete(programme)
    db.session.flush()
