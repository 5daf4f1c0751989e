"""What the actors of this room carry: the audiences to which people belong by their courses, papers and teams."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import bindparam, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from accounts.models import Branch, Grant
from core.db import read_rows
from core.permissions import HeldRole, Role, reader_source, token_source
from study.enums import AttemptState
from study.models import Attempt, Course, Enrolment, Quiz, TeamMember
from study.models.quizzes import is_told


@token_source
def study_tokens(user_id: int, roles: tuple[HeldRole, ...]) -> Iterable[str]:
    """Return a person's tokens of this room.

    The audience of every course the person takes, of every quiz whose questions they may discuss, and the parts they
    have in the teams of courses.
    """
    offices = sorted({held.path for held in roles if held.role is not Role.MEMBER})
    paths = {f"path{place}": f"{path}%" for place, path in enumerate(offices)}
    found = read_rows(_tokens(len(paths)), {"user_id": user_id, **paths})
    return [f"{kind}:{number}" for kind, number in found]


@cache
def _tokens(offices: int) -> Any:
    # Asked at every signed-in request, so built once for each number of offices.
    taken = select(literal("course").label("kind"), Enrolment.course_id.label("number")).where(
        Enrolment.user_id == bindparam("user_id"), Enrolment.left_at.is_(None)
    )
    quiz = select(literal("quiz").label("kind"), Quiz.id.label("number")).where(Quiz.is_discussed)
    handed_in = quiz.join(Attempt, Attempt.quiz_id == Quiz.id).where(
        Attempt.user_id == bindparam("user_id"),
        Attempt.state != AttemptState.OPEN,
        is_told(),
    )
    team = select(TeamMember.role, TeamMember.course_id).where(TeamMember.user_id == bindparam("user_id"))
    parts = [taken, handed_in, team]
    if offices:
        below = or_(*(Branch.path.like(bindparam(f"path{place}")) for place in range(offices)))
        parts.append(
            quiz.join(Course, Course.id == Quiz.course_id).join(Branch, Branch.id == Course.branch_id).where(below)
        )
    return union_all(*parts)


@reader_source("quiz")
def discussing_among(quiz_id: int, people: list[int]) -> Iterable[int]:
    """Return those of the people who may discuss the questions of a quiz: the same asked about many at once."""
    handed_in = (
        select(Attempt.user_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Quiz.id == quiz_id, is_told(), Attempt.state != AttemptState.OPEN, Attempt.user_id.in_(people))
    )
    held, owner = aliased(Branch), aliased(Branch)
    staff = (
        select(Grant.user_id)
        .join(held, held.id == Grant.branch_id)
        .join(owner, owner.path.startswith(held.path))
        .join(Course, Course.branch_id == owner.id)
        .join(Quiz, Quiz.course_id == Course.id)
        .where(Quiz.id == quiz_id, Grant.role != Role.MEMBER, Grant.user_id.in_(people))
    )
    return sorted(set(read_rows(union_all(handed_in, staff)).scalars()))


@reader_source("course")
def enrolled_among(course_id: int, people: list[int]) -> Iterable[int]:
    """Return those of the people who take a course: the same asked about many at once."""
    taking = select(Enrolment.user_id).where(
        Enrolment.course_id == course_id, Enrolment.left_at.is_(None), Enrolment.user_id.in_(people)
    )
    found: list[int] = list(read_rows(taking).scalars())
    return found
