"""Writes down what teachers confirm by hand."""

from collections.abc import Iterable

from core.clock import utcnow
from core.errors import NotFound
from core.permissions import Actor
from study.enums import ProgressKind
from study.models import Lesson
from study.permissions import StudyPermission, require_in_course
from study.services import progress
from study.services.progress import Note


def confirm(lesson: Lesson, actor: Actor, user_id: int, *, done: bool) -> None:
    """Confirm that a member has done a lesson, or take it back.

    Raises:
        Denied: the actor does not grade in the branch of the course.
        NotFound: the member does not take the course.
    """
    if not confirm_all(lesson, actor, [user_id], done=done):
        raise NotFound


def confirm_all(lesson: Lesson, actor: Actor, user_ids: Iterable[int], *, done: bool) -> int:
    """Confirm that some members have done a lesson, or take it back; return how many of them take the course.

    Raises:
        Denied: the actor does not grade in the branch of the course.
    """
    require_in_course(actor, StudyPermission.GRADE, lesson.module.course)
    detail = {"passed": done, "by": actor.id}
    now = utcnow()
    notes = [Note(user_id, lesson.id, ProgressKind.MARKED, now, detail) for user_id in sorted(set(user_ids))]
    return len(progress.note(notes))
