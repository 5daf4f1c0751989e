"""Reads which pictures belong to questions, and whether a reader was asked one: on a paper, in a lesson, on a card."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import JSON, ColumnElement, false, or_, select, type_coerce
from sqlalchemy.orm import contains_eager, joinedload

from core.clock import utcnow
from core.db import db
from core.permissions import Actor
from study.models import (
    Attempt,
    AttemptSlot,
    Course,
    Lesson,
    Module,
    Picture,
    PracticeAnswer,
    Question,
    QuestionBank,
    QuestionPicture,
    QuestionVersion,
    Quiz,
    ReviewCard,
)
from study.notebook.seeing import seen_by
from study.permissions import StudyPermission, may_read_course, writes_courses
from study.practice import KINDS, asked_in
from study.quiz.queries.askers import is_taught_where_asked
from study.quiz.queries.banks import current_version, may_look

QUESTIONS_MAX = 50
"""Questions that show one picture, of which the lessons are looked for."""


def is_asked_with(picture_id: int, reader: Actor) -> bool:
    """Tell whether a question that this reader was asked, on a paper or a card, shows a picture.

    What stands in feedback alone, or elsewhere in the key, is shown when the key is. Of lessons that ask it
    ``asking_lessons`` tells.
    """
    return reader.id is not None and (_on_paper(picture_id, reader) or _on_card(picture_id, reader))


def is_looked_at_with(picture_id: int, reader: Actor) -> bool:
    """Tell whether those who write and teach courses may look at a question of another course that shows a picture."""
    if not (writes_courses(reader) or reader.may_anywhere(StudyPermission.TEACH)):
        return False
    shown = (
        select(QuestionVersion.question_id)
        .join(QuestionPicture, QuestionPicture.version_id == QuestionVersion.id)
        .where(QuestionPicture.picture_id == picture_id)
    )
    banks = db.session.scalars(
        select(QuestionBank)
        .options(joinedload(QuestionBank.course).joinedload(Course.branch), joinedload(QuestionBank.shared_with))
        .where(QuestionBank.id.in_(select(Question.bank_id).where(Question.id.in_(shown))))
    )
    return any(may_look(reader, bank) for bank in banks) or is_taught_where_asked(shown, reader)


def _on_paper(picture_id: int, reader: Actor) -> bool:
    rows = db.session.execute(
        select(QuestionPicture.is_asked, AttemptSlot.position, AttemptSlot.checked_at, Attempt)
        .join(AttemptSlot, AttemptSlot.version_id == QuestionPicture.version_id)
        .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
        .join(Attempt.quiz)
        .options(contains_eager(Attempt.quiz).joinedload(Quiz.course))
        .where(QuestionPicture.picture_id == picture_id, Attempt.user_id == reader.id)
    )
    now = utcnow()
    for is_asked, position, checked_at, attempt in rows:
        # It may be of another course than the picture, whose bank is shared.
        if not may_read_course(reader, attempt.quiz.course):
            continue
        # A paper that goes one way shows no question before its turn.
        if is_asked and not (attempt.is_open and attempt.awaits(position)):
            return True
        if checked_at is not None or (not attempt.is_open and attempt.quiz.shows_answers(now)):
            return True
    return False


def _on_card(picture_id: int, reader: Actor) -> bool:
    """Tell whether a card of the reader's notebook shows it; cards show their key."""
    shown = select(QuestionPicture.version_id).where(QuestionPicture.picture_id == picture_id)
    cards = seen_by(reader, select(ReviewCard.id).where(QuestionVersion.id.in_(shown)))
    return db.session.scalar(cards.limit(1)) is not None


def asking_lessons(picture_id: int, reader: Actor) -> ColumnElement[bool]:
    """Return the condition that a lesson asks, in its text, a question that shows a picture to this reader there."""
    rows = db.session.execute(
        select(QuestionVersion.question_id, QuestionPicture.is_asked)
        .join(QuestionPicture, QuestionPicture.version_id == QuestionVersion.id)
        .join(QuestionVersion.question)
        .where(QuestionPicture.picture_id == picture_id, current_version())
        .limit(QUESTIONS_MAX)
    )
    found = [(ident, is_asked) for ident, is_asked in rows]
    told = [ident for ident, is_asked in found if not is_asked]
    mine = PracticeAnswer.user_id == reader.id, PracticeAnswer.question_id.in_(told)
    known = set(db.session.scalars(select(PracticeAnswer.question_id).where(*mine))) if told and reader.id else set()
    asked = [ident for ident, is_asked in found if is_asked or ident in known]
    if not asked:
        return false()
    html = type_coerce(Lesson.html, JSON)
    markers = [f'<div class="asked" data-q="{ident}"' for ident in asked]
    named = or_(*(html[face].as_string().contains(one, autoescape=True) for face in ("zh", "en") for one in markers))
    # Lessons ask questions of their own course alone, and so do not have to be read in all others.
    home = select(Picture.course_id).where(Picture.id == picture_id).scalar_subquery()
    return Lesson.module_id.in_(select(Module.id).where(Module.course_id == home)) & named


def list_asked(lesson_ids: Collection[int], course_id: int) -> set[int]:
    """Return the pictures of the questions that lessons ask, and of their keys: pages to take along hold both."""
    rows = db.session.execute(
        select(Question.id, QuestionPicture.picture_id)
        .join(QuestionVersion, current_version())
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .join(QuestionPicture, QuestionPicture.version_id == QuestionVersion.id)
        .where(QuestionBank.course_id == course_id, QuestionVersion.kind.in_(sorted(KINDS)))
    )
    shown: dict[int, set[int]] = defaultdict(set)
    for question_id, picture_id in rows:
        shown[question_id].add(picture_id)
    if not shown:
        return set()
    found: set[int] = set()
    # One by one: the text of a whole course need not be held at once.
    for html in db.session.scalars(select(Lesson.html).where(Lesson.id.in_(lesson_ids))).yield_per(20):
        found.update(*(shown.get(ident, ()) for ident in asked_in(html.zh, html.en)))
    return found
