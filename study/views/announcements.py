"""Announcements of a course: read by its readers, written by its authors."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.i18n import _
from study import urls
from study.forms.announcements import AnnouncementForm
from study.models import Announcement, Course
from study.permissions import may_author
from study.queries.announcements import get_own_announcement, page_of_announcements
from study.queries.courses import get_course, get_own_course
from study.services import announcements as services
from study.views import bp


@bp.get("/courses/<slug>/announcements")
def list_announcements(slug: str) -> ResponseReturnValue:
    """Show what the authors of a course have told its learners."""
    course = get_course(slug, current_actor())
    return render_template(
        "study/announcements.html",
        urls=urls,
        course=course,
        page=page_of_announcements(course, request.args.get("cursor")),
        is_author=may_author(current_actor(), course),
    )


@bp.route("/manage/courses/<slug>/announcements", methods=["GET", "POST"])
@login_required
def make_announcement(slug: str) -> ResponseReturnValue:
    """Tell the learners something, or show the form again with what is wrong."""
    course = get_own_course(slug, current_actor())
    form = AnnouncementForm()
    if not form.validate_on_submit():
        return _page(form, course, None)
    content = form.content()
    with transaction():
        services.make_announcement(get_own_course(slug, current_actor()), current_actor(), content)
    flash(_("Announced. Those who take the course find it in their inboxes."), "success")
    return redirect(urls.for_announcements(slug), 303)


@bp.route("/manage/announcements/<int:announcement_id>", methods=["GET", "POST"])
@login_required
def edit_announcement(announcement_id: int) -> ResponseReturnValue:
    """Change an announcement, or show the form again with what is wrong."""
    announcement = get_own_announcement(announcement_id, current_actor())
    form = AnnouncementForm()
    if not form.is_submitted():
        form.show(announcement)
    if not form.validate_on_submit():
        return _page(form, announcement.course, announcement)
    content = form.content()
    with transaction():
        announcement = get_own_announcement(announcement_id, current_actor())
        services.edit_announcement(announcement, current_actor(), content)
        goal = urls.for_announcement(announcement.course.slug, announcement_id)
    flash(_("Saved."), "success")
    return redirect(goal, 303)


def _page(form: AnnouncementForm, course: Course, announcement: Announcement | None) -> ResponseReturnValue:
    page = render_template(
        "study/announcement_form.html", urls=urls, form=form, course=course, announcement=announcement
    )
    return page, 422 if form.errors else 200


@bp.post("/manage/announcements/<int:announcement_id>/delete")
@login_required
def delete_announcement(announcement_id: int) -> ResponseReturnValue:
    """Delete an announcement."""
    with transaction():
        announcement = get_own_announcement(announcement_id, current_actor())
        goal = urls.for_announcements(announcement.course.slug)
        services.delete_announcement(announcement, current_actor())
    flash(_("Deleted."), "success")
    return redirect(goal, 303)
