"""What search may index of the study room; offers that, and what threads may hang on."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import aliased

from core.db import db
from core.documents import Document, register_closing, register_names, register_passing, register_source
from core.faces import Faces
from core.news import register_news
from core.passages import blocks_of
from core.permissions import Actor, finding_source
from core.public_pages import register_pages
from core.refs import Ref
from core.subjects import Key, register_subject
from core.text import detect_language, plain
from study import urls
from study.enums import LessonKind, MaterialState
from study.extraction.cues import said_in
from study.extraction.parts import PAGE_BREAK, Cue
from study.models import Course, Lesson, LessonMedia, Material, Module, Reading, Timing
from study.note_documents import NoteSource
from study.passing import gate_tokens
from study.permissions import reading_audiences
from study.public_pages import CoursePages
from study.queries.closed import locked_among
from study.queries.editions import list_passed_over
from study.queries.gates import barriers_join, lesson_audiences, material_audiences
from study.queries.news import LessonNews
from study.release_wording import keys
from study.subjects import CourseSubject, LessonSubject, QuizSubject

GET_BATCH = 500
ZH, EN = aliased(Timing), aliased(Timing)


def _text(*html: Faces) -> str:
    return "\n".join(text for faces in html for text in (plain(faces.zh), plain(faces.en)) if text)


def _language(title: Faces, text: str) -> str:
    """Return the language of the text; where both faces are written it is the Chinese one, which stands first."""
    return "zh-Hans" if title.zh else detect_language(title.all() + "\n" + text)


def _with_subtitles(text: str, zh: Sequence[Any], en: Sequence[Any]) -> tuple[str, tuple[tuple[int, str], ...]]:
    """Return a text followed by what is said, and from which character on a click leads to which second."""
    pieces, places = ([text], []) if text else ([], [])
    length = len(text) if text else -1
    for language, cues in (("zh", zh), ("en", en)):
        for start, line in said_in(Cue(*cue) for cue in cues):
            places.append((length + 1, f"?t={start // 1000}&captions={language}#player"))
            pieces.append(line)
            length += 1 + len(line)
    return "\n".join(pieces), tuple(places)


def _by_paragraph(parts: Sequence[str]) -> tuple[str, tuple[tuple[int, str], ...]]:
    """Return the words of a document, its parts parted by form feeds, and where a click on each paragraph leads."""
    pages, places, length = [], [], 0
    for number, part in enumerate(parts, start=1):
        lines = []
        for block in blocks_of(part):
            places.append((length, f"?page={number}#{block.passage.place}"))
            lines.append(block.passage.text)
            length += len(block.passage.text) + 1
        pages.append("\n".join(lines))
        length += not lines
    return PAGE_BREAK.join(pages), tuple(places)


def _is_shown_as_subtitles() -> ColumnElement[bool]:
    """Subtitles that a lesson shows are found there, at the second they are said."""
    shown = or_(LessonMedia.subtitles_zh_id == Material.id, LessonMedia.subtitles_en_id == Material.id)
    return select(LessonMedia.lesson_id).where(shown).exists()


class _Source(ABC):
    """What the three sources share: walking by id, or fetching by ids."""

    kind: str

    def count(self) -> int:
        """Return how many there are."""
        return db.session.scalar(select(func.count()).select_from(self._rows().subquery())) or 0

    def documents(self, after_id: int, limit: int) -> Sequence[Document]:
        """Return the next documents by id."""
        ident = self._ident()
        rows = db.session.execute(self._rows().where(ident > after_id).order_by(ident).limit(limit))
        return self._documents(rows)

    def get(self, ids: Iterable[int]) -> Sequence[Document]:
        """Return these documents."""
        wanted = list(ids)
        found: list[Document] = []
        for start in range(0, len(wanted), GET_BATCH):
            rows = db.session.execute(self._rows().where(self._ident().in_(wanted[start : start + GET_BATCH])))
            found += self._documents(rows)
        return found

    def _documents(self, rows: Iterable[Any]) -> list[Document]:
        return [self._document(*row) for row in rows]

    @abstractmethod
    def _rows(self) -> Any: ...

    @abstractmethod
    def _ident(self) -> ColumnElement[int]: ...

    @abstractmethod
    def _document(self, *row: Any) -> Document: ...


class CourseSource(_Source):
    """The front pages of courses."""

    kind = "course"

    def _rows(self) -> Any:
        return select(Course)

    def _ident(self) -> ColumnElement[int]:
        return Course.__table__.c.id

    def _document(self, *row: Any) -> Document:
        course: Course = row[0]
        text = _text(course.html)
        audience, *others = reading_audiences(course)
        return Document(
            ref=course.ref,
            title=course.title.all(),
            text="\n".join(part for part in (course.summary.all(), text) if part),
            audience=audience,
            also_for=tuple(others),
            language=_language(course.title, text),
            url=urls.for_course(course.slug),
            created_at=course.created_at,
            updated_at=course.updated_at,
            course=course.slug,
            branch=str(course.branch_id),
            place=course.title,
        )


class LessonSource(_Source):
    """Lessons with words of their own; quizzes are not searched."""

    kind = "lesson"

    def _rows(self) -> Any:
        statement = (
            select(Lesson, Course, ZH.cues, EN.cues)
            .join(Module, Module.id == Lesson.module_id)
            .join(Course, Course.id == Module.course_id)
            .outerjoin(LessonMedia, LessonMedia.lesson_id == Lesson.id)
            .outerjoin(ZH, ZH.material_id == LessonMedia.subtitles_zh_id)
            .outerjoin(EN, EN.material_id == LessonMedia.subtitles_en_id)
        )
        return barriers_join(statement).where(Lesson.kind != LessonKind.QUIZ)

    def _ident(self) -> ColumnElement[int]:
        return Lesson.__table__.c.id

    def _document(self, *row: Any) -> Document:
        lesson, course, zh, en, *gates = row
        text, places = _with_subtitles(_text(lesson.html), zh or (), en or ())
        audience, *others = lesson_audiences(course, *gates)
        return Document(
            ref=lesson.ref,
            title=lesson.title.all(),
            text=text,
            audience=audience,
            also_for=tuple(others),
            language=_language(lesson.title, text),
            url=urls.for_lesson(lesson.id),
            places=places,
            created_at=lesson.created_at,
            updated_at=lesson.updated_at,
            course=course.slug,
            branch=str(course.branch_id),
            place=course.title,
        )


class MaterialSource(_Source):
    """Materials by their extracted text, pages parted by form feeds."""

    kind = "material"

    def _rows(self) -> Any:
        return (
            # The words as they were read are what is found only where there is no form in which they are shown.
            select(Material, Course, Reading.parts, case((Reading.material_id.is_(None), Material.text), else_=""))
            .join(Course, Course.id == Material.course_id)
            .outerjoin(Reading, Reading.material_id == Material.id)
            .where(Material.state != MaterialState.WAITING, ~_is_shown_as_subtitles())
        )

    def _ident(self) -> ColumnElement[int]:
        return Material.__table__.c.id

    def _documents(self, rows: Iterable[Any]) -> list[Document]:
        found = list(rows)
        audiences = material_audiences([material.id for material, *_rest in found])
        return [
            self._made(material, audiences.get(material.id) or reading_audiences(course), course, *words)
            for material, course, *words in found
        ]

    def _document(self, *row: Any) -> Document:
        return self._documents([row])[0]

    @staticmethod
    def _made(
        material: Material, audiences: tuple[str, ...], course: Course, parts: Sequence[str] | None, words: str
    ) -> Document:
        text, places = _by_paragraph(parts) if parts else (words, ())
        return Document(
            ref=material.ref,
            title=material.title,
            text=text,
            places=places,
            audience=audiences[0],
            also_for=audiences[1:],
            language=material.language,
            url=urls.for_material(material.id),
            created_at=material.created_at,
            updated_at=material.updated_at,
            course=course.slug,
            branch=str(course.branch_id),
            place=course.title,
            external_id=material.external_id,
        )


class CourseNames:
    """What courses are called."""

    facet = "course"

    def names(self, values: Collection[str]) -> dict[str, Faces]:
        """Return the titles of these courses."""
        rows = db.session.execute(select(Course.slug, Course.title).where(Course.slug.in_(values)))
        return {row.slug: row.title for row in rows}

    def called(self, name: str) -> str:
        """Return the address name of the course with this title."""
        rows = db.session.execute(select(Course.slug, Course.title).order_by(Course.id)).all()
        return next((row.slug for row in rows if row.title.is_called(name)), "")


class LockedLessons:
    """Lessons that open one after another: found by anybody who sees the course, read when they are open."""

    def closed_to(self, refs: Collection[Ref], actor: Actor) -> dict[Ref, Sequence[Key]]:
        """Return the locked ones, each with what opens it."""
        return {ref: keys(lock.bars, outline) for ref, (lock, outline) in locked_among(refs, actor).items()}


class Editions:
    """Of the editions of a course one is found: one's own, or else the newest."""

    def passed_over(self, actor: Actor) -> frozenset[str]:
        """Return the others."""
        return list_passed_over(actor)


def register() -> None:
    """Offer the room's documents and subjects; called once."""
    for source in (CourseSource(), LessonSource(), MaterialSource(), NoteSource()):
        register_source(source)
    register_names(CourseNames())
    for subject in (CourseSubject(), LessonSubject(), QuizSubject()):
        register_subject(subject)
    register_pages(CoursePages())
    finding_source(gate_tokens)
    register_closing(LockedLessons())
    register_passing(Editions())
    register_news(LessonNews())
