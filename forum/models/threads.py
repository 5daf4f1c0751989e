"""Threads and posts, what posts said before, and what hangs on them."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.clock import utcnow
from core.db import Base, Timestamped
from core.faces import Faces
from core.refs import Ref
from forum.enums import ThreadKind, ThreadState
from forum.models.boards import Board
from forum.models.sizes import ALT_MAX, AUDIENCE_MAX, FILE_NAME_MAX, KEY_MAX, QUOTE_MAX, REASON_MAX, TITLE_MAX
from forum.paths import PATH_MAX

IS_GONE = "deleted_at IS NOT NULL"


class Thread(Timestamped, Base):
    """One conversation on one board. ``last_number`` counts all posts, ``reply_count`` those that are shown."""

    __tablename__ = "forum_threads"
    __table_args__ = (
        # Serves the board page: pinned ones first, then the latest activity; id breaks ties.
        Index(None, "board_id", "pinned", "last_posted_at", "id"),
        # The same with the newest thread first; without pins for what is unread and for the last active one; the
        # digest of the board and that of all boards; the questions without an answer, all of them, the solved ones.
        Index("ix_forum_threads_newest", "board_id", "pinned", "created_at", "id"),
        Index("ix_forum_threads_active", "board_id", "last_posted_at", "id"),
        Index("ix_forum_threads_board_digest", "board_id", "digest_at", "id"),
        Index("ix_forum_threads_digest", "digest_at", "id"),
        Index("ix_forum_threads_unanswered", "board_id", "kind", "reply_count", "created_at", "id"),
        Index("ix_forum_threads_questions", "board_id", "kind", "last_posted_at", "id"),
        Index("ix_forum_threads_solved", "board_id", "kind", "accepted_post_id"),
        # Serves the threads about a thing.
        Index(None, "subject_kind", "subject_id", "last_posted_at"),
        Index(None, "last_posted_at", "id"),
        # Serves the bin of the moderators. Of the others there are too many to be told by it.
        Index(None, "deleted_at", "id", sqlite_where=text(IS_GONE), postgresql_where=text(IS_GONE)),
        # Serves what is pinned on every board, and the clock that ends pins and closes threads.
        Index(None, "pinned_everywhere", "last_posted_at"),
        Index(None, "pinned_until"),
        Index(None, "state", "closes_at"),
        # Serves the list of questions without an answer.
        Index(None, "kind", "reply_count", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ThreadKind] = mapped_column(default=ThreadKind.DISCUSSION)
    title: Mapped[str] = mapped_column(String(TITLE_MAX))
    audience: Mapped[str] = mapped_column(String(AUDIENCE_MAX))
    board_id: Mapped[int] = mapped_column(ForeignKey("forum_boards.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    state: Mapped[ThreadState] = mapped_column(default=ThreadState.OPEN)
    lock_reason: Mapped[str] = mapped_column(String(REASON_MAX), default="")
    pinned: Mapped[bool] = mapped_column(default=False)
    subject_kind: Mapped[str | None] = mapped_column(String(30))
    subject_id: Mapped[int | None]
    subject_anchor: Mapped[str] = mapped_column(String(60), default="")
    subject_quote: Mapped[str] = mapped_column(String(QUOTE_MAX), default="")
    course_id: Mapped[int | None]
    """The course to which the subject belongs, for those who follow it. No foreign key: courses are another room's."""
    reply_count: Mapped[int] = mapped_column(default=0)
    last_number: Mapped[int] = mapped_column(default=0)
    last_posted_at: Mapped[datetime] = mapped_column(default=utcnow)
    hidden_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    deleted_reason: Mapped[str] = mapped_column(String(REASON_MAX), default="")
    """Why a moderator removed it; the author needs no reason."""
    accepted_post_id: Mapped[int | None]
    """The post that answers the question. No foreign key: posts already point at threads."""
    tags: Mapped[list[Any]] = mapped_column(default=list)
    """What lists show of the tags: ``{"slug", "zh", "en"}`` each, missing faces left out."""
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Key of a field of the board → index of the choice."""
    digest_at: Mapped[datetime | None]
    """When it was taken into the digest of the best threads (精华)."""
    pinned_until: Mapped[datetime | None]
    """When the pin ends by itself; None: not by itself."""
    pinned_everywhere: Mapped[bool] = mapped_column(default=False)
    closes_at: Mapped[datetime | None]
    """When the clock locks the thread. A locked thread that still has it was locked by the clock."""
    closes_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    """Who told the clock to."""
    has_official_reply: Mapped[bool] = mapped_column(default=False)
    """Whether a reply that is shown was written in an office, so that lists need not look."""
    reminded_at: Mapped[datetime | None]
    """When those who have not confirmed this announcement were reminded last."""
    is_cited: Mapped[bool] = mapped_column(default=False)
    """Whether other threads point here, so that most pages need not ask."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("forum_threads.id"), index=True)
    """The thread that took all posts over; what is left is a signpost for old links."""
    opening_id: Mapped[int | None]
    """On a signpost: the post that opened the thread, wherever it stands now. No foreign key, as above."""
    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)

    board: Mapped[Board] = relationship(lazy="raise")
    author: Mapped[User] = relationship(lazy="raise", foreign_keys=[author_id])

    @property
    def ref(self) -> Ref:
        """What the index knows the thread and its opening post by."""
        return Ref("thread", self.id)

    @property
    def is_shown(self) -> bool:
        """Tell whether title and opening may be read: neither hidden by a moderator nor deleted."""
        return self.hidden_at is None and self.deleted_at is None

    @property
    def is_listed(self) -> bool:
        """Tell whether the thread stands on its board. One whose opening is hidden does, without its title."""
        return self.deleted_at is None


class Post(Base):
    """One post. Its number is its place in the thread for good; ``path`` sorts the thread as a tree."""

    __tablename__ = "forum_posts"
    __table_args__ = (
        UniqueConstraint("thread_id", "number"),
        # A form sent twice gives one post. Imported posts have no key.
        UniqueConstraint("author_id", "client_key"),
        Index(None, "thread_id", "path"),
        # Serves the first post after a moment: numbers go with time.
        Index(None, "thread_id", "created_at", "number"),
        Index(None, "author_id", "thread_id"),
        # Serves the order by support.
        Index(None, "thread_id", "support_count", "number"),
        # Serves the bin of the moderators. Of the others there are too many to be told by it.
        Index(None, "deleted_at", "id", sqlite_where=text(IS_GONE), postgresql_where=text(IS_GONE)),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("forum_threads.id"))
    number: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("forum_posts.id"), index=True)
    path: Mapped[str] = mapped_column(String(PATH_MAX).with_variant(String(PATH_MAX, collation="C"), "postgresql"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    render_version: Mapped[int]
    language: Mapped[str] = mapped_column(String(12), default="und")
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    edited_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=0)
    hidden_at: Mapped[datetime | None]
    hidden_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    hidden_reason: Mapped[str] = mapped_column(String(REASON_MAX), default="")
    deleted_at: Mapped[datetime | None]
    deleted_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    deleted_reason: Mapped[str] = mapped_column(String(REASON_MAX), default="")
    """Why a moderator removed it; the author needs no reason."""
    office: Mapped[Faces | None]
    """The office in which this was written, as held on that day: "Secretary, Riverside branch". Stays for good."""
    support_count: Mapped[int] = mapped_column(default=0)
    reactions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Kind of reaction → how many, for showing without a join."""
    is_translated: Mapped[bool] = mapped_column(default=False)
    client_key: Mapped[str | None] = mapped_column(String(KEY_MAX))
    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)

    thread: Mapped[Thread] = relationship(lazy="raise")
    author: Mapped[User] = relationship(lazy="raise", foreign_keys=[author_id])

    @property
    def is_shown(self) -> bool:
        """Tell whether the text may be read."""
        return self.hidden_at is None and self.deleted_at is None

    @property
    def ref(self) -> Ref:
        """What moderators know the post by."""
        return Ref("post", self.id)


class PostRevision(Base):
    """What a post said before an edit."""

    __tablename__ = "forum_post_revisions"
    __table_args__ = (UniqueConstraint("post_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("forum_posts.id"))
    revision: Mapped[int]
    title: Mapped[str] = mapped_column(String(TITLE_MAX), default="")
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(12), default="und")
    written_at: Mapped[datetime]


class Translation(Base):
    """A post in another language, approved by a person. Stale when the post was changed after ``of_revision``."""

    __tablename__ = "forum_translations"
    __table_args__ = (UniqueConstraint("post_id", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("forum_posts.id"))
    language: Mapped[str] = mapped_column(String(12))
    of_revision: Mapped[int]
    title: Mapped[str] = mapped_column(String(TITLE_MAX), default="")
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    approved_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow)


class Attachment(Base):
    """A file that belongs to a post. Without a post it waits in its uploader's composer, for nobody else."""

    __tablename__ = "forum_attachments"
    __table_args__ = (Index(None, "uploader_id", "post_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("forum_posts.id"), index=True)
    uploader_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("core_files.id"))
    thumbnail_id: Mapped[int | None] = mapped_column(ForeignKey("core_files.id"))
    name: Mapped[str] = mapped_column(String(FILE_NAME_MAX))
    alt: Mapped[str] = mapped_column(String(ALT_MAX), default="")
    width: Mapped[int | None]
    height: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=utcnow, index=True)


class Citation(Base):
    """A post of one thread points at another thread."""

    __tablename__ = "forum_citations"
    __table_args__ = (Index(None, "post_id"),)

    thread_id: Mapped[int] = mapped_column(ForeignKey("forum_threads.id"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("forum_posts.id"), primary_key=True)
