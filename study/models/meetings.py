"""Meetings: when and where, who comes and who came."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.db import Base
from study.meetings import CODE_DIGITS, new_code
from study.models.lessons import URL_MAX

PLACE_MAX = 300


class Meeting(Base):
    """When and where; it lasts as long as its lesson takes."""

    __tablename__ = "study_meetings"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("study_lessons.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime | None]
    place: Mapped[str] = mapped_column(String(PLACE_MAX), default="")
    link: Mapped[str] = mapped_column(String(URL_MAX), default="")
    seats: Mapped[int] = mapped_column(default=0)
    """How many may sign up; 0 for as many as like."""
    code: Mapped[str] = mapped_column(String(CODE_DIGITS), default=new_code)
    """What is said at the meeting, so that those who are there can say so."""


class MeetingReminder(Base):
    """For which beginning of a meeting those who come were reminded."""

    __tablename__ = "study_meeting_reminders"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("study_lessons.id", ondelete="CASCADE"), primary_key=True)
    starts_at: Mapped[datetime]
    is_last: Mapped[bool]
    """Whether it was the one an hour before, after which there is none."""


class Seat(Base):
    """What one member has to do with a meeting."""

    __tablename__ = "study_seats"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("study_lessons.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True, index=True)
    signed_up_at: Mapped[datetime | None]
    """None for somebody who came without having signed up."""
    is_waiting: Mapped[bool] = mapped_column(default=False)
    attended_at: Mapped[datetime | None]
    attended_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """Who ticked it; None when it was said by the code."""

    user: Mapped[User] = relationship(lazy="raise", foreign_keys=[user_id])
