"""Films and recordings: what is known of time in a material, and what a lesson shows beside the player."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Timing(Base):
    """How long a film or recording is, or when what is said in subtitles; read out of the file."""

    __tablename__ = "study_timings"

    material_id: Mapped[int] = mapped_column(ForeignKey("study_materials.id", ondelete="CASCADE"), primary_key=True)
    length_ms: Mapped[int] = mapped_column(default=0)
    """0 when the file does not say."""
    cues: Mapped[list[Any]] = mapped_column(default=list)
    """``[start, end, words]`` each, in milliseconds, in the order of the file."""


class LessonMedia(Base):
    """The chapters and subtitles of a lesson that is played."""

    __tablename__ = "study_lesson_media"

    lesson_id: Mapped[int] = mapped_column(ForeignKey("study_lessons.id", ondelete="CASCADE"), primary_key=True)
    chapters: Mapped[list[Any]] = mapped_column(default=list)
    """``[second, title]`` each, in order."""
    subtitles_zh_id: Mapped[int | None] = mapped_column(ForeignKey("study_materials.id"), index=True)
    subtitles_en_id: Mapped[int | None] = mapped_column(ForeignKey("study_materials.id"), index=True)


class Watching(Base):
    """What a member has played of a lesson, and where it was left."""

    __tablename__ = "study_watching"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(
        ForeignKey("study_lessons.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    spans: Mapped[list[Any]] = mapped_column(default=list)
    """``[from, to]`` each, in milliseconds; they do not touch."""
    position_ms: Mapped[int] = mapped_column(default=0)
    reported_ms: Mapped[int] = mapped_column(default=0)
    budget_ms: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime | None]
    noted_percent: Mapped[int] = mapped_column(default=0)
    """The share of which the ledger knows."""
