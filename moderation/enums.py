"""Names for why something is reported, and how it is decided."""

from enum import StrEnum
from typing import Any

from core.i18n import _l


class ReportReason(StrEnum):
    """Why a reader reports something."""

    PERSONAL_ATTACK = "personal_attack"
    ADVERTISING = "advertising"
    OFF_TOPIC = "off_topic"
    PRIVATE_DATA = "private_data"
    OTHER = "other"

    @property
    def label(self) -> Any:
        """The reason in the reader's language."""
        return _REASONS[self]


class ReportState(StrEnum):
    """Whether a moderator has answered a report."""

    OPEN = "open"
    HANDLED = "handled"
    WITHDRAWN = "withdrawn"
    """What was reported is gone before anybody decided."""


class Action(StrEnum):
    """What a decision does."""

    HIDE = "hide"
    RESTORE = "restore"
    KEEP = "keep"
    LOCK = "lock"
    UNLOCK = "unlock"
    CLOSE_POLL = "close_poll"
    PIN = "pin"
    UNPIN = "unpin"
    DIGEST = "digest"
    UNDIGEST = "undigest"
    TIMER = "timer"
    UNTIMER = "untimer"
    SORT = "sort"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    COPY = "copy"
    DELETE = "delete"
    UNDELETE = "undelete"
    REWRITE = "rewrite"

    @property
    def label(self) -> Any:
        """The act as the public log names it."""
        return _ACTIONS[self]


VERDICTS = frozenset({Action.HIDE, Action.RESTORE, Action.KEEP})
"""What a moderator decides here; the other acts happen in the features, which tell the log."""

_REASONS = {
    ReportReason.PERSONAL_ATTACK: _l("Attacks or talks about a person by name"),
    ReportReason.ADVERTISING: _l("Advertising"),
    ReportReason.OFF_TOPIC: _l("Off topic"),
    ReportReason.PRIVATE_DATA: _l("Shows private data"),
    ReportReason.OTHER: _l("Something else"),
}

_ACTIONS = {
    Action.HIDE: _l("Hidden"),
    Action.RESTORE: _l("Restored"),
    Action.KEEP: _l("Examined and kept"),
    Action.LOCK: _l("Thread locked"),
    Action.UNLOCK: _l("Thread unlocked"),
    Action.CLOSE_POLL: _l("Poll ended early"),
    Action.PIN: _l("Thread pinned"),
    Action.UNPIN: _l("Pin taken off"),
    Action.DIGEST: _l("Taken into the digest"),
    Action.UNDIGEST: _l("Taken out of the digest"),
    Action.TIMER: _l("Closing day set"),
    Action.UNTIMER: _l("Closing day taken back"),
    Action.SORT: _l("Sorted anew"),
    Action.MOVE: _l("Moved to another board"),
    Action.MERGE: _l("Joined to another thread"),
    Action.SPLIT: _l("Made a thread of its own"),
    Action.COPY: _l("Copied out as a thread"),
    Action.DELETE: _l("Removed"),
    Action.UNDELETE: _l("Brought back"),
    Action.REWRITE: _l("Earlier text brought back"),
}
