"""What happened in the forum."""

from dataclasses import dataclass

from core.events import ContentEvent, Event


@dataclass(frozen=True, kw_only=True)
class PostPublished(ContentEvent):
    """A post was added to a thread, the opening one included. ``subject`` is what the index keeps of it."""

    post_id: int
    thread_id: int
    mentioned_ids: tuple[int, ...] = ()
    branch_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PostEdited(ContentEvent):
    """The author changed a post; ``mentioned_ids`` and ``branch_ids`` are those it speaks to."""

    post_id: int
    thread_id: int
    mentioned_ids: tuple[int, ...] = ()
    branch_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RepliesTouched(Event):
    """What copies hold of all replies of a thread after number ``after`` has changed, such as its title."""

    thread_id: int
    after: int = 1


@dataclass(frozen=True, kw_only=True)
class ReadersReminded(Event):
    """Who announced something wants those reminded who have not confirmed; ``turn`` tells one reminder from another."""

    thread_id: int
    turn: int


@dataclass(frozen=True, kw_only=True)
class PollEnded(Event):
    """A poll is over, and nobody has been told yet."""

    thread_id: int


@dataclass(frozen=True, kw_only=True)
class TagChanged(Event):
    """A tag is called otherwise, or another one took its threads over."""

    tag_id: int
