"""From a stored notice to words in the reader's language."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from core.days import last_day_words
from core.faces import Faces
from core.i18n import _, moment_words
from core.notifications import find_notice_kind

UNKNOWN_ICON = "note"


class _Lenient(dict[str, Any]):
    """Placeholders a notice does not fill stay empty: an old row must not break a page after words changed."""

    def __missing__(self, key: str) -> str:
        return ""


def _fill(words: Any, params: Mapping[str, Any], actor_name: str | None) -> str:
    values = _Lenient((name, _shown(value)) for name, value in params.items())
    values["actor"] = actor_name or _("Somebody")
    return str(words) % values


def _shown(value: Any) -> Any:
    """Unpack what ``core.notifications.packed`` made."""
    if not isinstance(value, Mapping):
        return value
    if "at" in value:
        return moment_words(datetime.fromisoformat(value["at"]))
    if "until" in value:
        return last_day_words(datetime.fromisoformat(value["until"]))
    return Faces(value.get("zh", ""), value.get("en", "")).pick()


def headline(kind: str, params: Mapping[str, Any], actor_name: str | None) -> str:
    """Return the first line of a notice."""
    known = find_notice_kind(kind)
    if known is None:
        return _("Something new for you")
    return _fill(known.words, params, actor_name)


def detail(kind: str, params: Mapping[str, Any], actor_name: str | None) -> str:
    """Return the second line of a notice, or ``""``."""
    known = find_notice_kind(kind)
    if known is None or known.detail is None:
        return ""
    return _fill(known.detail, params, actor_name)


def icon(kind: str) -> str:
    """Return the name of the icon of a kind."""
    known = find_notice_kind(kind)
    return known.icon if known else UNKNOWN_ICON
