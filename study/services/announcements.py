"""Writes what the authors of a course tell its learners."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from core.clock import utcnow
from core.db import db, lock
from core.errors import Denied
from core.faces import Faces
from core.i18n import _l
from core.notifications import notice_kind, tell
from core.outbox import announce
from core.permissions import Actor
from study import urls
from study.events import AnnouncementMade
from study.models import Announcement, Course
from study.permissions import StudyPermission, require_in_course
from study.services.courses import rendered

SENT_TWICE: Final = timedelta(minutes=10)

ANNOUNCED = "study.announcement"
notice_kind(ANNOUNCED, _l("“%(course)s” announces: %(title)s"), icon="horn")


@dataclass(frozen=True, kw_only=True)
class AnnouncementContent:
    """What an author writes, with its HTML made before the transaction."""

    title: Faces
    body: Faces
    html: Faces

    @classmethod
    def of(cls, title: Faces, body: Faces) -> "AnnouncementContent":
        """Render the text."""
        return cls(title=title, body=body, html=rendered(body))


def make_announcement(course: Course, actor: Actor, content: AnnouncementContent) -> Announcement:
    """Tell those who take a course something; the worker brings it into their inboxes.

    The same again within minutes is the form sent twice, and leads to the first.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    if actor.id is None:
        raise Denied
    db.session.execute(lock(select(Course.id).where(Course.id == course.id)))  # A form sent twice comes at once.
    fresh = db.session.scalars(
        select(Announcement).where(Announcement.course_id == course.id, Announcement.created_at > utcnow() - SENT_TWICE)
    )
    twin = next((one for one in fresh if (one.title, one.body) == (content.title, content.body)), None)
    if twin is not None:
        return twin
    made = Announcement(course=course, author_id=actor.id)
    _fill(made, content)
    db.session.add(made)
    db.session.flush()
    announce(AnnouncementMade(announcement_id=made.id))
    return made


def edit_announcement(announcement: Announcement, actor: Actor, content: AnnouncementContent) -> None:
    """Change an announcement; nobody is told again.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, announcement.course)
    _fill(announcement, content)
    db.session.flush()


def _fill(announcement: Announcement, content: AnnouncementContent) -> None:
    announcement.title = content.title
    announcement.body = content.body
    announcement.html = content.html


def delete_announcement(announcement: Announcement, actor: Actor) -> None:
    """Delete an announcement.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, announcement.course)
    db.session.delete(announcement)
    db.session.flush()


def tell_learners(announcement: Announcement, user_ids: Sequence[int]) -> None:
    """Bring an announcement into the inboxes of some of those who take its course; twice does no harm."""
    tell(
        user_ids,
        ANNOUNCED,
        subject=announcement.ref,
        url=urls.for_announcement(announcement.course.slug, announcement.id),
        key=f"{ANNOUNCED}:{announcement.id}",
        actor_id=announcement.author_id,
        course=announcement.course.title.pick(),
        title=announcement.title.pick(),
    )
