"""Threads as Markdown files: front matter, then one part a post."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from accounts.enums import UserState
from core.addresses import absolute
from core.clock import utcnow
from core.i18n import _, ngettext
from forum import urls
from forum.queries import PollView
from forum.removal import removed_words


def moment(value: datetime) -> str:
    """Return a moment as files name it."""
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def front_matter(facts: dict[str, Any]) -> str:
    """Return YAML in which every value is a JSON string or number, so that no text can end it."""
    return (
        "---\n" + "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in facts.items()) + "---\n"
    )


def thread_facts(thread: Any) -> dict[str, Any]:
    """Return what a file says of its thread."""
    return {
        "title": thread.title or _("Hidden thread"),
        "board": str(thread.board_title),
        "address": absolute(urls.for_thread(thread.id)),
        "started": moment(thread.created_at),
        "posts": thread.last_number,
        "exported": moment(utcnow()),
    }


def thread_to_markdown(thread: Any, posts: Iterable[Any], poll: PollView | None = None) -> Iterator[str]:
    """Yield the file of a thread piece by piece; its poll stands below the opening."""
    facts = thread_facts(thread)
    yield front_matter(facts)
    yield f"\n# {' '.join(facts['title'].split())}\n"
    for post in posts:
        yield post_to_markdown(post)
        if post.number == 1 and poll:
            yield poll_to_markdown(poll)


def poll_to_markdown(poll: PollView) -> str:
    """Return what could be chosen, with the votes where the reader sees them."""
    lines = [
        f"- {option.words}" + (f" · {_('Votes')}: {option.vote_count}" if poll.shows_result else "")
        for option in poll.options
    ]
    count = ngettext("%(num)s person has voted", "%(num)s people have voted", poll.ballot_count)
    return "\n" + "\n".join([*lines, "", count, ""])


def post_to_markdown(post: Any) -> str:
    """Return one post below its number, author and date; of one that is not shown, a line that says why."""
    if post.hidden_at:
        gone = _("#%(number)s is hidden", number=post.number)
        return f"\n---\n\n*{gone} · {_('Reason:')} {' '.join(post.hidden_reason.split())} · {moment(post.hidden_at)}*\n"
    if post.deleted_at:
        why = f" · {_('Reason:')} {' '.join(post.deleted_reason.split())}" if post.deleted_reason else ""
        return f"\n---\n\n*{removed_words(post)}{why} · {moment(post.deleted_at)}*\n"
    author = _("deleted member") if post.state == UserState.ERASED else " ".join(post.author_name.split())
    answers = f" → #{post.parent_number}" if post.parent_number and post.parent_number > 1 else ""
    return f"\n---\n\n**#{post.number} · {author}** · {moment(post.created_at)}{answers}\n\n{post.body}\n"
