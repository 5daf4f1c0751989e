"""Fills in boards, and the threads and posts as happenings, each at its own moment."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.sample.people import Cast
from app.sample.reading import Calendar, faces, linked, load
from core.permissions import MEMBERS, ROOT, Actor
from core.subjects import subject_for
from forum import queries, services, urls
from forum.composing import compose
from forum.enums import PostPolicy, ThreadKind
from forum.models import Board
from forum.services.boards import BoardPlan
from forum.services.plans import TemplatePlan
from forum.services.polls import PollPlan
from forum.services.threads import Opening
from forum.sorting import BoardField

FILES = ("announcements", "general", "meetings", "east-lake")
AT_LEAST_LATER = timedelta(minutes=1)


@dataclass(frozen=True)
class Happening:
    """Something that somebody does at some moment. ``alone``: what follows it is to be delivered before the next."""

    at: datetime
    act: Callable[[], None]
    alone: bool = False


@dataclass
class Talk:
    """What the conversations have come to: post ids by thread key and number, and by a key of their own."""

    cast: Cast
    addresses: Mapping[str, str]
    lessons: Mapping[str, int]
    posts: dict[str, dict[int, int]] = field(default_factory=dict)
    keyed: dict[str, int] = field(default_factory=dict)


def fill_tags(cast: Cast, administrator: str, tags: Sequence[Mapping[str, Any]]) -> None:
    """Make the tags that threads carry."""
    for entry in tags:
        services.create_tag(cast.actor(administrator), faces(entry["name"]), ROOT)


def fill_boards(cast: Cast, administrator: str, boards: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Make the boards and return their addresses by ``board:slug``."""
    actor = cast.actor(administrator)
    for position, entry in enumerate(boards):
        plan = BoardPlan(
            slug=entry["slug"],
            title=faces(entry["title"]),
            about=faces(entry["about"]),
            audience=cast.audience(entry["audience"]),
            post_policy=PostPolicy(entry["post_policy"]),
            branch_id=cast.branches[entry["branch"]].id,
            position=position,
        )
        services.create_board(actor, plan)
        _furnish(queries.get_board(plan.slug, actor, lock=True), actor, entry)
    return {f"board:{entry['slug']}": urls.for_board(entry["slug"]) for entry in boards}


def _furnish(board: Board, actor: Actor, entry: Mapping[str, Any]) -> None:
    for one in entry.get("fields", ()):
        choices = tuple(faces(choice) for choice in one["choices"])
        services.save_field(board, actor, BoardField(key="", label=faces(one["label"]), choices=choices))
    for template in entry.get("templates", ()):
        services.create_template(
            board,
            actor,
            TemplatePlan(
                title=faces(template["title"]), thread_title=template["thread_title"], body=template["text"].strip()
            ),
        )


def conversations(talk: Talk, calendar: Calendar) -> Iterator[Happening]:
    """Give every post of every thread as a happening."""
    for name in FILES:
        plan = load("forum", f"{name}.toml")
        for thread in plan["threads"]:
            yield from _thread(talk, plan["board"], thread, calendar)


def _thread(talk: Talk, board: str, thread: Mapping[str, Any], calendar: Calendar) -> Iterator[Happening]:
    at = calendar.moment(thread["posts"][0]["when"])
    yield Happening(at, lambda: _open(talk, board, thread, calendar))
    for number, post in enumerate(thread["posts"][1:], 2):
        at = max(calendar.moment(post["when"]), at + AT_LEAST_LATER)
        yield Happening(at, lambda number=number: _reply(talk, thread, number))  # type: ignore[misc]
    if "locked" in thread:
        yield Happening(at + AT_LEAST_LATER, lambda: _lock(talk, thread), alone=True)
    if "pinned_by" in thread:
        until = calendar.moment(thread["pinned_until"]) if "pinned_until" in thread else None
        yield Happening(at + AT_LEAST_LATER, lambda: _pin(talk, thread, until), alone=True)
    if "digest" in thread:
        yield Happening(at + 2 * AT_LEAST_LATER, lambda: _take_into_digest(talk, thread), alone=True)


def _open(talk: Talk, board_slug: str, thread: Mapping[str, Any], calendar: Calendar) -> None:
    first = thread["posts"][0]
    actor = talk.cast.actor(first["by"])
    subject = None
    if "lesson" in thread:
        source = subject_for("lesson")
        subject = source.find(talk.lessons[thread["lesson"]], actor) if source else None
    board: Board = (
        services.ensure_subject_board(subject) if subject else queries.get_board(board_slug, actor, lock=True)
    )
    opening = Opening(
        title=thread["title"],
        kind=ThreadKind(thread["kind"]),
        subject=subject,
        office=_office(talk, first),
        poll=_poll(thread, calendar),
        tags=thread.get("tags", ()),
        choices=thread.get("choices"),
    )
    post = services.start_thread(board, actor, opening, compose(linked(first["text"].strip(), talk.addresses)))
    talk.posts[thread["key"]] = {1: post.id}
    _remember(talk, first, post.id)


def _reply(talk: Talk, thread: Mapping[str, Any], number: int) -> None:
    plan = thread["posts"][number - 1]
    known = talk.posts[thread["key"]]
    actor = talk.cast.actor(plan["by"])
    parent = queries.get_post(known[plan.get("to", 1)], actor, lock=True)
    draft = compose(linked(plan["text"].strip(), talk.addresses))
    post = services.reply(
        parent.thread, actor, draft, parent=parent if "to" in plan else None, office=_office(talk, plan)
    )
    known[number] = post.id
    _remember(talk, plan, post.id)


def _office(talk: Talk, post: Mapping[str, Any]) -> str:
    """Return the key of the office in which a post is written, which the sample names ``officer:east-lake``."""
    role, sign, slug = post.get("office", "").partition(":")
    return f"{role}:{talk.cast.branches[slug].id}" if sign else ""


def _poll(thread: Mapping[str, Any], calendar: Calendar) -> PollPlan | None:
    entry = thread.get("poll")
    if entry is None:
        return None
    return PollPlan(
        options=tuple(entry["options"]),
        audience=MEMBERS,
        secret=entry.get("secret", False),
        closes_at=calendar.moment(entry["closes"]),
    )


def _remember(talk: Talk, plan: Mapping[str, Any], post_id: int) -> None:
    if "key" in plan:
        talk.keyed[plan["key"]] = post_id


def _lock(talk: Talk, thread: Mapping[str, Any]) -> None:
    actor = talk.cast.actor(thread["posts"][-1]["by"])
    post = queries.get_post(talk.posts[thread["key"]][1], actor, lock=True)
    services.lock_thread(post.thread, actor, thread["locked"])


def _pin(talk: Talk, thread: Mapping[str, Any], until: datetime | None) -> None:
    actor = talk.cast.actor(thread["pinned_by"])
    post = queries.get_post(talk.posts[thread["key"]][1], actor, lock=True)
    services.pin_thread(post.thread, actor, services.Pin(until=until))


def _take_into_digest(talk: Talk, thread: Mapping[str, Any]) -> None:
    actor = talk.cast.actor(thread["digest"])
    post = queries.get_post(talk.posts[thread["key"]][1], actor, lock=True)
    services.mark_digest(post.thread, actor, digest=True)
