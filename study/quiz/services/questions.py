"""Writes question banks: banks, questions and their versions. A version that exists never changes."""

import re
import secrets
from dataclasses import dataclass, replace
from unicodedata import is_normalized

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
from study.models.questions import BANK_NAME_MAX, QUESTION_NAME_MAX
from study.permissions import StudyPermission, require_in_course
from study.quiz.kinds import Gap, Option, QuestionContent, cloze, kind_of

LETTERS = "abcdefghijklmnopqrstuvwxyz"
TRUE_KEY, FALSE_KEY = "t", "f"
_BARE = re.compile(r"(?!\d+\.\Z)[^\W_]+(?:(?:[,;?，。？！；：、（）《》] ?| )[^\W_]+)*[.?,，。？！；：、）》]?")
_ONE_PARAGRAPH = re.compile(r"\A<p>((?:(?!</?p>).)*)</p>\s*\Z", re.DOTALL)
_PARAGRAPH_GAP = re.compile(r"</p>\s*<p>")
NAME_EXCERPT = 80


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A question whose texts are rendered: what takes long is done before the transaction."""

    content: QuestionContent

    @property
    def name(self) -> str:
        """Return what lists call the question."""
        html = self.content.html
        name = self.content.name or excerpt(plain(cloze.bare(html.zh or html.en)), NAME_EXCERPT)
        return name[:QUESTION_NAME_MAX]


def prepare(content: QuestionContent) -> Prepared:
    """Check a question, name its options and render its texts; touches no row.

    Raises:
        QuestionIncomplete: it cannot be answered as it stands.
    """
    check(content)
    keys = TRUE_KEY + FALSE_KEY if content.kind is QuestionKind.TRUE_FALSE else LETTERS
    options = [replace(option, key=option.key or key) for key, option in zip(keys, content.options, strict=False)]
    return Prepared(content=rendered(replace(content, options=options)))


def rendered(content: QuestionContent) -> QuestionContent:
    """Return a question with all its texts rendered.

    Raises:
        QuestionIncomplete: a gap stands where none can be filled in.
    """
    is_cloze = content.kind is QuestionKind.CLOZE
    text = Faces(*(cloze.protect(one) for one in (content.text.zh, content.text.en))) if is_cloze else content.text
    html = rendered_inline(text)
    pairs = ((html.zh, content.text.zh), (html.en, content.text.en))
    if is_cloze and not all(cloze.is_whole(shown, written) for shown, written in pairs):
        raise QuestionIncomplete(_l("A gap cannot stand inside a link, a picture, code or a formula."))
    return replace(
        content,
        html=html,
        feedback_html=rendered_inline(content.feedback),
        options=[render_option(option) for option in content.options],
        gaps=[_render_gap(gap) for gap in content.gaps],
        bands=[replace(band, html=rendered_inline(band.feedback)) for band in content.bands],
    )


def _render_gap(gap: Gap) -> Gap:
    options = [
        render_option(replace(option, key=option.key or key)) for key, option in zip(LETTERS, gap.options, strict=False)
    ]
    return replace(gap, options=tuple(options))


def render_option(option: Option) -> Option:
    """Return an option with its texts rendered."""
    return replace(
        option,
        html=rendered_inline(option.text),
        feedback_html=rendered_inline(option.feedback),
        partner_html=rendered_inline(option.partner),
    )


def check(content: QuestionContent) -> None:
    """Check that a question can be asked and answered.

    Raises:
        QuestionIncomplete: it cannot; the message says what is missing.
    """
    problem = _problem(content)
    if problem is not None:
        raise QuestionIncomplete(problem)


def _problem(content: QuestionContent) -> object:
    if not content.text:
        return _l("The question has no text.")
    if max([len(content.options), *(len(gap.options) for gap in content.gaps)]) > len(LETTERS):
        return _l("A question may have 26 answers at most.")
    return kind_of(content.kind).problem(content)


def rendered_inline(faces: Faces) -> Faces:
    """Return the HTML of both faces as questions show it."""
    return Faces(zh=_inline(faces.zh), en=_inline(faces.en))


def _inline(source: str) -> str:
    """Render; a single paragraph loses its frame, so that it may stand in a legend or label."""
    # Words in which no rule of Markdown finds anything: most options of most files, which come by the thousand.
    if not source or (_BARE.fullmatch(source) and is_normalized("NFC", source)):
        return source
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
    version = QuestionVersion(
        question_id=question.id,
        version=question.current_version or 1,
        render_version=RENDER_VERSION,
        created_by_id=actor.id if actor else None,
    )
    version.fill(prepared.content)
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
