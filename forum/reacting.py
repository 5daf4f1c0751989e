"""The few ways in which a member may react to a post, in the order in which they are offered."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from core.i18n import _l


class ReactionKind(StrEnum):
    """What one member says of one post without words of their own."""

    AGREE = "agree"
    THANKS = "thanks"
    INSIGHTFUL = "insightful"
    CONGRATULATIONS = "congratulations"


NONE: Final = "none"
"""What a form sends to take a reaction back."""

WORDS: Final[Mapping[ReactionKind, Any]] = {
    ReactionKind.AGREE: _l("I agree"),
    ReactionKind.THANKS: _l("Thanks"),
    ReactionKind.INSIGHTFUL: _l("Insightful"),
    ReactionKind.CONGRATULATIONS: _l("Congratulations"),
}


def words_of_kinds() -> dict[str, str]:
    """Return kind → words in the reader's language, looked up once a page."""
    return {kind.value: str(words) for kind, words in WORDS.items()}
