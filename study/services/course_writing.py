"""Writes the rows of a course file, whose texts are rendered and whose files lie on disk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from sqlalchemy import select, update

from accounts.models import Branch
from core.attachments import Prepared as Kept
from core.db import db
from core.faces import Faces
from core.files import File
from core.media_types import BY_ENDING
from core.permissions import branch_audience
from study.enums import CourseState, MaterialState
from study.extraction import RICH
from study.models import Category, Course, Lesson, QuestionVersion
from study.numbers import new_key
from study.queries.pictures import named_in
from study.quiz.services.picturing import join_versions
from study.release import Terms
from study.services.gates import derived_of
from study.services.pictures import place_pictures, saved_files
from study.transfer.naming import names_numbers, with_ids
from study.transfer.reading import Incoming
from study.transfer.tables import TABLES, Table
from study.transfer.writing import BRANCH


@dataclass(kw_only=True)
class Prepared:
    """A checked course whose texts are rendered and whose files lie on disk: what takes long is done before."""

    incoming: Incoming
    html: dict[str, list[dict[str, Any]]]
    """By table, what is rendered for each row."""
    files: Mapping[str, File]
    """By checksum, unsaved."""
    pictures: Mapping[str, Kept]
    """By checksum, unsaved."""
    fingerprint: str


class CourseWriter:
    """One course on its way in: remembers which id each row got."""

    def __init__(self, prepared: Prepared, branch: Branch, user_id: int, slug: str) -> None:
        self.prepared = prepared
        self.branch = branch
        self.user_id = user_id
        self.slug = slug
        self.ids: dict[str, list[int]] = {}
        self.waiting: list[int] = []
        self.files: dict[tuple[str, str], int] = {}
        self.versions: list[int] = []
        self.linked: list[tuple[type[Any], int, Faces, Faces]] = []

    def write_all(self) -> int:
        """Write every table and the links between rows, and return the id of the course."""
        for table in TABLES:
            self._write(table)
        self._join_links()
        return self.ids["course"][0]

    def _write(self, table: Table) -> None:
        """Write the rows of a table, whose owners are written."""
        rows = self.prepared.incoming.rows[table.name]
        made = [table.model(**values) for values in self._values(table, rows)]
        db.session.add_all(made)
        db.session.flush()
        if table.has_id:
            self.ids[table.name] = [row.id for row in made]
        if table.name == "materials":
            self.waiting = [row.id for row in made if row.file_id and self._is_to_be_read(row)]
        for row in made:
            if table.model in (Course, Lesson) and names_numbers(row.body.zh, row.body.en, row.html.zh, row.html.en):
                self.linked.append((table.model, row.id, row.body, row.html))
            if table.model is QuestionVersion and names_numbers(*_said(row)):
                self.versions.append(row.id)
            db.session.expunge(row)  # Texts of documents need not stay in memory until the end.

    def _is_to_be_read(self, material: Any) -> bool:
        """Tell whether a material lacks its words, or the form in which they are shown, which no course file holds."""
        ending = PurePath(material.external_id).suffix.lower()
        is_rich = BY_ENDING.get(ending) in RICH and material.state is MaterialState.READY
        return is_rich or material.state is MaterialState.WAITING

    def _join_links(self) -> None:
        """Let links inside the course lead to the rows that were written."""
        for model, ident, body, html in self.linked:
            values = {"body": self._named(body), "html": self._named(html)}
            db.session.execute(update(model).where(model.id == ident).values(**values))
            if model is Lesson:
                place_pictures(ident, named_in(values["body"].all()), self.ids["course"][0])

        shown = select(QuestionVersion).where(QuestionVersion.id.in_(self.versions))
        for version in db.session.scalars(shown) if self.versions else ():
            content = version.content.mapped(self._named)
            for name, value in QuestionVersion.columns_of(content).items():
                setattr(version, name, value)
            join_versions({version.id: content})

    def _named(self, faces: Faces) -> Faces:
        return with_ids(faces, self.ids, self.slug)

    def _values(self, table: Table, rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        html = self.prepared.html.get(table.name)
        for place, row in enumerate(rows):
            values = {name: row[name] for name in (*table.taken, *table.special)}
            for name, other in {table.link: table.owner, **table.points}.items():
                if name:
                    values[name] = None if row[name] is None else self.ids[other][row[name] - 1]
            values |= html[place] if html else {}
            yield values | getattr(self, f"_{table.name}", _nothing)(row)

    def _course(self, row: dict[str, Any]) -> dict[str, Any]:
        audience = branch_audience(self.branch.id) if row["audience"] == BRANCH else row["audience"]
        return {
            "slug": self.slug,
            "audience": audience,
            "category_id": _category_id(row["category_id"]),
            "branch_id": self.branch.id,
            "created_by_id": self.user_id,
            "state": CourseState.DRAFT,
        }

    def _certificates(self, _row: dict[str, Any]) -> dict[str, Any]:
        return {"key": new_key()}

    def _materials(self, row: dict[str, Any]) -> dict[str, Any]:
        text = self.prepared.incoming.file.text(row["text"]) if row["text"] else ""
        return {"text": text, "file_id": self._file_id(row["file_id"]), "created_by_id": self.user_id}

    def _pictures(self, row: dict[str, Any]) -> dict[str, Any]:
        kept = self.prepared.pictures[row["file_id"]["sha256"]]
        file, small = (_copied(one) for one in (kept.file, kept.thumbnail or kept.file))
        file.original_name = row["file_id"]["name"]
        return {**saved_files(replace(kept, file=file, thumbnail=small)), "created_by_id": self.user_id}

    def _gates(self, row: dict[str, Any]) -> dict[str, Any]:
        said = {name: row[name] for name in ("opens_at", "after_lesson_id", "quiz_lesson_id", "quiz_percent")}
        return derived_of(Terms(**said))

    def _versions(self, _row: dict[str, Any]) -> dict[str, Any]:
        return {"created_by_id": self.user_id}

    def _file_id(self, named: dict[str, str] | None) -> int | None:
        if named is None:
            return None
        key = (named["sha256"], named["name"])
        if key not in self.files:
            kept = self.prepared.files[named["sha256"]]
            file = _copied(kept)
            file.original_name = named["name"]
            db.session.add(file)
            db.session.flush()
            self.files[key] = file.id
        return self.files[key]


def _copied(file: File) -> File:
    """Return another row for the same content."""
    return File(sha256=file.sha256, size=file.size, media_type=file.media_type, original_name=file.original_name)


def _nothing(_row: dict[str, Any]) -> dict[str, Any]:
    return {}


def _category_id(said: dict[str, Any] | None) -> int | None:
    """Return the heading of the catalogue with this address; one is made where there is none."""
    if said is None:
        return None
    found = db.session.scalars(select(Category).where(Category.slug == said["slug"])).one_or_none()
    if found is None:
        found = Category(slug=said["slug"], name=said["name"])
        db.session.add(found)
        db.session.flush()
    return found.id


def _said(version: QuestionVersion) -> Iterator[str]:
    """Return the texts of a version of a question."""
    content = version.content
    yield from (text.all() for text in (*content.asked_texts, *content.told_texts) if text)
