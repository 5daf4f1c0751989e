"""Reads documents as they are shown on a page."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, case, cast, func, or_, select, true
from sqlalchemy.orm import aliased, contains_eager, undefer

from core.db import db
from core.errors import NotFound
from core.files import File
from core.passages import Passage
from core.permissions import Actor
from study.enums import LessonKind, MaterialState
from study.extraction import RICH, RICH_VERSION
from study.models import Course, Lesson, Material, MaterialPicture, Reading, ReadingPlace
from study.passages import document_passages, page_passages, passages_of
from study.permissions import may_read_course
from study.queries.lessons import check_material


def find_reading(material: Material) -> Reading | None:
    """Return a document as HTML; None for what is shown by its words. Asks only for kinds that can be HTML."""
    if material.file is None or material.file.media_type not in RICH or material.state is not MaterialState.READY:
        return None
    wanted = select(Reading).options(undefer(Reading.parts)).where(Reading.material_id == material.id)
    return db.session.scalars(wanted).one_or_none()


def list_passages(lesson: Lesson) -> list[Passage]:
    """Return the passages of a lesson in all its languages, those of its document behind them."""
    found = passages_of(lesson.html)
    if lesson.kind is LessonKind.DOCUMENT and lesson.material_id is not None:
        found += passages_of_document(lesson.material_id)
    return found


def passages_of_document(material_id: int) -> list[Passage]:
    """Return the passages of a document as it is shown: those of its parts, or its pages."""
    row = db.session.execute(
        select(Reading.parts, case((Reading.material_id.is_(None), Material.text)))
        .select_from(Material)
        .outerjoin(Reading, Reading.material_id == Material.id)
        .where(Material.id == material_id)
    ).one_or_none()
    if row is None:
        return []
    parts, text = row
    return page_passages(text.split("\f")) if text else document_passages(parts or ())


def list_pages_shown(lesson_id: int) -> list[str]:
    """Return the words of the document of a lesson by page."""
    text = db.session.scalar(
        select(Material.text).join(Lesson, Lesson.material_id == Material.id).where(Lesson.id == lesson_id)
    )
    return text.split("\f") if text else []


def all_parts() -> Any:
    """Select the number and HTML of every part of the document that a lesson shows, as JSON."""
    return _numbered(None)


def parts_with(sought: Any) -> Any:
    """Select those parts of the document of a lesson that hold some words as they stand in HTML: the others stay."""
    return _numbered(sought)


def _numbered(sought: Any) -> Any:
    # Both databases take the list apart themselves, so that a book is not brought here for one passage of it.
    if db.session.get_bind().dialect.name == "postgresql":
        each = (
            func.jsonb_array_elements_text(Reading.parts)
            .table_valued("value", with_ordinality="number")
            .render_derived()
        )
        pair, at = func.jsonb_agg(func.jsonb_build_array(each.c.number, each.c.value)), func.strpos
    else:
        each = func.json_each(Reading.parts).table_valued("key", "value")
        pair, at = func.json_group_array(func.json_array(each.c.key + 1, each.c.value)), func.instr
    shown = select(cast(pair, Text)).select_from(Reading).join(each, true())
    shown = shown.where(Reading.material_id == Lesson.material_id, Lesson.kind == LessonKind.DOCUMENT)
    if sought is not None:
        shown = shown.where(at(each.c.value, sought) > 0)
    return func.coalesce(shown.correlate(Lesson).scalar_subquery(), "[]")


def get_picture(material_id: int, number: int, reader: Actor, *, small: bool) -> File:
    """Return the file of one picture of a document.

    Raises:
        NotFound: there is none that this reader may see.
        LessonLocked: every lesson that shows the document is locked.
    """
    file = aliased(File)
    column = MaterialPicture.small_id if small else MaterialPicture.file_id
    row = db.session.execute(
        select(file, Material)
        .join(MaterialPicture, column == file.id)
        .join(Material, Material.id == MaterialPicture.material_id)
        .join(Material.course)
        .join(Course.branch)
        .options(contains_eager(Material.course).contains_eager(Course.branch))
        .where(MaterialPicture.material_id == material_id, MaterialPicture.number == number)
    ).one_or_none()
    if row is None or not may_read_course(reader, row.Material.course):
        raise NotFound
    check_material(row.Material, reader)
    found: File = row[0]
    return found


def list_document_pictures(material_ids: Collection[int]) -> Sequence[Any]:
    """Return (MaterialPicture, its file, its small file) of the pictures in some documents."""
    full, small = aliased(File), aliased(File)
    return db.session.execute(
        select(MaterialPicture, full, small)
        .join(full, full.id == MaterialPicture.file_id)
        .join(small, small.id == MaterialPicture.small_id)
        .where(MaterialPicture.material_id.in_(material_ids))
        .order_by(MaterialPicture.material_id, MaterialPicture.number)
    ).all()


def list_outdated(after_id: int, limit: int) -> Sequence[int]:
    """Return the next materials, by id, whose files could be shown as HTML and are not, or by an older version."""
    return db.session.scalars(_outdated().where(Material.id > after_id).order_by(Material.id).limit(limit)).all()


def is_outdated(material_id: int) -> bool:
    """Tell whether the file of a material could be shown as HTML and is not, or by an older version."""
    return db.session.scalar(_outdated().where(Material.id == material_id)) is not None


def _outdated() -> Select[int]:
    return (
        select(Material.id)
        .join(File, File.id == Material.file_id)
        .outerjoin(Reading, Reading.material_id == Material.id)
        .where(
            Material.state == MaterialState.READY,
            File.media_type.in_(RICH),
            or_(Reading.material_id.is_(None), Reading.made_by < RICH_VERSION),
        )
    )


def find_place(user_id: int | None, lesson_id: int) -> tuple[int, datetime] | None:
    """Return the page at which a member stopped, and when; None where nothing is known."""
    if user_id is None:
        return None
    mine = select(ReadingPlace.page, ReadingPlace.read_at)
    row = db.session.execute(
        mine.where(ReadingPlace.user_id == user_id, ReadingPlace.lesson_id == lesson_id)
    ).one_or_none()
    return (row.page, row.read_at) if row else None
