"""Papers that are printed: which questions a form asks, and in which order."""

from datetime import datetime
from string import ascii_uppercase
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import utcnow
from core.db import Base
from study.models.questions import QuestionVersion
from study.models.quizzes import Quiz


class PrintedForm(Base):
    """One form of a quiz on paper. What was drawn is kept, so that it can be printed again for ever."""

    __tablename__ = "study_printed_forms"
    __table_args__ = (UniqueConstraint("quiz_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("study_quizzes.id", ondelete="CASCADE"))
    number: Mapped[int]
    """From 1."""
    seed: Mapped[int] = mapped_column(BigInteger)
    """What questions were drawn and shuffled with."""
    limit_minutes: Mapped[int | None]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    quiz: Mapped[Quiz] = relationship(lazy="raise")

    @property
    def letter(self) -> str:
        """Return what the form is called: A, B and so on, after Z A2, B2."""
        turn, place = divmod(self.number - 1, len(ascii_uppercase))
        return f"{ascii_uppercase[place]}{turn + 1 if turn else ''}"

    @property
    def code(self) -> str:
        """Return what paper, sheet and key of one form have in common, and no two forms of one letter."""
        return f"{self.seed % 0x10000:04X}"


class PrintedSlot(Base):
    """One question of a form: which version, its options in which order."""

    __tablename__ = "study_printed_slots"

    form_id: Mapped[int] = mapped_column(ForeignKey("study_printed_forms.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("study_question_versions.id"), index=True)
    option_order: Mapped[list[Any]] = mapped_column(default=list)
    max_mark: Mapped[int]

    version: Mapped[QuestionVersion] = relationship(lazy="raise")
