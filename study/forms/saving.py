"""Refuses a save over somebody else's later change, and says what would be lost.

A form carries a fingerprint of the row as it was shown. When the row shows otherwise by the time the form comes back,
the save is refused once, with the difference; sending it again then is a choice.
"""

from hashlib import blake2b
from typing import Any, NamedTuple

from wtforms import Field, HiddenField

from core.differences import Piece, compare, shortened
from core.errors import Conflict
from core.forms import Form
from core.i18n import _, _l

_NOT_SHOWN = frozenset({"csrf_token", "seen", "goes_on", "submit"})


class Difference(NamedTuple):
    """What one field says now, against what was typed."""

    label: str
    pieces: list[Piece]


class ChangedMeanwhile(Conflict):
    """Somebody else has saved since the form was opened."""

    message = _l("Somebody else has changed this since you opened it.")

    def __init__(self, differences: list[Difference]) -> None:
        super().__init__()
        self.differences = differences


class SavedForm(Form):
    """A form that knows what it showed."""

    seen = HiddenField()
    goes_on = HiddenField()
    """The draft that the form comes from, which it may replace."""
    differences: list[Difference]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.differences = []

    def remember(self, shown: "SavedForm") -> None:
        """Note what the row is like now."""
        self.seen.data = fingerprint(shown)

    def check(self, shown: "SavedForm") -> None:
        """Do nothing where the row is still as it was when the form was opened.

        Raises:
            ChangedMeanwhile: it is not; the next save goes through.
        """
        if not self.seen.data or self.seen.data == fingerprint(shown):
            return
        differences = differences_of(shown, self)
        if differences:
            raise ChangedMeanwhile(differences)

    def refuse(self, error: ChangedMeanwhile, shown: "SavedForm") -> None:
        """Show what would be lost, and let the next save go through."""
        self.differences = error.differences
        self.remember(shown)


def fingerprint(form: Form) -> str:
    """Return a short mark of everything a form shows."""
    values = "\x1f".join(f"{field.name}={_raw(field)}" for field in form if field.name not in _NOT_SHOWN)
    return blake2b(values.encode("utf-8", "replace"), digest_size=12).hexdigest()


def differences_of(now: Form, typed: Form) -> list[Difference]:
    """Return the fields that say something else now than what was typed."""
    pairs = [(field, typed[field.name]) for field in now if field.name not in _NOT_SHOWN and field.name in typed]
    return [
        Difference(str(mine.label.text), shortened(compare(_words(theirs), _words(mine))))
        for theirs, mine in pairs
        if _raw(theirs) != _raw(mine)
    ]


def _raw(field: Field) -> str:
    """Return what a field holds, in no language."""
    return "" if field.data is None else str(field.data).replace("\r\n", "\n")


def _words(field: Field) -> str:
    """Return what a reader sees in a field."""
    if isinstance(field.data, bool):
        return _("yes") if field.data else _("no")
    value = _raw(field)
    for choice in getattr(field, "choices", None) or ():
        if str(choice.value) == value:
            return str(choice.label)
    return value
