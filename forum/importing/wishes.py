"""What may be said about a source beside the file itself."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """How a source is to be read."""

    site: str = ""
    """Name of the other forum: a part of what marks its posts, so that two forums of one kind do not mix."""
    base: str = ""
    """Its address, from which links without a host start."""
    only: tuple[str, ...] = ()
    """Numbers of the forums or categories to take; empty: all."""
