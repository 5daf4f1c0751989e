"""What moderation refuses, with the words for the reader."""

from core.errors import Conflict, Denied, Invalid
from core.i18n import _l


class AlreadyReported(Conflict):
    """One open report for each reader and subject."""

    message = _l("You have already reported this. A moderator will look at it.")


class OwnWork(Denied):
    """Nobody reports or judges the own work."""

    message = _l("This is your own. Another moderator has to decide about it.")


class OwnReport(Denied):
    """Authors cannot report themselves; they edit or delete."""

    message = _l("This is your own. You can edit or delete it instead of reporting it.")


class AlreadyHandled(Conflict):
    """Another moderator decided while this one was reading."""

    message = _l("%(name)s has already decided on this: %(action)s, at %(time)s. Your decision was not saved.")


class NoReason(Invalid):
    """Nothing is decided without a reason."""

    message = _l("Give a reason.")


class NoRule(Invalid):
    """Nothing is hidden without a rule."""

    message = _l("Choose the rule that is broken.")


class NothingChanges(Conflict):
    """The decision asks for the state the thing is in already."""

    message = _l("It is already so. Nothing was changed.")
