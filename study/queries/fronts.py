"""Reads what stands on the front page of a course beside its lessons: team, editions, announcements, in one query."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, literal, select, union_all

from accounts.models import User, UserState
from core.db import db
from core.faces import Faces, FacesType
from core.permissions import Actor
from study.enums import CourseState, TeamRole
from study.models import Course, Edition, TeamMember
from study.permissions import readable_courses


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """Somebody of the team."""

    role: TeamRole
    username: str
    display_name: str


@dataclass(frozen=True, kw_only=True)
class Sibling:
    """The edition before or after a course."""

    slug: str
    title: Faces
    state: CourseState
    at: datetime | None


@dataclass(kw_only=True)
class Front:
    """What a course's page shows of people and editions."""

    team: list[Teacher] = field(default_factory=list)
    older: Sibling | None = None
    newer: Sibling | None = None


def course_front(course: Course, reader: Actor) -> Front:
    """Return what stands beside the lessons of a course. An edition is named to those who may read it."""
    front = Front()
    for row in db.session.execute(union_all(_team(course), *_editions(course, reader))):
        if row.kind == "team":
            role = TeamRole(row.word)
            front.team.append(Teacher(role=role, username=row.slug, display_name=row.name))
        else:
            sibling = Sibling(slug=row.slug, title=row.title, state=CourseState(row.word), at=row.at)
            setattr(front, row.kind, sibling)
    front.team.sort(key=lambda one: one.role is not TeamRole.INSTRUCTOR)
    return front


def _team(course: Course) -> Any:
    return (
        select(
            literal("team").label("kind"),
            User.username.label("slug"),
            literal(None, FacesType()).label("title"),
            User.display_name.label("name"),
            cast(TeamMember.role, String).label("word"),
            TeamMember.added_at.label("at"),
        )
        .join(TeamMember, TeamMember.user_id == User.id)
        .where(TeamMember.course_id == course.id, User.state == UserState.ACTIVE)
    )


def _editions(course: Course, reader: Actor) -> list[Any]:
    """Select the two editions beside a course; a newer one that is not published yet is for those who teach."""
    columns = (
        Course.slug,
        Course.title,
        literal(""),
        cast(Course.state, String),
        Course.published_at,
    )
    older = (
        select(literal("older"), *columns)
        .join(Edition, Edition.of_course_id == Course.id)
        .where(Edition.course_id == course.id, readable_courses(reader))
    )
    newer = (
        select(literal("newer"), *columns)
        .join(Edition, Edition.course_id == Course.id)
        .where(Edition.of_course_id == course.id, readable_courses(reader))
    )
    return [older, newer]
