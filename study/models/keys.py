"""Changes of keys: what was decided about papers marked by a wrong one, what each earned before, and who doubted it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.clock import utcnow
from core.db import Base
from study.enums import KeyRule, KeyWork
from study.models.courses import Course
from study.models.questions import Question, QuestionVersion

REASON_MAX = 500
TOKEN_MAX = 40


class KeyChange(Base):
    """One decision about a key: it holds for papers handed in before, and for open ones when they are handed in."""

    __tablename__ = "study_key_changes"
    __table_args__ = (UniqueConstraint("question_id", "token"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("study_questions.id", ondelete="CASCADE"), index=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), index=True)
    """The course whose papers it is about: where a bank is shared, the teachers of each course decide for theirs."""
    quiz_id: Mapped[int | None] = mapped_column(ForeignKey("study_quizzes.id", ondelete="CASCADE"), index=True)
    """The quiz whose papers it is about; None for those of all quizzes of the course."""
    version_ids: Mapped[list[Any]] = mapped_column(default=list)
    """The versions that had the wrong key."""
    rule: Mapped[KeyRule]
    key_version_id: Mapped[int | None] = mapped_column(ForeignKey("study_question_versions.id"))
    """The version by whose key papers are marked, where one is."""
    reason: Mapped[str] = mapped_column(String(REASON_MAX))
    """Why, in words for those whose papers it is about."""
    revokes: Mapped[bool] = mapped_column(default=False)
    """Whether certificates are taken back whose course is no longer done."""
    revoked: Mapped[list[Any]] = mapped_column(default=list)
    """The certificates that were, so that they come back when it is undone."""
    token: Mapped[str] = mapped_column(String(TOKEN_MAX))
    """The sheet that was accepted, so that two clicks make one change."""
    work: Mapped[KeyWork] = mapped_column(default=KeyWork.APPLYING)
    reached: Mapped[int] = mapped_column(default=0)
    """The last paper that is settled, by id, while there are more."""
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    undone_at: Mapped[datetime | None]

    question: Mapped[Question] = relationship(lazy="raise")
    course: Mapped[Course] = relationship(lazy="raise")
    key_version: Mapped[QuestionVersion | None] = relationship(lazy="raise")
    made_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[made_by_id])
    undone_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[undone_by_id])

    @property
    def is_busy(self) -> bool:
        """Tell whether papers are still being marked again."""
        return self.work in (KeyWork.APPLYING, KeyWork.UNDOING)


class KeyMark(Base):
    """What a change did to one question of a paper, and to the paper: enough to undo it exactly."""

    __tablename__ = "study_key_marks"
    # Serves results: what was changed about a paper.
    __table_args__ = (Index("ix_study_key_marks_paper", "attempt_id", "position"),)

    change_id: Mapped[int] = mapped_column(ForeignKey("study_key_changes.id", ondelete="CASCADE"), primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("study_attempts.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    old_mark: Mapped[int | None]
    old_max: Mapped[int]
    mark: Mapped[int | None]
    max_mark: Mapped[int]
    paper_old_mark: Mapped[int | None]
    paper_old_max: Mapped[int]
    paper_old_passed: Mapped[bool | None]
    paper_mark: Mapped[int | None]
    paper_max: Mapped[int]
    paper_passed: Mapped[bool | None]
    is_told: Mapped[bool] = mapped_column(default=False)
    """Whether its writer found a notice of it. Whoever has read the result finds one when it is undone in any case."""
    restored_at: Mapped[datetime | None]


class KeyDoubt(Base):
    """Somebody who saw the answer to a question says that its key is wrong; said again, it is the later one."""

    __tablename__ = "study_key_doubts"
    __table_args__ = (UniqueConstraint("question_id", "user_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("study_questions.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("study_question_versions.id", ondelete="CASCADE"))
    quiz_id: Mapped[int] = mapped_column(ForeignKey("study_quizzes.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
