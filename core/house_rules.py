"""The house rules: what moderators cite when they hide or remove something."""

from enum import StrEnum
from typing import Any

from core.i18n import _l


class Rule(StrEnum):
    """The house rules, numbered in the order in which they stand here."""

    ONE_MATTER = "one_matter"
    NO_PERSONS = "no_persons"
    NO_ADVERTISING = "no_advertising"
    NO_PRIVATE_DATA = "no_private_data"
    KEEP_THE_LAW = "keep_the_law"

    @property
    def number(self) -> int:
        """The number by which notices and the log cite the rule."""
        return list(Rule).index(self) + 1

    @property
    def label(self) -> Any:
        """The rule in the reader's language."""
        return _RULES[self]


_RULES = {
    Rule.ONE_MATTER: _l("One matter, one thread"),
    Rule.NO_PERSONS: _l("No talk about persons by name"),
    Rule.NO_ADVERTISING: _l("No advertising"),
    Rule.NO_PRIVATE_DATA: _l("No private data of others"),
    Rule.KEEP_THE_LAW: _l("Nothing against the law"),
}
