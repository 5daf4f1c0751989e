"""Pictures and recordings of courses: what texts show of them, and who may open them."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, joinedload

from core.attachments import attached, missing_in
from core.db import db
from core.errors import NotFound
from core.faces import Faces
from core.files import File
from core.markup.attached import Attached
from core.media_types import AUDIO
from core.permissions import Actor
from study import urls
from study.models import Course, Lesson, Picture, PicturePlace
from study.permissions import may_read_course, may_teach
from study.queries.lessons import check_open
from study.quiz.queries.pictures import asking_lessons, is_asked_with, is_looked_at_with, list_asked

NAMED_MAX: Final = 200
"""Pictures of one text; more are shown as words."""
_NAMED: Final = re.compile(r"/study/pictures/(\d{1,9})(?!\d)")
_BESIDE: Final = re.compile(r"!\[[^\]\n]{0,300}\]\(\s*<?([^)\s<>/#][^)\s<>]{0,300})")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_SHOWN: Final = aliased(File)


def named_in(text: str) -> list[int]:
    """Return the ids of the pictures that a text names, each once."""
    return sorted({int(found) for found in _NAMED.findall(text)})[:NAMED_MAX] if "/study/pictures/" in text else []


def pictures_of(body: Faces, course_id: int | None) -> Mapping[str, Attached]:
    """Return what the renderer needs of each picture in a text of a course.

    Of a picture of another course the text says that there is none, whether there is one or not; nor is there one
    beside the text, as Markdown of a folder may have it.
    """
    ids, strays = named_in(body.all()), _strays(body.all())
    missing = dict.fromkeys([*(urls.for_picture(ident) for ident in ids), *strays], missing_in(body.all()))
    if not ids:
        return missing
    return missing | {urls.for_picture(row.id): shown_as(row) for row in list_known(ids, course_id)}


def shown_as(row: Any) -> Attached:
    """Return what the renderer needs of a picture or a recording, of what ``list_known`` returns."""
    return attached(row, urls.for_thumbnail(row.id), plays=row.media_type in AUDIO)


def _strays(text: str) -> list[str]:
    """Return the addresses of pictures that would lie beside the text, as they are typed and as they are rendered."""
    found = {one for one in _BESIDE.findall(text) if not _SCHEME.match(one)} if "![" in text else set()
    return sorted({*found, *(quote(one, safe="/%.-_~!$&'()*+,;=:@?") for one in found)})


def list_known(ids: Collection[int], course_id: int | None) -> Sequence[Any]:
    """Return what the renderer needs of the pictures of a course among these."""
    return db.session.execute(
        select(Picture.id, Picture.name, Picture.alt, Picture.width, Picture.height, File.size, File.media_type)
        .join(File, File.id == Picture.file_id)
        .where(Picture.id.in_(ids), Picture.course_id == course_id)
    ).all()


def get_picture_file(picture_id: int, reader: Actor, *, thumbnail: bool = False) -> tuple[File, str]:
    """Return the file of a picture and its name.

    Whoever teaches the course sees all its pictures; readers those of its front page, of lessons open to them, and of
    questions that they were asked; authors of other courses those of questions that they may look at.

    Raises:
        NotFound: there is none, or it is not for this reader.
        LessonLocked: the lessons that show it are not open yet.
    """
    row = db.session.execute(
        select(Picture, _SHOWN)
        .join(_SHOWN, _SHOWN.id == (Picture.thumbnail_id if thumbnail else Picture.file_id))
        .options(joinedload(Picture.course).joinedload(Course.branch))
        .where(Picture.id == picture_id)
    ).one_or_none()
    if row is None or not (_is_on_front(row.Picture, reader) or _is_shown_inside(picture_id, reader)):
        raise NotFound
    return row[1], row.Picture.name


def _is_on_front(picture: Picture, reader: Actor) -> bool:
    course = picture.course
    if not may_read_course(reader, course):
        return False
    return may_teach(reader, course) or picture.id in named_in(course.body.all())


def _is_shown_inside(picture_id: int, reader: Actor) -> bool:
    """Tell whether a question or a lesson shows it to a reader; another course's quiz may ask a question of this one.

    Raises:
        LessonLocked: the lessons that show it are not open yet.
    """
    if is_looked_at_with(picture_id, reader) or is_asked_with(picture_id, reader):
        return True
    places = select(PicturePlace.lesson_id).where(PicturePlace.picture_id == picture_id)
    # Both at once: it is locked only where no lesson that shows it in either way is open.
    return check_open(or_(Lesson.id.in_(places), asking_lessons(picture_id, reader)), reader)


def list_pictures(lesson_ids: Collection[int], body: Faces, course_id: int) -> Sequence[Any]:
    """Return (Picture, its file, its small file) of what some lessons and the front page of a course show.

    Questions that the lessons ask show theirs there.
    """
    small = aliased(File)
    shown = select(PicturePlace.picture_id).where(PicturePlace.lesson_id.in_(lesson_ids))
    named = {*named_in(body.all()), *list_asked(lesson_ids, course_id)}
    return db.session.execute(
        select(Picture, _SHOWN, small)
        .join(_SHOWN, _SHOWN.id == Picture.file_id)
        .join(small, small.id == Picture.thumbnail_id)
        .where(Picture.course_id == course_id, Picture.id.in_(shown) | Picture.id.in_(sorted(named)))
        .order_by(Picture.id)
    ).all()
