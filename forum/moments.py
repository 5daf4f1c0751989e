"""The moment of a page in its forms: what was marked as read is what the page showed, however late the button."""

from datetime import UTC, datetime, timedelta
from typing import Final

from core.errors import Invalid
from core.i18n import _l

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS: Final = 17
"""Microseconds until after the year 5000."""


class MomentUnknown(Invalid):
    """A form names a moment that is none."""

    message = _l("This page is out of date. Load it again.")


def written(moment: datetime) -> str:
    """Return a moment as a form carries it."""
    return str((moment - _EPOCH) // timedelta(microseconds=1))


def parsed(words: str) -> datetime | None:
    """Return the moment that a form carries; None where it carries none.

    Raises:
        MomentUnknown: it is none of ours.
    """
    if not words:
        return None
    if not (words.isascii() and words.isdecimal() and len(words) <= _DIGITS):
        raise MomentUnknown
    return _EPOCH + timedelta(microseconds=int(words))
