"""Boards, what their threads are sorted by, and templates for new threads."""

from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Branch
from core.db import Base, Timestamped
from core.faces import Faces
from forum.enums import PostPolicy
from forum.models.sizes import AUDIENCE_MAX, FIELD_KEY_MAX, SLUG_MAX, TITLE_MAX


class Board(Timestamped, Base):
    """A place for threads about one matter."""

    __tablename__ = "forum_boards"
    __table_args__ = (Index(None, "branch_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_MAX), unique=True)
    title: Mapped[Faces]
    about: Mapped[Faces] = mapped_column(default=Faces())
    audience: Mapped[str] = mapped_column(String(AUDIENCE_MAX))
    post_policy: Mapped[PostPolicy] = mapped_column(default=PostPolicy.EVERYONE)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    position: Mapped[int] = mapped_column(default=0)
    thread_count: Mapped[int] = mapped_column(default=0)
    post_count: Mapped[int] = mapped_column(default=0)
    archived: Mapped[bool] = mapped_column(default=False)
    fields: Mapped[list[Any]] = mapped_column(default=list)
    """What its threads say about themselves, as ``forum.sorting.BoardField`` reads it."""

    branch: Mapped[Branch] = relationship(lazy="raise")


class BoardTemplate(Base):
    """A text with which a new thread on a board may begin."""

    __tablename__ = "forum_board_templates"
    __table_args__ = (Index(None, "board_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("forum_boards.id"))
    title: Mapped[Faces]
    thread_title: Mapped[str] = mapped_column(String(TITLE_MAX), default="")
    body: Mapped[str] = mapped_column(Text)
    position: Mapped[int] = mapped_column(default=0)


class Tag(Base):
    """A word that threads of any board may carry."""

    __tablename__ = "forum_tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(SLUG_MAX), unique=True)
    name: Mapped[Faces]
    thread_count: Mapped[int] = mapped_column(default=0)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("forum_tags.id"))
    """The tag that took its threads over; what is left keeps old links working."""


class ThreadTag(Base):
    """One thread carries one tag. ``Thread.tags`` holds the same for showing without a join."""

    __tablename__ = "forum_thread_tags"
    __table_args__ = (Index(None, "tag_id", "thread_id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("forum_threads.id"), primary_key=True)
    tag_id: Mapped[int] = mapped_column(ForeignKey("forum_tags.id"), primary_key=True)


class ThreadChoice(Base):
    """What one thread chose in one field of its board. ``Thread.fields`` holds the same for showing without a join."""

    __tablename__ = "forum_thread_choices"
    # Serves the filters of a board: the newest thread first.
    __table_args__ = (Index("ix_forum_thread_choices_found", "board_id", "key", "choice", "thread_id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("forum_threads.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(FIELD_KEY_MAX), primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("forum_boards.id"))
    choice: Mapped[int]
