"""Values of columns as JSON and back; what comes from outside is believed only as far as the column allows."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Enum, Integer, String, Text
from sqlalchemy.sql.schema import Column

from core.db import UtcDateTime
from core.faces import Faces, FacesType
from core.i18n import _l
from core.markup import SOURCE_MAX

NO_NUMBER = _l("is not a whole number in range")
INTEGER_MAX = 2**31 - 1
TITLE_MAX = 400
LONG = frozenset({"body", "outcomes", "text", "feedback"})
"""Columns of faces that hold a text, not a title."""

_UNSAFE = re.compile("[\x00\ud800-\udfff]")
"""What no database keeps as text."""


class Wrong(Exception):
    """A value does not fit; says so in the reader's words."""

    def __init__(self, words: Any) -> None:
        super().__init__(words)
        self.words = words


def to_json(value: Any) -> Any:
    """Return what a column holds as JSON."""
    if isinstance(value, Faces):
        return faces_to_json(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.value if hasattr(value, "value") else value


def faces_to_json(faces: Faces) -> dict[str, str]:
    """Return faces as JSON, empty ones left out."""
    return {name: text for name, text in (("zh", faces.zh), ("en", faces.en)) if text}


def from_json(value: Any, column: Column[Any]) -> Any:
    """Return what a column may hold of a JSON value.

    Raises:
        Wrong: nothing.
    """
    if value is None:
        if not column.nullable:
            raise Wrong(_l("is empty"))
        return None
    for kind, read in _READERS:
        if isinstance(column.type, kind):
            return read(value, column)
    raise TypeError(f"Columns such as {column} do not travel.")


def faces_from_json(value: Any, limit: int) -> Faces:
    """Return faces.

    Raises:
        Wrong: it is something else, or too long.
    """
    if not isinstance(value, dict) or not value.keys() <= {"zh", "en"}:
        raise Wrong(_l("is not a text in Chinese or English"))
    return Faces(**{name: text_from_json(text, limit) for name, text in value.items()})


def text_from_json(value: Any, limit: int) -> str:
    """Return a text.

    Raises:
        Wrong: it is none, too long, or holds what no database keeps.
    """
    if not isinstance(value, str):
        raise Wrong(_l("is not text"))
    if len(value) > limit:
        raise Wrong(_l("is too long"))
    if _UNSAFE.search(value):
        raise Wrong(_l("holds signs that are none"))
    return value


def number_from_json(value: Any, highest: int = INTEGER_MAX) -> int:
    """Return a whole number from 0.

    Raises:
        Wrong: it is none.
    """
    if type(value) is not int or not 0 <= value <= highest:
        raise Wrong(NO_NUMBER)
    return value


def list_from_json(value: Any, read: Callable[[Any], Any], most: int) -> list[Any]:
    """Return a list whose members ``read`` takes.

    Raises:
        Wrong: it is none, too long, or a member is wrong.
    """
    if not isinstance(value, list) or len(value) > most:
        raise Wrong(_l("is not a list of fitting length"))
    return [read(member) for member in value]


def _faces(value: Any, column: Column[Any]) -> Faces:
    return faces_from_json(value, SOURCE_MAX if column.name in LONG else TITLE_MAX)


def _member(value: Any, column: Column[Any]) -> Any:
    kind: Any = column.type
    try:
        return kind.enum_class(value)
    except ValueError as error:
        raise Wrong(_l("has a value that this site does not know")) from error


def _truth(value: Any, _column: Column[Any]) -> bool:
    if not isinstance(value, bool):
        raise Wrong(_l("is neither true nor false"))
    return value


def _moment(value: Any, _column: Column[Any]) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise Wrong(_l("is no moment")) from error
    if moment.tzinfo is None:
        raise Wrong(_l("is no moment"))
    return moment.astimezone(UTC)


def _string(value: Any, column: Column[Any]) -> str:
    kind: Any = column.type
    return text_from_json(value, kind.length or SOURCE_MAX)


_READERS: tuple[tuple[type[Any], Callable[[Any, Column[Any]], Any]], ...] = (
    (FacesType, _faces),
    (Enum, _member),
    (Boolean, _truth),
    (UtcDateTime, _moment),
    (Integer, lambda value, _column: number_from_json(value)),
    (Text, _string),
    (String, _string),
)
