"""Reads the announcements of courses and who is told of them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from core.errors import NotFound
from core.pages import Page, page_of
from core.permissions import Actor
from study.models import Announcement, Course, Enrolment
from study.queries.courses import check_author

A_PAGE = 20


def page_of_announcements(course: Course, cursor: str | None) -> Page[Any]:
    """Return a page of a course's announcements with their authors, the newest first."""
    statement = select(Announcement).options(joinedload(Announcement.author)).where(Announcement.course_id == course.id)
    return page_of(statement, order=[Announcement.id], cursor=cursor, limit=A_PAGE)


def get_own_announcement(announcement_id: int, author: Actor) -> Announcement:
    """Return an announcement of a course that the actor may write, with the course and its branch.

    Raises:
        NotFound: there is none that the actor may see.
        Denied: the actor may see but not write it.
    """
    found = db.session.scalars(
        select(Announcement)
        .join(Announcement.course)
        .join(Course.branch)
        .options(contains_eager(Announcement.course).contains_eager(Course.branch))
        .where(Announcement.id == announcement_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    check_author(found.course, author)
    return found


def find_announcement(announcement_id: int) -> Announcement | None:
    """Return an announcement with its course, for the worker."""
    return db.session.scalars(
        select(Announcement).options(joinedload(Announcement.course)).where(Announcement.id == announcement_id)
    ).one_or_none()


def list_learners(course_id: int, after: int, limit: int) -> Sequence[int]:
    """Return the next members who take a course, by id."""
    return db.session.scalars(
        select(Enrolment.user_id)
        .where(Enrolment.course_id == course_id, Enrolment.left_at.is_(None), Enrolment.user_id > after)
        .order_by(Enrolment.user_id)
        .limit(limit)
    ).all()
