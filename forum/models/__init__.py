"""Tables of the forum; importing this registers all of them."""

from forum.models.boards import Board, BoardTemplate, Tag, ThreadChoice, ThreadTag
from forum.models.drafts import PLACE_MAX, SavedDraft
from forum.models.polls import Ballot, Poll, PollOption, Vote
from forum.models.reading import BoardFloor, Bookmark, FeedToken, Follow, Reaction, ReadPosition, Receipt, Subscription
from forum.models.sizes import (
    ALT_MAX,
    AUDIENCE_MAX,
    FIELD_KEY_MAX,
    FILE_NAME_MAX,
    KEY_MAX,
    NOTE_MAX,
    OPTION_MAX,
    QUOTE_MAX,
    REASON_MAX,
    SLUG_MAX,
    TITLE_MAX,
)
from forum.models.threads import Attachment, Citation, Post, PostRevision, Thread, Translation

__all__ = [
    "ALT_MAX",
    "AUDIENCE_MAX",
    "FIELD_KEY_MAX",
    "FILE_NAME_MAX",
    "KEY_MAX",
    "NOTE_MAX",
    "OPTION_MAX",
    "PLACE_MAX",
    "QUOTE_MAX",
    "REASON_MAX",
    "SLUG_MAX",
    "TITLE_MAX",
    "Attachment",
    "Ballot",
    "Board",
    "BoardFloor",
    "BoardTemplate",
    "Bookmark",
    "Citation",
    "FeedToken",
    "Follow",
    "Poll",
    "PollOption",
    "Post",
    "PostRevision",
    "Reaction",
    "ReadPosition",
    "Receipt",
    "SavedDraft",
    "Subscription",
    "Tag",
    "Thread",
    "ThreadChoice",
    "ThreadTag",
    "Translation",
    "Vote",
]
