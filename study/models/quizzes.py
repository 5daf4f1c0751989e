"""Quizzes: their rules and the questions they ask, in order."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Timestamped
from core.faces import Faces
from core.refs import Ref
from study.enums import Difficulty, Grading, Review
from study.models.courses import Course
from study.models.questions import FOLDER_MAX, TAG_MAX, Question, QuestionVersion

ONE_MARK = 1000
"""Marks are whole thousandths: this is one mark."""


class Quiz(Timestamped, Base):
    """The rules of a quiz."""

    __tablename__ = "study_quizzes"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), index=True)
    title: Mapped[Faces]
    pass_thousandths: Mapped[int] = mapped_column(default=600)
    """The share of the full mark that passes: 600 is 60 %."""
    attempts_allowed: Mapped[int] = mapped_column(default=0)
    """0 means as many as one likes."""
    time_limit_minutes: Mapped[int | None]
    grading: Mapped[Grading] = mapped_column(default=Grading.BEST)
    shuffle: Mapped[bool] = mapped_column(default=False)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    """No paper is begun any more, and open ones are handed in."""
    delay_minutes: Mapped[int] = mapped_column(default=0)
    """Between handing in one paper and beginning the next."""
    review: Mapped[Review] = mapped_column(default=Review.AT_ONCE)
    is_discussed: Mapped[bool] = mapped_column(default=False, index=True)
    """Whether threads hang on its questions, so that a reader's tokens name no more quizzes than needed."""

    course: Mapped[Course] = relationship(lazy="raise")

    def shows_answers(self, now: datetime) -> bool:
        """Tell whether those who handed in see what was right, and why."""
        if self.review is Review.AFTER_CLOSING:
            return self.closes_at is not None and now >= self.closes_at
        return self.review is Review.AT_ONCE

    def next_start(self, ended: Iterable[datetime | None]) -> datetime | None:
        """Return when the pause after the last of the papers handed in is over; None where there is none."""
        moments = [moment for moment in ended if moment is not None]
        return max(moments) + timedelta(minutes=self.delay_minutes) if moments and self.delay_minutes else None

    @property
    def ref(self) -> Ref:
        """Return how other rooms point at this quiz."""
        return Ref("quiz", self.id)


class QuizSlot(Base):
    """One place of a quiz: a question in its latest version, in one version for good, or one drawn for each paper."""

    __tablename__ = "study_quiz_slots"
    __table_args__ = (UniqueConstraint("quiz_id", "question_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("study_quizzes.id", ondelete="CASCADE"))
    position: Mapped[int]
    question_id: Mapped[int | None] = mapped_column(ForeignKey("study_questions.id"), index=True)
    """None where each paper draws its own."""
    fixed_version_id: Mapped[int | None] = mapped_column(ForeignKey("study_question_versions.id"))
    draw_bank_id: Mapped[int | None] = mapped_column(ForeignKey("study_question_banks.id"), index=True)
    """The bank from which a question is drawn, and what it must have: lie in a folder, bear a tag, be of a level."""
    draw_folder: Mapped[str] = mapped_column(String(FOLDER_MAX), default="")
    draw_tag: Mapped[str] = mapped_column(String(TAG_MAX), default="")
    draw_level: Mapped[Difficulty | None]
    max_mark: Mapped[int] = mapped_column(default=ONE_MARK)

    question: Mapped[Question | None] = relationship(lazy="raise")
    fixed_version: Mapped[QuestionVersion | None] = relationship(lazy="raise")
