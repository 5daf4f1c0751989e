"""Makes modules and lessons of a folder when its author has looked at what it becomes."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from core.attachments import Prepared
from core.clock import utcnow
from core.db import db
from core.errors import Denied
from core.faces import Faces
from core.permissions import Actor
from study import urls
from study.enums import CourseState, LessonKind
from study.errors import UploadGone
from study.folders import Piece, PlannedLesson, PlannedModule, settled
from study.models import Course, FolderUpload, Lesson, Material, Module, Picture
from study.models.materials import EXTERNAL_ID_MAX
from study.permissions import StudyPermission, require_in_course
from study.services.courses import rendered_lesson
from study.services.folder_pieces import Fault, file_of, is_kept, small_file
from study.services.lessons import LessonContent, add_lesson, add_module, edit_lesson, ordered_modules
from study.services.materials import Arrival, list_good, take_in
from study.services.pictures import add_picture

KEPT_FOR: Final = timedelta(hours=20)
"""Less than the day after which files that no row names are swept away."""


def note_upload(
    course: Course, actor: Actor, pieces: Sequence[Piece], faults: Sequence[Fault], module: str
) -> FolderUpload:
    """Note a folder until its author has looked at what it becomes.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    if actor.id is None:
        raise Denied
    old = (FolderUpload.user_id == actor.id) & (FolderUpload.created_at < utcnow() - KEPT_FOR)
    db.session.execute(delete(FolderUpload).where(old).execution_options(synchronize_session=False))
    upload = FolderUpload(
        course_id=course.id,
        user_id=actor.id,
        module=module,
        pieces=[asdict(piece) for piece in pieces],
        faults=[list(fault) for fault in faults],
    )
    db.session.add(upload)
    db.session.flush()
    return upload


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What a course got of a folder before there are lessons."""

    materials: Mapping[str, int]
    """Materials by path."""
    addresses: Mapping[str, str]
    """Addresses of pictures by path."""
    spared: Sequence[Piece]
    """Files that were left out, because they would take the place of materials that can be read."""


def take_files(course: Course, actor: Actor, planned: Sequence[PlannedModule]) -> Taken:
    """Take the documents and pictures of a folder into a course; those that are there stay as they are.

    Raises:
        Denied: the actor does not write this course.
        UploadGone: the files are no longer kept.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    pieces = [piece for module in planned for lesson in module.lessons for piece in lesson.pieces]
    if not all(is_kept(piece) for piece in pieces):
        raise UploadGone
    spared = list_spared(course, pieces)
    materials = _take_materials(course, actor, planned, {piece.path for piece in spared})
    addresses = _take_pictures(course, actor, [piece for piece in pieces if piece.is_picture])
    return Taken(materials=materials, addresses=addresses, spared=spared)


def rendered_folder(course_id: int, planned: Sequence[PlannedModule], taken: Taken) -> list[PlannedModule]:
    """Render the pages of a folder whose pictures have addresses by now. Do it outside of any transaction."""

    def rendered(lesson: PlannedLesson) -> PlannedLesson:
        body = settled(lesson.body, taken.addresses)
        return replace(lesson, body=body, html=rendered_lesson(body, course_id))

    return [replace(module, lessons=[rendered(lesson) for lesson in module.lessons]) for module in planned]


def take_lessons(
    upload: FolderUpload, course: Course, actor: Actor, planned: Sequence[PlannedModule], taken: Taken
) -> int:
    """Make modules and lessons of a folder and return how many lessons are new or renewed.

    What stands in the course already under the same name is renewed, not doubled; a published course gets no page
    without words. The upload stays for a while without its files, so that sending the form twice is told from nothing.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    known = {faces: module for module in ordered_modules(course.id) for faces in _faces(module.title)}
    pages = _pages_by_title(course.id)
    count = 0
    for one in planned:
        lessons = [lesson for lesson in one.lessons if lesson.kind is not None and not is_lacking(lesson, course)]
        if not lessons:
            continue
        module = next((known[faces] for faces in _faces(one.title) if faces in known), None)
        module = module or add_module(course, actor, one.title)
        module.course = course
        count += sum(_take_lesson(module, actor, lesson, taken.materials, pages) for lesson in lessons)
    upload.pieces, upload.faults = [], []
    db.session.flush()
    return count


def is_lacking(lesson: PlannedLesson, course: Course) -> bool:
    """Tell whether a page without words is left out, because readers would meet it at once."""
    is_empty = lesson.kind is LessonKind.PAGE and lesson.body == Faces()
    return is_empty and course.state is CourseState.PUBLISHED


def _faces(title: Faces) -> Iterator[str]:
    yield from (text for text in (title.zh, title.en) if text)


def _take_pictures(course: Course, actor: Actor, pieces: Sequence[Piece]) -> dict[str, str]:
    """Give the pictures of a folder to the course and return their addresses by path; what is there is not doubled."""
    sources = {piece.source for piece in pieces}
    rows = db.session.execute(
        select(Picture.source, Picture.id).where(Picture.course_id == course.id, Picture.source.in_(sources))
    )
    known = {row.source: row.id for row in rows}
    addresses: dict[str, str] = {}
    for piece in pieces:
        if piece.source not in known:
            made = Prepared(
                name=piece.name,
                file=file_of(piece),
                thumbnail=small_file(piece),
                width=piece.width,
                height=piece.height,
            )
            known[piece.source] = add_picture(course, actor, made, "", piece.source).id
        addresses[piece.path] = urls.for_picture(known[piece.source])
    return addresses


def _take_materials(
    course: Course, actor: Actor, planned: Sequence[PlannedModule], spared: Collection[str]
) -> dict[str, int]:
    """Take in what is no page and return the materials by path."""
    lessons = [lesson for module in planned for lesson in module.lessons if lesson.kind is not LessonKind.PAGE]
    pieces = [piece for lesson in lessons for piece in lesson.pieces]
    arrivals = [
        Arrival(
            external_id=_outside(piece),
            title=piece.stem,
            checksum=piece.sha256,
            file=file_of(piece),
            fault=piece.fault,
        )
        for piece in pieces
        if piece.path not in spared
    ]
    take_in(course.id, arrivals, actor.id)
    rows = db.session.execute(
        select(Material.external_id, Material.id).where(
            Material.course_id == course.id, Material.external_id.in_([_outside(piece) for piece in pieces])
        )
    )
    ids = {row.external_id: row.id for row in rows}
    return {piece.path: ids[_outside(piece)] for piece in pieces}


def list_spared(course: Course, pieces: Iterable[Piece]) -> list[Piece]:
    """Return the files that cannot be read and would take the place of materials that can: they are left out."""
    bad = [piece for piece in pieces if piece.fault]
    good = list_good(course.id, [_outside(piece) for piece in bad]) if bad else set()
    return [piece for piece in bad if _outside(piece) in good]


def _outside(piece: Piece) -> str:
    return piece.path[-EXTERNAL_ID_MAX:]


Pages = dict[tuple[int, str], Lesson]
"""The first page of each module under each title."""


def _pages_by_title(course_id: int) -> Pages:
    found = (
        select(Lesson)
        .join(Module, Module.id == Lesson.module_id)
        .where(Module.course_id == course_id, Lesson.kind == LessonKind.PAGE)
        .order_by(Lesson.id.desc())
    )
    return {(page.module_id, title): page for page in db.session.scalars(found) for title in _faces(page.title)}


def _take_lesson(
    module: Module, actor: Actor, planned: PlannedLesson, materials: Mapping[str, int], pages: Pages
) -> bool:
    """Add a lesson, or renew the one that is there; tell whether anything changed."""
    if planned.kind is LessonKind.PAGE:
        return _take_page(module, actor, planned, pages)
    material_id = materials[planned.pieces[0].path]
    if db.session.scalar(select(Lesson.id).where(Lesson.material_id == material_id).limit(1)) is not None:
        return False
    subtitles = {piece.language or "zh-Hans": materials[piece.path] for piece in planned.pieces[1:]}
    content = LessonContent(
        kind=planned.kind or LessonKind.DOCUMENT,
        title=planned.title,
        body=Faces(),
        minutes=planned.minutes,
        material_id=material_id,
        subtitles_zh_id=subtitles.get("zh-Hans"),
        subtitles_en_id=subtitles.get("en"),
    )
    add_lesson(module, actor, content, may_be_twin=False)
    return True


def _take_page(module: Module, actor: Actor, planned: PlannedLesson, pages: Pages) -> bool:
    content = LessonContent(
        kind=LessonKind.PAGE, title=planned.title, body=planned.body, minutes=planned.minutes, html=planned.html
    )
    places = [(module.id, title) for title in _faces(planned.title)]
    same = min((pages[place] for place in places if place in pages), key=lambda page: page.id, default=None)
    if same is None:
        made = add_lesson(module, actor, content, may_be_twin=False)
        for place in places:
            pages.setdefault(place, made)
        return True
    if same.body == planned.body and same.title == planned.title:
        return False
    same.module = module
    edit_lesson(same, actor, content)
    return True
