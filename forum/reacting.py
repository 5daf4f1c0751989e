"""The few ways in which a member may react to a post, in the order in which they are offered."""

from enum import StrEnum
from functools import lru_cache
from typing import Final

from core.i18n import LANGUAGES, _, current_locale


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
    return _words_in(current_locale())


@lru_cache(maxsize=len(LANGUAGES))
def _words_in(_language: str) -> dict[str, str]:
    # The language is the key; the words come from the catalogue.
    return {
        ReactionKind.AGREE.value: _("I agree"),
        ReactionKind.THANKS.value: _("Thanks"),
        ReactionKind.INSIGHTFUL.value: _("Insightful"),
        ReactionKind.CONGRATULATIONS.value: _("Congratulations"),
    }
