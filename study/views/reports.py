"""What the head of a branch sees of its members' study."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.errors import Denied, NotFound
from study import urls, wording
from study.completion import percent_of
from study.queries import reports
from study.views import bp


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
    return render_template(
        "study/report.html",
        urls=urls,
        wording=wording,
        percent_of=percent_of,
        branch=branch,
        parent=reports.get_parent(branch, current_actor()),
        members=reports.count_members(branch),
        course=course,
        page=reports.page_of_members(branch, course.id, request.args.get("cursor")) if course else None,
        lines=lines,
        children=reports.list_children(branch, course.id if course else None),
    )
