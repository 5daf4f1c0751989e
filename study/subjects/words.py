"""How a course is told in one column of words, and what threads see of it."""

import json
from collections.abc import Iterable
from functools import reduce
from typing import Any

from sqlalchemy import ColumnElement, Text, cast

from core.faces import Faces
from core.refs import Ref
from core.subjects import Subject
from study.enums import CourseState
from study.models import Course
from study.permissions import reading_audience

PARTED = "\x1f"
"""Parts words that travel in one column: an address has no such sign, and JSON writes it in another way."""


def parted(values: Iterable[Any]) -> Any:
    """Return one column that holds the words of several."""
    words: list[ColumnElement[str]] = [cast(value, Text) for value in values]
    return reduce(lambda before, after: before + PARTED + after, words)


def course_columns() -> list[Any]:
    """Return the columns that tell of a course."""
    return [Course.id, Course.slug, Course.title, Course.state, Course.audience, Course.branch_id]


def course_told(words: list[str]) -> Course:
    """Return a course, outside of any session, with what says who may see it and its threads."""
    ident, slug, title, state, audience, branch_id = words
    return Course(
        id=int(ident),
        slug=slug,
        title=read_faces(title),
        state=CourseState(state),
        audience=audience,
        branch_id=int(branch_id),
    )


def read_faces(words: str) -> Faces:
    """Return the faces of a text out of such a column."""
    return Faces(**json.loads(words))


def subject_of(kind: str, ident: int, title: str, url: str, course: Course) -> Subject:
    """Return a thing of a course as threads see it: its board is that of the course."""
    return Subject(
        ref=Ref(kind, ident),
        title=title,
        url=url,
        audience=reading_audience(course),
        branch_id=course.branch_id,
        board_slug=f"course-{course.slug}",
        board_title=course.title,
        course_id=course.id,
    )
