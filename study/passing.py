"""Which gates let a member through, in SQL: the twin of ``bars_before``, asked by searches."""

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Integer,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.orm import aliased

from accounts.models import Branch, Grant, Membership
from core.permissions import MEMBERS, PUBLIC, Role
from study.enums import CourseState, LearningState
from study.models import Course, CourseProgress, Enrolment, Gate, Lesson, LessonProgress

_ME: Final[Any] = bindparam("user_id")
_OF_BRANCH: Final = "branch:"


def passed_gates() -> list[Any]:
    """Return statements for the personal gates that let the person ``user_id`` through now, in courses taken or begun.

    What was opened under an older rule, or in a course that is not readable any more, is not among them.
    """
    outer, begun = aliased(Gate, name="outer_gate"), _begun()
    gates = select(Gate.id).join(Course, Course.id == Gate.course_id)
    gates = gates.where(Gate.is_personal, Course.id.in_(begun), _is_readable(Course))
    # What was done stays open, whatever the author asks for afterwards; of a whole module that cannot be said.
    done = _is_done(Gate.lesson_id)
    lessons = gates.join(Lesson, Lesson.id == Gate.lesson_id).outerjoin(outer, outer.module_id == Lesson.module_id)
    return [
        lessons.where(_lets_through(Gate, done), _lets_through(outer, done)),
        gates.where(Gate.module_id.is_not(None), _lets_through(Gate, false())),
    ]


def _begun() -> Any:
    return union(
        select(Enrolment.course_id).where(Enrolment.user_id == _ME),
        select(CourseProgress.course_id).where(CourseProgress.user_id == _ME),
    )


def _lets_through(gate: Any, done: ColumnElement[bool]) -> ColumnElement[bool]:
    """Everything a gate names holds, but for its day; a gate that is not there lets everybody through."""
    before = aliased(Course)
    finished = exists().where(
        CourseProgress.user_id == _ME,
        CourseProgress.course_id == gate.after_course_id,
        CourseProgress.state == LearningState.DONE,
        before.id == gate.after_course_id,
        _is_readable(before),
    )
    passed = exists().where(
        LessonProgress.user_id == _ME,
        LessonProgress.lesson_id == gate.quiz_lesson_id,
        LessonProgress.reason["percent"].as_integer() >= gate.quiz_percent,
    )
    asked = and_(
        or_(gate.after_lesson_id.is_(None), _is_done(gate.after_lesson_id)),
        or_(gate.quiz_lesson_id.is_(None), passed.correlate_except(LessonProgress)),
        or_(gate.after_course_id.is_(None), finished.correlate_except(CourseProgress, before)),
    )
    return and_(or_(gate.branch_id.is_(None), belongs(_ME, gate.branch_id)), or_(done, asked))


def _is_done(lesson_id: Any) -> ColumnElement[bool]:
    mine = LessonProgress.user_id == _ME, LessonProgress.lesson_id == lesson_id
    return exists().where(*mine, LessonProgress.state == LearningState.DONE).correlate_except(LessonProgress)


def _is_readable(course: Any) -> ColumnElement[bool]:
    """A learner may read a course; its staff and its team find all of it anyway."""
    number = cast(func.substr(course.audience, len(_OF_BRANCH) + 1), Integer)
    branch_id = case((course.audience.startswith(_OF_BRANCH), number))
    taken = exists().where(Enrolment.user_id == _ME, Enrolment.course_id == course.id, Enrolment.left_at.is_(None))
    return or_(
        and_(
            course.state == CourseState.PUBLISHED,
            or_(course.audience.in_([PUBLIC, MEMBERS]), belongs(_ME, branch_id)),
        ),
        and_(course.state == CourseState.ARCHIVED, taken.correlate_except(Enrolment)),
    )


def belongs(user_id: Any, branch_id: Any) -> ColumnElement[bool]:
    """Return the condition that somebody belongs to a branch or to one below it, or holds an office over it."""
    wanted, held = aliased(Branch), aliased(Branch)
    inside = (wanted.id == branch_id, held.path.like(wanted.path + "%"))
    above = (wanted.id == branch_id, wanted.path.like(held.path + "%"))
    return or_(
        *(
            exists()
            .where(table.user_id == user_id, table.branch_id == held.id, *inside)
            .correlate_except(table, wanted, held)
            for table in (Membership, Grant)
        ),
        exists()
        .where(Grant.user_id == user_id, Grant.role != Role.MEMBER, Grant.branch_id == held.id, *above)
        .correlate_except(Grant, wanted, held),
    )
