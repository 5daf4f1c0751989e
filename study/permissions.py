"""Rights to act in the study room, and who may read a course: in Python and as its SQL twin."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, literal, or_, select, union_all
from sqlalchemy.orm import aliased

from accounts.models import Branch, Grant
from core.db import read_rows
from core.permissions import (
    MEMBERS,
    PUBLIC,
    Actor,
    HeldRole,
    Permission,
    Role,
    allow,
    branch_audience,
    course_audience,
    may_read,
    readable,
    reader_source,
    staff_audience,
    token_source,
)
from study.enums import AttemptState, CourseState
from study.models import Attempt, Course, Enrolment, Quiz


class StudyPermission(Permission):
    """What a grant may allow, each in the branch of the grant and below."""

    ENROL = "study.enrol"
    AUTHOR = "study.author"
    GRADE = "study.grade"
    SEE_RESULTS = "study.see_results"
    SEE_PROGRESS = "study.see_progress"
    ASSIGN = "study.assign"
    REVOKE = "study.revoke_certificates"


allow(Role.MEMBER, StudyPermission.ENROL)
allow(
    Role.INSTRUCTOR,
    StudyPermission.AUTHOR,
    StudyPermission.GRADE,
    StudyPermission.SEE_RESULTS,
    StudyPermission.REVOKE,
)
allow(Role.OFFICER, StudyPermission.SEE_PROGRESS, StudyPermission.ASSIGN, StudyPermission.REVOKE)


@token_source
def study_tokens(user_id: int, roles: tuple[HeldRole, ...]) -> Iterable[str]:
    """Return the audience of every course the person takes, and of every quiz whose questions they may discuss."""
    offices = sorted({held.path for held in roles if held.role is not Role.MEMBER})
    paths = {f"path{place}": f"{path}%" for place, path in enumerate(offices)}
    found = read_rows(_tokens(len(paths)), {"user_id": user_id, **paths})
    return [course_audience(number) if kind == "course" else quiz_audience(number) for kind, number in found]


def quiz_audience(quiz_id: int) -> str:
    """Return the audience of threads on the questions of a quiz: who has handed it in, and the staff of its branch."""
    return f"quiz:{quiz_id}"


@cache
def _tokens(offices: int) -> Any:
    # Asked at every signed-in request, so built once for each number of offices.
    taken = select(literal("course").label("kind"), Enrolment.course_id.label("number")).where(
        Enrolment.user_id == bindparam("user_id"), Enrolment.left_at.is_(None)
    )
    quiz = select(literal("quiz").label("kind"), Quiz.id.label("number")).where(Quiz.is_discussed)
    handed_in = quiz.join(Attempt, Attempt.quiz_id == Quiz.id).where(
        Attempt.user_id == bindparam("user_id"), Attempt.state != AttemptState.OPEN
    )
    parts = [taken, handed_in]
    if offices:
        below = or_(*(Branch.path.like(bindparam(f"path{place}")) for place in range(offices)))
        parts.append(
            quiz.join(Course, Course.id == Quiz.course_id).join(Branch, Branch.id == Course.branch_id).where(below)
        )
    return union_all(*parts)


@reader_source("quiz")
def discussing_among(quiz_id: int, people: list[int]) -> Iterable[int]:
    """Return those of the people who may discuss the questions of a quiz: the same asked about many at once."""
    handed_in = select(Attempt.user_id).where(
        Attempt.quiz_id == quiz_id, Attempt.state != AttemptState.OPEN, Attempt.user_id.in_(people)
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


def reading_audience(course: Course) -> str:
    """Return who may read a course as it stands.

    Drafts are for the staff of the branch, archived courses for those who take them.
    """
    if course.state is CourseState.PUBLISHED:
        return course.audience
    if course.state is CourseState.ARCHIVED:
        return course_audience(course.id)
    return staff_audience(course.branch_id)


def may_read_course(actor: Actor, course: Course) -> bool:
    """Tell whether a reader may see a course. The staff of its branch always may."""
    return may_read(actor, reading_audience(course)) or may_read(actor, staff_audience(course.branch_id))


def readable_courses(actor: Actor) -> ColumnElement[bool]:
    """Return the condition that a reader may see a course: the SQL twin of ``may_read_course``."""
    return or_(
        (Course.state == CourseState.PUBLISHED) & readable(Course.audience, actor),
        (Course.state == CourseState.ARCHIVED) & Course.id.in_(_ids(actor, "course:")),
        Course.branch_id.in_(_ids(actor, "staff:")),
    )


def is_open_to_branch(course: Course, path: str) -> bool:
    """Tell whether every member of the branch with this path, and of those below it, may take a course now."""
    if course.state is not CourseState.PUBLISHED:
        return False
    kind, _sign, number = course.audience.partition(":")
    return course.audience in (PUBLIC, MEMBERS) or (kind == "branch" and f"/{number}/" in path)


def courses_open_to_branch(path: str) -> ColumnElement[bool]:
    """Return the condition of ``is_open_to_branch``: its SQL twin."""
    above = [branch_audience(int(part)) for part in path.strip("/").split("/")]
    return (Course.state == CourseState.PUBLISHED) & Course.audience.in_([PUBLIC, MEMBERS, *above])


def _ids(actor: Actor, prefix: str) -> list[int]:
    return sorted(int(token.removeprefix(prefix)) for token in actor.tokens if token.startswith(prefix))


def may_author(actor: Actor, scope: str) -> bool:
    """Tell whether an actor writes courses in the branch with this path."""
    return actor.may(StudyPermission.AUTHOR, scope)
