"""Attempts: a paper as it was drawn, and the ledger of every answer that arrived."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import utcnow
from core.db import Base
from study.enums import AttemptState, Certainty, Refusal
from study.models.questions import QuestionVersion
from study.models.quizzes import Quiz

CLIENT_MAX = 40
CODE_MAX = 16
_OPEN = text("state = 'open'")
_WAITING = text("state = 'submitted' AND mark IS NULL")


class Attempt(Base):
    """One member's paper for one quiz."""

    __tablename__ = "study_attempts"
    __table_args__ = (
        UniqueConstraint("quiz_id", "user_id", "number"),
        # Whatever races: nobody ever has two open papers for one quiz.
        Index("uq_study_attempts_open", "quiz_id", "user_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        # Serves the timer: open papers whose time is up.
        Index(None, "state", "due_at"),
        # Serves those who mark: the papers that wait for them, and one of them by its code.
        Index("ix_study_attempts_waiting", "quiz_id", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("uq_study_attempts_code", "quiz_id", "marking_code", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(ForeignKey("study_quizzes.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    state: Mapped[AttemptState] = mapped_column(default=AttemptState.OPEN)
    started_at: Mapped[datetime] = mapped_column(default=utcnow)
    due_at: Mapped[datetime | None]
    limit_minutes: Mapped[int | None]
    """The time limit as it was when the paper was begun; a new one is for new papers."""
    step: Mapped[int] = mapped_column(default=0)
    """How many questions a paper that goes one way shows at once; 0 where one may go back and forth."""
    reached: Mapped[int] = mapped_column(default=1)
    """The first question of a paper that goes one way that is not left behind."""
    certainty: Mapped[Certainty] = mapped_column(default=Certainty.NONE)
    """Whether it asks how sure one is, as it was when the paper was begun."""
    submitted_at: Mapped[datetime | None]
    mark: Mapped[int | None]
    """Thousandths; known once the paper is handed in and nothing of it waits for people who mark."""
    max_mark: Mapped[int]
    passed: Mapped[bool | None]
    marking_code: Mapped[str | None] = mapped_column(String(CODE_MAX))
    """What a paper is called before those who mark it: drawn at random, so that it tells neither name nor time."""

    quiz: Mapped[Quiz] = relationship(lazy="raise")

    @property
    def is_open(self) -> bool:
        """Tell whether answers are still taken."""
        return self.state is AttemptState.OPEN

    @property
    def is_waiting(self) -> bool:
        """Tell whether it is handed in and something of it waits for people who mark."""
        return not self.is_open and self.mark is None

    def has_left(self, position: int) -> bool:
        """Tell whether a question lies behind, on a paper that goes one way."""
        return bool(self.step) and position < self.reached

    def awaits(self, position: int) -> bool:
        """Tell whether a question is still to come, on a paper that goes one way."""
        return bool(self.step) and position >= self.reached + self.step


class AttemptSlot(Base):
    """One question of a paper: which version, its options in which order, and what it earned."""

    __tablename__ = "study_attempt_slots"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("study_attempts.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("study_question_versions.id"), index=True)
    option_order: Mapped[list[Any]] = mapped_column(default=list)
    max_mark: Mapped[int]
    mark: Mapped[int | None]
    """None before it is handed in, and then as long as a person has still to mark it."""
    answered: Mapped[bool] = mapped_column(default=False)
    file_count: Mapped[int] = mapped_column(default=0)
    """How many files belong to the answer, beside what the ledger holds."""
    checked_at: Mapped[datetime | None]
    """When its reasons were told, in a practice; its answer stands from then on."""
    seconds: Mapped[int | None]
    """How long its answer took, see ``study.quiz.ledger.times_of``; known of what was answered and handed in."""

    version: Mapped[QuestionVersion] = relationship(lazy="raise")


class AnswerEvent(Base):
    """One answer that arrived. Rows are only ever added; ``study.quiz.ledger`` says which one counts."""

    __tablename__ = "study_answer_events"
    __table_args__ = (UniqueConstraint("attempt_id", "position", "client_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("study_attempts.id", ondelete="CASCADE"))
    position: Mapped[int]
    client_id: Mapped[str] = mapped_column(String(CLIENT_MAX))
    sequence: Mapped[int]
    answer: Mapped[dict[str, Any]]
    """In the form of its kind, see ``study.quiz.kinds``: ``{"keys": ["a"]}``, ``{"text": "…"}`` and others.

    Where the paper asks how sure one is, with ``"sure"``: 3 sure, 2 fairly, 1 guessed.
    """
    received_at: Mapped[datetime] = mapped_column(default=utcnow)
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    """When the change was made, by the server's clock: earlier than it arrived where it waited for a network."""
    client_time: Mapped[datetime | None]
    """What the clock of the device said; nothing depends on it."""


class RefusedAnswer(Base):
    """An answer that arrived and was not taken, with the reason; kept so that somebody can look into it."""

    __tablename__ = "study_refused_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("study_attempts.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    client_id: Mapped[str] = mapped_column(String(CLIENT_MAX))
    sequence: Mapped[int]
    answer: Mapped[dict[str, Any]]
    reason: Mapped[Refusal]
    received_at: Mapped[datetime] = mapped_column(default=utcnow)
    client_time: Mapped[datetime | None]
