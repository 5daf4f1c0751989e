"""Writes question banks: banks, questions and their versions. A version that exists never changes."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from json import dumps

from sqlalchemy import select

from core.db import db, lock
from core.faces import Faces
from core.i18n import _l
from core.markup import RENDER_VERSION, render
from core.permissions import Actor
from core.text import excerpt, plain
from core.upserts import upsert
from study.enums import QuestionKind, VersionState
from study.errors import QuestionIncomplete
from study.models import Course, Question, QuestionBank, QuestionVersion
from study.models.questions import BANK_NAME_MAX, NOTHING, QUESTION_NAME_MAX, Option
from study.permissions import StudyPermission, require_in_course
from study.quiz.marking import FULL, ROUNDING

LETTERS = "abcdefghijklmnopqrstuvwxyz"
TRUE_KEY, FALSE_KEY = "t", "f"
_ONE_PARAGRAPH = re.compile(r"\A<p>((?:(?!</?p>).)*)</p>\s*\Z", re.DOTALL)
_PARAGRAPH_GAP = re.compile(r"</p>\s*<p>")
NAME_EXCERPT = 80


@dataclass(frozen=True, kw_only=True)
class OptionContent:
    """An option, or an accepted short answer, as an author writes it."""

    fraction: int
    text: Faces = NOTHING
    feedback: Faces = NOTHING
    pattern: str = ""


@dataclass(frozen=True, kw_only=True)
class QuestionContent:
    """A question as an author writes it; texts are Markdown."""

    kind: QuestionKind
    text: Faces
    options: Sequence[OptionContent]
    feedback: Faces = NOTHING
    name: str = ""

    @property
    def digest(self) -> str:
        """Return a name for exactly this content."""
        parts = [
            self.kind.value,
            _both(self.text),
            _both(self.feedback),
            [[_both(o.text), _both(o.feedback), o.pattern, o.fraction] for o in self.options],
        ]
        return sha256(dumps(parts, ensure_ascii=False).encode()).hexdigest()


def _both(faces: Faces) -> list[str]:
    return [faces.zh, faces.en]


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A question whose texts are rendered: what takes long is done before the transaction."""

    content: QuestionContent
    html: Faces
    feedback_html: Faces
    options: Sequence[Option]

    @property
    def name(self) -> str:
        """Return what lists call the question."""
        name = self.content.name or excerpt(plain(self.html.zh or self.html.en), NAME_EXCERPT)
        return name[:QUESTION_NAME_MAX]


def prepare(content: QuestionContent) -> Prepared:
    """Check a question and render its texts; touches no row.

    Raises:
        QuestionIncomplete: it cannot be answered as it stands.
    """
    check(content)
    return Prepared(
        content=content,
        html=rendered_inline(content.text),
        feedback_html=rendered_inline(content.feedback),
        options=[
            render_option(
                Option(
                    key=key,
                    fraction=option.fraction,
                    pattern=option.pattern,
                    text=option.text,
                    feedback=option.feedback,
                )
            )
            for key, option in zip(_keys(content), content.options, strict=False)
        ],
    )


def render_option(option: Option) -> Option:
    """Return an option with its texts rendered."""
    return replace(option, html=rendered_inline(option.text), feedback_html=rendered_inline(option.feedback))


def _keys(content: QuestionContent) -> str:
    return TRUE_KEY + FALSE_KEY if content.kind is QuestionKind.TRUE_FALSE else LETTERS


def check(content: QuestionContent) -> None:
    """Check that a question can be asked and answered.

    Raises:
        QuestionIncomplete: it cannot; the message says what is missing.
    """
    problem = _problem(content)
    if problem is not None:
        raise QuestionIncomplete(problem)


def _problem(content: QuestionContent) -> object:
    fractions = [option.fraction for option in content.options]
    if not content.text:
        return _l("The question has no text.")
    if len(content.options) > len(LETTERS):
        return _l("A question may have 26 answers at most.")
    if content.kind is QuestionKind.SHORT_ANSWER:
        return None if max(fractions, default=0) == FULL else _l("Give at least one accepted answer.")
    if len(content.options) < 2:
        return _l("A choice needs at least two answers.")
    if content.kind is QuestionKind.MULTIPLE_CHOICE:
        total = sum(fraction for fraction in fractions if fraction > 0)
        return None if abs(total - FULL) <= ROUNDING else _l("Mark at least one answer as right.")
    return None if max(fractions) == FULL else _l("Mark one answer as right.")


def rendered_inline(faces: Faces) -> Faces:
    """Return the HTML of both faces as questions show it."""
    return Faces(zh=_inline(faces.zh), en=_inline(faces.en))


def _inline(source: str) -> str:
    """Render; a single paragraph loses its frame, so that it may stand in a legend or label."""
    if not source:
        return ""
    html = render(source, heading=4).html.strip()
    if found := _ONE_PARAGRAPH.match(html):
        return found[1]
    return html


def bank_named(course: Course, name: str, actor: Actor | None) -> QuestionBank:
    """Return the bank of this name in a course, made if there is none. ``actor`` is None on the command line.

    Raises:
        Denied: the actor does not write this course.
    """
    _require_author(course, actor)
    values = {"course_id": course.id, "name": name[:BANK_NAME_MAX]}
    db.session.execute(upsert(QuestionBank, values, conflict=["course_id", "name"]))
    # Held until commit, so that two imports of one file come one after the other.
    return db.session.scalars(lock(select(QuestionBank).filter_by(**values))).one()


def _require_author(course: Course, actor: Actor | None) -> None:
    if actor is not None:
        require_in_course(actor, StudyPermission.AUTHOR, course)


def add_question(
    bank: QuestionBank, course: Course, prepared: Prepared, actor: Actor | None, *, key: str = ""
) -> Question:
    """Put a question into a bank as its first version.

    Raises:
        Denied: the actor does not write this course.
    """
    _require_author(course, actor)
    question = Question(bank_id=bank.id, key=key or f"own-{secrets.token_hex(12)}", name=prepared.name)
    db.session.add(question)
    db.session.flush()
    _add_version(question, prepared, actor)
    return question


def edit_question(question: Question, course: Course, prepared: Prepared, actor: Actor | None) -> QuestionVersion:
    """Write a new version of a question; papers keep the one they were drawn with. Same content changes nothing.

    Raises:
        Denied: the actor does not write this course.
    """
    _require_author(course, actor)
    row = lock(select(Question).where(Question.id == question.id)).execution_options(populate_existing=True)
    held = db.session.scalars(row).one()
    held.name = prepared.name
    current = db.session.scalars(
        select(QuestionVersion).where(
            QuestionVersion.question_id == held.id, QuestionVersion.version == held.current_version
        )
    ).one()
    if current.content_hash == prepared.content.digest:
        return current
    held.current_version += 1
    return _add_version(held, prepared, actor)


def _add_version(question: Question, prepared: Prepared, actor: Actor | None) -> QuestionVersion:
    content = prepared.content
    stored = [option.to_json() for option in prepared.options]
    short = content.kind is QuestionKind.SHORT_ANSWER
    version = QuestionVersion(
        question_id=question.id,
        version=question.current_version or 1,
        kind=content.kind,
        text=content.text,
        html=prepared.html,
        options=[] if short else stored,
        answers=stored if short else [],
        feedback=content.feedback,
        feedback_html=prepared.feedback_html,
        render_version=RENDER_VERSION,
        content_hash=content.digest,
        created_by_id=actor.id if actor else None,
    )
    db.session.add(version)
    db.session.flush()
    return version


def set_state(question: Question, course: Course, actor: Actor, state: VersionState) -> None:
    """Take a question out of the offer for new quizzes, or bring it back; quizzes that ask it go on.

    Raises:
        Denied: the actor does not write this course.
    """
    _require_author(course, actor)
    question.state = state
    db.session.flush()
