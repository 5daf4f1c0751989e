"""What members write for themselves beside lessons."""

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Timestamped
from core.passages import QUOTE_MAX
from core.refs import Ref
from study.enums import NoteColour
from study.models.lessons import Lesson

MARK_MAX = 40
WHOLE = "lesson"
"""The mark of a note on a lesson as a whole."""


class LessonNote(Timestamped, Base):
    """A highlight of one passage, with or without words of one's own. Only who made it ever sees it."""

    __tablename__ = "study_notes"
    __table_args__ = (
        UniqueConstraint("user_id", "lesson_id", "mark"),
        # Serves the list of one's own notes, and the index, which walks by id.
        Index(None, "user_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    lesson_id: Mapped[int] = mapped_column(ForeignKey("study_lessons.id", ondelete="CASCADE"), index=True)
    mark: Mapped[str] = mapped_column(String(MARK_MAX))
    """Which passage it was made at; ``quote`` finds it again when the text has changed since."""
    quote: Mapped[str] = mapped_column(String(QUOTE_MAX), default="")
    colour: Mapped[NoteColour] = mapped_column(default=NoteColour.YELLOW)
    body: Mapped[str] = mapped_column(Text, default="")

    lesson: Mapped[Lesson] = relationship(lazy="raise")

    @property
    def ref(self) -> Ref:
        """Return how search points at this note."""
        return Ref("note", self.id)
