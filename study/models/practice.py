"""What members answer to questions that stand in pages."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import utcnow
from core.db import Base


class PracticeAnswer(Base):
    """One answer, as a ledger: nothing of it is ever changed, and nothing counts as a mark."""

    __tablename__ = "study_practice_answers"
    # Serves the latest answers of one member to the questions of one page.
    __table_args__ = (Index(None, "user_id", "question_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("study_questions.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("study_question_versions.id", ondelete="CASCADE"), index=True)
    answer: Mapped[dict[str, Any]]
    fraction: Mapped[int]
    """What share of the full mark it would have earned, in thousandths."""
    answered_at: Mapped[datetime] = mapped_column(default=utcnow)
