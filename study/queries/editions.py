"""Tells which editions of a course a reader is not led to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from core.db import read_rows
from core.permissions import Actor
from study.enums import CourseState
from study.models import Course, Edition
from study.permissions import reach_of, readable_courses


@dataclass(frozen=True)
class _One:
    """One edition as a reader sees it."""

    id: int
    slug: str
    state: CourseState
    is_open: bool


def list_passed_over(reader: Actor) -> frozenset[str]:
    """Return the courses that stand behind another edition: of one's own, or else of the newest that one may take.

    Drafts are of their authors and stand behind nothing.
    """
    taken = set(reach_of(reader).courses)
    passed: set[str] = set()
    for chain in _chains(reader):
        newest = [one.id for one in chain if one.state is CourseState.PUBLISHED and one.is_open][-1:]
        kept = [one.id for one in chain if one.id in taken] or newest
        if kept:
            passed |= {one.slug for one in chain if one.id not in kept and one.state is not CourseState.DRAFT}
    return frozenset(passed)


def _chains(reader: Actor) -> Iterator[list[_One]]:
    """Yield the editions of each course that has several, the oldest first."""
    old, new = aliased(Course), aliased(Course)
    columns = [column for one in (old, new) for column in (one.id, one.slug, one.state, readable_courses(reader, one))]
    rows = read_rows(
        select(*columns)
        .select_from(Edition)
        .join(old, old.id == Edition.of_course_id)
        .join(new, new.id == Edition.course_id)
    )
    after: dict[int, _One] = {}
    first: dict[int, _One] = {}
    for row in rows:
        earlier, later = _one(row[:4]), _one(row[4:])
        after[earlier.id], first[earlier.id] = later, earlier
    for one in after.values():
        first.pop(one.id, None)
    for begin in first.values():
        chain = [begin]
        while chain[-1].id in after:
            chain.append(after[chain[-1].id])
        yield chain


def _one(values: Any) -> _One:
    ident, slug, state, is_open = values
    return _One(ident, slug, CourseState(state), bool(is_open))
