"""Where a draft belongs, and which fields of a form it keeps."""

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, Self

from werkzeug.datastructures import MultiDict

from core.text import is_blank, normalise
from forum.errors import DraftTooLarge

FIELDS_MAX: Final = 60
CHARACTERS_MAX: Final = 60_000
"""Of all fields together: a text of full length and what stands beside it."""

SAVED: Final = "_saved"
"""When it was saved, beside the fields: the page of a thread reads nothing but these."""

# What belongs to one sending of a form and not to the text.
_NOT_KEPT: Final = frozenset({"csrf_token", "place", "preview", "attach", "files", "to"})
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}\Z")
_PLACE: Final = re.compile(
    r"(board|thread|post|edit):([1-9]\d{0,8})(?::([a-z0-9]{8,24}))?\Z|(about):([a-z_]{1,30}):([1-9]\d{0,8})\Z", re.ASCII
)


def new_key() -> str:
    """Return a fresh key for a form, by which the server knows it when it is sent twice."""
    return secrets.token_urlsafe(12)


class DraftPlace(NamedTuple):
    """What a text is written for: a board, a thread, a post that is answered or changed, or a thing."""

    kind: str
    id: int
    about: str = ""
    """The kind of the thing a thread is about."""
    key: str = ""
    """Tells the threads apart that wait for their day on one board."""

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """Read what ``str`` wrote; None for anything else."""
        found = _PLACE.match(text or "")
        if found is None or (found[3] and found[1] != "board"):
            return None
        if found[4]:
            return cls("about", int(found[6]), about=found[5])
        return cls(found[1], int(found[2]), key=found[3] or "")

    def __str__(self) -> str:
        parts = (self.kind, self.about, str(self.id), self.key)
        return ":".join(part for part in parts if part)


def typed_fields(items: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return what a draft keeps of a form; a name that comes several times has a list.

    Raises:
        DraftTooLarge: it is longer than a post can be.
    """
    fields: dict[str, list[str]] = {}
    size = 0
    for name, value in items:
        if name in _NOT_KEPT or not _NAME.match(name):
            continue
        text = normalise(value)
        size += len(text) + len(name)
        fields.setdefault(name, []).append(text)
    if size > CHARACTERS_MAX or sum(len(values) for values in fields.values()) > FIELDS_MAX:
        raise DraftTooLarge
    return {name: values[0] if len(values) == 1 else values for name, values in fields.items()}


def has_text(fields: Mapping[str, Any]) -> bool:
    """Tell whether somebody wrote anything: what is only chosen is no text."""
    return any(not is_blank(str(fields.get(name) or "")) for name in ("title", "body"))


def as_form(content: Mapping[str, Any]) -> MultiDict[str, str]:
    """Return the fields of a draft as if they had just been sent."""
    sent: MultiDict[str, str] = MultiDict()
    for name, value in content.items():
        if not name.startswith("_"):
            sent.setlist(name, value if isinstance(value, list) else [str(value)])
    return sent
