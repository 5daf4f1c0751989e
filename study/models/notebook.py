"""The notebook of mistakes: a card for each question a member got wrong, and what was done with it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Double, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.clock import utcnow
from core.db import Base, Timestamped
from study.enums import CardAct, CardStage, Mistake, Recall

NEW_A_DAY = 10
MOST_A_DAY = 50


class Notebook(Base):
    """What a member settled for the daily set; without a row all is as usual."""

    __tablename__ = "study_notebooks"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    new_a_day: Mapped[int] = mapped_column(default=NEW_A_DAY)
    most_a_day: Mapped[int] = mapped_column(default=MOST_A_DAY)
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    """When the member is told next that cards are due; None where that is not wanted."""


class ReviewCard(Timestamped, Base):
    """One question in one member's notebook. It follows the question: what is asked is its latest ready version."""

    __tablename__ = "study_review_cards"
    __table_args__ = (
        UniqueConstraint("user_id", "question_id"),
        # Serves the daily set: what of one member is due.
        Index(None, "user_id", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("study_questions.id", ondelete="CASCADE"), index=True)
    mistake: Mapped[Mistake]
    noted_at: Mapped[datetime] = mapped_column(default=utcnow)
    """When the latest mistake was made: the same one told twice changes nothing."""
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("study_attempts.id", ondelete="SET NULL"), index=True)
    """The paper it was made in, if it was one."""
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("study_lessons.id", ondelete="SET NULL"), index=True)
    """The lesson that asked, or that holds the quiz."""
    is_practised: Mapped[bool] = mapped_column(default=False)
    """Whether a page asked it, which tells at once what was right; see ``CardSource`` for quizzes."""
    stage: Mapped[CardStage] = mapped_column(default=CardStage.NEW)
    step: Mapped[int | None]
    """Which of the short intervals comes next, while it is learnt."""
    stability: Mapped[float | None] = mapped_column(Double)
    difficulty: Mapped[float | None] = mapped_column(Double)
    due_at: Mapped[datetime] = mapped_column(default=utcnow)
    """The very moment for intervals of minutes, else the beginning of the day where the member lives."""
    reviewed_at: Mapped[datetime | None]
    turn: Mapped[int] = mapped_column(default=0)
    """Counts what was done with it: a page that shows an older state changes nothing."""
    suspended_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    """When it was taken out; a later mistake brings it back."""
    righted_at: Mapped[datetime | None]
    """When a changed key left no mistake of it; a later one, or the undoing of the change, brings it back."""


class CardSource(Base):
    """A quiz in which the question of a card was missed: whether it tells what was right is asked of it each time."""

    __tablename__ = "study_card_sources"

    card_id: Mapped[int] = mapped_column(ForeignKey("study_review_cards.id", ondelete="CASCADE"), primary_key=True)
    quiz_id: Mapped[int] = mapped_column(
        ForeignKey("study_quizzes.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class CardReview(Base):
    """One act on a card. Rows are only ever added: taking a rating back adds one."""

    __tablename__ = "study_card_reviews"
    __table_args__ = (
        # Whatever races: one state of a card is rated once.
        UniqueConstraint("card_id", "turn"),
        # Serves what one member did on some days.
        Index(None, "user_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    card_id: Mapped[int] = mapped_column(ForeignKey("study_review_cards.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    turn: Mapped[int]
    """The card's count before."""
    act: Mapped[CardAct]
    recall: Mapped[Recall | None]
    fraction: Mapped[int | None]
    """What share of the full mark the answer would have earned, in thousandths; None without an answer."""
    stage: Mapped[CardStage]
    """Where the card was before."""
    before: Mapped[dict[str, Any]]
    """What was known of the card before, so that the rating can be taken back."""
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("study_card_reviews.id", ondelete="CASCADE"), unique=True)
    day: Mapped[date]
    """The day where the member lives."""
    at: Mapped[datetime] = mapped_column(default=utcnow)
