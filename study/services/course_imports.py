"""Takes a whole course in from a course file: all of it or nothing, and the same file twice changes nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath
from types import SimpleNamespace
from typing import Any

from sqlalchemy import select, update

from accounts.models import Branch
from core.attachments import Prepared as Kept
from core.attachments import attached
from core.clock import utcnow
from core.db import db
from core.errors import Denied
from core.faces import Faces
from core.files import File
from core.markup import RENDER_VERSION
from core.markup.attached import Attached
from core.media_types import BY_ENDING
from core.outbox import announce, announce_all
from core.permissions import Actor, branch_audience, require
from study.enums import CourseState, MaterialState
from study.errors import CourseDiffers, CourseFileRefused, ReleaseCircle
from study.events import CourseChanged, MaterialFileArrived
from study.extraction import RICH
from study.models import Category, Course, Lesson
from study.numbers import new_key
from study.permissions import StudyPermission, may_author
from study.queries.courses import find_course
from study.queries.pictures import named_in
from study.quiz.services.questions import render_option
from study.quiz.services.questions import rendered as rendered_question
from study.services.courses import rendered
from study.services.gates import check_circles
from study.services.pictures import place_pictures
from study.transfer.naming import NUMBERED, names_numbers, with_ids
from study.transfer.reading import PLACE, Incoming, content_of
from study.transfer.tables import TABLES, Table
from study.transfer.writing import BRANCH, as_bytes, read_course, text_of


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


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What became of a course file."""

    slug: str
    is_new: bool


def prepare_course(incoming: Incoming, files: Mapping[str, File], pictures: Mapping[str, Kept]) -> Prepared:
    """Render everything that a course shows. Touches no row."""
    rows, shown, asks = incoming.rows, dict(_shown(incoming, pictures)), _asks(incoming)
    html: dict[str, list[dict[str, Any]]] = {
        "course": [{"html": rendered(row["body"], shown)} for row in rows["course"]],
        "lessons": [
            {"html": rendered(row["body"], shown, asks), "render_version": RENDER_VERSION} for row in rows["lessons"]
        ],
        "versions": [_version_html(row) for row in rows["versions"]],
    }
    mark = _fingerprint_of_file(incoming)
    return Prepared(incoming=incoming, html=html, files=files, pictures=pictures, fingerprint=mark)


def _shown(incoming: Incoming, pictures: Mapping[str, Kept]) -> Iterator[tuple[str, Attached]]:
    """Give what the renderer needs of each picture, by the number under which texts name it."""
    for number, row in enumerate(incoming.rows["pictures"], start=1):
        kept, address = pictures[row["file_id"]["sha256"]], f"/study/pictures/{NUMBERED}{number}"
        what = SimpleNamespace(
            name=row["name"],
            alt=row["alt"],
            width=kept.width,
            height=kept.height,
            size=kept.file.size,
            media_type=kept.file.media_type,
        )
        yield address, attached(what, f"{address}/thumbnail")


def _asks(incoming: Incoming) -> dict[str, str]:
    """Return what names a question in a text: its number in the file, or its name; the first of one name."""
    rows = list(enumerate(incoming.rows["questions"], start=1))
    names = {row["name"]: f"{NUMBERED}{number}" for number, row in reversed(rows)}
    return names | {f"{NUMBERED}{number}": f"{NUMBERED}{number}" for number, _row in rows}


def _version_html(row: dict[str, Any]) -> dict[str, Any]:
    content = content_of(row)
    ready = rendered_question(content)
    return {
        "html": ready.html,
        "feedback_html": ready.feedback_html,
        "options": [render_option(option).to_json() for option in row["options"]],
        "answers": [render_option(option).to_json() for option in row["answers"]],
        "details": ready.details(),
        "render_version": RENDER_VERSION,
        "content_hash": content.digest,
    }


def import_course(prepared: Prepared, branch: Branch, actor: Actor, slug: str = "") -> Taken:
    """Take a course in as a draft of a branch; a course that is there and is the same is left alone.

    Raises:
        Denied: the actor writes no courses for this branch.
        CourseDiffers: another course has the address.
    """
    require(actor, StudyPermission.AUTHOR, branch.path)
    if actor.id is None:
        raise Denied
    wanted = slug or prepared.incoming.course["slug"]
    found = find_course(wanted)
    if found is not None:
        if not may_author(actor, found) or fingerprint(found) != prepared.fingerprint:
            raise CourseDiffers(slug=wanted)
        return Taken(slug=wanted, is_new=False)
    writer = _Writer(prepared, branch, actor.id, wanted)
    for table in TABLES:
        writer.write(table)
    writer.join_links()
    _check_gates(writer.ids["course"][0])
    announce(CourseChanged(course_id=writer.ids["course"][0]))
    announce_all(MaterialFileArrived(material_id=ident) for ident in writer.waiting)
    return Taken(slug=wanted, is_new=True)


def _check_gates(course_id: int) -> None:
    """Refuse a course in which lessons wait for each other for ever; the transaction takes back what was written."""
    try:
        check_circles(course_id)
    except ReleaseCircle as error:
        raise CourseFileRefused(PLACE, place="gates", problem=str(error).rstrip(".。")) from error


class _Writer:
    """One course on its way in: remembers which id each row got."""

    def __init__(self, prepared: Prepared, branch: Branch, user_id: int, slug: str) -> None:
        self.prepared = prepared
        self.branch = branch
        self.user_id = user_id
        self.slug = slug
        self.ids: dict[str, list[int]] = {}
        self.waiting: list[int] = []
        self.files: dict[tuple[str, str], int] = {}
        self.linked: list[tuple[type[Any], int, Faces, Faces]] = []

    def write(self, table: Table) -> None:
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
            db.session.expunge(row)  # Texts of documents need not stay in memory until the end.

    def _is_to_be_read(self, material: Any) -> bool:
        """Tell whether a material lacks its words, or the form in which they are shown, which no course file holds."""
        ending = PurePath(material.external_id).suffix.lower()
        is_rich = BY_ENDING.get(ending) in RICH and material.state is MaterialState.READY
        return is_rich or material.state is MaterialState.WAITING

    def join_links(self) -> None:
        """Let links inside the course lead to the rows that were written."""
        for model, ident, body, html in self.linked:
            values = {"body": self._named(body), "html": self._named(html)}
            db.session.execute(update(model).where(model.id == ident).values(**values))
            if model is Lesson:
                place_pictures(ident, named_in(values["body"].all()), self.ids["course"][0])

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
        db.session.add_all([file, small])
        db.session.flush()
        return {
            "file_id": file.id,
            "thumbnail_id": small.id,
            "width": kept.width or 0,
            "height": kept.height or 0,
            "created_by_id": self.user_id,
        }

    def _gates(self, row: dict[str, Any]) -> dict[str, Any]:
        waits = row["after_lesson_id"] is not None or row["quiz_lesson_id"] is not None
        return {"is_personal": waits, "is_told": row["opens_at"] is None or row["opens_at"] <= utcnow()}

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


def fingerprint(course: Course) -> str:
    """Return a name for exactly what a course holds, wherever it stands."""
    rows, _files = read_course(course)
    texts = {
        row["text"]: sha256(text_of(course.id, row["external_id"])).hexdigest()
        for row in rows["materials"]
        if row["text"]
    }
    return _fingerprint(rows, texts)


def _fingerprint_of_file(incoming: Incoming) -> str:
    texts = {
        row["text"]: sha256(incoming.file.text(row["text"]).encode()).hexdigest()
        for row in incoming.rows["materials"]
        if row["text"]
    }
    return _fingerprint(incoming.file.content, texts)


def _fingerprint(rows: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """Leave out what may differ from site to site: the address, and what a heading of the catalogue is called."""
    course = dict(rows["course"][0])
    category = course.get("category_id")
    course |= {"slug": "", "category_id": category["slug"] if category else None}
    return sha256(as_bytes({**rows, "course": [course], "texts": dict(texts)})).hexdigest()
