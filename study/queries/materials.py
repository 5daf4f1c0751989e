"""Reads materials."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from core.attachments import kind_of
from core.db import db
from core.errors import NotFound
from core.files import File
from core.media_types import PLAYED, SUBRIP, WEBVTT
from core.pages import Page, page_of
from core.permissions import Actor
from study.enums import MaterialState
from study.models import Course, Material, MaterialVersion
from study.permissions import may_read_course
from study.queries.courses import check_author

CHOICES_MAX = 500


def _whole() -> Select[Material]:
    return (
        select(Material)
        .join(Material.course)
        .join(Course.branch)
        .options(contains_eager(Material.course).contains_eager(Course.branch), joinedload(Material.file))
    )


def get_material(material_id: int, reader: Actor) -> Material:
    """Return a material with its file and course, without its words.

    Raises:
        NotFound: there is none that this reader may see.
    """
    material = db.session.scalars(_whole().where(Material.id == material_id)).one_or_none()
    if material is None or not may_read_course(reader, material.course):
        raise NotFound
    return material


def get_own_material(material_id: int, author: Actor) -> Material:
    """Return a material that the actor may change.

    Raises:
        NotFound: there is none that the actor may see.
        Denied: the actor may see but not change it.
    """
    material = db.session.scalars(_whole().where(Material.id == material_id)).one_or_none()
    if material is None:
        raise NotFound
    check_author(material.course, author)
    return material


def list_pages(material: Material) -> list[str]:
    """Return the words of a material by page. They may be those of a book: ask where they are shown."""
    text = db.session.scalar(select(Material.text).where(Material.id == material.id))
    return text.split("\f") if text else []


def list_versions(material: Material) -> Sequence[MaterialVersion]:
    """Return the earlier files of a material that were studied, the latest first."""
    if material.version == 1:
        return []
    statement = select(MaterialVersion).options(joinedload(MaterialVersion.file))
    found = statement.where(MaterialVersion.material_id == material.id).order_by(MaterialVersion.number.desc())
    return db.session.scalars(found).all()


def get_version(material: Material, number: int) -> File:
    """Return the file that a material had as this version.

    Raises:
        NotFound: there never was one, or nobody had opened it.
    """
    if number == material.version and material.file is not None:
        return material.file
    for version in list_versions(material):
        if version.number == number:
            return version.file
    raise NotFound


def page_of_materials(course: Course, cursor: str | None) -> Page[Any]:
    """Return a page of a course's materials with their files, the latest first."""
    statement = select(Material).options(joinedload(Material.file)).where(Material.course_id == course.id)
    return page_of(statement, order=[Material.id], cursor=cursor, limit=50)


@dataclass(frozen=True)
class Choices:
    """Id and title with type of the course's latest materials, by what a lesson can make of them."""

    documents: list[tuple[int, str]]
    played: list[tuple[int, str]]
    subtitles: list[tuple[int, str]]


def list_choices(course_id: int) -> Choices:
    """Return the materials of a course for lists to choose from; subtitles are documents too."""
    rows = db.session.execute(
        select(Material.id, Material.title, File.media_type, File.original_name)
        .outerjoin(File, File.id == Material.file_id)
        .where(Material.course_id == course_id)
        .order_by(Material.id.desc())
        .limit(CHOICES_MAX)
    ).all()
    return Choices(
        documents=[_choice(row) for row in rows if row.media_type not in PLAYED],
        played=[_choice(row) for row in rows if row.media_type in PLAYED],
        subtitles=[_choice(row) for row in rows if row.media_type in (SUBRIP, WEBVTT)],
    )


def _choice(row: Any) -> tuple[int, str]:
    """Return id and title, with the type of the file: a book often lies there as PDF and as EPUB."""
    return row.id, f"{row.title} · {kind_of(row.media_type, row.original_name)}" if row.media_type else row.title


class Known(NamedTuple):
    """What tells whether a file that comes in is there already."""

    checksum: str
    """Empty for what could not be read."""
    origin: str


def list_known(course_id: int) -> dict[str, Known]:
    """Return the materials of a course by their names outside."""
    columns = (Material.external_id, Material.checksum, Material.origin, Material.state)
    rows = db.session.execute(select(*columns).where(Material.course_id == course_id))
    return {
        row.external_id: Known("" if row.state is MaterialState.FAILED else row.checksum, row.origin) for row in rows
    }
