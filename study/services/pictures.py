"""Writes pictures of courses: taken in from their authors, joined to the lessons that show them."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import delete, insert, select

from core.attachments import Prepared
from core.clock import utcnow
from core.db import db
from core.permissions import Actor
from study.models import Course, Lesson, Picture, PicturePlace
from study.permissions import StudyPermission, require_in_course
from study.queries.pictures import named_in


def add_picture(course: Course, actor: Actor, prepared: Prepared, alt: str, source: str = "") -> Picture:
    """Keep a picture for the texts of a course.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    picture = picture_of(prepared, course.id, actor.id, alt=alt, source=source)
    db.session.add(picture)
    db.session.flush()
    return picture


def picture_of(prepared: Prepared, course_id: int, user_id: int | None, *, alt: str, source: str = "") -> Picture:
    """Return a row for a picture whose content is on the disk; the rows of its files are saved."""
    return Picture(
        **saved_files(prepared),
        course_id=course_id,
        name=prepared.name,
        alt=alt,
        source=source,
        created_by_id=user_id,
        created_at=utcnow(),
    )


def saved_files(prepared: Prepared) -> dict[str, Any]:
    """Save the rows of the files of a picture and return what its own row says of them."""
    small = prepared.thumbnail or prepared.file  # A recording has no small form.
    db.session.add_all({prepared.file, small})
    db.session.flush()
    return {
        "file_id": prepared.file.id,
        "thumbnail_id": small.id,
        "width": prepared.width or 0,
        "height": prepared.height or 0,
    }


def set_places(lesson: Lesson, course_id: int) -> None:
    """Join a lesson to the pictures that its text shows now, and to no others."""
    place_pictures(lesson.id, named_in(lesson.body.all()), course_id)


def place_pictures(lesson_id: int, ids: Collection[int], course_id: int) -> None:
    """Join a lesson to pictures of its course."""
    here = set(db.session.scalars(select(PicturePlace.picture_id).where(PicturePlace.lesson_id == lesson_id)))
    if not here and not ids:
        return
    known = select(Picture.id).where(Picture.id.in_(ids), Picture.course_id == course_id)
    wanted = set(db.session.scalars(known)) if ids else set()
    if gone := here - wanted:
        db.session.execute(
            delete(PicturePlace)
            .where(PicturePlace.lesson_id == lesson_id, PicturePlace.picture_id.in_(gone))
            .execution_options(synchronize_session=False)
        )
    if fresh := sorted(wanted - here):
        db.session.execute(insert(PicturePlace), [{"picture_id": one, "lesson_id": lesson_id} for one in fresh])
