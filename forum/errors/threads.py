"""What may go wrong with threads and their tags."""

from core.errors import Conflict, Denied, Invalid
from core.i18n import _l


class ThreadLocked(Conflict):
    """The thread takes no more replies."""

    message = _l("This thread has been locked. Your text was not published.")


class ThreadHidden(Conflict):
    """The opening of the thread was hidden or removed meanwhile."""

    message = _l(
        "The opening post was hidden or removed, so nothing is added here any more. Your text was not published."
    )


class ThreadFull(Conflict):
    """The thread has as many posts as a thread can hold."""

    message = _l("This thread is full. Please start a new one.")


class AlreadyLocked(Conflict):
    """What would close the thread comes too late."""

    message = _l("This thread is locked already.")


class SetByModerator(Denied):
    """A moderator has said when the thread closes."""

    message = _l("A moderator has set the closing day; only a moderator may change it.")


class DayPast(Invalid):
    """The moment chosen is over."""

    message = _l("This day is over; choose a later one.")


class NotAnAnswer(Conflict):
    """The post cannot answer anything: its thread is no question, or it is the question."""

    message = _l("Only a reply to a question can be accepted as its answer.")


class NotYourQuestion(Denied):
    """Only the asker and moderators accept answers."""

    message = _l("Only the person who asked, or a moderator, may accept an answer.")


class NothingToConfirm(Conflict):
    """The thread asks for no receipts."""

    message = _l("This is no announcement; there is nothing to confirm.")


class RemindedLately(Conflict):
    """The readers were reminded less than a day ago."""

    message = _l("They were reminded less than a day ago. Please wait.")


class UnknownTags(Invalid):
    """Somebody without an office typed tags that do not exist."""

    message = _l("There is no tag called %(names)s. Choose among those that exist, or ask a moderator to make it.")


class TagTaken(Invalid):
    """Two tags may not be called the same."""

    message = _l("Another tag is called %(name)s already.")


class MergedIntoItself(Invalid):
    """A tag cannot take over its own threads."""

    message = _l("This is the same tag.")
