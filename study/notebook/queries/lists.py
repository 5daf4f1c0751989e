"""Reads all cards of a member: found by course, tag, stage and words."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, select

from core.db import AnySelect, db
from core.pages import Page, page_of
from core.permissions import Actor
from study.enums import CardStage
from study.models import Course, Question, QuestionVersion, ReviewCard
from study.notebook.seeing import seen_by
from study.quiz.queries.finding import has_tag, has_words

ASIDE: Final = "aside"
"""Stands for cards that are laid aside, beside the stages."""
WORDS_MAX: Final = 100
A_PAGE: Final = 30
EXPORTED_MAX: Final = 20_000


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a member looks for among the cards."""

    q: str = ""
    course: str = ""
    tag: str = ""
    stage: str = ""

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """Return what an address asks for; what there is not is dropped."""
        said = {one.name: " ".join(given.get(one.name, "").split())[:WORDS_MAX] for one in fields(cls)}
        if said["stage"] not in {ASIDE, *CardStage}:
            said["stage"] = ""
        return cls(**said)

    @property
    def fields(self) -> dict[str, str]:
        """What is wished for, by name."""
        return {name: value for name, value in vars(self).items() if value}


_LINE: Final = (
    ReviewCard.id,
    ReviewCard.due_at,
    ReviewCard.noted_at,
    ReviewCard.reviewed_at,
    ReviewCard.stage,
    ReviewCard.mistake,
    ReviewCard.suspended_at,
    Question.name,
    Question.tags,
    QuestionVersion.html,
    Course.slug,
    Course.title.label("course_title"),
)


def list_cards(reader: Actor, wish: Wish, cursor: str | None) -> Page[Any]:
    """Return a page of cards, the latest mistake first."""
    found = seen_by(reader, select(*_LINE)).where(*_conditions(wish))
    return page_of(found, order=(ReviewCard.noted_at, ReviewCard.id), cursor=cursor, limit=A_PAGE)


def list_exported(reader: Actor, wish: Wish) -> list[Any]:
    """Return cards with their questions as they are now, oldest first."""
    statement: AnySelect = select(ReviewCard.id, QuestionVersion, Question.tags, Course.slug)
    found = seen_by(reader, statement).where(*_conditions(wish)).order_by(ReviewCard.id).limit(EXPORTED_MAX)
    return list(db.session.execute(found))


def _conditions(wish: Wish) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wish.course:
        found.append(Course.slug == wish.course)
    if wish.tag:
        found.append(has_tag(wish.tag))
    if wish.stage == ASIDE:
        found.append(ReviewCard.suspended_at.is_not(None))
    elif wish.stage:
        found += [ReviewCard.suspended_at.is_(None), ReviewCard.stage == CardStage(wish.stage)]
    if wish.q:
        found.append(has_words(wish.q))
    return found
