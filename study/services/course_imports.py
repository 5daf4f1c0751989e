"""Takes a whole course in from a course file: all of it or nothing, and the same file twice changes nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from accounts.models import Branch
from core.attachments import Prepared as Kept
from core.attachments import attached
from core.errors import Denied
from core.files import File
from core.markup import RENDER_VERSION
from core.markup.attached import Attached
from core.media_types import AUDIO
from core.outbox import announce, announce_all
from core.permissions import Actor, require
from study.errors import CourseDiffers, CourseFileRefused, ReleaseCircle
from study.events import CourseChanged, MaterialFileArrived
from study.models import Course
from study.permissions import StudyPermission, may_author
from study.queries.courses import find_course
from study.quiz.services.arranging import fill_sketches
from study.quiz.services.preparing import render_option
from study.quiz.services.preparing import rendered as rendered_question
from study.services.course_writing import CourseWriter, Prepared
from study.services.courses import rendered
from study.services.gates import check_circles
from study.transfer.naming import NUMBERED
from study.transfer.reading import PLACE, Incoming, content_of
from study.transfer.writing import as_bytes, read_course, text_of


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
        "versions": [_version_html(row, shown) for row in rows["versions"]],
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
        yield address, attached(what, f"{address}/thumbnail", plays=kept.file.media_type in AUDIO)


def _asks(incoming: Incoming) -> dict[str, str]:
    """Return what names a question in a text: its number in the file, or its name; the first of one name."""
    rows = list(enumerate(incoming.rows["questions"], start=1))
    names = {row["name"]: f"{NUMBERED}{number}" for number, row in reversed(rows)}
    return names | {f"{NUMBERED}{number}": f"{NUMBERED}{number}" for number, _row in rows}


def _version_html(row: dict[str, Any], shown: Mapping[str, Attached]) -> dict[str, Any]:
    content = content_of(row)
    ready = rendered_question(content, shown)
    return {
        "html": ready.html,
        "feedback_html": ready.feedback_html,
        "options": [render_option(option, shown).to_json() for option in row["options"]],
        "answers": [render_option(option, shown).to_json() for option in row["answers"]],
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
    writer = CourseWriter(prepared, branch, actor.id, wanted)
    course_id = writer.write_all()
    fill_sketches(course_id)
    _check_gates(course_id)
    announce(CourseChanged(course_id=course_id))
    announce_all(MaterialFileArrived(material_id=ident) for ident in writer.waiting)
    return Taken(slug=wanted, is_new=True)


def _check_gates(course_id: int) -> None:
    """Refuse a course in which lessons wait for each other for ever; the transaction takes back what was written."""
    try:
        check_circles(course_id)
    except ReleaseCircle as error:
        raise CourseFileRefused(PLACE, place="gates", problem=str(error).rstrip(".。")) from error


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
