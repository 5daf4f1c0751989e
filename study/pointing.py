"""Derives points from the ledgers, by the worker's clock and only where the site has them switched on."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from flask import current_app
from sqlalchemy import select

from accounts.models import Branch, User
from core import settings
from core.clock import utcnow
from core.db import db, read_rows, reading_much, transaction
from core.i18n import current_zone
from study.points import Figures, figures_of, points_of
from study.queries import points as queries
from study.queries.counting import get_reach
from study.services import points as services
from study.tallying import SMALLEST_SAMPLE, shown

ENTRIES_A_TURN: Final = 5_000
COUNTED_AFTER: Final = timedelta(minutes=15)
"""The figures of branches are added up anew at most as often: they look back for weeks."""
MEMBERS_AT_ONCE: Final = 100
COUNTED: Final = "study.points_counted"


def are_on() -> bool:
    """Tell whether the site gives points."""
    return bool(current_app.config["POINTS"])


def count_points() -> int:
    """Derive the points of those who did something lately, then those of the branches; return how many changed."""
    if not are_on():
        return 0
    people, upto = queries.list_active_since(services.seen(), ENTRIES_A_TURN)
    changed = _derive(people, upto) if people else 0
    if _is_due():
        _count_branches()
    db.session.rollback()
    return changed


def _is_due() -> bool:
    """Tell whether the figures of branches are to be added up: on a new day, and a while after points changed."""
    counted = settings.get(COUNTED)
    if counted is None:
        return True
    at, now = datetime.fromisoformat(counted), utcnow()
    if at.astimezone(current_zone()).date() != now.astimezone(current_zone()).date():
        return True
    return bool(settings.get(services.CHANGED)) and now - at >= COUNTED_AFTER


def rebuild_points(*, on_progress: Callable[[int, int], None] | None = None) -> int:
    """Derive the points of everybody again and return how many people's were not as they should be."""
    people = list(read_rows(select(User.id).order_by(User.id)).scalars())
    db.session.rollback()
    with reading_much():
        changed = _derive(people, None, on_progress)
    _count_branches()
    return changed


def _derive(
    people: list[int], upto: Mapping[str, int] | None, on_progress: Callable[[int, int], None] | None = None
) -> int:
    changed = 0
    for start in range(0, len(people), MEMBERS_AT_ONCE):
        part = people[start : start + MEMBERS_AT_ONCE]
        is_last = start + len(part) == len(people)
        ledgers = queries.read_ledgers(part, current_zone())
        found = {user_id: points_of(ledger) for user_id, ledger in ledgers.items()}
        db.session.rollback()
        with transaction():
            changed += services.keep(found, upto if is_last else None)
        if on_progress:
            on_progress(start + len(part), len(people))
    return changed


def _count_branches() -> None:
    now = utcnow()
    points, reach = queries.points_by_member(now.astimezone(current_zone()).date()), get_reach()
    parents = {row[0]: row[1] for row in read_rows(select(Branch.id, Branch.parent_id).order_by(Branch.id))}
    db.session.rollback()
    found: dict[int, list[int]] = defaultdict(list)
    for user_id, branches in reach.items():
        for branch_id in branches:
            found[branch_id].append(points.get(user_id, 0))
    figures = {branch_id: figures_of(found[branch_id]) for branch_id in parents}
    visible = _visible(parents, figures)
    with transaction():
        services.keep_branches({branch_id: (one, visible[branch_id]) for branch_id, one in figures.items()})
        settings.put(COUNTED, now.isoformat())
        settings.put(services.CHANGED, value=False)


def _visible(parents: Mapping[int, int | None], figures: Mapping[int, Figures]) -> dict[int, bool]:
    """Return of which branches figures may be shown: of five members, and so that no fewer can be worked out."""
    below: dict[int | None, list[int]] = defaultdict(list)
    for branch_id, parent_id in parents.items():
        below[parent_id].append(branch_id)
    visible = {branch_id: figures[branch_id].members >= SMALLEST_SAMPLE for branch_id in below[None]}
    waiting = list(below[None])
    while waiting:
        parent = waiting.pop()
        sizes = [figures[child].members for child in below[parent]]
        rest = max(figures[parent].members - sum(sizes), 0)
        visible |= dict(zip(below[parent], shown(sizes, rest=rest), strict=True))
        waiting += below[parent]
    return visible
