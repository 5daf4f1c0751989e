"""Reads the columns that travel in a form of their own."""

from collections.abc import Callable
from typing import Any

from core.files import clean_name
from core.i18n import _l
from core.markup import SOURCE_MAX
from core.permissions import MEMBERS, PUBLIC
from study.enums import QuestionKind
from study.models.courses import SLUG_MAX
from study.quiz.kinds import Option, QuestionContent
from study.quiz.kinds.content import details_of
from study.quiz.kinds.settings import NOTHING
from study.quiz.services.preparing import LETTERS
from study.rubric import CRITERIA_MAX, POINTS_MAX
from study.rubric import TITLE_MAX as CRITERION_MAX
from study.transfer.values import (
    NO_NUMBER,
    TITLE_MAX,
    Wrong,
    faces_from_json,
    list_from_json,
    number_from_json,
    text_from_json,
)
from study.transfer.writing import BRANCH

LIST_MAX = 50_000
FRACTION_MAX = 1000

SHAPE = _l("does not hold what it should")
UNKNOWN = _l("is not known here")


def _audience(value: Any) -> str:
    if value not in (PUBLIC, MEMBERS, BRANCH):
        raise Wrong(UNKNOWN)
    return str(value)


def _category(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or value.keys() != {"slug", "name"}:
        raise Wrong(SHAPE)
    slug, name = text_from_json(value["slug"], SLUG_MAX), faces_from_json(value["name"], TITLE_MAX)
    if not slug or not name:
        raise Wrong(SHAPE)
    return {"slug": slug, "name": name}


def _file(value: Any) -> dict[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, dict) or value.keys() != {"sha256", "name"}:
        raise Wrong(SHAPE)
    name = text_from_json(value["name"], TITLE_MAX)
    if clean_name(name) != name:
        raise Wrong(_l("is no name of a file"))
    return {"sha256": text_from_json(value["sha256"], 64), "name": name}


def _text(value: Any) -> str:
    return text_from_json(value, TITLE_MAX)


def _cues(value: Any) -> list[Any]:
    return list_from_json(value, lambda cue: _tuple(cue, number_from_json, number_from_json, _words), LIST_MAX)


def _chapters(value: Any) -> list[Any]:
    return list_from_json(value, lambda chapter: _tuple(chapter, number_from_json, _words), LIST_MAX)


def _rubric(value: Any) -> list[Any]:
    return list_from_json(value, lambda criterion: _tuple(criterion, _points, _title), CRITERIA_MAX)


def _points(value: Any) -> int:
    points = number_from_json(value, POINTS_MAX)
    if points == 0:
        raise Wrong(NO_NUMBER)
    return points


def _title(value: Any) -> str:
    return text_from_json(value, CRITERION_MAX)


def _words(value: Any) -> str:
    return text_from_json(value, SOURCE_MAX)


def _tuple(value: Any, *readers: Callable[[Any], Any]) -> list[Any]:
    if not isinstance(value, list) or len(value) != len(readers):
        raise Wrong(SHAPE)
    return [read(member) for read, member in zip(readers, value, strict=True)]


def _options(value: Any) -> list[Option]:
    return list_from_json(value, _option, len(LETTERS))


_OPTION = {"key", "fraction", "pattern", "text", "feedback"}


def _option(value: Any) -> Option:
    if not isinstance(value, dict) or value.keys() - {"tolerance", "partner"} != _OPTION:
        raise Wrong(SHAPE)
    fraction = value["fraction"]
    if type(fraction) is not int or abs(fraction) > FRACTION_MAX:
        raise Wrong(NO_NUMBER)
    return Option(
        key=text_from_json(value["key"], 1),
        fraction=fraction,
        pattern=text_from_json(value["pattern"], SOURCE_MAX),
        text=faces_from_json(value["text"], SOURCE_MAX),
        feedback=faces_from_json(value["feedback"], SOURCE_MAX),
        tolerance=text_from_json(value.get("tolerance", ""), TITLE_MAX),
        partner=faces_from_json(value.get("partner", {}), SOURCE_MAX),
    )


def _details(value: Any) -> dict[str, Any]:
    """Read gaps, bands and settings; every text in them is bounded by the size of the whole file."""
    try:
        found = details_of(value)
        return QuestionContent(kind=QuestionKind.DESCRIPTION, text=NOTHING, **found).details(plain=True)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Wrong(SHAPE) from error


SPECIAL: dict[str, Callable[[Any], Any]] = {
    "audience": _audience,
    "category_id": _category,
    "file_id": _file,
    "text": _text,
    "cues": _cues,
    "chapters": _chapters,
    "rubric": _rubric,
    "options": _options,
    "answers": _options,
    "details": _details,
}
