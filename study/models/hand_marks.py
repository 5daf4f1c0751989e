"""Marks that people give to answers of papers, and the files of answers."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.clock import utcnow
from core.db import Base
from core.files import File
from study.enums import MarkTurn

COMMENT_MAX = 10_000


class HandMark(Base):
    """What one person gave one answer.

    Rows are only ever added: the latest of each turn counts, the others tell how it came to that.
    """

    __tablename__ = "study_hand_marks"
    # Serves the marks of one answer, in order.
    __table_args__ = (Index("ix_study_hand_marks_answer", "attempt_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("study_attempts.id", ondelete="CASCADE"))
    position: Mapped[int]
    turn: Mapped[MarkTurn] = mapped_column(default=MarkTurn.FIRST)
    marker_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    mark: Mapped[int]
    """Thousandths of a mark."""
    points: Mapped[list[Any]] = mapped_column(default=list)
    """``[points, most, title]`` each, where the question has criteria."""
    comment: Mapped[str] = mapped_column(Text, default="")
    comment_html: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(default=utcnow)

    marker: Mapped[User] = relationship(lazy="raise")


class AttemptFile(Base):
    """A file that belongs to an answer."""

    __tablename__ = "study_attempt_files"
    __table_args__ = (Index("ix_study_attempt_files_answer", "attempt_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("study_attempts.id", ondelete="CASCADE"))
    position: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("core_files.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(default=utcnow)

    file: Mapped[File] = relationship(lazy="raise")
