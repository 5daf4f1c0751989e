"""Reads what authors have typed and not saved."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import NotFound
from core.permissions import Actor
from study.models import AuthorDraft, Course
from study.queries.courses import check_author
from study.queries.lessons import get_own_lesson, get_own_module


def find_draft(author: Actor, place: str) -> AuthorDraft | None:
    """Return what an author left in a form."""
    mine = (AuthorDraft.user_id == (author.id or 0)) & (AuthorDraft.place == place)
    return db.session.scalars(select(AuthorDraft).where(mine)).one_or_none()


def check_place(place: str, author: Actor) -> None:
    """Do nothing where the actor may save what the form of a place holds.

    Raises:
        NotFound: there is no such place that the actor may see.
        Denied: the actor may see but not write it.
    """
    kind, _sep, number = place.partition(":")
    check = _CHECKS.get(kind)
    if check is None or not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise NotFound
    check(int(number), author)


def _check_course(course_id: int, author: Actor) -> None:
    found = db.session.scalars(
        select(Course).options(joinedload(Course.branch)).where(Course.id == course_id)
    ).one_or_none()
    if found is None:
        raise NotFound
    check_author(found, author)


_CHECKS: dict[str, Callable[[int, Actor], object]] = {
    "lesson": get_own_lesson,
    "module": get_own_module,
    "course": _check_course,
}
