"""Puts modules and lessons into exact places.

A place is named by what stands before it, not by a number: so it is still the place that was meant when somebody else
has moved other things meanwhile. The course is held, so that two people's moves come one after the other.
"""

from collections.abc import Sequence

from core.permissions import Actor
from study.errors import PlaceGone
from study.models import Lesson, Module
from study.permissions import StudyPermission, require_in_course
from study.services.gates import check_circles
from study.services.keeping import hold
from study.services.lessons import Ordered, number, ordered_lessons, ordered_modules


def place_lesson(lesson: Lesson, actor: Actor, module: Module, after_id: int) -> None:
    """Put a lesson into a module of its course, behind another lesson or (0) first.

    Raises:
        Denied: the actor does not write this course.
        PlaceGone: the module is of another course, or the lesson before it has moved away.
        ReleaseCircle: then some lessons would wait for each other for ever.
    """
    course = lesson.module.course
    require_in_course(actor, StudyPermission.AUTHOR, course)
    hold(course.id)
    if module.course_id != course.id:
        raise PlaceGone
    lesson.module = module
    number(_placed(ordered_lessons(module.id), lesson, after_id))
    check_circles(course.id)


def place_module(module: Module, actor: Actor, after_id: int) -> None:
    """Put a module behind another one of its course or (0) first.

    Raises:
        Denied: the actor does not write this course.
        PlaceGone: the module before it is gone.
        ReleaseCircle: then some lessons would wait for each other for ever.
    """
    require_in_course(actor, StudyPermission.AUTHOR, module.course)
    hold(module.course_id)
    number(_placed(ordered_modules(module.course_id), module, after_id))
    check_circles(module.course_id)


def _placed(rows: Sequence[Ordered], row: Ordered, after_id: int) -> list[Ordered]:
    if after_id == row.id:
        return list(rows)
    others: list[Ordered] = [one for one in rows if one is not row]
    places = [0, *(one.id for one in others)]
    if after_id not in places:
        raise PlaceGone
    others.insert(places.index(after_id), row)
    return others
