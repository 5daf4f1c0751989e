"""When modules and lessons open, as their authors say it."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.i18n import _
from study import urls
from study.errors import ReleaseCircle
from study.forms.release import ReleaseForm
from study.models import Lesson, Module
from study.queries.gates import find_gate, terms_of
from study.queries.lessons import get_own_lesson, get_own_module
from study.services import gates as services
from study.views import bp


@bp.route("/manage/modules/<int:module_id>/release", methods=["GET", "POST"])
@login_required
def release_module(module_id: int) -> ResponseReturnValue:
    """Say when a module opens, or show the form again with what is wrong."""
    form, holder = _form(get_own_module(module_id, current_actor()))
    if not form.validate_on_submit():
        return _page(form, holder)
    try:
        with transaction():
            services.set_terms(get_own_module(module_id, current_actor()), current_actor(), form.terms())
    except ReleaseCircle as error:
        return _refused(form, error, get_own_module(module_id, current_actor()))
    return _done(get_own_module(module_id, current_actor()))


@bp.route("/manage/lessons/<int:lesson_id>/release", methods=["GET", "POST"])
@login_required
def release_lesson(lesson_id: int) -> ResponseReturnValue:
    """Say when a lesson opens, or show the form again with what is wrong."""
    form, holder = _form(get_own_lesson(lesson_id, current_actor()))
    if not form.validate_on_submit():
        return _page(form, holder)
    try:
        with transaction():
            services.set_terms(get_own_lesson(lesson_id, current_actor()), current_actor(), form.terms())
    except ReleaseCircle as error:
        return _refused(form, error, get_own_lesson(lesson_id, current_actor()))
    return _done(get_own_lesson(lesson_id, current_actor()))


def _form(holder: Module | Lesson) -> tuple[ReleaseForm, Module | Lesson]:
    terms = terms_of(find_gate(holder))
    form = ReleaseForm()
    form.offer(_module(holder).course, current_actor(), holder, terms)
    if not form.is_submitted():
        form.show(terms)
    return form, holder


def _module(holder: Module | Lesson) -> Module:
    return holder if isinstance(holder, Module) else holder.module


def _page(form: ReleaseForm, holder: Module | Lesson) -> ResponseReturnValue:
    page = render_template("study/release_form.html", urls=urls, form=form, thing=holder, course=_module(holder).course)
    return page, 422 if form.errors else 200


def _refused(form: ReleaseForm, error: ReleaseCircle, holder: Module | Lesson) -> ResponseReturnValue:
    form.add_error("after_course_id" if form.after_course_id.data else "after_lesson_id", error)
    return _page(form, holder)


def _done(holder: Module | Lesson) -> ResponseReturnValue:
    flash(_("Saved."), "success")
    kind = "module" if isinstance(holder, Module) else "lesson"
    return redirect(f"{urls.to_manage(_module(holder).course.slug)}#{kind}-{holder.id}", 303)
