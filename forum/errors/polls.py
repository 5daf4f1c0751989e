"""What may go wrong with polls."""

from core.errors import Conflict, Denied, Invalid
from core.i18n import _l


class PollMisshapen(Invalid):
    """A poll needs some different options, and its end ahead."""

    message = _l("This is no poll: it needs different options, and its end must lie ahead.")


class PollOver(Conflict):
    """Nobody can vote there any more."""

    message = _l("This poll has ended or takes no votes.")


class PollHasVotes(Conflict):
    """What people have voted on stays as it was."""

    message = _l("Somebody has voted, so the poll cannot be changed any more.")


class TooFewVotes(Conflict):
    """The sums of a secret poll of a few ballots would name those who cast them."""

    message = _l(
        "So few have voted that the result would show who chose what. Once some more have, it can be ended early."
    )


class AlreadyVoted(Conflict):
    """A secret vote counts once."""

    message = _l(
        "Your vote has been counted before. In a secret poll it cannot be changed, since nobody knows which it was."
    )


class NotEligible(Denied):
    """The poll asks others."""

    message = _l("This poll asks others, or those who were members when it was opened.")


class WrongChoice(Invalid):
    """Nothing, too much, or something foreign was chosen."""

    message = _l("Choose at least one option, and not more than the poll allows.")
