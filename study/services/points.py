"""Keeps points as they were derived."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import delete, insert, select

from core import settings
from core.db import db
from study.models import BranchPoints, PointDay
from study.points import DayPoints, Figures

SEEN: Final = "study.points"
"""The setting that says up to which entries of the ledgers points were derived."""


CHANGED: Final = "study.points_changed"
"""The setting that says whether points have changed since those of the branches were added up."""


def seen() -> dict[str, int]:
    """Return up to which entries of the ledgers points were derived."""
    found: dict[str, int] = settings.get(SEEN, {})
    return found


def keep(points: Mapping[int, Sequence[DayPoints]], upto: Mapping[str, int] | None = None) -> int:
    """Write all days of some members in place of the old ones; return how many people changed."""
    before = _kept(points)
    fresh = {user_id: {one.day: one.total for one in days if one.total} for user_id, days in points.items()}
    changed = sorted(user_id for user_id, days in fresh.items() if days != before.get(user_id, {}))
    if changed:
        db.session.execute(
            delete(PointDay).where(PointDay.user_id.in_(changed)).execution_options(synchronize_session=False)
        )
        rows = [{"user_id": one, "day": day, "points": n} for one in changed for day, n in sorted(fresh[one].items())]
        if rows:
            db.session.execute(insert(PointDay), rows)
    if changed:
        settings.put(CHANGED, value=True)
    if upto is not None:
        settings.put(SEEN, dict(upto))
    return len(changed)


def _kept(user_ids: Collection[int]) -> dict[int, dict[Any, int]]:
    found: dict[int, dict[Any, int]] = {}
    rows = db.session.execute(
        select(PointDay.user_id, PointDay.day, PointDay.points).where(PointDay.user_id.in_(list(user_ids)))
    )
    for user_id, day, points in rows:
        found.setdefault(user_id, {})[day] = points
    return found


def keep_branches(figures: Mapping[int, tuple[Figures, bool]]) -> None:
    """Write the figures of all branches in place of the old ones."""
    db.session.execute(delete(BranchPoints).execution_options(synchronize_session=False))
    rows = [
        {
            "branch_id": branch_id,
            "members": found.members,
            "mean_tenths": found.mean_tenths,
            "median_tenths": found.median_tenths,
            "may_show": may_show,
        }
        for branch_id, (found, may_show) in figures.items()
    ]
    if rows:
        db.session.execute(insert(BranchPoints), rows)
