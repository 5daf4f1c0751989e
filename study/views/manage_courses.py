"""Courses as their authors see them."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.models import Branch
from accounts.web import current_actor
from core.db import db, transaction
from core.errors import Denied, DomainError, NotFound
from core.forms import faces_of
from core.i18n import _
from study import release_wording, urls, wording
from study.enums import CourseState
from study.errors import AudienceRefused, CourseEmpty, LessonUnfinished, ReleaseCircle, SlugTaken
from study.forms.courses import CourseForm, ModuleForm, NewCourseForm
from study.forms.saving import ChangedMeanwhile
from study.models import AuthorDraft, Course
from study.permissions import StudyPermission, may_author, writes_courses
from study.queries.courses import get_own_course, get_taught_course, list_assisted_courses, list_own_courses
from study.queries.outlines import outline_of
from study.queries.programmes import list_own_programmes
from study.services import courses as services
from study.services.courses import rendered
from study.services.drafts import drop_draft
from study.services.keeping import hold
from study.views import bp
from study.views.drafts import draft_for

CHANGES = {
    CourseState.PUBLISHED: services.publish,
    CourseState.DRAFT: services.unpublish,
    CourseState.ARCHIVED: services.archive,
}


@bp.get("/manage/")
@login_required
def list_own() -> ResponseReturnValue:
    """List the courses the actor may write."""
    if not writes_courses(current_actor()):
        raise Denied
    return render_template(
        "study/manage.html",
        urls=urls,
        wording=wording,
        courses=list_own_courses(current_actor()),
        assisted=list_assisted_courses(current_actor()),
        programmes=list_own_programmes(current_actor()),
        may_begin=current_actor().may_anywhere(StudyPermission.AUTHOR),
    )


@bp.route("/manage/new", methods=["GET", "POST"])
@login_required
def create_course() -> ResponseReturnValue:
    """Begin a course, or show the form again with what is wrong."""
    if not current_actor().may_anywhere(StudyPermission.AUTHOR):
        raise Denied
    form = NewCourseForm()
    form.offer(current_actor())
    if not form.validate_on_submit() or "preview" in request.form:
        return _form_page(form, None)
    try:
        with transaction():
            branch = db.session.get_one(Branch, form.branch.data)
            course = services.create_course(current_actor(), branch, form.slug.data or "", form.content())
    except DomainError as error:
        return _form_page(_blame(form, error), None)
    flash(_("The course is begun as a draft. Now add modules and lessons."), "success")
    return redirect(urls.to_manage(course.slug), 303)


@bp.route("/manage/courses/<slug>/edit", methods=["GET", "POST"])
@login_required
def edit_course(slug: str) -> ResponseReturnValue:
    """Change the front page of a course, or show the form again with what is wrong."""
    course = get_own_course(slug, current_actor())
    form, draft = _edited(course)
    if not form.validate_on_submit() or "preview" in request.form:
        return _form_page(form, course, draft)
    course_id = course.id
    try:
        with transaction():
            # Held before anything is read: else the second of two who save at once would not see the first.
            hold(course_id)
            course = get_own_course(slug, current_actor())
            form.check(_shown(course))
            services.edit_course(course, current_actor(), form.content())
            drop_draft(current_actor(), f"course:{course.id}")
    except ChangedMeanwhile as error:
        course = get_own_course(slug, current_actor())
        form.refuse(error, _shown(course))
        return _form_page(form, course)[0], error.status
    except (AudienceRefused, ReleaseCircle) as error:
        return _form_page(_blame(form, error), get_own_course(slug, current_actor()))
    flash(_("Saved."), "success")
    return redirect(urls.to_manage(slug), 303)


def _shown(course: Course) -> CourseForm:
    """Return the form as it shows a course now."""
    form = CourseForm(formdata=None)
    form.offer(current_actor(), course)
    form.show(course)
    return form


def _read(course: Course, formdata: Any) -> CourseForm:
    form = CourseForm(formdata=formdata)
    form.offer(current_actor(), course)
    return form


def _edited(course: Course) -> tuple[CourseForm, AuthorDraft | None]:
    """Return the form as it was sent, or with the course as it is, or with what its author left; and what that is."""
    if request.method == "POST":
        return _read(course, request.form), None
    stored = _shown(course)
    draft, form = draft_for(f"course:{course.id}", stored, partial(_read, course))
    form = form or _shown(course)
    form.remember(stored)
    return form, draft


def _blame(form: CourseForm, error: DomainError) -> CourseForm:
    """Put a refusal of the domain beside the field it is about; others are no fault of the form."""
    fields: dict[type[DomainError], str] = {
        SlugTaken: "slug",
        AudienceRefused: "audience",
        ReleaseCircle: "in_order",
    }
    if type(error) not in fields:
        raise error
    form.add_error(fields[type(error)], error)
    return form


def _form_page(form: CourseForm, course: Course | None, draft: AuthorDraft | None = None) -> tuple[str, int]:
    preview = None
    if "preview" in request.form and not form.errors:
        preview = rendered(faces_of(form, "body"))
    page = render_template("study/course_form.html", urls=urls, form=form, course=course, preview=preview, draft=draft)
    return page, 422 if form.errors else 200


@bp.get("/manage/courses/<slug>")
@login_required
def manage_course(slug: str) -> ResponseReturnValue:
    """Show a course with everything its author may do to it; those who assist see all of it and change nothing."""
    course = get_taught_course(slug, current_actor())
    return course_page(course, ModuleForm())


def course_page(course: Course, form: ModuleForm) -> ResponseReturnValue:
    """Return the author's page of a course, with a form for a further module."""
    page = render_template(
        "study/manage_course.html",
        urls=urls,
        wording=wording,
        course=course,
        outline=outline_of(course, current_actor()),
        keys=release_wording.keys,
        writes=may_author(current_actor(), course),
        may_copy=current_actor().may(StudyPermission.AUTHOR, course.branch.path),
        form=form,
    )
    return page, 422 if form.errors else 200


@bp.post("/manage/courses/<slug>/state")
@login_required
def change_state(slug: str) -> ResponseReturnValue:
    """Publish a course, take it back or archive it."""
    wanted = request.form.get("state", "")
    if wanted not in {state.value for state in CourseState}:
        raise NotFound
    try:
        with transaction():
            course = get_own_course(slug, current_actor())
            CHANGES[CourseState(wanted)](course, current_actor())
            said = wording.state_said(course.state, course.audience)
    except (CourseEmpty, LessonUnfinished) as error:
        flash(str(error), "error")
    else:
        flash(said, "success")
    return redirect(urls.to_manage(slug), 303)
