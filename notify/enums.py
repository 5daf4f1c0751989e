"""Names for how people want to be told."""

from enum import StrEnum
from typing import Any

from core.i18n import _l


class MailCopies(StrEnum):
    """Whether notices also come by mail."""

    NONE = "none"
    AT_ONCE = "at_once"

    @property
    def label(self) -> Any:
        """The choice in the reader's language."""
        return _LABELS[self]


_LABELS = {
    MailCopies.NONE: _l("No, I will come and look"),
    MailCopies.AT_ONCE: _l("Yes, at once"),
}
