"""Which gates let a reader through, in SQL: the twin of ``bars_before``, asked by searches."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, literal, or_, select, union, union_all
from sqlalchemy.orm import aliased

from core.db import read_rows
from core.permissions import Actor
from study.enums import LearningState
from study.models import Course, CourseProgress, Enrolment, Gate, Lesson, LessonProgress
from study.permissions import DONE, GATE, Reach, courses_within, ids_in, reach_of

_ME: Any = bindparam("user_id")
_BRANCHES: Any = bindparam("branches", expanding=True)
_REACH = Reach(*(bindparam(name, expanding=True) for name in Reach._fields))


def gate_tokens(actor: Actor) -> Iterable[str]:
    """Return the audiences of what stands behind the gates that let a person through. Nothing but searches has them."""
    values = {"user_id": actor.id, "branches": ids_in(actor, "branch:"), **reach_of(actor)._asdict()}
    return [f"{kind}:{number}" for kind, number in read_rows(_passed(), values)]


@cache
def _passed() -> Any:
    """Build the statement for what the personal gates of courses taken or begun let a person through to now.

    A gate by its number; and behind the gate of a whole module, which may be closed by now, each lesson that was done.
    What is in a course that is not readable any more is not among them. Built once: every search of a member asks it.
    """
    outer = aliased(Gate, name="outer_gate")
    gates = (
        select(literal(GATE), Gate.id)
        .join(Course, Course.id == Gate.course_id)
        .where(Gate.is_personal, Course.id.in_(_begun()), courses_within(_REACH))
    )
    # What was done stays open, whatever the author asks for afterwards.
    done = _is_done(Gate.lesson_id)
    behind = gates.join(Lesson, Lesson.id == Gate.lesson_id).outerjoin(outer, outer.module_id == Lesson.module_id)
    finished = (
        gates.with_only_columns(literal(DONE), Lesson.id)
        .join(Lesson, Lesson.module_id == Gate.module_id)
        .join(LessonProgress, and_(LessonProgress.lesson_id == Lesson.id, LessonProgress.user_id == _ME))
        .where(LessonProgress.state == LearningState.DONE, _is_for_branch(Gate))
    )
    return union_all(
        behind.where(_lets_through(Gate, done), _lets_through(outer, done)),
        gates.where(Gate.module_id.is_not(None), _lets_through(Gate, false())),
        finished,
    )


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
        courses_within(_REACH, before),
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
    return and_(_is_for_branch(gate), or_(done, asked))


def _is_for_branch(gate: Any) -> ColumnElement[bool]:
    return or_(gate.branch_id.is_(None), gate.branch_id.in_(_BRANCHES))


def _is_done(lesson_id: Any) -> ColumnElement[bool]:
    mine = LessonProgress.user_id == _ME, LessonProgress.lesson_id == lesson_id
    return exists().where(*mine, LessonProgress.state == LearningState.DONE).correlate_except(LessonProgress)
