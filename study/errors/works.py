"""What is refused about work handed in, and about meetings."""

from core.errors import Conflict, Invalid
from core.i18n import _l


class NobodySo(Invalid):
    """There is nobody of this name."""

    message = _l("There is no member “%(name)s”.")


class MeetingOver(Conflict):
    """The meeting is over."""

    message = _l("The meeting is over.")


class CodeWrong(Invalid):
    """Another code was given at the meeting."""

    message = _l("This is not the code of the meeting.")


class CodeClosed(Conflict):
    """It is too early or too late for the code."""

    status = 422
    message = _l("The code counts from 15 minutes before the meeting until 30 minutes after it.")


class NobodyInCourse(Invalid):
    """Nobody of this name takes the course."""

    message = _l("Nobody named “%(name)s” takes this course.")


class WorkClosed(Conflict):
    """The work was accepted, or is not to be handed in again."""

    message = _l("This work cannot be handed in again.")


class WorkWaiting(Conflict):
    """The work is handed in and not marked yet; it is taken back before it is changed."""

    message = _l("Your work is handed in. Take it back first if you want to change it.")


class WorkEmpty(Invalid):
    """There is nothing to hand in."""

    message = _l("Write something or choose a file before you hand in.")


class WorkTooManyFiles(Invalid):
    """There are more files than a piece of work may have."""

    message = _l("A piece of work may have %(limit)s files.")


class WorkTakenBack(Conflict):
    """The member took the work back while somebody was about to mark it."""

    message = _l("The member has taken this work back. It can be marked when it is handed in again.")
