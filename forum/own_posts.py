"""Everything one member wrote, as a ZIP: one Markdown file a thread, and an index."""

import json
import tempfile
import zipfile
from collections.abc import Iterable
from itertools import groupby
from typing import IO, Any

from core.addresses import absolute
from core.clock import utcnow
from core.i18n import _
from core.permissions import Actor
from forum import urls
from forum.exporting import front_matter, moment
from forum.removal import removed_by

IN_MEMORY = 2**20


def write_zip(rows: Iterable[Any], actor: Actor) -> IO[bytes]:
    """Return an open temporary file, at its beginning; it is gone when it is closed."""
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- the caller sends and closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        index = []
        for thread_id, posts in groupby(rows, key=lambda row: row.thread_id):
            name = f"threads/{thread_id}.md"
            title, written = "", 0
            with archive.open(name, "w") as out:
                for post in posts:
                    if not written:
                        title = _title(post, actor)
                        out.write(_head(post, title).encode())
                    out.write(_part(post).encode())
                    written += 1
            index.append(
                {"file": name, "title": title, "address": absolute(urls.for_thread(thread_id)), "posts": written}
            )
        facts = {"member": actor.username, "exported": moment(utcnow()), "threads": index}
        archive.writestr("index.json", json.dumps(facts, ensure_ascii=False, indent=1))
    file.seek(0)
    return file


def _title(post: Any, actor: Actor) -> str:
    """Return the title as far as this member may know it: others' threads may be hidden or closed to them by now."""
    if post.opened_by == actor.id or (post.thread_hidden_at is None and actor.can_read(post.audience)):
        return str(post.title)
    return _("Hidden thread")


def _head(post: Any, title: str) -> str:
    facts = {"title": title, "board": str(post.board_title), "address": absolute(urls.for_thread(post.thread_id))}
    return front_matter(facts) + f"\n# {' '.join(title.split())}\n"


def _part(post: Any) -> str:
    notes = [f"**#{post.number}**", moment(post.created_at), absolute(urls.for_post(post.id))]
    if post.hidden_at:
        notes.append(f"{_('hidden by a moderator')}: {' '.join(post.hidden_reason.split())}")
    if post.deleted_at:
        own = removed_by(post) == "author"
        reason = " ".join(post.deleted_reason.split())
        notes.append(_("deleted by you") if own else f"{_('removed by a moderator')}: {reason}")
    return f"\n---\n\n{' · '.join(notes)}\n\n{post.body}\n"
