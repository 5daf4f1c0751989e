"""Addresses of passages in lessons, as authors paste them: pure, no database."""

import re
from collections.abc import Collection, Iterable
from typing import Final, NamedTuple
from urllib.parse import parse_qs, urlsplit

from core.passages import Passage, find_marked

_LESSON: Final = re.compile(r"/study/lessons/(?P<id>\d{1,9})(?:/(?:passages|notes)/(?P<mark>\w{1,40}))?/?")
_TALK: Final = re.compile(r"/forum/discuss/lesson/(?P<id>\d{1,9})")
_PLACE: Final = re.compile(r"p\d{1,6}|page-\d{1,6}")
_NUMBER: Final = re.compile(r"\d{1,6}")


class Spot(NamedTuple):
    """A passage as an address names it: by its mark, else by its anchor and the page on which it is shown."""

    lesson_id: int
    mark: str = ""
    place: str = ""
    page: int = 0


def read_spot(address: str, hosts: Collection[str]) -> Spot | None:
    """Read the address of a passage: of its place in a lesson, of a note or of threads on it; None where it is none.

    ``hosts`` are the names of this site; a bare path needs none.
    """
    try:
        parts = urlsplit(address.strip())
        asked = parse_qs(parts.query)
    except ValueError:
        return None
    if parts.scheme not in ("", "http", "https") or (parts.netloc and parts.netloc not in hosts):
        return None
    if talk := _TALK.fullmatch(parts.path):
        return _marked(int(talk["id"]), asked.get("anchor", [""])[0])
    lesson = _LESSON.fullmatch(parts.path)
    if lesson is None:
        return None
    if lesson["mark"]:
        return _marked(int(lesson["id"]), lesson["mark"])
    page = asked.get("page", ["0"])[0]
    number = int(page) if _NUMBER.fullmatch(page) and page.isascii() else 0
    is_place = _PLACE.fullmatch(parts.fragment)
    return Spot(int(lesson["id"]), place=parts.fragment, page=number) if is_place else None


def _marked(lesson_id: int, mark: str) -> Spot | None:
    return Spot(lesson_id, mark=mark) if mark else None


def find_at(found: Iterable[Passage], spot: Spot) -> Passage | None:
    """Return the passage at a spot; of several with one anchor the first."""
    if spot.mark:
        return find_marked(found, spot.mark)
    return next((one for one in found if one.place == spot.place and _is_on(one, spot.page)), None)


def _is_on(passage: Passage, page: int) -> bool:
    # The first page is shown where an address says none; whole pages have anchors of their own.
    return passage.is_lasting or passage.page in ((page,) if page else (0, 1))
