"""Documents as they are read on a page: safe HTML by part, the pictures in it, and where a reader stopped."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, deferred, mapped_column

from core.clock import utcnow
from core.db import Base, Json


class Reading(Base):
    """A document turned into HTML when its file was read; addresses of pictures begin with ``pictures/``."""

    __tablename__ = "study_readings"

    material_id: Mapped[int] = mapped_column(ForeignKey("study_materials.id", ondelete="CASCADE"), primary_key=True)
    parts: Mapped[list[Any]] = deferred(mapped_column(Json, default=list, nullable=False))
    """The HTML of each part: a slide, a chapter, or some sections. Empty for what cannot be shown so."""
    contents: Mapped[list[Any]] = mapped_column(default=list)
    """``[level, part, anchor, words]`` each."""
    made_by: Mapped[int] = mapped_column(default=0)
    """Which version of the reader made it."""


class MaterialPicture(Base):
    """One picture out of a document, encoded by us, and its form for slow links."""

    __tablename__ = "study_material_pictures"

    material_id: Mapped[int] = mapped_column(ForeignKey("study_materials.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    file_id: Mapped[int] = mapped_column(ForeignKey("core_files.id"), index=True)
    small_id: Mapped[int] = mapped_column(ForeignKey("core_files.id"), index=True)


class ReadingPlace(Base):
    """Where a member stopped reading the document of a lesson."""

    __tablename__ = "study_reading_places"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(
        ForeignKey("study_lessons.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    page: Mapped[int]
    read_at: Mapped[datetime] = mapped_column(default=utcnow)
