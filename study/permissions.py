"""Rights to act in the study room, and who may read a course: in Python and as its SQL twin."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, or_

from accounts.models import Branch
from core.errors import Denied
from core.permissions import (
    MEMBERS,
    PUBLIC,
    Actor,
    Permission,
    Role,
    allow,
    branch_audience,
    course_audience,
    may_read,
    staff_audience,
)
from study.enums import CourseState, TeamRole
from study.models import Course


class StudyPermission(Permission):
    """What a grant may allow, each in the branch of the grant and below."""

    ENROL = "study.enrol"
    AUTHOR = "study.author"
    GRADE = "study.grade"
    TEACH = "study.teach"
    """To see all of a course: drafts, and what is not open to learners yet."""
    SEE_RESULTS = "study.see_results"
    SEE_PROGRESS = "study.see_progress"
    ASSIGN = "study.assign"
    REVOKE = "study.revoke_certificates"


allow(Role.MEMBER, StudyPermission.ENROL)
allow(
    Role.INSTRUCTOR,
    StudyPermission.AUTHOR,
    StudyPermission.GRADE,
    StudyPermission.TEACH,
    StudyPermission.SEE_RESULTS,
    StudyPermission.REVOKE,
)
allow(Role.OFFICER, StudyPermission.SEE_PROGRESS, StudyPermission.ASSIGN, StudyPermission.REVOKE)


TEAM_RIGHTS: dict[TeamRole, frozenset[StudyPermission]] = {
    TeamRole.INSTRUCTOR: frozenset(
        {StudyPermission.AUTHOR, StudyPermission.GRADE, StudyPermission.SEE_RESULTS, StudyPermission.TEACH}
    ),
    TeamRole.ASSISTANT: frozenset({StudyPermission.GRADE, StudyPermission.SEE_RESULTS, StudyPermission.TEACH}),
}
"""What a part in the team of a course allows, in that course alone."""


def team_token(role: TeamRole, course_id: int) -> str:
    """Return the token of those who have a part in the team of a course."""
    return f"{role.value}:{course_id}"


def may_in_course(actor: Actor, permission: StudyPermission, course: Course) -> bool:
    """Tell whether an actor holds a right in a course: by an office over its branch, or in its team.

    The branch of the course is loaded.
    """
    if actor.may(permission, course.branch.path):
        return True
    return any(
        permission in rights and actor.can_read(team_token(role, course.id)) for role, rights in TEAM_RIGHTS.items()
    )


def require_in_course(actor: Actor, permission: StudyPermission, course: Course) -> None:
    """Do nothing if a right is held in a course.

    Raises:
        Denied: it is not.
    """
    if not may_in_course(actor, permission, course):
        raise Denied(permission)


def courses_where(actor: Actor, permission: StudyPermission) -> ColumnElement[bool]:
    """Return the condition that an actor holds a right in a course, joined with its branch.

    The SQL twin of ``may_in_course``.
    """
    roles = [role for role, rights in TEAM_RIGHTS.items() if permission in rights]
    inside = (Branch.path.startswith(path, autoescape=True) for path in actor.scopes(permission))
    return or_(Course.id.in_(courses_taught(actor, *roles)), *inside)


def courses_taught(actor: Actor, *roles: TeamRole) -> list[int]:
    """Return the ids of the courses in whose team an actor has one of these parts."""
    return sorted({number for role in roles for number in ids_in(actor, f"{role.value}:")})


def writes_courses(actor: Actor) -> bool:
    """Tell whether an actor writes or teaches any course at all."""
    return actor.may_anywhere(StudyPermission.AUTHOR) or bool(courses_taught(actor, *TeamRole))


def quiz_audience(quiz_id: int) -> str:
    """Return the audience of threads on the questions of a quiz: who has handed it in, and the staff of its branch."""
    return f"quiz:{quiz_id}"


def reading_audience(course: Course) -> str:
    """Return who may read a course as it stands.

    Drafts are for the staff of the branch, archived courses for those who take them.
    """
    if course.state is CourseState.PUBLISHED:
        return course.audience
    if course.state is CourseState.ARCHIVED:
        return course_audience(course.id)
    return staff_audience(course.branch_id)


def _staff_and_team(course: Course) -> tuple[str, ...]:
    """Return the audiences that may see all of a course."""
    return staff_audience(course.branch_id), *(team_token(role, course.id) for role in TeamRole)


def reading_audiences(course: Course) -> tuple[str, ...]:
    """Return all who may read a course as it stands, its staff and its team among them."""
    audience = reading_audience(course)
    if audience in (PUBLIC, MEMBERS):
        return (audience,)
    return tuple(dict.fromkeys((audience, *_staff_and_team(course))))


GATE, DONE = "gate", "done"
"""Kinds of audiences of what stands behind gates: of all behind one, and of one lesson for those who have done it."""


class Barrier(NamedTuple):
    """A gate as far as it decides who may find what stands behind it."""

    gate_id: int
    opens_at: datetime | None
    is_personal: bool
    branch_path: str | None
    """The path of the branch, where it opens for some and not for others by their branch alone."""
    done_id: int | None = None
    """The lesson that stays open to those who have done it, though the gate stands before a whole module."""


def gated_audiences(course: Course, barriers: Sequence[Barrier], now: datetime) -> tuple[str, ...]:
    """Return all who may find by its words what stands behind gates, the innermost last.

    Before its day nobody but those who teach; behind a gate that opens for some and not for others those whom it lets
    through, which a branch tells without their taking the course.
    """
    if course.state is CourseState.DRAFT or any(one.opens_at and one.opens_at > now for one in barriers):
        return _staff_and_team(course)
    personal = [one for one in barriers if one.is_personal]
    if not personal:
        return reading_audiences(course)
    innermost = personal[-1]
    done = (f"{DONE}:{innermost.done_id}",) if innermost.done_id else ()
    return f"{GATE}:{innermost.gate_id}", *done, *_whole_branch(course, personal), *_staff_and_team(course)


def _whole_branch(course: Course, barriers: Sequence[Barrier]) -> tuple[str, ...]:
    """Return the audience of the branch whose members pass all of some gates, where there is one."""
    paths = sorted((one.branch_path or "" for one in barriers), key=len)
    deepest = paths[-1]
    if not all(path and deepest.startswith(path) for path in paths) or not is_open_to_branch(course, deepest):
        return ()
    return (branch_audience(int(deepest.strip("/").rpartition("/")[2])),)


def may_read_course(actor: Actor, course: Course) -> bool:
    """Tell whether a reader may see a course. The staff of its branch and its team always may."""
    ways = [reading_audience(course), staff_audience(course.branch_id)]
    ways += [team_token(role, course.id) for role in TeamRole]
    return any(may_read(actor, way) for way in ways)


class Reach(NamedTuple):
    """What a reader's tokens say about courses, as SQL compares it: values, or what stands for them."""

    tokens: Any
    courses: Any
    staff: Any
    taught: Any


def reach_of(actor: Actor) -> Reach:
    """Return by what an actor reads courses."""
    return Reach(
        sorted(actor.tokens), ids_in(actor, "course:"), ids_in(actor, "staff:"), courses_taught(actor, *TeamRole)
    )


def readable_courses(actor: Actor, course: Any = Course) -> ColumnElement[bool]:
    """Return the condition that a reader may see a course: the SQL twin of ``may_read_course``."""
    return courses_within(reach_of(actor), course)


def courses_within(reach: Reach, course: Any = Course) -> ColumnElement[bool]:
    """Return the same for a statement that is built once for all readers."""
    return or_(
        (course.state == CourseState.PUBLISHED) & course.audience.in_(reach.tokens),
        (course.state == CourseState.ARCHIVED) & course.id.in_(reach.courses),
        course.branch_id.in_(reach.staff),
        course.id.in_(reach.taught),
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


def ids_in(actor: Actor, prefix: str) -> list[int]:
    """Return the numbers of an actor's tokens of one kind, such as ``branch:``."""
    return sorted(int(token.removeprefix(prefix)) for token in actor.tokens if token.startswith(prefix))


def may_author(actor: Actor, course: Course) -> bool:
    """Tell whether an actor writes a course. Its branch is loaded."""
    return may_in_course(actor, StudyPermission.AUTHOR, course)


def may_teach(actor: Actor, course: Course) -> bool:
    """Tell whether an actor sees all of a course, open to learners or not. Its branch is loaded."""
    return may_in_course(actor, StudyPermission.TEACH, course)
