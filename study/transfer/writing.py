"""Writes a course as one ZIP. The same course gives the same bytes."""

import json
import zipfile
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import IO, Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.files import CHUNK, File, open_file
from core.permissions import MEMBERS, PUBLIC
from study.models import Category, Course, Gate, Material, Picture, Question, QuestionBank
from study.quiz.kinds import Option, QuestionContent
from study.quiz.kinds.content import details_of
from study.quiz.kinds.settings import packed
from study.quiz.services.borrowing import free_names, list_borrowed, list_pictures
from study.transfer.naming import with_numbers
from study.transfer.tables import FORMAT, TABLES, VERSION, Table
from study.transfer.values import faces_to_json, to_json

MANIFEST, CONTENT = "manifest.json", "course.json"
BRANCH = "branch"
"""The audience of the branch that answers for the course, whichever that is."""

SAID_BY_VERSIONS = ("text", "feedback", "options", "answers", "details")
"""Where texts of questions may name rows of the course, as pictures."""

Rows = dict[str, list[dict[str, Any]]]


def write_course(out: IO[bytes], course: Course) -> None:
    """Write a course into a file that can be gone back in. Texts are read one by one, files copied in pieces."""
    rows, files = read_course(course)
    parts: dict[str, dict[str, Any]] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, parts, CONTENT, iter([as_bytes(rows)]))
        for material in rows["materials"]:
            if material["text"]:
                _put(archive, parts, material["text"], iter([text_of(course.id, material["external_id"])]))
        for file in files:
            _put(archive, parts, f"files/{file.sha256}", _pieces(file))
        manifest = {"format": FORMAT, "version": VERSION, "parts": parts}
        _put(archive, {}, MANIFEST, iter([as_bytes(manifest)]))


def as_bytes(value: Any) -> bytes:
    """Return JSON that two people can compare."""
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


def _put(archive: zipfile.ZipFile, parts: dict[str, Any], name: str, pieces: Iterator[bytes]) -> None:
    entry = zipfile.ZipInfo(name)  # Without a date, so that the same content makes the same file.
    entry.compress_type = zipfile.ZIP_DEFLATED
    digest, size = sha256(), 0
    with archive.open(entry, "w", force_zip64=True) as out:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            out.write(piece)
    parts[name] = {"sha256": digest.hexdigest(), "size": size}


def _pieces(file: File) -> Iterator[bytes]:
    with open_file(file) as content:
        while piece := content.read(CHUNK):
            yield piece


def text_of(course_id: int, external_id: str) -> bytes:
    """Return what was read out of one document."""
    mine = (Material.course_id == course_id, Material.external_id == external_id)
    return db.session.scalars(select(Material.text).where(*mine)).one().encode()


def read_course(course: Course) -> tuple[Rows, list[File]]:
    """Return everything a course holds as JSON would write it, texts apart, and the files that belong to it."""
    reading = _Reading(course)
    rows = {table.name: reading.rows_of(table) for table in TABLES}
    for row in (*rows["course"], *rows["lessons"]):
        row["body"] = {face: with_numbers(text, reading.numbers, course.slug) for face, text in row["body"].items()}
    for row in rows["versions"]:
        for name in SAID_BY_VERSIONS:
            row[name] = _in_all(row[name], lambda text: with_numbers(text, reading.numbers, course.slug))
    return rows, sorted(reading.files.values(), key=lambda file: file.sha256)


def _in_all(value: Any, put: Callable[[str], str]) -> Any:
    """Return JSON with something done to each of its texts."""
    if isinstance(value, str):
        return put(value)
    if isinstance(value, dict):
        return {name: _in_all(one, put) for name, one in value.items()}
    return [_in_all(one, put) for one in value] if isinstance(value, list) else value


class _Reading:
    """One course on its way out: remembers under which number each row goes."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.borrowed = list_borrowed(course.id)
        """What its quizzes need of banks of other courses goes along, as if it were its own."""
        self.lent = {ident for ids in self.borrowed.values() for ident in ids}
        self.lent_pictures = list_pictures(self.lent)
        self.numbers: dict[str, dict[int, int]] = {}
        self.files: dict[str, File] = {}

    def rows_of(self, table: Table) -> list[dict[str, Any]]:
        """Return the rows of a table; they are numbered in their order."""
        found = list(self._select(table))
        if table.has_id:
            self.numbers[table.name] = {row.id: number for number, row in enumerate(found, start=1)}
        rows = [self._row(table, row) for row in found]
        if table.model is QuestionBank and self.borrowed:
            for row, name in zip(rows, free_names([row["name"] for row in rows], ()), strict=True):
                row["name"] = name
        return rows

    def _select(self, table: Table) -> Any:
        if not table.owner:
            return [self.course]
        model = table.model
        owners = list(self.numbers[table.owner])
        statement = select(model).where(getattr(model, table.link).in_(owners))
        if model in (Material, Picture):
            statement = statement.options(joinedload(model.file))
        if model is QuestionBank:
            statement = select(model).where(or_(model.course_id.in_(owners), model.id.in_(self.borrowed)))
        elif model is Picture and self.lent_pictures:
            known = or_(model.course_id.in_(owners), model.id.in_(self.lent_pictures))
            statement = select(model).options(joinedload(model.file)).where(known)
        elif model is Question and self.borrowed:
            statement = statement.where(or_(model.bank_id.not_in(self.borrowed), model.id.in_(self.lent)))
        found = [row for row in db.session.scalars(statement) if table.model is not Gate or _is_lasting(row)]
        return sorted(found, key=lambda row: self._place(table, row))

    def _place(self, table: Table, row: Any) -> tuple[int, ...]:
        """Return where a row stands: after the order of its owner, so that ids play no part that differ elsewhere."""
        owner = self._owner(table, row)
        if table.model in (QuestionBank, Picture):
            owner += row.course_id != self.course.id  # After the course's own.
        return (owner, *(getattr(row, name) for name in table.order if name != table.link))

    def _row(self, table: Table, row: Any) -> dict[str, Any]:
        said = {name: to_json(getattr(row, name)) for name in table.taken}
        if table.owner:
            said[table.link] = self._owner(table, row)
        for name, other in table.points.items():
            value = getattr(row, name)
            said[name] = None if value is None else self.numbers[other].get(value)
        return {**said, **{name: getattr(self, f"_{name}")(row) for name in table.special}}

    def _owner(self, table: Table, row: Any) -> int:
        """Return the number of the row to which one belongs; whoever lends a bank, here it is of this course."""
        if table.model in (QuestionBank, Picture):
            return 1
        return self.numbers[table.owner][getattr(row, table.link)]

    def _audience(self, course: Course) -> str:
        return course.audience if course.audience in (PUBLIC, MEMBERS) else BRANCH

    def _category_id(self, course: Course) -> dict[str, Any] | None:
        category = db.session.get(Category, course.category_id) if course.category_id else None
        return {"slug": category.slug, "name": faces_to_json(category.name)} if category else None

    def _file_id(self, material: Material | Picture) -> dict[str, Any] | None:
        file = material.file
        if file is None:
            return None
        self.files.setdefault(file.sha256, file)
        return {"sha256": file.sha256, "name": file.original_name}

    def _text(self, material: Material) -> str:
        number = self.numbers["materials"][material.id]
        has_text = db.session.scalar(select(Material.text != "").where(Material.id == material.id))
        return f"texts/{number}.txt" if has_text else ""

    def _cues(self, timing: Any) -> list[Any]:
        return list(timing.cues)

    def _chapters(self, media: Any) -> list[Any]:
        return list(media.chapters)

    def _rubric(self, brief: Any) -> list[Any]:
        return list(brief.rubric)

    def _options(self, version: Any) -> list[dict[str, Any]]:
        return [_option(Option.from_json(stored)) for stored in version.options]

    def _answers(self, version: Any) -> list[dict[str, Any]]:
        return [_option(Option.from_json(stored)) for stored in version.answers]

    def _details(self, version: Any) -> dict[str, Any]:
        return version_details(version)


def _is_lasting(gate: Gate) -> bool:
    """Tell whether anything is left of a gate without the branch and the other course it may name."""
    return any((gate.opens_at, gate.after_lesson_id, gate.quiz_lesson_id))


def version_details(version: Any) -> dict[str, Any]:
    """Return gaps, bands and settings of a version as its author wrote them."""
    return QuestionContent(kind=version.kind, text=version.text, **details_of(version.details)).details(plain=True)


def _option(option: Option) -> dict[str, Any]:
    late = {"tolerance": option.tolerance, "partner": packed(option.partner)}
    return {
        **{name: value for name, value in late.items() if value},
        "key": option.key,
        "fraction": option.fraction,
        "pattern": option.pattern,
        "text": faces_to_json(option.text),
        "feedback": faces_to_json(option.feedback),
    }
