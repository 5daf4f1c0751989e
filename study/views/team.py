"""The team of a course, as those who answer for the course see it."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts import urls as account_urls
from accounts.web import current_actor
from core.db import transaction
from core.i18n import _
from study import urls, wording
from study.enums import TeamRole
from study.errors import NobodySo
from study.forms.team import TeamForm
from study.models import Course
from study.permissions import StudyPermission
from study.queries.courses import get_own_course, get_taught_course
from study.queries.team import list_team
from study.services import team as services
from study.views import bp


@bp.get("/manage/courses/<slug>/team")
@login_required
def list_team_of(slug: str) -> ResponseReturnValue:
    """List who teaches a course."""
    return _page(get_taught_course(slug, current_actor()), TeamForm())


def _page(course: Course, form: TeamForm) -> ResponseReturnValue:
    page = render_template(
        "study/team.html",
        urls=urls,
        account_urls=account_urls,
        wording=wording,
        course=course,
        form=form,
        team=list_team(course),
        may_change=current_actor().may(StudyPermission.AUTHOR, course.branch.path),
    )
    return page, 422 if form.errors else 200


@bp.post("/manage/courses/<slug>/team")
@login_required
def add_to_team(slug: str) -> ResponseReturnValue:
    """Take somebody into the team, or show the page again with what is wrong."""
    form = TeamForm()
    if not form.validate_on_submit():
        return _page(get_own_course(slug, current_actor()), form)
    try:
        with transaction():
            course = get_own_course(slug, current_actor())
            services.add_to_team(course, current_actor(), form.username.data or "", TeamRole(form.role.data))
    except NobodySo as error:
        form.add_error("username", error)
        return _page(get_own_course(slug, current_actor()), form)
    flash(_("Saved."), "success")
    return redirect(urls.to_team(slug), 303)


@bp.post("/manage/courses/<slug>/team/<int:user_id>/remove")
@login_required
def remove_from_team(slug: str, user_id: int) -> ResponseReturnValue:
    """Take somebody out of the team."""
    with transaction():
        services.remove_from_team(get_own_course(slug, current_actor()), current_actor(), user_id)
    flash(_("Taken out of the team."), "success")
    return redirect(urls.to_team(slug), 303)
