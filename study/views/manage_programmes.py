"""Programmes as their authors see them."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from wtforms.fields.choices import SelectChoice

from accounts.models import Branch
from accounts.web import current_actor
from core.db import db, transaction
from core.errors import Denied, NotFound
from core.i18n import _
from study import urls, wording
from study.errors import AudienceRefused, ProgrammeEmpty, SlugTaken
from study.forms.programmes import AddCourseForm, NewProgrammeForm, ProgrammeForm
from study.models import Programme
from study.permissions import StudyPermission
from study.queries import programmes as queries
from study.services import programmes as services
from study.services.lessons import Step
from study.views import bp


@bp.route("/manage/programmes/new", methods=["GET", "POST"])
@login_required
def create_programme() -> ResponseReturnValue:
    """Begin a programme, or show the form again with what is wrong."""
    if not current_actor().may_anywhere(StudyPermission.AUTHOR):
        raise Denied
    form = NewProgrammeForm()
    form.offer(current_actor())
    if not form.validate_on_submit():
        return _form_page(form, None)
    try:
        with transaction():
            branch = db.session.get_one(Branch, form.branch.data)
            made = services.create_programme(current_actor(), branch, form.slug.data or "", form.content())
    except (SlugTaken, AudienceRefused) as error:
        form.add_error("slug" if isinstance(error, SlugTaken) else "audience", error)
        return _form_page(form, None)
    flash(_("The programme is begun. Now add its courses."), "success")
    return redirect(urls.to_manage_programme(made.slug), 303)


@bp.route("/manage/programmes/<slug>/edit", methods=["GET", "POST"])
@login_required
def edit_programme(slug: str) -> ResponseReturnValue:
    """Change a programme, or show the form again with what is wrong."""
    programme = queries.get_own_programme(slug, current_actor())
    form = ProgrammeForm()
    form.offer(current_actor(), programme)
    if not form.is_submitted():
        form.show(programme)
    if not form.validate_on_submit():
        return _form_page(form, programme)
    try:
        with transaction():
            own = queries.get_own_programme(slug, current_actor())
            services.edit_programme(own, current_actor(), form.content())
    except AudienceRefused as error:
        form.add_error("audience", error)
        return _form_page(form, queries.get_own_programme(slug, current_actor()))
    flash(_("Saved."), "success")
    return redirect(urls.to_manage_programme(slug), 303)


def _form_page(form: ProgrammeForm, programme: Programme | None) -> ResponseReturnValue:
    page = render_template("study/programme_form.html", urls=urls, form=form, programme=programme)
    return page, 422 if form.errors else 200


@bp.get("/manage/programmes/<slug>")
@login_required
def manage_programme(slug: str) -> ResponseReturnValue:
    """Show a programme with everything its author may do to it."""
    programme = queries.get_own_programme(slug, current_actor())
    form = AddCourseForm()
    form.course_id.choices = [
        SelectChoice(row.id, row.title.pick()) for row in queries.list_candidates(programme, current_actor())
    ]
    page = queries.own_page(programme, current_actor())
    return render_template("study/manage_programme.html", urls=urls, wording=wording, page=page, form=form)


@bp.post("/manage/programmes/<slug>/courses")
@login_required
def change_programme_courses(slug: str) -> ResponseReturnValue:
    """Add, move or take out a course of a programme."""
    act, course_id = request.form.get("act", ""), request.form.get("course_id", 0, int)
    with transaction():
        programme = queries.get_own_programme(slug, current_actor())
        if act == "add":
            services.add_course(programme, current_actor(), course_id)
        elif act == "remove":
            services.remove_course(programme, current_actor(), course_id)
        elif act in {step.value for step in Step}:
            services.move_course(programme, current_actor(), course_id, Step(act))
        else:
            raise NotFound
    return redirect(f"{urls.to_manage_programme(slug)}{'' if act == 'remove' else f'#course-{course_id}'}", 303)


@bp.post("/manage/programmes/<slug>/state")
@login_required
def change_programme_state(slug: str) -> ResponseReturnValue:
    """Put a programme into the catalogue, or take it out."""
    wanted = request.form.get("state", "")
    if wanted not in ("published", "draft"):
        raise NotFound
    try:
        with transaction():
            programme = queries.get_own_programme(slug, current_actor())
            services.set_published(programme, current_actor(), is_published=wanted == "published")
    except ProgrammeEmpty as error:
        flash(str(error), "error")
    else:
        flash(_("Saved."), "success")
    return redirect(urls.to_manage_programme(slug), 303)


@bp.route("/manage/programmes/<slug>/delete", methods=["GET", "POST"])
@login_required
def delete_programme(slug: str) -> ResponseReturnValue:
    """Ask whether to delete a programme, then do it."""
    if request.method == "GET":
        programme = queries.get_own_programme(slug, current_actor())
        return render_template("study/programme_delete.html", urls=urls, programme=programme)
    with transaction():
        services.delete_programme(queries.get_own_programme(slug, current_actor()), current_actor())
    flash(_("Deleted."), "success")
    return redirect(urls.MANAGE, 303)
