"""Fills in what threads of a kind have besides posts: votes, an accepted answer, receipts."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.sample.reading import Calendar, load
from app.sample.talk import FILES, Happening, Talk
from core.db import db
from core.outbox import announce
from forum import queries, services
from forum.events import PollEnded
from forum.models import PollOption, Thread

SOON = timedelta(minutes=2)


def follow_ups(talk: Talk, calendar: Calendar) -> Iterator[Happening]:
    """Give what people do with threads besides writing in them."""
    for name in FILES:
        for thread in load("forum", f"{name}.toml")["threads"]:
            yield from _of_thread(talk, thread, calendar)


def _of_thread(talk: Talk, thread: Mapping[str, Any], calendar: Calendar) -> Iterator[Happening]:
    opened = calendar.moment(thread["posts"][0]["when"])
    if accepted := thread.get("accepted"):
        at = calendar.moment(accepted["when"])
        yield Happening(at, lambda: _accept(talk, thread["key"], accepted))
    for who, when in thread.get("confirmed", {}).items():
        at = max(calendar.moment(when), opened + SOON)
        yield Happening(at, lambda who=who: _confirm(talk, thread["key"], who))  # type: ignore[misc]
    if "poll" in thread:
        yield from _votes(talk, thread, calendar, opened)


def _votes(talk: Talk, thread: Mapping[str, Any], calendar: Calendar, opened: datetime) -> Iterator[Happening]:
    key, poll = thread["key"], thread["poll"]
    for who, vote in poll["votes"].items():
        at = max(calendar.moment(vote["when"]), opened + SOON)
        yield Happening(at, lambda who=who, vote=vote: _vote(talk, key, who, vote["chose"]))  # type: ignore[misc]
    ends = calendar.moment(poll["closes"])
    if ends < calendar.now:
        yield Happening(ends + SOON, lambda: _end(talk, key), alone=True)


def _thread(talk: Talk, key: str, who: str) -> Thread:
    return queries.get_post(talk.posts[key][1], talk.cast.actor(who), lock=True).thread


def _accept(talk: Talk, key: str, entry: Mapping[str, Any]) -> None:
    actor = talk.cast.actor(entry["by"])
    services.accept_answer(queries.get_post(talk.posts[key][entry["number"]], actor, lock=True), actor)


def _confirm(talk: Talk, key: str, who: str) -> None:
    services.confirm_announcement(_thread(talk, key, who), talk.cast.actor(who))


def _vote(talk: Talk, key: str, who: str, chose: list[int]) -> None:
    thread = _thread(talk, key, who)
    statement = select(PollOption.id).where(PollOption.thread_id == thread.id).order_by(PollOption.position)
    options = db.session.scalars(statement).all()
    services.cast_vote(thread, talk.cast.actor(who), [options[place] for place in chose])


def _end(talk: Talk, key: str) -> None:
    thread = queries.find_post(talk.posts[key][1])
    if thread is not None and services.note_ended(thread.thread_id):
        announce(PollEnded(thread_id=thread.thread_id))
