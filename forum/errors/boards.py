"""What may go wrong with boards, in words for the reader."""

from core.errors import Conflict, Denied, Invalid
from core.i18n import _l


class BoardClosed(Denied):
    """The board takes no new threads from this person."""

    message = _l("You may not start a thread on this board.")


class BoardArchived(Conflict):
    """The board is kept for reading only."""

    message = _l("This board is archived: it can be read, but nothing is added.")


class SlugTaken(Invalid):
    """Another board has this address."""

    message = _l("Another board has this address already.")


class UnknownChoice(Invalid):
    """The board was changed after the form was opened."""

    message = _l("The choices of this board have changed. Please choose again.")


class ChoiceMissing(Invalid):
    """The board asks for more."""

    message = _l("Please choose for: %(fields)s.")


class ChoicesMoved(Invalid):
    """Threads store the places of choices, so these may not move."""

    message = _l(
        "Choices may be renamed in their place, and new ones added at the end; "
        "none may be moved or taken out, because threads have chosen them."
    )


class TooManyFields(Invalid):
    """A form must not become a questionnaire."""

    message = _l("A board may have %(limit)s fields in use.")


class TooManyTemplates(Invalid):
    """More could not be chosen among at a glance."""

    message = _l("A board may have %(limit)s templates.")
