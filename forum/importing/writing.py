"""Rows of imported threads, written in batches with their counters and events."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import insert, select, update

from accounts.models import User, UserState
from accounts.names import DISPLAY_NAME_MAX, USERNAME_MAX, key_of
from core.db import db
from core.events import ContentEvent
from core.i18n import _
from core.markup import RENDER_VERSION, SOURCE_MAX
from core.outbox import announce_all
from core.refs import Ref
from forum.enums import ThreadState
from forum.importing.facts import accept, tag
from forum.importing.homes import Home, find_homes
from forum.importing.lines import Fault, Line
from forum.importing.placing import Known, Placed, place
from forum.importing.rendering import Ready, Renderer
from forum.models import Board, Post, Thread
from forum.services.counters import recount_threads
from forum.services.places import count_boards, tally

NAME_SUFFIX = "-imported"


@dataclass(slots=True)
class Result:
    """What an import did."""

    threads: int = 0
    posts: int = 0
    skipped: int = 0
    refused: list[Fault] = field(default_factory=list)
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """Return it as the command prints it."""
        faults = [
            {"line": line, "error": error} | ({"where": where} if where else {})
            for line, error, where in sorted(self.refused)
        ]
        return {"threads": self.threads, "posts": self.posts, "skipped": self.skipped, "refused": faults}


@dataclass(slots=True)
class _Work:
    """One thread of the batch: what is there, and what is added."""

    lines: list[Line]
    thread_id: int | None
    last_number: int
    known: dict[str, Known]
    """Posts that can be answered, by the other forum's names."""
    there: set[str]
    """Posts of the source that were taken in before, wherever they stand by now."""
    joined: bool
    """Whether the posts go behind those of another thread: its own question stays as it is."""
    placed: list[Placed] = field(default_factory=list)


def render_new(batch: Sequence[list[Line]], renderer: Renderer) -> tuple[dict[str, Ready], list[Fault]]:
    """Render what is not in the database yet: by post_id, and what proved too long. Needs no transaction."""
    known = _known_posts(line.post_id for lines in batch for line in lines)
    new = [line for lines in batch for line in lines if line.post_id not in known]
    ready = dict(
        zip(
            (line.post_id for line in new),
            renderer.render([(line.format, line.body, line.base, line.whole_title) for line in new]),
            strict=True,
        )
    )
    refused = []
    for line in new:
        one = ready[line.post_id]
        if one.too_long or not one.html:
            words = (
                _("The post has more than %(limit)s characters.", limit=SOURCE_MAX)
                if one.too_long
                else _("The post has no text.")
            )
            refused.append(line.fault(words))
            del ready[line.post_id]
    return ready, refused


def write_batch(board: Board, batch: Sequence[list[Line]], ready: dict[str, Ready], result: Result) -> None:
    """Write whole threads inside the caller's transaction; what is there already is left alone."""
    works = _placed(batch, ready, result)
    if not works:
        return
    before = tally([work.thread_id for work in works if work.thread_id is not None])
    names: dict[str, str] = {}
    for line in (placed.line for work in works for placed in work.placed):
        names[line.author] = names.get(line.author) or line.author_name
    authors = _authors(names)
    _insert_threads(board, works, authors)
    _add_facts(works, _insert_posts(works, authors, ready))
    new_posts = sum(len(work.placed) for work in works)
    result.posts += new_posts
    result.threads += sum(work.last_number == 0 for work in works)
    touched = sorted({work.thread_id for work in works if work.thread_id is not None})
    recount_threads(touched)
    count_boards(touched, before)


def _placed(batch: Sequence[list[Line]], ready: dict[str, Ready], result: Result) -> list[_Work]:
    """Find a place for what is new; threads with nothing new are left out."""
    homes = find_homes({lines[0].thread_id for lines in batch})
    posts = _known_posts(name for lines in batch for line in lines for name in _names(line))
    last: dict[int, int] = {}
    found = []
    for lines in batch:
        work = _work(lines, homes.get(lines[0].thread_id), posts)
        result.skipped += sum(line.post_id in work.there for line in lines)
        if work.thread_id is not None:
            # Two threads of the source may have been joined to one.
            work.last_number = last.get(work.thread_id, work.last_number)
        new = [line for line in lines if line.post_id in ready and line.post_id not in work.there]
        work.placed, refused = place(new, work.known, work.last_number)
        result.refused.extend(refused)
        if work.thread_id is not None:
            last[work.thread_id] = work.last_number + len(work.placed)
        if work.placed:
            found.append(work)
    return found


def _known_posts(ids: Iterable[str]) -> dict[str, Known]:
    wanted = sorted(set(ids))
    found: dict[str, Known] = {}
    for start in range(0, len(wanted), 500):
        rows = db.session.execute(
            select(Post.external_id, Post.id, Post.path, Post.thread_id).where(
                Post.external_id.in_(wanted[start : start + 500])
            )
        )
        found.update({row.external_id: Known(row.id, row.path, row.thread_id) for row in rows})
    return found


def _names(line: Line) -> Iterator[str]:
    yield line.post_id
    yield from line.ancestors
    if line.parent_id is not None:
        yield line.parent_id


def _work(lines: list[Line], home: Home | None, posts: dict[str, Known]) -> _Work:
    found = {name: posts[name] for line in lines for name in _names(line) if name in posts}
    thread_id = home.thread_id if home else None
    known = {name: post for name, post in found.items() if post.thread_id == thread_id}
    if home is not None:
        top = home.opening if home.opening in known else None
        for line in lines:
            # What was parted from the thread is not answered from here; the answer itself is kept all the same.
            if line.parent_id is None or (line.parent_id in found and line.parent_id not in known):
                line.parent_id = top if line.post_id != top else None
    there = {line.post_id for line in lines if line.post_id in posts}
    joined = home is not None and home.joined
    return _Work(lines, thread_id, home.last_number if home else 0, known, there, joined)


def _authors(names: dict[str, str]) -> dict[str, int]:
    """Return the ids of the authors, made as people without password, shown under these names, where they are new.

    A name that a real member bears is never given to an imported author: it would put words into the member's mouth.
    """
    wanted = {name: (_username(name), _username(name, NAME_SUFFIX)) for name in sorted(names)}
    keys = sorted({key_of(username) for pair in wanted.values() for username in pair})
    rows = db.session.execute(select(User.id, User.username_key, User.state).where(User.username_key.in_(keys))).all()
    taken = {row.username_key for row in rows}
    imported = {row.username_key: row.id for row in rows if row.state is UserState.IMPORTED}
    found: dict[str, int] = {}
    for name, (plain_name, other) in wanted.items():
        username = plain_name if key_of(plain_name) in imported or key_of(plain_name) not in taken else other
        key = key_of(username)
        if key not in imported:
            user = User(
                username=username, display_name=(names[name] or name)[:DISPLAY_NAME_MAX], state=UserState.IMPORTED
            )
            db.session.add(user)
            db.session.flush()
            imported[key] = user.id
            taken.add(key)
        found[name] = imported[key]
    return found


def _username(name: str, suffix: str = "") -> str:
    folded = unicodedata.normalize("NFKC", name)
    kept = "".join(sign if sign.isalnum() or sign in "._-" else "-" for sign in folded).strip("._-")
    return (kept[: USERNAME_MAX - len(suffix)].strip("._-") or "member") + suffix


def _insert_threads(board: Board, works: Sequence[_Work], authors: dict[str, int]) -> None:
    new = [work for work in works if work.thread_id is None]
    if not new:
        return
    rows = []
    for work in new:
        opening = work.placed[0].line
        rows.append(
            {
                "title": opening.title or _("Untitled"),
                "audience": board.audience,
                "board_id": board.id,
                "author_id": authors[opening.author],
                "created_at": opening.created_at,
                "last_posted_at": max(placed.line.created_at for placed in work.placed),
                "external_id": opening.thread_id,
                "kind": opening.kind,
                "state": ThreadState.LOCKED if opening.locked else ThreadState.OPEN,
                "pinned": opening.pinned,
                "tags": [],
            }
        )
    ids = db.session.scalars(insert(Thread).returning(Thread.id, sort_by_parameter_order=True), rows)
    for work, thread_id in zip(new, ids, strict=True):
        work.thread_id = thread_id


def _insert_posts(works: Sequence[_Work], authors: dict[str, int], ready: dict[str, Ready]) -> dict[str, int]:
    rows: list[dict[str, Any]] = []
    for work in works:
        rows.extend(_post_row(work, placed, authors, ready[placed.line.post_id]) for placed in work.placed)
    ids = db.session.scalars(insert(Post).returning(Post.id, sort_by_parameter_order=True), rows)
    id_of = {row["external_id"]: post_id for row, post_id in zip(rows, ids, strict=True)}
    answers, events = [], []
    for work in works:
        for placed in work.placed:
            events.append(ContentEvent(subject=_ref(work, placed, id_of)))
            if placed.parent is not None:
                parent = work.known.get(placed.parent)
                parent_id = parent.id if parent else id_of[placed.parent]
                answers.append({"id": id_of[placed.line.post_id], "parent_id": parent_id})
    if answers:
        db.session.execute(update(Post), answers)
    announce_all(events)
    return id_of


def _add_facts(works: Sequence[_Work], id_of: dict[str, int]) -> None:
    answers = {}
    for work in works:
        assert work.thread_id is not None  # noqa: S101 -- it was inserted just now
        for placed in work.placed:
            if placed.line.accepted and placed.number > 1 and not work.joined:
                answers[work.thread_id] = id_of[placed.line.post_id]
    accept(answers)
    tag({work.thread_id: work.placed[0].line.tags for work in works if work.thread_id and work.last_number == 0})


def _post_row(work: _Work, placed: Placed, authors: dict[str, int], one: Ready) -> dict[str, Any]:
    line = placed.line
    return {
        "thread_id": work.thread_id,
        "number": placed.number,
        "path": placed.path,
        "author_id": authors[line.author],
        "body": one.body,
        "html": one.html,
        "render_version": RENDER_VERSION,
        "language": one.language,
        "created_at": line.created_at,
        "external_id": line.post_id,
    }


def _ref(work: _Work, placed: Placed, id_of: dict[str, int]) -> Ref:
    if placed.number == 1 and work.thread_id is not None:
        return Ref("thread", work.thread_id)
    return Ref("post", id_of[placed.line.post_id])
