"""Reads who doubts the key of a question."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from accounts.models import Branch, User
from core.db import db
from core.permissions import Actor
from study.models import Course, KeyChange, KeyDoubt, Question, QuestionVersion, Quiz
from study.permissions import StudyPermission, courses_where


@dataclass(frozen=True, kw_only=True)
class Doubts:
    """Doubts since the key was changed last for the papers in question."""

    told: list[tuple[str, int, datetime]]
    """Name, number of the version, and when: of members of courses all of which the reader may see."""
    elsewhere: int
    """How many there are of members of other courses."""

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.told) + self.elsewhere


def list_doubts(question: Question, reader: Actor) -> Doubts:
    """Return who doubts the key of a question, the latest first."""
    changed = (
        select(func.max(KeyChange.made_at))
        .where(
            KeyChange.question_id == question.id,
            KeyChange.course_id == Quiz.course_id,
            KeyChange.undone_at.is_(None),
        )
        .correlate(Quiz)
        .scalar_subquery()
    )
    is_seen = courses_where(reader, StudyPermission.TEACH).label("is_seen")
    rows = db.session.execute(
        select(User.display_name, QuestionVersion.version, KeyDoubt.made_at, is_seen)
        .join(User, User.id == KeyDoubt.user_id)
        .join(QuestionVersion, QuestionVersion.id == KeyDoubt.version_id)
        .join(Quiz, Quiz.id == KeyDoubt.quiz_id)
        .join(Course, Course.id == Quiz.course_id)
        .join(Branch, Branch.id == Course.branch_id)
        .where(KeyDoubt.question_id == question.id, changed.is_(None) | (KeyDoubt.made_at > changed))
        .order_by(KeyDoubt.made_at.desc(), KeyDoubt.id.desc())
    ).all()
    told = [(row.display_name, row.version, row.made_at) for row in rows if row.is_seen]
    return Doubts(told=told, elsewhere=len(rows) - len(told))
