"""Reports, decisions and the running number of the public log."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import utcnow
from core.db import Base
from core.faces import Faces
from core.house_rules import Rule
from core.refs import Ref
from moderation.enums import Action, ReportReason, ReportState

WORDS_MAX = 1000
"""Longest remark or reason, in characters."""


class Decision(Base):
    """One act of a moderator. Everything here is public but the author: no text and no title of what was judged."""

    __tablename__ = "moderation_decisions"
    __table_args__ = (
        # Serves the log's filters.
        Index(None, "action", "number"),
        # Serves the history of one subject and the check that nobody was faster.
        Index(None, "subject_kind", "subject_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    action: Mapped[Action]
    rule: Mapped[Rule | None]
    reason: Mapped[str] = mapped_column(String(WORDS_MAX))
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    place: Mapped[Faces]
    """Where it happened, for example the board; shown only to those who may read there."""
    audience: Mapped[str] = mapped_column(String(64))
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    """Never shown: it lets the author read the own case, and keeps moderators from judging themselves."""
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_decisions.id"), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    key: Mapped[str | None] = mapped_column(String(100), unique=True)
    """Keeps an act that a feature reports twice from standing in the log twice."""

    @property
    def subject(self) -> Ref:
        """What was judged."""
        return Ref(self.subject_kind, self.subject_id)


class Report(Base):
    """One reader's report, with what the reader saw, so that a later edit cannot hide it from the moderator."""

    __tablename__ = "moderation_reports"
    __table_args__ = (
        Index(
            "uq_moderation_reports_open",
            "reporter_id",
            "subject_kind",
            "subject_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        # Serves the queue, oldest first.
        Index(None, "state", "id"),
        # Serves the grouping by subject.
        Index(None, "subject_kind", "subject_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int]
    reporter_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    reason: Mapped[ReportReason]
    words: Mapped[str] = mapped_column(String(WORDS_MAX), default="")
    title: Mapped[str] = mapped_column(String(300))
    excerpt: Mapped[str] = mapped_column(String(1000))
    """What was there to read when it was reported; emptied when the report is handled."""
    url: Mapped[str] = mapped_column(String(500))
    place: Mapped[Faces]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"), index=True)
    state: Mapped[ReportState] = mapped_column(default=ReportState.OPEN)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    handled_at: Mapped[datetime | None]
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("moderation_decisions.id"), index=True)

    @property
    def subject(self) -> Ref:
        """What was reported."""
        return Ref(self.subject_kind, self.subject_id)


class LogCounter(Base):
    """The last number given in the public log: one row, whose lock lets one decision through at a time.

    A sequence would leave gaps after a rollback, and a gap in a public log looks like something taken out.
    """

    __tablename__ = "moderation_log_counters"

    id: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]
