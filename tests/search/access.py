"""Who gets what from the search room: everybody may search; what is found differs."""

from typing import Any

from tests.access import Row, World

EVERYBODY = dict(visitor=200, member=200, instructor=200, moderator=200, officer=200, administrator=200)


def _asked(path: str) -> Any:
    return lambda world: path


def furnish(world: World) -> None:
    """The room has no objects of its own."""


ROWS = [
    Row("search.show_search", "GET", _asked("/search"), **EVERYBODY),
    Row("search.show_search", "GET", _asked("/search?q=%E8%B4%A6%E7%9B%AE"), note="with words", **EVERYBODY),
]
