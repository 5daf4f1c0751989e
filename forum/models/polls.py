"""Polls: what is asked, who has voted, and what was chosen."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import utcnow
from core.db import Base
from forum.models.sizes import AUDIENCE_MAX, OPTION_MAX


class Poll(Base):
    """The poll of one thread."""

    __tablename__ = "forum_polls"
    # Serves the clock that tells of polls that have ended.
    __table_args__ = (Index(None, "told_at", "closes_at"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("forum_threads.id"), primary_key=True)
    audience: Mapped[str] = mapped_column(String(AUDIENCE_MAX))
    """Who may vote."""
    choices_max: Mapped[int] = mapped_column(default=1)
    secret: Mapped[bool] = mapped_column(default=False)
    closes_at: Mapped[datetime | None]
    """From when on nobody votes; None: until somebody closes it."""
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who closed it before its time."""
    told_at: Mapped[datetime | None]
    """When people were told that it had ended."""
    ballot_count: Mapped[int] = mapped_column(default=0)


class PollOption(Base):
    """One thing that can be chosen."""

    __tablename__ = "forum_poll_options"
    __table_args__ = (UniqueConstraint("thread_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("forum_polls.thread_id"))
    position: Mapped[int]
    words: Mapped[str] = mapped_column(String(OPTION_MAX))
    vote_count: Mapped[int] = mapped_column(default=0)


class Ballot(Base):
    """One member has voted in one poll; ``branch_id`` is the branch whose turnout it counts for."""

    __tablename__ = "forum_ballots"
    __table_args__ = (Index(None, "thread_id", "branch_id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("forum_polls.thread_id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    cast_at: Mapped[datetime] = mapped_column(default=utcnow)


class Vote(Base):
    """What one member chose in an open poll. A secret poll has none: only its options count."""

    __tablename__ = "forum_votes"

    option_id: Mapped[int] = mapped_column(ForeignKey("forum_poll_options.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
