"""What the page of a meeting shows beside its words."""

from typing import Any

from core.permissions import Actor
from study.enums import LessonKind
from study.forms.meetings import CodeForm
from study.models import Lesson
from study.permissions import StudyPermission, may_in_course
from study.queries.meetings import get_gathering
from study.queries.outlines import Outline


def meeting_part(lesson: Lesson, outline: Outline, reader: Actor, form: CodeForm | None = None) -> dict[str, Any]:
    """Return when and where it is and what the reader has to do with it; nothing for other kinds."""
    if lesson.kind is not LessonKind.MEETING:
        return {"gathering": None}
    return {
        "gathering": get_gathering(lesson, reader.id if outline.is_enrolled else None),
        "code_form": form or CodeForm(formdata=None),
        "leads": may_in_course(reader, StudyPermission.GRADE, outline.course),
    }
