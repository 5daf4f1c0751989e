"""What those who mark say about single questions of papers."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.clock import utcnow
from core.db import Base


class QuestionComment(Base):
    """What one person said about one question of a paper.

    Rows are only ever added: the latest of each person counts, and an empty one takes back what was said before.
    """

    __tablename__ = "study_question_comments"
    # Serves the comments on one paper, in order.
    __table_args__ = (Index("ix_study_question_comments_paper", "attempt_id", "position", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("study_attempts.id", ondelete="CASCADE"))
    position: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    body: Mapped[str] = mapped_column(Text, default="")
    html: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime] = mapped_column(default=utcnow)

    author: Mapped[User] = relationship(lazy="raise")
