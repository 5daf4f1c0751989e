"""Writes who teaches a course."""

from sqlalchemy import delete

from accounts.models import UserState
from accounts.queries.people import find_by_login
from core.clock import utcnow
from core.db import db
from core.i18n import _l
from core.notifications import notice_kind, tell
from core.permissions import Actor, require
from core.upserts import upsert
from study import urls
from study.enums import TeamRole
from study.errors import NobodySo
from study.models import Course, TeamMember
from study.permissions import StudyPermission

JOINED = {
    TeamRole.INSTRUCTOR: "study.team_instructor",
    TeamRole.ASSISTANT: "study.team_assistant",
}
notice_kind(JOINED[TeamRole.INSTRUCTOR], _l("You are now an instructor of the course “%(title)s”"), icon="book")
notice_kind(JOINED[TeamRole.ASSISTANT], _l("You are now an assistant of the course “%(title)s”"), icon="book")


def add_to_team(course: Course, actor: Actor, username: str, role: TeamRole) -> None:
    """Take somebody into the team of a course, or give them another part in it.

    Raises:
        Denied: the actor does not answer for this course; to be in its team is not enough.
        NobodySo: there is nobody of this name.
    """
    require(actor, StudyPermission.AUTHOR, course.branch.path)
    person = find_by_login(username.removeprefix("@"))
    if person is None or person.state is not UserState.ACTIVE:
        raise NobodySo(name=username)
    now = utcnow()
    values = {"course_id": course.id, "user_id": person.id, "role": role, "added_at": now}
    db.session.execute(upsert(TeamMember, values, conflict=["course_id", "user_id"], update=["role"]))
    tell(
        [person.id],
        JOINED[role],
        subject=course.ref,
        url=urls.for_course(course.slug),
        key=f"{JOINED[role]}:{course.id}:{person.id}:{now.isoformat()}",
        actor_id=actor.id,
        title=course.title.pick(),
    )


def remove_from_team(course: Course, actor: Actor, user_id: int) -> None:
    """Take somebody out of the team of a course; nobody is told.

    Raises:
        Denied: the actor does not answer for this course.
    """
    require(actor, StudyPermission.AUTHOR, course.branch.path)
    db.session.execute(
        delete(TeamMember)
        .where(TeamMember.course_id == course.id, TeamMember.user_id == user_id)
        .execution_options(synchronize_session=False)
    )
