"""Fills an empty site with the sample organisation, through the rooms' own services and as the people themselves."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from flask import current_app

from accounts.passwords import hash_password
from app.sample.acts import assign, mark, order, study
from app.sample.courses import fill_courses, keep_files
from app.sample.grades import grade
from app.sample.inbox import settle_inboxes
from app.sample.kinds import follow_ups
from app.sample.people import fill_people
from app.sample.programmes import fill_programmes
from app.sample.reading import Calendar, faces, load
from app.sample.talk import Happening, Talk, conversations, fill_boards, fill_tags
from app.worker import sole_worker
from core import clock
from core.db import db, transaction
from core.outbox import drain_all

PASSWORD: Final[str] = load("organisation.toml")["password"]
"""Of every sample account. Such accounts exist only in a demonstration site."""

ROLES: Final = {
    "administrator": "guyuan",
    "officer": "chenyulan",
    "moderator": "sunli",
    "instructor": "zhaomin",
    "member": "liwen",
}
"""Whom to sign in as to try a role."""

FOUNDED = timedelta(days=60)


@dataclass(frozen=True)
class SampleAccount:
    """One account to sign in with: who it is, what they may do, and the password."""

    username: str
    name: str
    role: str
    password: str


def fill() -> list[SampleAccount]:
    """Fill the site, deliver what follows, and return the accounts. The caller has seen to it that it is empty."""
    plan = load("organisation.toml")
    calendar = Calendar(clock.utcnow(), ZoneInfo(plan["time_zone"]))
    password_hash, kept = hash_password(PASSWORD), keep_files()
    with transaction(), clock.at(calendar.now - FOUNDED):
        cast = fill_people(plan, password_hash)
        fill_tags(cast, ROLES["administrator"], plan["tags"])
        board_addresses = fill_boards(cast, ROLES["administrator"], plan["boards"])
        library = fill_courses(cast, kept, board_addresses)
        db.session.flush()
        fill_programmes(cast)
    talk = Talk(cast, library.addresses, library.lessons)
    _let_happen(
        [
            *conversations(talk, calendar),
            *follow_ups(talk, calendar),
            *study(cast, library, calendar),
            *mark(cast, library, calendar),
            *grade(cast, library, calendar),
            *assign(cast, calendar),
            *order(talk, calendar),
        ]
    )
    settle_inboxes(calendar.now)
    return _accounts(plan)


def _let_happen(happenings: Iterable[Happening]) -> None:
    """Let everything happen in the order of time; notices then lie in the inboxes in that order, too."""
    # Where a worker runs already it delivers; two would fight over the index.
    with sole_worker(Path(current_app.config["DATA"]), wait=False) as alone:
        for part in _parts(sorted(happenings, key=lambda happening: happening.at)):
            _act(part)
            if alone:
                with clock.at(part[-1].at):
                    drain_all()


def _act(part: Iterable[Happening]) -> None:
    with transaction():
        for happening in part:
            with clock.at(happening.at):
                happening.act()
                db.session.flush()  # What is only pending would be dated when it is committed.


def _parts(happenings: Iterable[Happening]) -> Iterator[list[Happening]]:
    for _alone, part in groupby(happenings, key=lambda happening: happening.alone):
        yield list(part)


def _accounts(plan: dict[str, Any]) -> list[SampleAccount]:
    names = {branch["slug"]: faces(branch["name"]) for branch in (plan["root"], *plan["branches"])}
    return [
        SampleAccount(person["username"], person["name"], _role(person, names), PASSWORD) for person in plan["people"]
    ]


def _role(person: dict[str, Any], names: dict[str, Any]) -> str:
    held = person.get("grants") or [{"role": "member", "branch": person["branch"]}]
    return ", ".join(f"{grant['role']}, {names[grant['branch']].en}" for grant in held)
