"""Writes materials: uploads, imports, what was read out of files, and deletion."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from core.clock import utcnow
from core.db import db
from core.errors import Invalid
from core.events import Event
from core.files import File
from core.i18n import _l
from core.notifications import notice_kind, tell
from core.outbox import announce, announce_all
from core.permissions import Actor
from core.refs import Ref
from core.text import detect_language, normalise
from study import urls
from study.enums import ExtractionFault, MaterialState
from study.errors import MaterialInUse, UnreadableFile
from study.events import MaterialFileArrived, PassagesChanged
from study.extraction import Extracted
from study.models import Course, Lesson, Material
from study.models.materials import EXTERNAL_ID_MAX, TITLE_MAX
from study.permissions import StudyPermission, require_in_course
from study.services.readings import Pair, forget, keep_reading
from study.services.timings import find_shown, keep_timing
from study.services.versions import keep_version

MATERIAL_FAILED = "study.material_failed"
notice_kind(MATERIAL_FAILED, _l("The text of “%(title)s” could not be read."), icon="file")


class Outcome(StrEnum):
    """What became of one imported material."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A material as it comes in: with its text, or with a file that is still to be read.

    Without a language it is told by the text, once the material is known to be new.
    """

    external_id: str
    title: str
    checksum: str
    text: str | None = None
    page_count: int = 0
    language: str = ""
    file: File | None = None
    origin: str = ""
    """The name of the folder that was imported, for files out of one."""
    fault: ExtractionFault | None = None
    """Why its file cannot be read, where that is known already."""
    found: Extracted | None = None
    """What was read out of the file already, for what it says of time and how it is shown."""
    pictures: Sequence[Pair] = ()
    """Those of a document, kept on disk."""


def add_upload(course: Course, actor: Actor, file: File, fault: ExtractionFault | None = None) -> Outcome:
    """Take an uploaded file into a course; a known name becomes a new version of the same material.

    A file that cannot be opened is kept with the reason, unless it would take the place of one that can.

    Raises:
        Denied: the actor does not write this course.
        UnreadableFile: it cannot be opened, and a material of this name is there.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    arrival = Arrival(
        external_id=file.original_name[:EXTERNAL_ID_MAX],
        title=Path(file.original_name).stem,
        checksum=file.sha256,
        file=file,
        fault=fault,
    )
    if fault is not None and list_good(course.id, [arrival.external_id]):
        raise UnreadableFile(fault)
    return take_in(course.id, [arrival], actor.id)[0]


def list_good(course_id: int, names: Collection[str]) -> set[str]:
    """Return those of these names outside under which the course has a material that can be read."""
    good = (Material.external_id.in_(names), Material.state != MaterialState.FAILED)
    return set(db.session.scalars(select(Material.external_id).where(Material.course_id == course_id, *good)))


def take_in(course_id: int, arrivals: Sequence[Arrival], user_id: int | None) -> list[Outcome]:
    """Add or renew materials, a batch at a time, and say what became of each, in order.

    The name outside decides what is the same material, the checksum whether it changed. The caller checked rights.
    """
    known = _known(course_id, arrivals)
    outcomes: list[Outcome] = []
    fresh: dict[str, dict[str, Any]] = {}
    for arrival in arrivals:
        row = known.get(arrival.external_id)
        if row is None:
            outcomes.append(Outcome.CHANGED if arrival.external_id in fresh else Outcome.ADDED)
            fresh[arrival.external_id] = {"course_id": course_id, "version": 1, **_values(arrival, user_id)}
        elif row.checksum == arrival.checksum and not (row.state is MaterialState.FAILED and arrival.found):
            outcomes.append(Outcome.UNCHANGED)
        else:
            outcomes.append(Outcome.CHANGED)
            _renew(row.id, row.version, arrival, user_id)
    if fresh:
        columns = (Material.id, Material.state, Material.external_id)
        added = db.session.execute(insert(Material).returning(*columns), list(fresh.values())).all()
        announce_all(event for row in added for event in _news(row.id, row.state))
        read = {arrival.external_id: arrival for arrival in arrivals if arrival.found is not None}
        for row in added:
            if row.external_id in read:
                _keep_found(row.id, read[row.external_id].found, read[row.external_id].pictures)
    return outcomes


def _keep_found(material_id: int, found: Extracted | None, pictures: Sequence[Pair] = ()) -> None:
    keep_timing(material_id, found)
    keep_reading(material_id, found, pictures)


def _known(course_id: int, arrivals: Sequence[Arrival]) -> dict[str, Any]:
    names = {arrival.external_id for arrival in arrivals}
    rows = db.session.execute(
        select(Material.external_id, Material.id, Material.checksum, Material.version, Material.state).where(
            Material.course_id == course_id, Material.external_id.in_(names)
        )
    )
    return {row.external_id: row for row in rows}


def _values(arrival: Arrival, user_id: int | None) -> dict[str, Any]:
    if arrival.file is not None and arrival.file.id is None:
        db.session.add(arrival.file)
        db.session.flush()
    text = arrival.text or ""
    return {
        "external_id": arrival.external_id,
        "title": arrival.title[:TITLE_MAX],
        "origin": arrival.origin,
        "file_id": arrival.file.id if arrival.file else None,
        "text": text,
        "page_count": arrival.page_count,
        "language": arrival.language or detect_language(text or arrival.title),
        "state": _state_of(arrival),
        "fault": arrival.fault,
        "checksum": arrival.checksum,
        "created_by_id": user_id,
    }


def _state_of(arrival: Arrival) -> MaterialState:
    if arrival.fault is not None:
        return MaterialState.FAILED
    return MaterialState.WAITING if arrival.text is None else MaterialState.READY


def _renew(material_id: int, version: int, arrival: Arrival, user_id: int | None) -> None:
    keep_version(material_id)
    values = _values(arrival, user_id)
    statement = update(Material).where(Material.id == material_id)
    db.session.execute(statement.values(version=version + 1, updated_at=utcnow(), **values))
    changed = update(Lesson).where(Lesson.material_id == material_id)
    db.session.execute(changed.values(text_changed_at=utcnow(), updated_at=utcnow()))
    announce_all(_news(material_id, values["state"]))
    _keep_found(material_id, arrival.found, arrival.pictures)


def _news(material_id: int, state: MaterialState) -> Iterator[Event]:
    yield PassagesChanged(subject=Ref("material", material_id))
    if state is MaterialState.WAITING:
        yield MaterialFileArrived(material_id=material_id)


def text_arrival(external_id: str, title: str, text: str, language: str = "") -> Arrival:
    """Make an arrival of a text without a file; its checksum covers title, text and language."""
    pages = [normalise(page).strip() for page in text.split("\f")]
    whole, heading = "\f".join(pages), " ".join(normalise(title).split())
    digest = sha256("\x1f".join((heading, whole, language)).encode("utf-8")).hexdigest()
    return Arrival(
        external_id=external_id,
        title=heading,
        text=whole,
        page_count=len(pages),
        language=language,
        checksum=digest,
    )


def note_text(material: Material, found: Extracted, pictures: Sequence[Pair] = ()) -> None:
    """Keep what was read out of a material's file: its words, and how it is shown."""
    material.text = found.text
    material.page_count = len(found.pages)
    material.language = detect_language(found.text or material.title)
    material.state = MaterialState.READY
    material.fault = None
    _keep_found(material.id, found, pictures)
    _finish(material)


def note_fault(material: Material, fault: ExtractionFault) -> None:
    """Keep why a material's file could not be read, and tell whoever sent it. The file stays and can be opened."""
    material.text = ""
    material.page_count = 0
    material.state = MaterialState.FAILED
    material.fault = fault
    _keep_found(material.id, None)
    _finish(material)
    if material.created_by_id is not None:
        tell(
            [material.created_by_id],
            MATERIAL_FAILED,
            subject=material.ref,
            url=urls.for_material(material.id),
            key=f"study.material_failed:{material.id}:{material.version}",
            title=material.title,
        )


def _finish(material: Material) -> None:
    db.session.flush()
    announce(PassagesChanged(subject=material.ref))


def read_again(material: Material, actor: Actor) -> None:
    """Have the text of a material's file read once more.

    Raises:
        Denied: the actor does not write this course.
        Invalid: there is no file.
    """
    require_in_course(actor, StudyPermission.AUTHOR, material.course)
    if material.file_id is None:
        raise Invalid
    material.state = MaterialState.WAITING
    material.fault = None
    db.session.flush()
    announce(MaterialFileArrived(material_id=material.id))


def delete_material(material: Material, actor: Actor) -> None:
    """Delete a material that no lesson shows.

    Raises:
        Denied: the actor does not write this course.
        MaterialInUse: a lesson shows it.
    """
    require_in_course(actor, StudyPermission.AUTHOR, material.course)
    lesson = find_shown(material.id)
    if lesson is not None:
        raise MaterialInUse(title=lesson.title.pick())
    announce(PassagesChanged(subject=material.ref))
    forget(material.id)
    db.session.delete(material)
    db.session.flush()
