"""Links to the pages of moderation."""

from core.refs import Ref


def for_decision(number: int) -> str:
    """Return the address of an entry of the public log."""
    return f"/moderation/log/{number}"


def for_subject(ref: Ref) -> str:
    """Return where a moderator decides about a thing."""
    return f"/moderation/subjects/{ref.kind}/{ref.id}"
