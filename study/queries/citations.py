"""Reads the passages of lessons that questions rest on."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from core import passages
from core.db import db
from core.errors import NotFound
from core.faces import Faces
from core.passages import Passage
from core.permissions import Actor
from core.text import excerpt
from study import urls
from study.citing import Spot, find_at
from study.enums import LessonKind
from study.models import Citation, Course, Lesson, Module, Question, QuestionBank
from study.passages import in_both_languages
from study.queries.lessons import get_lesson
from study.queries.outlines import Outline, outline_of
from study.queries.readings import list_passages

SHOWN_MAX: Final = 40
"""Characters of a quotation that lead back into the lesson."""


@dataclass(frozen=True, kw_only=True)
class Cited:
    """Where what a question rests on is read again."""

    lesson_id: int
    lesson_title: Faces
    mark: str
    """Of the passage as it is now; empty where only the lesson is left."""
    quote: str
    """Its first words, for this reader; none where it says something else by now."""

    @property
    def url(self) -> str:
        """Where it is read."""
        return urls.for_passage(self.lesson_id, self.mark) if self.mark else urls.for_lesson(self.lesson_id)


def cited_by(question_ids: Collection[int], reader: Actor, outline: Outline | None = None) -> Mapping[int, Cited]:
    """Return what questions rest on, by question, as far as the lessons are open to the reader.

    The caller knows that the reader may be told what is right. One question is asked where none rests on anything.
    ``outline`` is that of their course, where the caller has it.
    """
    if not question_ids:
        return {}
    rows = db.session.execute(
        select(Citation, Lesson.title, Module.course_id)
        .join(Lesson, Lesson.id == Citation.lesson_id)
        .join(Module, Module.id == Lesson.module_id)
        .where(Citation.question_id.in_(question_ids))
    ).all()
    # Also that a course is not for this reader is asked once.
    outlines: dict[int, Outline | None] = {outline.course.id: outline} if outline else {}
    for row in rows:
        if row.course_id not in outlines:
            outlines[row.course_id] = _outline(row.Citation.lesson_id, reader)
    return {
        row.Citation.question_id: _cited(row.Citation, row.title)
        for row in rows
        if (found := outlines[row.course_id]) and row.Citation.lesson_id not in found.locks
    }


def _outline(lesson_id: int, reader: Actor) -> Outline | None:
    try:
        return outline_of(get_lesson(lesson_id, reader).module.course, reader)
    except NotFound:
        return None


def _cited(citation: Citation, title: Faces) -> Cited:
    has_changed = citation.changed_at is not None
    return Cited(
        lesson_id=citation.lesson_id or 0,
        lesson_title=title,
        mark=citation.now_mark,
        quote="" if has_changed else excerpt(citation.words.pick(), SHOWN_MAX),
    )


@dataclass(frozen=True, kw_only=True)
class Found:
    """A passage of a lesson, and its words in each language."""

    lesson_id: int
    passage: Passage
    words: Faces


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a question rests on, as its authors see it."""

    citation: Citation
    lesson: Lesson | None
    now: Passage | None
    """The passage today; None where it is gone."""

    @property
    def has_changed(self) -> bool:
        """Tell whether it says something else than when an author looked at it last."""
        return self.now is None or self.now.digest != self.citation.digest

    @property
    def found(self) -> Found | None:
        """The passage today with its words in each language; None where it is gone."""
        return _found(self.lesson, self.now) if self.lesson and self.now else None

    @property
    def address(self) -> str:
        """The address that authors see and paste; it names the passage also when it is gone."""
        mark = self.now.mark if self.now else self.citation.mark
        return urls.for_passage(self.citation.lesson_id or 0, mark)


def find_citation(question_id: int) -> Citation | None:
    """Return what a question rests on as it was said; None where it rests on nothing."""
    return db.session.scalars(select(Citation).where(Citation.question_id == question_id)).one_or_none()


def find_standing(question_id: int) -> Standing | None:
    """Return what a question rests on today; None where it rests on nothing."""
    row = db.session.execute(
        select(Citation, Lesson)
        .outerjoin(Lesson, Lesson.id == Citation.lesson_id)
        .where(Citation.question_id == question_id)
    ).one_or_none()
    if row is None:
        return None
    citation, lesson = row
    found = list_passages(lesson) if lesson else []
    now = passages.find_again(found, citation.mark, citation.quote)
    return Standing(citation=citation, lesson=lesson, now=now)


def find_passage(spot: Spot, course_id: int) -> Found | None:
    """Return the passage of a lesson of a course that an address names, as this reader sees the lesson."""
    lesson = db.session.scalars(_lessons(course_id).where(Lesson.id == spot.lesson_id)).one_or_none()
    if lesson is None:
        return None
    # Faces have anchors of their own: that of an address belongs to the one which its writer reads.
    passage = find_at([*passages.passages_of(lesson.html.pick()), *list_passages(lesson)], spot)
    return passage and _found(lesson, passage)


def _found(lesson: Lesson, passage: Passage) -> Found:
    return Found(lesson_id=lesson.id, passage=passage, words=in_both_languages(lesson.html, passage))


def list_offered(course_id: int, lesson_id: int) -> list[Passage]:
    """Return the passages of a lesson of a course from which an author chooses."""
    lesson = db.session.scalars(_lessons(course_id).where(Lesson.id == lesson_id)).one_or_none()
    return list_passages(lesson) if lesson else []


def list_lessons(course_id: int) -> Sequence[Any]:
    """Return id and title of the lessons of a course that have words, in order."""
    return db.session.execute(
        _lessons(course_id)
        .with_only_columns(Lesson.id, Lesson.title)
        .where(Lesson.kind != LessonKind.QUIZ)
        .order_by(Module.position, Module.id, Lesson.position, Lesson.id)
    ).all()


def _lessons(course_id: int) -> Any:
    return select(Lesson).join(Module, Module.id == Lesson.module_id).where(Module.course_id == course_id)


def rests_on_change() -> ColumnElement[bool]:
    """Return the condition that what a question rests on has changed, and that no author has confirmed it."""
    return exists().where(Citation.question_id == Question.id, Citation.changed_at.is_not(None))


def count_changed(course: Course) -> Mapping[int, int]:
    """Return by bank how many questions of a course rest on passages that have changed."""
    rows: Iterable[Any] = db.session.execute(
        select(Question.bank_id, func.count().label("number"))
        .join(Citation, and_(Citation.question_id == Question.id, Citation.changed_at.is_not(None)))
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .where(QuestionBank.course_id == course.id)
        .group_by(Question.bank_id)
    )
    return {row.bank_id: row.number for row in rows}


@dataclass(frozen=True, kw_only=True)
class Look:
    """What the worker found of one citation."""

    question_id: int
    digest: str
    """What it was compared with: if an author has looked at it since, nothing follows."""
    now_mark: str
    words: Faces
    has_changed: bool


def list_moved(lesson_ids: Iterable[int], material_ids: Iterable[int]) -> list[Look]:
    """Compare what questions rest on with some lessons and documents as they are now; return what is news.

    What rested on lessons that are gone is looked at each time: nothing says any more which they were.
    """
    shown = select(Lesson.id).where(Lesson.material_id.in_(list(material_ids)))
    is_gone = and_(Citation.lesson_id.is_(None), Citation.changed_at.is_(None))
    wanted = or_(Citation.lesson_id.in_(list(lesson_ids)), Citation.lesson_id.in_(shown), is_gone)
    by_lesson: dict[int | None, list[Citation]] = defaultdict(list)
    for citation in db.session.scalars(select(Citation).where(wanted).order_by(Citation.question_id)):
        by_lesson[citation.lesson_id].append(citation)
    looks = []
    for lesson_id, citations in by_lesson.items():
        lesson = db.session.get(Lesson, lesson_id) if lesson_id else None
        found = list_passages(lesson) if lesson else []
        looks += [_look(one, lesson, found) for one in citations]
    told = {one.question_id: one for found in by_lesson.values() for one in found}
    return [one for one in looks if _is_news(one, told[one.question_id])]


def _look(citation: Citation, lesson: Lesson | None, found: Sequence[Passage]) -> Look:
    now = passages.find_again(found, citation.mark, citation.quote)
    return Look(
        question_id=citation.question_id,
        digest=citation.digest,
        now_mark=now.mark if now else "",
        words=in_both_languages(lesson.html, now) if lesson and now else citation.words,
        has_changed=now is None or now.digest != citation.digest,
    )


def _is_news(look: Look, citation: Citation) -> bool:
    known = (citation.now_mark, citation.words, citation.changed_at is not None)
    return (look.now_mark, look.words, look.has_changed) != known
