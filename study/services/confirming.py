"""Writes down what teachers confirm by hand."""

from core.errors import NotFound
from core.permissions import Actor
from study.enums import ProgressKind
from study.models import Lesson
from study.permissions import StudyPermission, require_in_course
from study.services import progress


def confirm(lesson: Lesson, actor: Actor, user_id: int, *, done: bool) -> None:
    """Confirm that a member has done a lesson, or take it back.

    Raises:
        Denied: the actor does not grade in the branch of the course.
        NotFound: the member does not take the course.
    """
    require_in_course(actor, StudyPermission.GRADE, lesson.module.course)
    if not progress.record(user_id, lesson, ProgressKind.MARKED, {"passed": done, "by": actor.id}):
        raise NotFound
