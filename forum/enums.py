"""Names for what boards and threads may be."""

from enum import StrEnum


class PostPolicy(StrEnum):
    """Who may start threads on a board."""

    EVERYONE = "everyone"
    STAFF = "staff"
    CLOSED = "closed"


class ThreadKind(StrEnum):
    """What a thread is for."""

    DISCUSSION = "discussion"
    QUESTION = "question"
    POLL = "poll"
    ANNOUNCEMENT = "announcement"


class ThreadState(StrEnum):
    """Whether a thread takes replies."""

    OPEN = "open"
    LOCKED = "locked"


class SubscriptionLevel(StrEnum):
    """What a member wants to hear of a thread, a board, a tag or a course."""

    WATCHING = "watching"
    """Told of every new post."""
    FOLLOWING = "following"
    """What is new is listed; told when answered or mentioned."""
    MUTED = "muted"
    """Nothing, and not among the unread."""


class FollowedKind(StrEnum):
    """What beside single threads can be followed."""

    BOARD = "board"
    TAG = "tag"
    COURSE = "course"


class ThreadFilter(StrEnum):
    """Which threads of a board are listed."""

    ALL = "all"
    UNREAD = "unread"
    MINE = "mine"
    UNANSWERED = "unanswered"
    UNSOLVED = "unsolved"
    SOLVED = "solved"
    DIGEST = "digest"


class ThreadOrder(StrEnum):
    """Which threads of a board stand first, after those that are pinned."""

    ACTIVE = "active"
    NEWEST = "newest"


class PostView(StrEnum):
    """How the posts of a thread are laid out."""

    TREE = "tree"
    FLAT = "flat"
    SUPPORT = "support"
