"""More time for some: who may take a quiz longer or later than everybody else."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Branch, User
from core.db import Base, Timestamped


class QuizExtension(Timestamped, Base):
    """More time for one person, or for everybody of one branch and below it."""

    __tablename__ = "study_quiz_extensions"
    __table_args__ = (
        UniqueConstraint("quiz_id", "user_id", name="uq_study_quiz_extensions_user"),
        UniqueConstraint("quiz_id", "branch_id", name="uq_study_quiz_extensions_branch"),
        CheckConstraint("(user_id IS NULL) <> (branch_id IS NULL)", name="for_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("study_quizzes.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"), index=True)
    extra_minutes: Mapped[int] = mapped_column(default=0)
    """Beside the time limit of the quiz, where it has one."""
    closes_at: Mapped[datetime | None]
    """In place of the closing of the quiz, where that is earlier."""

    user: Mapped[User | None] = relationship(lazy="raise")
    branch: Mapped[Branch | None] = relationship(lazy="raise")
