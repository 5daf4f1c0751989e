"""Reads who is in a gradebook: those who take the course now, found by name, in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import func, or_, select

from accounts.models import User, UserState
from core.db import AnySelect, db
from core.errors import NotFound
from core.pages import Page, page_of
from study.gradebook.queries.cells import lines_of
from study.gradebook.queries.items import Book
from study.models import Course, Enrolment

A_PAGE = 25
SORTED_MAX = 2_000
"""Learners whose totals are worked out to sort by them; of more the page would be slow."""
WORDS_MAX = 100


class Sort(StrEnum):
    """How learners are ordered."""

    NAME = "name"
    LEAST = "least"
    """The lowest total first, those without any at the very beginning."""
    MOST = "most"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """Whom somebody looks for, and in which order."""

    q: str = ""
    sort: Sort = Sort.NAME

    @classmethod
    def read(cls, given: Mapping[str, str]) -> Self:
        """Return what an address asks for; what there is not is dropped."""
        sort = given.get("sort", "")
        return cls(
            q=" ".join(given.get("q", "").split())[:WORDS_MAX],
            sort=Sort(sort) if sort in {one.value for one in Sort} else Sort.NAME,
        )

    @property
    def fields(self) -> dict[str, str]:
        """What is wished for, by name."""
        return {name: str(value) for name, value in vars(self).items() if value and value is not Sort.NAME}


def _learners(course: Course, q: str = "") -> AnySelect:
    found = (
        select(User.id, User.display_name, User.username)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(Enrolment.course_id == course.id, Enrolment.left_at.is_(None), User.state == UserState.ACTIVE)
    )
    if q:
        found = found.where(or_(*(name.icontains(q, autoescape=True) for name in (User.display_name, User.username))))
    return found


def count_learners(course: Course, q: str = "") -> int:
    """Return how many learners there are of whom a name is known in part."""
    return db.session.scalar(select(func.count()).select_from(_learners(course, q).subquery())) or 0


def list_learners(course: Course, q: str = "") -> Sequence[Any]:
    """Return all learners by name."""
    return db.session.execute(_learners(course, q).order_by(User.display_name, User.id)).all()


def page_of_learners(book: Book, wish: Wish, grader_id: int | None, cursor: str | None, count: int) -> Page[Any]:
    """Return a page of learners; by total its cursors are plain numbers of pages."""
    if wish.sort is Sort.NAME or count > SORTED_MAX:
        order = [User.display_name, User.id]
        return page_of(_learners(book.course, wish.q), order=order, cursor=cursor, limit=A_PAGE, descending=False)
    people = list_learners(book.course, wish.q)
    lines = lines_of(book, [one.id for one in people], grader_id=grader_id)
    # Those without a total come first where it is looked for who has little.
    rank = {user_id: -1 if line.total is None else line.total for user_id, line in lines.items()}
    people = sorted(people, key=lambda one: rank[one.id], reverse=wish.sort is Sort.MOST)
    last = max(1, -(-len(people) // A_PAGE))
    number = min(max(int(cursor) if cursor and cursor.isdecimal() and len(cursor) < 10 else 1, 1), last)
    return Page(
        items=people[(number - 1) * A_PAGE : number * A_PAGE],
        next=str(number + 1) if number < last else None,
        previous=str(number - 1) if number > 1 else None,
    )


def get_learner(course: Course, user_id: int) -> Any:
    """Return one learner.

    Raises:
        NotFound: nobody of this id takes the course.
    """
    found = db.session.execute(_learners(course).where(User.id == user_id)).one_or_none()
    if found is None:
        raise NotFound
    return found
