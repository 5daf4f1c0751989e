"""What the benchmark of reports is made on is a site as the services leave it."""

from sqlalchemy import func, select

from accounts.models import Branch
from bench.reports import BRANCHES, COURSES, LATE, fill
from core.db import db
from study.counting import count_all
from study.models import BranchCount, Enrolment
from study.queries.reports import list_courses, sizes_below
from study.tallying import Counts

LEARNERS = 40


def test_it_has_the_branches_and_everybody_takes_every_course(app):
    fill(LEARNERS)
    count_all()
    top = db.session.get_one(Branch, 1)
    assert (sizes_below(top)[1], db.session.scalar(select(func.count()).select_from(Branch))) == (LEARNERS, BRANCHES)
    assert db.session.scalar(select(func.count()).select_from(Enrolment)) == LEARNERS * COURSES + 1
    lines = [line for line in list_courses(top) if line.id <= COURSES]
    assert [line.counts.taking for line in lines] == [LEARNERS] * COURSES
    assert [bool(line.counts.overdue) for line in lines] == [True] * LATE + [False] * (COURSES - LATE)


def test_a_member_of_two_branches_counts_once_above_both(app):
    fill(LEARNERS)
    count_all()
    regions = select(Branch.id).where(Branch.parent_id == 1)
    rows = db.session.scalars(select(BranchCount).where(BranchCount.course_id == 1, BranchCount.branch_id.in_(regions)))
    below = sum(Counts(row.not_begun, row.under_way, row.done, row.overdue).taking for row in rows)
    assert below == LEARNERS
