"""Reads what those who mark said about questions of papers, and opens papers to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.models import User
from core.db import db
from core.errors import NotFound
from core.permissions import Actor
from study.models import Attempt, Course, QuestionComment, Quiz
from study.queries.courses import check_grader


@dataclass(frozen=True, kw_only=True)
class Comments:
    """What was said about one question, oldest first."""

    history: Sequence[QuestionComment]

    @property
    def standing(self) -> list[QuestionComment]:
        """What is told: the latest of each person, unless it takes back what was said before."""
        latest = {row.author_id: row for row in self.history}
        return [row for row in latest.values() if row.body]

    def of(self, author_id: int | None) -> QuestionComment | None:
        """Return what stands of one person."""
        return next((row for row in self.standing if row.author_id == author_id), None)

    @property
    def last_id(self) -> int:
        """The latest row; 0 where there is none."""
        return max((row.id for row in self.history), default=0)


NOBODY = Comments(history=())


def comments_on(attempt_id: int) -> Mapping[int, Comments]:
    """Return what was said about the questions of a paper, by their places."""
    found: dict[int, list[QuestionComment]] = {}
    rows = select(QuestionComment).options(joinedload(QuestionComment.author))
    for row in db.session.scalars(rows.where(QuestionComment.attempt_id == attempt_id).order_by(QuestionComment.id)):
        found.setdefault(row.position, []).append(row)
    return {position: Comments(history=rows) for position, rows in found.items()}


def get_reviewed_paper(attempt_id: int, grader: Actor) -> tuple[Attempt, str]:
    """Return somebody's paper that was handed in, for one who marks, and the name of its writer.

    Raises:
        NotFound: there is none, it is the actor's own, or whose it is must not be seen yet.
        Denied: the actor may see the course but not mark in it.
    """
    row = db.session.execute(
        select(Attempt, User.display_name)
        .join(Attempt.quiz)
        .join(Quiz.course)
        .join(Course.branch)
        .join(User, User.id == Attempt.user_id)
        .options(contains_eager(Attempt.quiz).contains_eager(Quiz.course).contains_eager(Course.branch))
        .where(Attempt.id == attempt_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    attempt: Attempt = row[0]
    check_grader(attempt.quiz.course, grader)
    if attempt.is_open or attempt.user_id == grader.id or attempt.quiz.hides_writer(attempt.mark):
        raise NotFound
    return attempt, row[1]


def list_commented(quiz_id: int, after_id: int, limit: int = 200) -> Sequence[Attempt]:
    """Return papers of a quiz about which anybody said anything, in the order of their ids."""
    said = select(QuestionComment.attempt_id).where(QuestionComment.body != "")
    return db.session.scalars(
        select(Attempt)
        .where(Attempt.quiz_id == quiz_id, Attempt.id > after_id, Attempt.id.in_(said))
        .order_by(Attempt.id)
        .limit(limit)
    ).all()
