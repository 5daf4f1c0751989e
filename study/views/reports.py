"""What the head of a branch sees of its members' study."""

from typing import Any

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.models import Branch
from accounts.web import current_actor
from core.clock import utcnow
from core.errors import Denied, NotFound
from core.i18n import day_words
from core.media_types import XLSX
from core.pages import Page
from core.tables import as_csv, as_xlsx
from study import urls, wording
from study.completion import percent_of
from study.point_wording import tenths
from study.pointing import are_on
from study.points import SPAN
from study.queries import quarters, reports
from study.queries.points import find_branch_points
from study.queries.quarters import Quarter
from study.queries.reports import CourseLine
from study.report_tables import FEW, report_rows, sheet_rows
from study.views import bp

COLUMNS = 20
"""Courses in the matrix: the most taken ones; the others are reached by their own line."""


@bp.get("/reports/")
@login_required
def list_reports() -> ResponseReturnValue:
    """List the branches whose progress the reader may see; a single one is opened at once."""
    branches = reports.list_top_branches(current_actor())
    if not branches:
        raise Denied
    if len(branches) == 1:
        return redirect(urls.for_report(branches[0].slug), 302)
    return render_template("study/reports.html", urls=urls, branches=branches)


@bp.get("/reports/<slug>")
@login_required
def show_report(slug: str) -> ResponseReturnValue:
    """Show how far the members of a branch and of those below it are, in all courses or in one."""
    branch = reports.get_branch(slug, current_actor())
    lines = reports.list_courses(branch)
    wanted = request.args.get("course", "")
    course = next((line for line in lines if line.slug == wanted), None)
    if wanted and course is None:
        raise NotFound
    columns, sizes = [course] if course else lines[:COLUMNS], reports.sizes_below(branch)
    return render_template(
        "study/report.html",
        urls=urls,
        wording=wording,
        percent_of=percent_of,
        branch=branch,
        parent=reports.get_parent(branch, current_actor()),
        members=sizes[branch.id],
        course=course,
        page=_members(branch, course, sizes[branch.id]) if course else None,
        lines=lines,
        columns=columns,
        below=reports.page_of_branches(branch, columns, sizes, request.args.get("branches")),
        weeks=reports.list_weeks(branch, course.id if course else None),
        counted_at=reports.counted_at(),
        points=find_branch_points(branch.id) if are_on() else None,
        tenths=tenths,
        span=SPAN,
    )


def _members(branch: Branch, course: CourseLine, members: int) -> Page[Any]:
    return reports.page_of_members(branch, course.id, request.args.get("cursor"), members=members)


@bp.get("/reports/<slug>/table.<any(csv, xlsx):kind>")
@login_required
def export_report(slug: str, kind: str) -> ResponseReturnValue:
    """Give the report of a branch as a file: itself and the branches directly below, by course."""
    branch = reports.get_branch(slug, current_actor())
    courses = reports.list_courses(branch)
    sizes = reports.sizes_below(branch)
    rows = list(report_rows(branch, sizes[branch.id], courses, reports.list_branches(branch, courses, sizes)))
    return _file(f"{slug}-report.{kind}", rows, branch.name.pick())


@bp.get("/reports/<slug>/quarter")
@login_required
def show_quarter(slug: str) -> ResponseReturnValue:
    """Show the quarterly sheet of a branch, ready to print."""
    branch = reports.get_branch(slug, current_actor())
    return render_template(
        "study/quarter.html",
        urls=urls,
        branch=branch,
        sheet=quarters.get_sheet(branch, _quarter()),
        this=quarters.this_quarter(),
        few=FEW,
        today=day_words(utcnow()),
    )


@bp.get("/reports/<slug>/quarter.<any(csv, xlsx):kind>")
@login_required
def export_quarter(slug: str, kind: str) -> ResponseReturnValue:
    """Give the quarterly sheet of a branch as a file."""
    branch = reports.get_branch(slug, current_actor())
    sheet = quarters.get_sheet(branch, _quarter())
    return _file(f"{slug}-{sheet.quarter}.{kind}", list(sheet_rows(branch, sheet)), branch.name.pick())


def _quarter() -> Quarter:
    """Return the quarter that is asked for, else the present one.

    Raises:
        NotFound: it is none, or has not begun.
    """
    asked = request.args.get("quarter", "")
    found = Quarter.parse(asked) if asked else quarters.this_quarter()
    if found is None or found > quarters.this_quarter():
        raise NotFound
    return found


def _file(name: str, rows: list[Any], title: str) -> Response:
    if name.endswith(".xlsx"):
        answer = Response(as_xlsx({title: rows}), mimetype=XLSX)
    else:
        answer = Response(as_csv(rows), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
