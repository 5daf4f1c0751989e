"""Writes who takes which course."""

from sqlalchemy import select

from core.clock import utcnow
from core.db import db, lock
from core.errors import Denied, NotFound
from core.outbox import announce
from core.permissions import Actor, require
from core.upserts import upsert
from study.errors import CourseBefore, NewerEdition, StillAssigned
from study.events import StandingsChanged
from study.models import Course, Enrolment
from study.permissions import StudyPermission, may_read_course
from study.queries.courses import find_newer
from study.queries.due import is_waited_for
from study.queries.programmes import find_course_before


def enrol(course: Course, actor: Actor) -> None:
    """Let a member take a published course, again if they left it. Enrolling twice changes nothing.

    Raises:
        Denied: a visitor cannot take courses.
        NotFound: the course is not published, or not for this member.
        NewerEdition: newcomers take another course in its stead.
        CourseBefore: a programme wants another course finished first.
    """
    require(actor, StudyPermission.ENROL, course.branch.path)
    if actor.id is None:
        raise Denied
    if not course.is_published or not may_read_course(actor, course):
        raise NotFound
    check_newcomer(course, actor)
    values = {"user_id": actor.id, "course_id": course.id, "enrolled_at": utcnow()}
    db.session.execute(upsert(Enrolment, values, conflict=["user_id", "course_id"], update={"left_at": None}))
    announce(StandingsChanged(course_id=course.id))


def check_newcomer(course: Course, actor: Actor) -> None:
    """Do nothing where a member may begin a course by their own wish; whoever took it before may always come back.

    Raises:
        NewerEdition, CourseBefore: as for ``enrol``.
    """
    mine = select(Enrolment.id).where(Enrolment.course_id == course.id, Enrolment.user_id == actor.id)
    if db.session.scalar(mine) is not None:
        return
    if newer := find_newer(course.id, actor):
        raise NewerEdition(newer)
    if before := find_course_before(course, actor):
        raise CourseBefore(before.slug, before.title.pick())


def leave(course: Course, actor: Actor) -> None:
    """Stop taking a course; what was done in it is kept for coming back.

    Raises:
        StillAssigned: the member is asked to study it and has not done it.
    """
    mine = select(Enrolment).where(Enrolment.course_id == course.id, Enrolment.user_id == actor.id)
    enrolment = db.session.scalars(lock(mine)).one_or_none()
    if enrolment is not None and enrolment.left_at is None:
        if is_waited_for(course.id, actor):
            raise StillAssigned
        enrolment.left_at = utcnow()
        db.session.flush()
        announce(StandingsChanged(course_id=course.id))
