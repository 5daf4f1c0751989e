"""Derives from the ledger how far everybody is; nothing else writes these rows.

Whoever derives holds the rows first, so entries of one pair of member and lesson come one after another and a
rebuild in the background never overwrites what was recorded meanwhile.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from sqlalchemy import String, Text, and_, cast, select, tuple_, type_coerce

from core.db import AnySelect, db, lock, read_rows
from core.upserts import AsStored, conclude, upsert, upsert_all
from study.completion import Standing, standing_of
from study.enums import LearningState, ProgressKind
from study.models import CourseProgress, Lesson, LessonProgress, ProgressEvent
from study.rules import Entry, Rule, rule_in_force
from study.services import course_progress

Pair = tuple[int, int]
"""A member and a lesson, by id."""

PAIR = ("user_id", "lesson_id")
DERIVED = ("state", "first_opened_at", "opened_at", "completed_at", "reason")
"""Moments are carried from the ledger to these rows as they are stored: reading millions would take most time."""
HELD_AT_ONCE = 500
"""Pairs that one statement locks; SQLite takes some 32,000 values."""
KNOWN_MAX = 8192
"""Different texts of JSON that are remembered."""


def hold(user_id: int, lesson_id: int) -> LessonProgress:
    """Return the derived row, made if missing, locked until commit: entries of one pair come one after another."""
    key = {"user_id": user_id, "lesson_id": lesson_id}
    values = {**key, "state": LearningState.NOT_BEGUN, "reason": {"code": "not_begun"}}
    db.session.execute(upsert(LessonProgress, values, conflict=["user_id", "lesson_id"]))
    wanted = lock(select(LessonProgress).filter_by(**key)).execution_options(populate_existing=True)
    row: LessonProgress = db.session.scalars(wanted).one()
    return row


def hold_all(pairs: Collection[Pair]) -> None:
    """Lock the derived rows of many pairs, made if missing, in one order and with two statements for some hundred."""
    wanted = sorted(pairs)
    for start in range(0, len(wanted), HELD_AT_ONCE):
        some = wanted[start : start + HELD_AT_ONCE]
        nothing = (LearningState.NOT_BEGUN.value, json.dumps({"code": "not_begun"}))
        upsert_all(LessonProgress, (*PAIR, "state", "reason"), [(*pair, *nothing) for pair in some], conflict=PAIR)
        named = tuple_(LessonProgress.user_id, LessonProgress.lesson_id).in_(some)
        rows = lock(select(LessonProgress).where(named).order_by(LessonProgress.user_id, LessonProgress.lesson_id))
        db.session.scalars(rows.execution_options(populate_existing=True)).all()


def derive(pairs: Collection[Pair]) -> None:
    """Derive again how far members are with lessons. The caller holds all these rows."""
    rules = _rules({lesson for _user, lesson in pairs})
    wanted = tuple_(ProgressEvent.user_id, ProgressEvent.lesson_id).in_(pairs)
    found = {pair: standing_of(entries, rules[pair[1]]) for pair, entries in _by_pair(_ledger().where(wanted))}
    write(found)
    course_progress.sum_up(found)


def write(changed: Mapping[Pair, Standing | None], missing: Mapping[Pair, Standing] = MappingProxyType({})) -> None:
    """Write standings down; None takes a row away. Nothing else writes derived rows; courses are added up afterwards.

    The rows of ``changed`` are held. Where somebody else made one of those that were missing meanwhile, it stays,
    being newer.
    """
    _insert({pair: one for pair, one in changed.items() if one}, update=DERIVED)
    _insert(missing, update=())
    conclude(LessonProgress, PAIR, changed)


def _insert(found: Mapping[Pair, Standing], update: Sequence[str]) -> None:
    rows = [
        (user, lesson, one.state.value, one.first_opened_at, one.opened_at, one.completed_at, _text(one.reason))
        for (user, lesson), one in found.items()
    ]
    upsert_all(LessonProgress, (*PAIR, *DERIVED), rows, conflict=PAIR, update=update)


def list_members(lesson_id: int | None = None) -> list[int]:
    """Return everybody with a ledger or a derived row, in one lesson or at all."""
    found: set[int] = set()
    for model in (ProgressEvent, LessonProgress):
        wanted = select(model.user_id).distinct()
        found |= set(db.session.scalars(wanted.where(model.lesson_id == lesson_id) if lesson_id else wanted))
    if lesson_id is None:
        found |= set(db.session.scalars(select(CourseProgress.user_id).distinct()))
    return sorted(found)


def rebuild(user_ids: Sequence[int], lesson_id: int | None = None) -> int:
    """Derive again how far these members are, in one lesson or in all, and return the number of rows.

    Right rows are left alone. Give some hundred members at a time, in ascending order, each time in a transaction of
    its own; when all lessons are meant, nobody else may lie between the first and the last.
    """
    before = _held(user_ids, lesson_id)
    rules = _rules([lesson_id] if lesson_id else None)
    ledger = _ledger().where(_of(ProgressEvent, user_ids, lesson_id))
    after = {pair: standing_of(entries, rules[pair[1]]) for pair, entries in _by_pair(ledger)}
    changed = {pair: after.get(pair) for pair, values in before.items() if values != after.get(pair)}
    missing = {pair: one for pair, one in after.items() if pair not in before}
    write(changed, missing)
    if lesson_id is None:
        course_progress.sum_up_members(user_ids[0], user_ids[-1])
    else:
        course_progress.sum_up([*changed, *missing])
    return len(after)


def _of(model: type[ProgressEvent | LessonProgress], user_ids: Sequence[int], lesson_id: int | None) -> Any:
    if lesson_id is None:
        # One stretch of the index; most of a list of names would be spent on finding each.
        return model.user_id.between(user_ids[0], user_ids[-1])
    return and_(model.user_id.in_(user_ids), model.lesson_id == lesson_id)


def _held(user_ids: Sequence[int], lesson_id: int | None) -> dict[Pair, Standing]:
    rows = select(
        LessonProgress.user_id,
        LessonProgress.lesson_id,
        type_coerce(LessonProgress.state, String),
        type_coerce(LessonProgress.first_opened_at, AsStored),
        type_coerce(LessonProgress.opened_at, AsStored),
        type_coerce(LessonProgress.completed_at, AsStored),
        cast(LessonProgress.reason, Text),
    ).order_by(LessonProgress.user_id, LessonProgress.lesson_id)
    found = read_rows(lock(rows.where(_of(LessonProgress, user_ids, lesson_id))))
    return {
        (user, lesson): Standing(_STATES[state], first, last, done, _read(reason))
        for user, lesson, state, first, last, done, reason in found
    }


def _rules(lesson_ids: Collection[int] | None) -> dict[int, Rule]:
    wanted = select(Lesson.id, Lesson.kind, Lesson.quiz_id, Lesson.completion, Lesson.completion_number)
    rows = db.session.execute(wanted if lesson_ids is None else wanted.where(Lesson.id.in_(lesson_ids)))
    return {ident: rule_in_force(kind, quiz_id, Rule(rule, number)) for ident, kind, quiz_id, rule, number in rows}


@lru_cache(maxsize=KNOWN_MAX)
def _read(text: str) -> dict[str, Any]:
    """Read JSON of which there are few different texts; nobody changes what comes out."""
    found: dict[str, Any] = json.loads(text)
    return found


def _text(reason: Mapping[str, Any]) -> str:
    """Write JSON of which there are few different texts."""
    said = repr(reason)
    if said not in _TEXTS:
        if len(_TEXTS) >= KNOWN_MAX:
            _TEXTS.clear()
        _TEXTS[said] = json.dumps(reason)
    return _TEXTS[said]


_TEXTS: dict[str, str] = {}
_STATES = {state.value: state for state in LearningState}
_KINDS = {kind.value: kind for kind in ProgressKind}


def _ledger() -> AnySelect:
    # Columns as they are stored: of millions of moments and details a few are looked at.
    return select(
        ProgressEvent.user_id,
        ProgressEvent.lesson_id,
        type_coerce(ProgressEvent.kind, String),
        type_coerce(ProgressEvent.at, AsStored),
        cast(ProgressEvent.detail, Text),
    ).order_by(ProgressEvent.user_id, ProgressEvent.lesson_id, ProgressEvent.at, ProgressEvent.id)


def _by_pair(ledger: AnySelect) -> Iterator[tuple[Pair, list[Entry]]]:
    last: Pair | None = None
    entries: list[Entry] = []
    for user, lesson, kind, at, detail in read_rows(ledger).all():
        if last != (user, lesson):
            if last is not None:
                yield last, entries
            last, entries = (user, lesson), []
        entries.append(Entry(_KINDS[kind], at, _read(detail)))
    if last is not None:
        yield last, entries
