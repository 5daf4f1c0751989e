"""Fills in what people did besides writing: courses taken, lessons read, quizzes, reports and decisions."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from app.sample.courses import Library
from app.sample.people import Cast
from app.sample.quizzes import mark_essays, take_quiz
from app.sample.reading import Calendar, load
from app.sample.talk import Happening, Talk
from core.house_rules import Rule
from core.refs import Ref
from moderation import services as moderation
from moderation.enums import Action, ReportReason
from study.queries.courses import get_course
from study.queries.lessons import get_lesson
from study.services import tasks
from study.services.enrolments import enrol
from study.services.progress import mark_read, note_opened

AN_EVENING = 2
"""How many lessons most people read on one evening."""

READING, BETWEEN = timedelta(minutes=6), timedelta(minutes=4)


def study(cast: Cast, library: Library, calendar: Calendar) -> Iterator[Happening]:
    """Give everything that members did in their courses."""
    for entry in load("acts.toml")["enrolments"]:
        yield from _learner(cast, library, calendar.moment(entry["when"]), calendar.now, entry)


def _learner(
    cast: Cast, library: Library, begun: datetime, now: datetime, entry: Mapping[str, Any]
) -> Iterator[Happening]:
    who = entry["who"]
    yield Happening(begun, lambda: enrol(get_course(entry["course"], cast.actor(who)), cast.actor(who)))
    at = begun
    for place, key in enumerate(entry["read"]):
        evening, turn = divmod(place, entry.get("an_evening", AN_EVENING))
        at = min(begun + timedelta(days=evening) + turn * (READING + BETWEEN) + BETWEEN, now - timedelta(hours=1))
        yield Happening(at, lambda key=key, at=at: _open(cast, who, library.lessons[key], at))  # type: ignore[misc]
        yield Happening(at + READING, lambda key=key: _read(cast, who, library.lessons[key]))  # type: ignore[misc]
    for place, quiz in enumerate(entry.get("quizzes", ())):
        sat = at + READING + BETWEEN + place * timedelta(days=1)
        yield Happening(sat, lambda quiz=quiz: _take(cast, who, library, quiz))  # type: ignore[misc]


def _open(cast: Cast, who: str, lesson_id: int, at: datetime) -> None:
    note_opened({(cast.users[who].id, lesson_id): at})


def _read(cast: Cast, who: str, lesson_id: int) -> None:
    actor = cast.actor(who)
    mark_read(get_lesson(lesson_id, actor), actor)


def _take(cast: Cast, who: str, library: Library, entry: Mapping[str, Any]) -> None:
    take_quiz(cast.actor(who), library.quizzes[entry["quiz"]], frozenset(entry["wrong"]), entry.get("texts", {}))


def mark(cast: Cast, library: Library, calendar: Calendar) -> Iterator[Happening]:
    """Give the marks of essays."""
    for entry in load("acts.toml")["marks"]:
        yield Happening(calendar.moment(entry["when"]), lambda entry=entry: _mark(cast, library, entry))  # type: ignore[misc]


def _mark(cast: Cast, library: Library, entry: Mapping[str, Any]) -> None:
    mark_essays(cast.actor(entry["by"]), library.quizzes[entry["quiz"]], cast.users[entry["who"]].id, entry)


def assign(cast: Cast, calendar: Calendar) -> Iterator[Happening]:
    """Give what officers asked their branches to study."""
    for entry in load("acts.toml")["tasks"]:
        at, due = calendar.moment(entry["when"]), calendar.moment(entry["too_late"])
        yield Happening(at, lambda entry=entry, due=due: _assign(cast, entry, due))  # type: ignore[misc]


def _assign(cast: Cast, entry: Mapping[str, Any], due: datetime) -> None:
    officer = cast.actor(entry["by"])
    terms = tasks.Terms(due_at=due, note=entry["note"])
    tasks.assign(get_course(entry["course"], officer), cast.branches[entry["branch"]], officer, terms)


def order(talk: Talk, calendar: Calendar) -> Iterator[Happening]:
    """Give the reports of readers and the decisions of moderators."""
    for entry in load("acts.toml")["reports"]:
        yield Happening(calendar.moment(entry["when"]), lambda entry=entry: _report(talk, entry))  # type: ignore[misc]
        if "decision" in entry:
            at = calendar.moment(entry["decision"]["when"])
            yield Happening(at, lambda entry=entry: _hide(talk, entry), alone=True)  # type: ignore[misc]


def _report(talk: Talk, entry: Mapping[str, Any]) -> None:
    ref = Ref("post", talk.keyed[entry["post"]])
    moderation.report(ref, talk.cast.actor(entry["by"]), ReportReason(entry["reason"]), entry["note"])


def _hide(talk: Talk, entry: Mapping[str, Any]) -> None:
    plan = entry["decision"]
    verdict = moderation.Verdict(action=Action.HIDE, reason=plan["reason"], rule=Rule(plan["rule"]))
    moderation.decide(Ref("post", talk.keyed[entry["post"]]), talk.cast.actor(plan["by"]), verdict)
