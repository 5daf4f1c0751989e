"""What the page of an assignment shows beside its words."""

from typing import Any

from core.permissions import Actor
from study.enums import LessonKind, WorkState
from study.forms.works import WorkForm
from study.models import Lesson
from study.permissions import StudyPermission, may_in_course
from study.queries.outlines import Outline
from study.queries.works import count_works, get_handing
from study.rubric import in_force


def work_part(lesson: Lesson, outline: Outline, reader: Actor, form: WorkForm | None = None) -> dict[str, Any]:
    """Return what is asked, what the reader did, and for those who mark how much waits; nothing for other kinds."""
    if lesson.kind is not LessonKind.ASSIGNMENT:
        return {"handing": None}
    handing = get_handing(lesson, reader.id if outline.is_enrolled else None)
    marks = may_in_course(reader, StudyPermission.GRADE, outline.course)
    return {
        "handing": handing,
        # Work that is handed in again begins with what was there.
        "form": form or WorkForm(body=handing.latest.body if handing.latest else ""),
        "rubric": in_force(handing.brief.rubric),
        "waiting": count_works(lesson.id).get(WorkState.HANDED_IN, 0) if marks else None,
    }
