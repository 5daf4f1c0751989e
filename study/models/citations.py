"""Paragraphs of lessons that questions rest on."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base, Timestamped
from core.faces import Faces
from core.passages import QUOTE_MAX
from study.models.notes import MARK_MAX


class Citation(Timestamped, Base):
    """The passage of a lesson that a question rests on.

    It belongs to the question, not to a version: what a version asks never changes, but where it is to be read does,
    and whoever looks at an old paper reads the lesson of today.
    """

    __tablename__ = "study_citations"
    # Serves the worker: what rested on lessons that are gone.
    __table_args__ = (Index(None, "lesson_id", "changed_at"),)

    question_id: Mapped[int] = mapped_column(ForeignKey("study_questions.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("study_lessons.id", ondelete="SET NULL"))
    """None once the lesson is gone."""
    mark: Mapped[str] = mapped_column(String(MARK_MAX))
    quote: Mapped[str] = mapped_column(String(QUOTE_MAX))
    words: Mapped[Faces]
    """What leads readers back to it, in each language."""
    digest: Mapped[str] = mapped_column(String(MARK_MAX))
    """Of the whole passage, as an author saw it last."""
    now_mark: Mapped[str] = mapped_column(String(MARK_MAX))
    """Where it stands today; empty where it is gone."""
    changed_at: Mapped[datetime | None]
    """Since when it says something else, or is gone, and no author has confirmed it."""
