"""Quizzes: their rules and the questions they ask, in order."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any
from unicodedata import normalize

from sqlalchemy import ColumnElement, ForeignKey, String, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Timestamped
from core.faces import Faces
from core.refs import Ref
from study.enums import Certainty, Difficulty, Grading, QuizMode, Review
from study.models.courses import Course
from study.models.questions import FOLDER_MAX, TAG_MAX, Question, QuestionVersion
from study.quiz.kinds.content import FULL, Band

GRACE = timedelta(seconds=30)
"""How long after the end answers are still taken, for slow links."""
PAGE_SIZE = 10
"""Questions on one page of a paper, where nobody says otherwise: small enough for a slow link."""
PASSWORD_MAX = 100
DIFFER = 100
"""By which part of the full mark, in thousandths, two markers may differ where nobody says otherwise."""
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
    page_size: Mapped[int] = mapped_column(default=PAGE_SIZE)
    """How many questions a page shows; 0 for all."""
    in_order: Mapped[bool] = mapped_column(default=False)
    """Whether papers go one way only: no page is seen again."""
    password: Mapped[str] = mapped_column(String(PASSWORD_MAX), default="")
    """What is said in the room to whoever may begin; its authors read it, so it is stored as it is."""
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    """No paper is begun any more, and open ones are handed in."""
    mode: Mapped[QuizMode] = mapped_column(default=QuizMode.TEST)
    released_at: Mapped[datetime | None]
    """When the results of an exam were told first."""
    certainty: Mapped[Certainty] = mapped_column(default=Certainty.NONE)
    bands: Mapped[list[Any]] = mapped_column(default=list)
    """What is said to whoever earned at least so much of the whole paper; ``Band`` objects as JSON."""
    extended_to: Mapped[datetime | None]
    """The latest closing that anybody was given for themselves."""
    delay_minutes: Mapped[int] = mapped_column(default=0)
    """Between handing in one paper and beginning the next."""
    review: Mapped[Review] = mapped_column(default=Review.AT_ONCE)
    is_anonymous: Mapped[bool] = mapped_column(default=False)
    """Whether those who mark by hand see no names before a paper is marked and told."""
    is_double: Mapped[bool] = mapped_column(default=False)
    """Whether two people mark each answer that no machine marks."""
    differ_thousandths: Mapped[int] = mapped_column(default=DIFFER)
    """By how much of the full mark the two may differ before somebody has to decide."""
    is_discussed: Mapped[bool] = mapped_column(default=False, index=True)
    """Whether threads hang on its questions, so that a reader's tokens name no more quizzes than needed."""

    course: Mapped[Course] = relationship(lazy="raise")

    def shows_answers(self, now: datetime) -> bool:
        """Tell whether those who handed in see what was right, and why."""
        if self.is_held_back or self.mode is QuizMode.PRACTICE:
            return not self.is_held_back
        if self.review is Review.AFTER_CLOSING:
            shown_at = key_shown_at(self.closes_at, self.extended_to)
            return shown_at is not None and now > shown_at
        return self.review is Review.AT_ONCE

    @property
    def is_held_back(self) -> bool:
        """Tell whether nothing of the results is told yet."""
        return self.mode is QuizMode.EXAM and self.released_at is None

    @property
    def takes_no_more(self) -> bool:
        """Tell whether nobody who has handed in begins another paper: each mark would tell which answers were right."""
        return self.mode is QuizMode.EXAM and self.released_at is not None

    def hides_writer(self, mark: int | None) -> bool:
        """Tell whether those who mark must not see whose a paper of this mark is: not before it is marked and told.

        It is asked of each paper for itself, so that one which is handed in later hides no other.
        """
        return self.is_anonymous and (self.is_held_back or mark is None)

    @property
    def band_list(self) -> list[Band]:
        """Return what is said by what was earned, the highest band first."""
        return sorted((Band.from_json(stored) for stored in self.bands), key=lambda band: -band.least)

    def said_to(self, mark: int, max_mark: int) -> Faces:
        """Return what is said to whoever earned so much, rendered: the highest band reached, if any."""
        reached = (band for band in self.band_list if mark * FULL >= band.least * max_mark)
        return next((band.html for band in reached), Faces())

    def has_opened(self, now: datetime) -> bool:
        """Tell whether papers may be begun already."""
        return self.opens_at is None or now >= self.opens_at

    def lets_in(self, typed: str) -> bool:
        """Tell whether this is the password, if any; blanks around it and the width of its letters do not matter."""
        said, wanted = (normalize("NFKC", one).strip().encode() for one in (typed, self.password))
        return not wanted or compare_digest(said, wanted)

    def next_start(self, ended: Iterable[datetime | None]) -> datetime | None:
        """Return when the pause after the last of the papers handed in is over; None where there is none."""
        moments = [moment for moment in ended if moment is not None]
        return max(moments) + timedelta(minutes=self.delay_minutes) if moments and self.delay_minutes else None

    @property
    def ref(self) -> Ref:
        """Return how other rooms point at this quiz."""
        return Ref("quiz", self.id)


def is_told() -> ColumnElement[bool]:
    """Return the condition that the results of a quiz may be told: those of an exam only once it is released."""
    return or_(Quiz.mode != QuizMode.EXAM, Quiz.released_at.is_not(None))


def key_shown_at(closes_at: datetime | None, extended_to: datetime | None) -> datetime | None:
    """Return when a quiz shows its key that does so after closing: when no paper takes an answer any more."""
    return max(closes_at, extended_to or closes_at) + GRACE if closes_at else None


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
