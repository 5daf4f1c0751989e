"""Writes how far the members of every branch are."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from sqlalchemy import delete, insert, select

from core.clock import utcnow
from core.db import db
from core.upserts import upsert
from study.models import BranchCount, BranchWeek, Counting, Course
from study.tallying import Counts


def note_changed(course_ids: Collection[int]) -> None:
    """Note that courses are to be counted again. Deleted ones are left out."""
    known = sorted(db.session.scalars(select(Course.id).where(Course.id.in_(course_ids))))
    if known:
        rows = [{"course_id": course_id, "changed": 1, "counted": 0} for course_id in known]
        statement = upsert(Counting, rows, conflict=["course_id"], update={"changed": Counting.changed + 1})
        db.session.execute(statement)


def note_all_changed() -> None:
    """Note that every course is to be counted again."""
    note_changed(list(db.session.scalars(select(Course.id))))


def keep(
    course_id: int,
    version: int,
    counts: Mapping[int, Counts],
    weeks: Mapping[tuple[int, date], tuple[int, int]],
    recount_at: datetime | None,
) -> None:
    """Write the counts of one course in place of the old ones.

    Args:
        course_id: the course; nothing happens when it was deleted meanwhile.
        version: ``changed`` as it was before anything was read: what changed since is counted next time.
        counts: by branch.
        weeks: (branch, Monday) → how many began, how many finished.
        recount_at: when the next deadline passes.
    """
    row = db.session.get(Counting, course_id, with_for_update=True)
    if row is None:
        return
    for model in (BranchCount, BranchWeek):
        db.session.execute(delete(model).where(model.course_id == course_id))
    rows = [{"course_id": course_id, "branch_id": branch, **found._asdict()} for branch, found in counts.items()]
    if rows:
        db.session.execute(insert(BranchCount), rows)
    by_week = [
        {"course_id": course_id, "branch_id": branch, "week": week, "begun": begun, "done": done}
        for (branch, week), (begun, done) in weeks.items()
    ]
    if by_week:
        db.session.execute(insert(BranchWeek), by_week)
    row.counted, row.counted_at, row.recount_at = version, utcnow(), recount_at
    db.session.flush()
