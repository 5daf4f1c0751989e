"""The few ways in which a member may react to a post, in the order in which they are offered."""

from enum import StrEnum
from typing import Final

from core.i18n import _


class ReactionKind(StrEnum):
    """What one member says of one post without words of their own."""

    AGREE = "agree"
    THANKS = "thanks"
    INSIGHTFUL = "insightful"
    CONGRATULATIONS = "congratulations"


NONE: Final = "none"
"""What a form sends to take a reaction back."""


def words_of_kinds() -> dict[str, str]:
    """Return kind → words in the reader's language, in the order in which they are offered."""
    return {
        ReactionKind.AGREE.value: _("I agree"),
        ReactionKind.THANKS.value: _("Thanks"),
        ReactionKind.INSIGHTFUL.value: _("Insightful"),
        ReactionKind.CONGRATULATIONS.value: _("Congratulations"),
    }
