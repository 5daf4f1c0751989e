"""Writes when modules and lessons open, and refuses what nobody could ever open."""

from sqlalchemy import delete, or_, select

from core.clock import utcnow
from core.db import db, lock
from core.errors import NotFound
from core.outbox import announce
from core.permissions import Actor
from study.errors import ReleaseCircle
from study.events import CourseChanged, OutlineChanged
from study.models import Course, Gate, Lesson, Module
from study.permissions import StudyPermission, require_in_course
from study.queries.gates import find_gate, needs_from, titles_of
from study.release import Terms, find_circle

TOLD_AT_ONCE = 100


def set_terms(holder: Module | Lesson, actor: Actor, terms: Terms) -> None:
    """Say when a module or a lesson opens; an empty rule takes its gate away.

    Raises:
        Denied: the actor does not write this course.
        NotFound: the rule names a lesson of another course.
        ReleaseCircle: then some lessons would wait for each other for ever.
    """
    course = holder.course if isinstance(holder, Module) else holder.module.course
    require_in_course(actor, StudyPermission.AUTHOR, course)
    _check_lessons(course, terms)
    gate = find_gate(holder)
    branch_before = gate.branch_id if gate else None
    if terms.is_empty:
        if gate is not None:
            db.session.delete(gate)
    else:
        _fill(gate or _new(holder, course), terms)
    db.session.flush()
    check_circles(course.id)
    announce(CourseChanged(course_id=course.id))
    if branch_before != terms.branch_id:
        # What is for one branch alone does not count for the others.
        announce(OutlineChanged(course_id=course.id))


def _new(holder: Module | Lesson, course: Course) -> Gate:
    gate = Gate(course_id=course.id)
    if isinstance(holder, Module):
        gate.module_id = holder.id
    else:
        gate.lesson_id = holder.id
    db.session.add(gate)
    return gate


def _fill(gate: Gate, terms: Terms) -> None:
    gate.opens_at = terms.opens_at
    gate.after_lesson_id = terms.after_lesson_id
    gate.quiz_lesson_id = terms.quiz_lesson_id
    gate.quiz_percent = terms.quiz_percent if terms.quiz_lesson_id else 0
    gate.after_course_id = terms.after_course_id
    gate.branch_id = terms.branch_id
    for name, value in derived_of(terms).items():
        setattr(gate, name, value)


def derived_of(terms: Terms) -> dict[str, bool]:
    """Return what the row of a gate says of its rule for those who ask about many gates at once."""
    return {"is_personal": terms.is_personal, "is_told": terms.opens_at is None or terms.opens_at <= utcnow()}


def _check_lessons(course: Course, terms: Terms) -> None:
    wanted = set(terms.needed_lessons)
    own = select(Lesson.id).join(Module, Module.id == Lesson.module_id).where(Module.course_id == course.id)
    if wanted - set(db.session.scalars(own.where(Lesson.id.in_(wanted)))):
        raise NotFound


def check_circles(course_id: int) -> None:
    """Do nothing where every lesson of a course can be opened some day.

    Raises:
        ReleaseCircle: some things wait for each other; the words name them.
    """
    needs = needs_from(course_id)
    circle = find_circle(needs, list(needs))
    if circle:
        titles = titles_of(circle)
        raise ReleaseCircle(circle=" → ".join(titles.get(node, "") for node in circle))


def drop_lesson(lesson: Lesson) -> None:
    """Let go of what waits for a lesson that is about to be deleted: nothing else could ever open it."""
    named = or_(Gate.after_lesson_id == lesson.id, Gate.quiz_lesson_id == lesson.id)
    for gate in db.session.scalars(select(Gate).where(named)).all():
        if gate.after_lesson_id == lesson.id:
            gate.after_lesson_id = None
        if gate.quiz_lesson_id == lesson.id:
            gate.quiz_lesson_id = None
        gate.is_personal = any((gate.after_lesson_id, gate.quiz_lesson_id, gate.after_course_id, gate.branch_id))
        announce(CourseChanged(course_id=gate.course_id))
    db.session.flush()
    empty = Gate.opens_at.is_(None) & Gate.is_personal.is_(False)
    db.session.execute(delete(Gate).where(empty).execution_options(synchronize_session=False))


def list_due() -> list[int]:
    """Return the gates whose day has come without anybody having been told."""
    due = select(Gate.id).where(Gate.is_told.is_(False), Gate.opens_at <= utcnow())
    return list(db.session.scalars(due.order_by(Gate.opens_at).limit(TOLD_AT_ONCE)))


def tell_opened(gate_id: int) -> None:
    """Have what lies behind a gate read again by those who keep copies."""
    gate = db.session.scalars(lock(select(Gate).where(Gate.id == gate_id))).one_or_none()
    if gate is None or gate.is_told:
        return
    gate.is_told = True
    db.session.flush()
    announce(CourseChanged(course_id=gate.course_id))
