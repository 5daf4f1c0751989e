"""What can go wrong in the domain, with the words for the reader.

Only ``app/errors.py`` turns these into HTTP answers.
"""

from typing import Any, ClassVar

from core.i18n import _l


class DomainError(Exception):
    """A rule said no. ``message`` is shown to the reader; keyword arguments fill its placeholders."""

    status: ClassVar[int] = 422
    message: ClassVar[Any] = _l("This cannot be done.")

    def __init__(self, *args: object, **words: object) -> None:
        super().__init__(*args)
        self.words = words

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.words if self.words else text


class Invalid(DomainError):
    """The input breaks a rule that the reader can mend."""

    status = 422
    message = _l("Please check what you entered.")


class NotFound(DomainError):
    """There is no such thing, or this reader may not know of it: the two look alike."""

    status = 404
    message = _l("This page was not found.")


class Denied(DomainError):
    """The reader may see the thing but not do this with it."""

    status = 403
    message = _l("You may not do this.")


class Conflict(DomainError):
    """Somebody else was faster, or the thing is no longer as it was."""

    status = 409
    message = _l("This has changed in the meantime.")


class TooMany(DomainError):
    """The same act came too often in a short time."""

    status = 429
    message = _l("That was too often. Please wait a moment and try again.")
