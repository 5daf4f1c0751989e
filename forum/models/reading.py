"""What members follow, have read, keep and react to."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import utcnow
from core.db import Base
from forum.enums import FollowedKind, SubscriptionLevel
from forum.models.sizes import NOTE_MAX


class Subscription(Base):
    """What one member wants to hear of one thread."""

    __tablename__ = "forum_subscriptions"
    __table_args__ = (Index(None, "thread_id", "level"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("forum_threads.id"), primary_key=True)
    level: Mapped[SubscriptionLevel] = mapped_column(default=SubscriptionLevel.WATCHING)


class ReadPosition(Base):
    """Which posts of a thread one member has read: everything up to ``last_number``, and the runs in ``ahead``.

    No row: what was written before the floor of the board is read, else before the member joined. A row holds that too.
    """

    __tablename__ = "forum_read_positions"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("forum_threads.id"), primary_key=True)
    last_number: Mapped[int]
    ahead: Mapped[list[Any]] = mapped_column(default=list)
    """Runs of numbers, ``[first, last]`` each, that were read beyond a gap."""
    read_count: Mapped[int] = mapped_column(default=0)
    """How many posts are read, both together."""


class BoardFloor(Base):
    """A moment before which one member counts everything on a board as read."""

    __tablename__ = "forum_board_floors"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("forum_boards.id"), primary_key=True)
    floor_at: Mapped[datetime]


class Follow(Base):
    """What one member wants to hear of a board, a tag or the threads of a course."""

    __tablename__ = "forum_follows"
    __table_args__ = (Index(None, "kind", "target_id", "level"),)

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[FollowedKind] = mapped_column(primary_key=True)
    target_id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[SubscriptionLevel]


class Reaction(Base):
    """One member's reaction to one post."""

    __tablename__ = "forum_reactions"
    __table_args__ = (UniqueConstraint("user_id", "post_id"),)

    post_id: Mapped[int] = mapped_column(ForeignKey("forum_posts.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class Bookmark(Base):
    """A post that one member keeps, perhaps with a note and a moment to be reminded."""

    __tablename__ = "forum_bookmarks"
    __table_args__ = (Index(None, "user_id", "created_at", "post_id"), Index(None, "remind_at"))

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("forum_posts.id"), primary_key=True)
    note: Mapped[str] = mapped_column(String(NOTE_MAX), default="")
    remind_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class Receipt(Base):
    """One member has confirmed having read one announcement."""

    __tablename__ = "forum_receipts"

    thread_id: Mapped[int] = mapped_column(ForeignKey("forum_threads.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    confirmed_at: Mapped[datetime] = mapped_column(default=utcnow)


class FeedToken(Base):
    """The secret in the address of one member's private feeds."""

    __tablename__ = "forum_feed_tokens"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
