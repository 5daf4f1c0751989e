"""What a reader may take along of a course: what is open of it, leaf by leaf, and the files that belong to it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.addresses import absolute
from core.db import db
from core.files import File
from core.i18n import _
from core.media_types import AUDIO, FLAC, M4A, MP3, OGA, PLAYED, PPTX, WAV, WEBA
from core.permissions import VISITOR
from study import urls, wording
from study.contents import at_home
from study.enums import PLAYED as PLAYED_KINDS
from study.enums import LessonKind
from study.models import Course, Lesson, Material, Reading
from study.offline.leaves import clean_text, leaf
from study.offline.played import played_part
from study.offline.questions import with_questions
from study.practice import Questions, asked_in
from study.queries.lines import LessonLine
from study.queries.outlines import Outline
from study.queries.pictures import list_pictures
from study.queries.practice import page_questions
from study.queries.readings import list_document_pictures

_PLAYERS = {
    LessonKind.AUDIO: Markup('<p><audio controls="controls" preload="none" src="{}"></audio></p>'),
    LessonKind.VIDEO: Markup('<p><video controls="controls" preload="none" src="{}"></video></p>'),
}


_ENDINGS = {M4A: "m4a", WEBA: "weba", OGA: "ogg", MP3: "mp3", WAV: "wav", FLAC: "flac"}


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """One lesson to take along."""

    number: int
    title: str
    language: str
    notes: str
    """How long it takes, and what it is."""
    body: Markup
    file: "Enclosure | None" = None


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """A file that goes with a leaf."""

    number: int
    file: File

    @property
    def name(self) -> str:
        """The name in the parcel: a number, since old programs garble Chinese names in archives."""
        dot, ending = self.file.original_name.rpartition(".")[1:]
        safe = "".join(sign for sign in ending.lower() if sign.isascii() and sign.isalnum())[:8]
        return f"{self.number:03}{dot}{safe}" if dot and safe else f"{self.number:03}"


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A picture that leaves show, as it was sent, and its small form; or a recording, which has none."""

    stem: str
    """Its name in the parcel, without ending."""
    address: str
    small_address: str
    file: File
    small: File

    @property
    def is_played(self) -> bool:
        """Whether it is a recording."""
        return self.file.media_type in AUDIO

    def chosen(self, *, is_small: bool) -> tuple[File, str]:
        """Return the form that is taken along, and its name in the parcel."""
        file = self.small if is_small else self.file
        return file, f"{self.stem}.{_ENDINGS.get(file.media_type) or file.media_type.removeprefix('image/')}"


@dataclass(kw_only=True)
class Parcel:
    """A course as one reader takes it along."""

    course: Course
    outline: Outline
    files: dict[int, Enclosure] = field(default_factory=dict)
    """By the id of the material."""
    pictures: list[Shot] = field(default_factory=list)

    @property
    def lessons(self) -> list[LessonLine]:
        """What is open to the reader, in order."""
        return [line for line in self.outline.lessons if line.id not in self.outline.locks]

    def taken(self, *, is_small: bool) -> list[Shot]:
        """Return the pictures that go along, and the recordings unless all shall be small."""
        return [shot for shot in self.pictures if not (is_small and shot.is_played)]

    @property
    def size(self) -> int:
        """The bytes of all files."""
        shots = sum(shot.file.size for shot in self.pictures)
        return shots + sum(enclosure.file.size for enclosure in self.files.values())


def pack(course: Course, outline: Outline) -> Parcel:
    """Return what goes into the parcel; the texts are read when it is written."""
    parcel = Parcel(course=course, outline=outline)
    numbers = {line.material_id: number for number, line in enumerate(parcel.lessons, start=1) if line.material_id}
    rows = db.session.scalars(
        select(Material).options(joinedload(Material.file)).where(Material.id.in_(numbers)).order_by(Material.id)
    )
    for material in rows:
        if material.file is not None:
            parcel.files[material.id] = Enclosure(number=numbers[material.id], file=material.file)
    shown = list_pictures([line.id for line in parcel.lessons], course.body, course.id)
    parcel.pictures = [
        Shot(
            stem=str(picture.id),
            address=urls.for_picture(picture.id),
            small_address=urls.for_thumbnail(picture.id),
            file=file,
            small=small,
        )
        for picture, file, small in shown
    ]
    parcel.pictures += [
        Shot(
            stem=f"m{picture.material_id}-{picture.number}",
            address=(address := f"{urls.for_material(picture.material_id)}/pictures/{picture.number}"),
            small_address=f"{address}/small",
            file=file,
            small=small,
        )
        for picture, file, small in list_document_pictures(numbers)
    ]
    return parcel


def pictures_in(parcel: Parcel, folder: str, *, is_small: bool) -> dict[str, str]:
    """Return where the pictures of texts lie, by their own addresses; small ones go without recordings."""
    return {
        address: f"{folder}{shot.chosen(is_small=is_small)[1]}"
        for shot in parcel.taken(is_small=is_small)
        for address in (shot.address, shot.small_address)
    }


def leaves(parcel: Parcel, ending: str, front: str, folder: str | None, pictures: Mapping[str, str]) -> Iterator[Leaf]:
    """Read and give the leaves one by one.

    Args:
        parcel: what is taken along.
        pictures: where they lie, by their own addresses.
        ending: of the leaves' names, such as ``html``.
        front: where the front page lies, seen from a leaf.
        folder: where the files lie, seen from a leaf; None when they stay behind.
    """
    places = places_of(parcel, ending, front)
    if ending == "html":
        places |= {one.address: pictures[one.address] for one in parcel.pictures if one.address in pictures}
    for number, line in enumerate(parcel.lessons, start=1):
        lesson = db.session.execute(select(Lesson.title, Lesson.html).where(Lesson.id == line.id)).one()
        enclosure = parcel.files.get(line.material_id or 0) if folder is not None else None
        html = with_questions(lesson.html.pick(), _questions(parcel, lesson.html.pick()))
        settled = partial(leaf, places=places, pictures=pictures, form="html" if ending == "html" else "xml")
        parts = [settled(html) if html else Markup("")]
        if enclosure is not None:
            parts.append(_file_part(enclosure, folder or ""))
        if line.material_id:
            parts.append(_text_part(line, settled))
        if line.kind in PLAYED_KINDS:
            parts.append(played_part(line))
        parts.append(_elsewhere(line))
        yield Leaf(
            number=number,
            title=clean_text(lesson.title.pick()),
            language=lesson.title.language(),
            notes=_notes(line),
            body=Markup("\n").join(part for part in parts if part),
            file=enclosure,
        )


def _questions(parcel: Parcel, html: str) -> Questions:
    """Return the questions of a leaf; nobody's answers go with it."""
    ids = asked_in(html)
    return page_questions(ids, parcel.course.id, VISITOR) if ids else {}


def places_of(parcel: Parcel, ending: str, front: str) -> dict[str, str]:
    """Return where own addresses lead inside the parcel, seen from a leaf."""
    places = {urls.for_course(parcel.course.slug): front}
    for number, line in enumerate(parcel.lessons, start=1):
        places[urls.for_lesson(line.id)] = f"{number:03}.{ending}"
        if line.material_id:
            places.setdefault(urls.for_material(line.material_id), f"{number:03}.{ending}")
    return places


def _notes(line: LessonLine) -> str:
    return f"{wording.LESSON_KINDS[line.kind]} · " + _("about %(minutes)s min", minutes=line.minutes)


def _file_part(enclosure: Enclosure, folder: str) -> Markup:
    address, name = f"{folder}{enclosure.name}", enclosure.file.original_name
    link = Markup('<p class="file"><a href="{}">{}</a> ({})</p>').format(address, name, size_words(enclosure.file.size))
    player = _PLAYERS[LessonKind.AUDIO if enclosure.file.media_type in AUDIO else LessonKind.VIDEO]
    return player.format(address) + link if enclosure.file.media_type in PLAYED else link


def _text_part(line: LessonLine, settled: Callable[[str], Markup]) -> Markup:
    """Return what was read out of a document; its rows are not kept, since a course may hold many."""
    row = db.session.execute(
        select(Material.id, Material.language, File.media_type, Reading.parts)
        .outerjoin(File, File.id == Material.file_id)
        .outerjoin(Reading, Reading.material_id == Material.id)
        .where(Material.id == line.material_id)
    ).one()
    is_shown = line.kind is LessonKind.DOCUMENT and row.parts
    parts = _rich_parts(row, settled) if is_shown else _plain_parts(row.id)
    if not parts:
        return Markup("")
    tag = row.language if row.language in ("zh-Hans", "zh-Hant", "en") else ""
    attributes = Markup(' lang="{0}" xml:lang="{0}"').format(tag) if tag else ""
    opening = Markup('<div class="text"{}>').format(attributes)
    return opening + Markup("\n").join(parts) + Markup("</div>")


_TO_PART = re.compile(r'(<a(?: [a-z-]+="[^"]*")*? href=")\?page=\d+(?=#)')


def _rich_parts(row: Any, settled: Callable[[str], Markup]) -> list[Markup]:
    """Return a document as it is shown, its parts one below the other: links between them stay on the leaf."""
    parts = []
    for number, part in enumerate(row.parts, start=1):
        if row.media_type == PPTX:
            parts.append(Markup('<p class="kick">{}</p>').format(_("Slide %(number)s", number=number)))
        if part:
            parts.append(settled(_TO_PART.sub(r"\1", at_home(part, urls.for_material(row.id)))))
    return parts


def _plain_parts(material_id: int) -> list[Markup]:
    """Return the words of a document, page by page."""
    text = db.session.scalar(select(Material.text).where(Material.id == material_id))
    pages, parts = [clean_text(page) for page in (text or "").split("\f")], []
    for number, page in enumerate(pages, start=1):
        if len(pages) > 1:
            parts.append(Markup('<h2 id="page-{0}">{1}</h2>').format(number, _("Page %(number)s", number=number)))
        parts += [Markup("<p>{}</p>").format(line) for line in page.split("\n") if line.strip()]
    return parts


def _elsewhere(line: LessonLine) -> Markup:
    """Say of quizzes, links, assignments and meetings where they are, since they cannot be taken along."""
    if line.kind is LessonKind.QUIZ:
        words = _("A quiz is taken online: %(address)s", address=absolute(urls.for_lesson(line.id)))
    elif line.kind is LessonKind.ASSIGNMENT:
        words = _("The work is handed in online: %(address)s", address=absolute(urls.for_lesson(line.id)))
    elif line.kind is LessonKind.MEETING:
        words = _("Time and place of the meeting stand online: %(address)s", address=absolute(urls.for_lesson(line.id)))
    elif line.kind is LessonKind.LINK and line.url:
        words = _("This lesson lies at %(address)s", address=line.url)
    else:
        return Markup("")
    return Markup('<p class="note">{}</p>').format(words)


def size_words(size: int) -> str:
    """Return a number of bytes as people say it."""
    if size < 1024 * 1024:
        return _("%(size)s KB", size=max(1, round(size / 1024)))
    return _("%(size)s MB", size=f"{size / 1024 / 1024:.1f}")
