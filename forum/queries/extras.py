"""What hangs on the posts of one page, read in one statement however many kinds there are."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, String, Text, bindparam, cast, literal, null, select, union_all
from sqlalchemy.orm import aliased

from accounts.models import User
from core.clock import utcnow
from core.db import read_rows
from core.documents import report_list
from core.passages import sought
from core.permissions import Actor
from core.subjects import Telling, subject_for
from forum.drafting import SAVED, new_key
from forum.models import Bookmark, Citation, Post, Reaction, SavedDraft, Thread, Translation
from forum.queries.shown import SHOWN_POST, SHOWN_THREAD

PARTED = "\x1f"
CITED_MAX = 10
"""Threads that cite this one, as many as are named."""


class CitedBy(NamedTuple):
    """A post of another thread that points here."""

    post_id: int
    title: str


class Beside(NamedTuple):
    """An approved translation as it stands beside its post."""

    language: str
    author: str
    approver: str
    title: str
    html: str
    is_stale: bool
    """Whether it is of an earlier text of the post."""


class TypedReply(NamedTuple):
    """A reply that waits to be gone on with."""

    body: str
    key: str
    office: str
    moment: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Extras:
    """What hangs on the posts of one page, by post id."""

    reactions: Mapping[int, str] = field(default_factory=dict)
    """The reader's own reaction."""
    bookmarks: frozenset[int] = frozenset()
    """Posts that the reader keeps."""
    reported: frozenset[int] = frozenset()
    """Posts that the reader has reported and nobody has decided about yet."""
    translations: Mapping[int, Sequence[Beside]] = field(default_factory=dict)
    """What stands beside the post in another language."""
    cited_by: Sequence[CitedBy] = ()
    """Posts of other threads that point at this thread, for this reader, the newest first."""

    draft: TypedReply | None = None
    """The reply to this thread that the reader has begun."""
    about: str | None = None
    """What is told of the thing on which the thread hangs."""


NOTHING = Extras()


def _part(kind: str, post_id: Any, number: Any, words: Any) -> Select[*tuple[Any, ...]]:
    return select(
        literal(kind, String).label("kind"),
        post_id.label("post_id"),
        cast(number, Integer).label("number"),
        cast(words, Text).label("words"),
    )


def _translations(post_ids: Any) -> Select[*tuple[Any, ...]]:
    author, approver = aliased(User), aliased(User)
    # The statement has one column of words for all kinds; none of these texts can hold the sign that parts them.
    words: Any = Translation.language
    for part in (author.display_name, approver.display_name, Translation.title, Translation.html):
        words = words + PARTED + part
    return (
        _part("translation", Translation.post_id, Post.revision - Translation.of_revision, words)
        .join(Post, Post.id == Translation.post_id)
        .join(author, author.id == Translation.author_id)
        .join(approver, approver.id == Translation.approved_by_id)
        .where(Translation.post_id.in_(post_ids), Translation.approved_at.is_not(None))
    )


@cache
def _statement(*, signed: bool, translated: bool, cited: bool, about: str, quotes: bool) -> Any:
    """Build the statement for what may be there at all; there are some for each kind of thing."""
    here: Any = bindparam("post_ids", expanding=True)
    parts = []
    if signed:
        mine: Any = bindparam("user_id")
        reactions = _part("reaction", Reaction.post_id, null(), Reaction.kind)
        parts.append(reactions.where(Reaction.user_id == mine, Reaction.post_id.in_(here)))
        kept = _part("bookmark", Bookmark.post_id, null(), null())
        parts.append(kept.where(Bookmark.user_id == mine, Bookmark.post_id.in_(here)))
        # Most pages hold no post that this reader reported: the unique index on open reports says so at once.
        reported = report_list().open_by("post", here, mine).subquery()
        parts.append(_part("reported", reported.c.subject_id, null(), null()))
        begun = _part("draft", SavedDraft.id, null(), SavedDraft.content)
        parts.append(begun.where(SavedDraft.user_id == mine, SavedDraft.place == bindparam("place")))
    if translated:
        parts.append(_translations(here))
    if cited:
        newest = (
            select(Post.id, Thread.title)
            .join(Citation, Citation.post_id == Post.id)
            .join(Thread, Thread.id == Post.thread_id)
            .where(
                Citation.thread_id == bindparam("thread_id"),
                Thread.id != bindparam("thread_id"),
                SHOWN_POST,
                SHOWN_THREAD,
                Thread.audience.in_(bindparam("tokens", expanding=True)),
            )
            .order_by(Post.id.desc())
            .limit(CITED_MAX)
            .subquery()
        )
        parts.append(_part("cited", newest.c.id, null(), newest.c.title))
    if telling := _telling(about):
        parts.append(_told(telling, quotes=quotes))
    return union_all(*parts) if len(parts) > 1 else parts[0]


def _told(telling: Telling, *, quotes: bool) -> Select[*tuple[Any, ...]]:
    asked = (bindparam("subject_id"), bindparam("sought", type_=String)) if quotes else (bindparam("subject_id"),)
    words = telling.wording(*asked).subquery()
    return _part("about", literal(0), null(), words.c[0])


def _telling(kind: str | None) -> Telling | None:
    subjects = subject_for(kind) if kind else None
    return subjects.telling() if subjects else None


def get_extras(thread: Any, posts: Sequence[Any], actor: Actor) -> Extras:
    """Return what hangs on these posts; asks nothing where nothing can be there."""
    translated = any(post.is_translated for post in posts)
    signed, cited = actor.id is not None, thread.is_cited
    about = thread.subject_kind if _telling(thread.subject_kind) else ""
    if not (signed or translated or cited or about):
        return NOTHING
    quotes = bool(about and thread.subject_quote)
    statement = _statement(signed=signed, translated=translated, cited=cited, about=about, quotes=quotes)
    values: dict[str, Any] = {"post_ids": [post.id for post in posts]} if signed or translated else {}
    if signed:
        values |= {"user_id": actor.id, "place": f"thread:{thread.id}"}
    if cited:
        values |= {"thread_id": thread.id, "tokens": sorted(actor.tokens)}
    if about:
        values["subject_id"] = thread.subject_id
    if quotes:
        values["sought"] = sought(thread.subject_quote)
    return _sorted_out(read_rows(statement, values))


def _sorted_out(rows: Any) -> Extras:
    reactions, bookmarks, reported = {}, set(), set()
    translations: dict[int, list[Beside]] = defaultdict(list)
    cited_by = []
    draft = about = None
    for kind, post_id, number, words in rows:
        if kind == "reaction":
            reactions[post_id] = words
        elif kind == "bookmark":
            bookmarks.add(post_id)
        elif kind == "reported":
            reported.add(post_id)
        elif kind == "translation":
            translations[post_id].append(_beside(words, is_stale=bool(number)))
        elif kind == "draft":
            draft = _typed(json.loads(words))
        elif kind == "about":
            about = words
        else:
            cited_by.append(CitedBy(post_id, words))
    return Extras(
        reactions=reactions,
        bookmarks=frozenset(bookmarks),
        reported=frozenset(reported),
        translations=translations,
        cited_by=cited_by,
        draft=draft,
        about=about,
    )


def _beside(words: str, *, is_stale: bool) -> Beside:
    language, author, approver, title, html = words.split(PARTED)
    return Beside(language, author, approver, title, html, is_stale)


def _typed(content: dict[str, Any]) -> TypedReply:
    body, key, office = (str(content.get(name) or "") for name in ("body", "key", "office"))
    return TypedReply(
        body, key or new_key(), office, datetime.fromisoformat(content.get(SAVED) or utcnow().isoformat())
    )
