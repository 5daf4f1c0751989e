"""Reads the cards of a day, one by one."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, exists, func, select
from sqlalchemy.orm import aliased

from core.clock import utcnow
from core.db import AnySelect, db, read_rows
from core.errors import NotFound
from core.faces import Faces
from core.i18n import current_zone
from core.permissions import Actor
from study.enums import CardAct, CardStage
from study.models import CardReview, Course, Lesson, Notebook, Question, QuestionVersion, ReviewCard
from study.models.notebook import MOST_A_DAY, NEW_A_DAY
from study.models.questions import tags_of
from study.notebook.daily import AHEAD, Day, Turn
from study.notebook.seeing import held_by, seen, seen_as, seen_by
from study.notebook.spacing import Memory
from study.quiz.kinds import Answer, Given, Order, fraction_of, is_answered, kind_of
from study.quiz.showing import ShownQuestion

_STEPS: Final = (CardStage.LEARNING, CardStage.RELEARNING)


@dataclass(frozen=True, kw_only=True)
class ShownCard:
    """A card with what it asks now and where that belongs."""

    card: ReviewCard
    version: QuestionVersion
    tags: list[str]
    course_slug: str
    course_title: Faces
    lesson_title: Faces | None

    @property
    def memory(self) -> Memory:
        """What is known of it."""
        return memory_of(self.card)

    @property
    def order(self) -> Order:
        """In which order it is asked this time: in another each time, so that nobody learns places by heart."""
        content = self.version.content
        return kind_of(content.kind).order(content, random.Random(f"{self.card.id}:{self.card.turn}"))

    def read(self, given: Given) -> dict[str, Any] | None:
        """Return the answer that a page sent; None where it says nothing."""
        content = self.version.content
        answer = kind_of(content.kind).read(content, self.order, given)
        return answer if is_answered(content, answer) else None

    def asked(self, answer: Answer | None) -> ShownQuestion:
        """Return the question, with an answer or to be answered."""
        content = self.version.content
        return ShownQuestion(
            position=1,
            content=content,
            order=self.order,
            mark=fraction_of(content, answer) if answer else None,
            answered=bool(answer),
            answer=answer or {},
        )


def memory_of(card: ReviewCard) -> Memory:
    """Return what is known of a card."""
    return Memory(
        stage=card.stage,
        step=card.step,
        stability=card.stability,
        difficulty=card.difficulty,
        due_at=card.due_at,
        reviewed_at=card.reviewed_at,
    )


def get_day(reader: Actor, zone: tzinfo | None = None) -> Day:
    """Return what one member's day holds, here or in another zone. Asks one question, however many cards there are."""
    now = utcnow()
    today = now.astimezone(zone or current_zone()).date()
    values = {**seen_as(reader), "now": now, "soon": now + AHEAD, "today": today}
    return Day(**read_rows(_day(), values).one()._mapping)


@cache
def _day() -> AnySelect:
    # Home asks it at every visit, so it is built once.
    is_due = ReviewCard.due_at <= bindparam("now")
    is_learnt = ReviewCard.stage.in_(_STEPS)
    counts = select(
        _count(is_learnt & is_due).label("steps"),
        _count(is_learnt & ~is_due).label("ahead"),
        _count((ReviewCard.stage == CardStage.REVIEW) & is_due).label("due"),
        _count(ReviewCard.stage == CardStage.NEW).label("new"),
        _done(func.count(CardReview.card_id.distinct())).label("done"),
        _done(func.count(), CardReview.stage == CardStage.NEW).label("done_new"),
        _settled(Notebook.new_a_day, NEW_A_DAY).label("new_a_day"),
        _settled(Notebook.most_a_day, MOST_A_DAY).label("most_a_day"),
    ).select_from(ReviewCard)
    return seen(counts).where(ReviewCard.suspended_at.is_(None), ReviewCard.due_at <= bindparam("soon"))


def _count(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _done(number: Any, *conditions: ColumnElement[bool]) -> Any:
    mine = CardReview.user_id == bindparam("user_id"), CardReview.day == bindparam("today")
    return select(number).where(*mine, is_rating(), *conditions).correlate(None).scalar_subquery()


def _settled(column: Any, usual: int) -> Any:
    own = select(column).where(Notebook.user_id == bindparam("user_id"))
    return func.coalesce(own.scalar_subquery(), usual)


def is_rating() -> ColumnElement[bool]:
    """Return the condition that an act is a rating that nobody took back."""
    undoing = aliased(CardReview)
    return and_(CardReview.act == CardAct.RATED, ~exists().where(undoing.undoes_id == CardReview.id))


def find_next(reader: Actor, turn: Turn | None) -> ShownCard | None:
    """Return the card whose turn it is."""
    if turn is None:
        return None
    now = utcnow()
    wanted: Mapping[Turn, Any] = {
        Turn.STEPS: ReviewCard.stage.in_(_STEPS) & (ReviewCard.due_at <= now),
        Turn.AHEAD: ReviewCard.stage.in_(_STEPS) & (ReviewCard.due_at <= now + AHEAD),
        Turn.DUE: (ReviewCard.stage == CardStage.REVIEW) & (ReviewCard.due_at <= now),
        Turn.NEW: (ReviewCard.stage == CardStage.NEW) & (ReviewCard.due_at <= now),
    }
    # What was just got wrong is fresh; what is due waits longest first.
    order = (
        (ReviewCard.noted_at.desc(), ReviewCard.id.desc()) if turn is Turn.NEW else (ReviewCard.due_at, ReviewCard.id)
    )
    found = _shown(reader).where(ReviewCard.suspended_at.is_(None), wanted[turn]).order_by(*order).limit(1)
    row = db.session.execute(found).one_or_none()
    return None if row is None else _card(row)


def get_card(card_id: int, reader: Actor) -> ShownCard:
    """Return a card of the reader's.

    Raises:
        NotFound: there is none that this reader may see now.
    """
    row = db.session.execute(_shown(reader).where(ReviewCard.id == card_id)).one_or_none()
    if row is None:
        raise NotFound
    return _card(row)


def get_held_card(card_id: int, reader: Actor) -> ReviewCard:
    """Return a card that the reader sees, or would see had it not been taken out.

    Raises:
        NotFound: there is none.
    """
    statement: AnySelect = select(ReviewCard)
    found = db.session.execute(held_by(reader, statement).where(ReviewCard.id == card_id)).one_or_none()
    if found is None:
        raise NotFound
    card: ReviewCard = found[0]
    return card


def _shown(reader: Actor) -> AnySelect:
    named = Question.tags, Course.slug, Course.title, Lesson.title.label("lesson_title")
    statement: Select[*tuple[Any, ...]] = select(ReviewCard, QuestionVersion, *named)
    return seen_by(reader, statement).outerjoin(Lesson, Lesson.id == ReviewCard.lesson_id)


def _card(row: Any) -> ShownCard:
    return ShownCard(
        card=row.ReviewCard,
        version=row.QuestionVersion,
        tags=tags_of(row.tags),
        course_slug=row.slug,
        course_title=row.title,
        lesson_title=row.lesson_title,
    )


def find_last_rating(reader: Actor) -> CardReview | None:
    """Return the member's latest act of today if it is a rating that may be taken back."""
    today = utcnow().astimezone(current_zone()).date()
    latest = select(func.max(CardReview.id)).where(CardReview.user_id == (reader.id or 0), CardReview.day == today)
    statement: AnySelect = select(CardReview).join(ReviewCard, ReviewCard.id == CardReview.card_id)
    return db.session.scalars(
        held_by(reader, statement).where(
            CardReview.id == latest.scalar_subquery(),
            CardReview.act == CardAct.RATED,
            ReviewCard.turn == CardReview.turn + 1,
        )
    ).one_or_none()
