"""Reads who teaches a course."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import contains_eager

from accounts.models import User, UserState
from core.db import db
from study.models import Course, TeamMember


def list_team(course: Course) -> Sequence[TeamMember]:
    """Return the team of a course with the people, instructors first."""
    return db.session.scalars(
        select(TeamMember)
        .join(TeamMember.user)
        .options(contains_eager(TeamMember.user))
        .where(TeamMember.course_id == course.id, User.state == UserState.ACTIVE)
        .order_by(TeamMember.role.desc(), TeamMember.added_at, TeamMember.user_id)
    ).all()
