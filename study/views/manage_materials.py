"""Materials as authors see them: sending files and seeing whether their text could be read."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.datastructures import FileStorage

from accounts.web import current_actor
from core.db import transaction
from core.errors import Invalid
from core.files import File
from core.i18n import _, ngettext
from study import urls, wording
from study.errors import MaterialInUse
from study.forms.materials import UploadForm
from study.models import Course
from study.permissions import may_author
from study.queries.courses import get_own_course, get_taught_course
from study.queries.materials import get_own_material, page_of_materials
from study.queries.placing import list_modules
from study.services import materials as services
from study.services.materials import Outcome
from study.views import bp
from study.views.media import lesson_kind


@bp.get("/manage/courses/<slug>/materials")
@login_required
def list_materials(slug: str) -> ResponseReturnValue:
    """List a course's materials with the state of their text."""
    return _materials_page(get_taught_course(slug, current_actor()), UploadForm())


def _materials_page(course: Course, form: UploadForm) -> ResponseReturnValue:
    page = render_template(
        "study/materials.html",
        urls=urls,
        wording=wording,
        lesson_kind=lesson_kind,
        course=course,
        writes=may_author(current_actor(), course),
        form=form,
        modules=list_modules(course.id),
        page=page_of_materials(course, request.args.get("cursor")),
    )
    return page, 422 if form.errors else 200


@bp.post("/manage/courses/<slug>/materials")
@login_required
def upload(slug: str) -> ResponseReturnValue:
    """Take in files; those that cannot be read are named with the reason, the others are kept."""
    get_own_course(slug, current_actor())
    form = UploadForm()
    kept = _kept(form) if form.validate_on_submit() else []
    with transaction():
        course = get_own_course(slug, current_actor())
        outcomes = [services.add_upload(course, current_actor(), file) for file in kept]
    taken = sum(outcome is not Outcome.UNCHANGED for outcome in outcomes)
    if taken:
        flash(
            ngettext(
                "%(num)s file was taken in. Its text is being read.",
                "%(num)s files were taken in. Their text is being read.",
                taken,
            ),
            "success",
        )
    elif outcomes:
        flash(_("These files were here already, unchanged."), "success")
    if form.errors:
        return _materials_page(get_own_course(slug, current_actor()), form)
    return redirect(urls.to_materials(slug), 303)


def _kept(form: UploadForm) -> list[File]:
    """Keep the files that can be opened and put the faults of the others beside the field."""
    sent: list[FileStorage] = [part for part in form.files.data or [] if part and part.filename]
    if not sent:
        form.add_error("files", _("Choose a file first."))
    kept: list[File] = []
    for part in sent:
        try:
            kept.append(services.keep_upload(part.stream, part.filename or ""))
        except Invalid as error:
            form.add_error("files", _("%(name)s: %(reason)s", name=part.filename, reason=str(error)))
        finally:
            part.close()
    return kept


@bp.post("/manage/materials/<int:material_id>/read-again")
@login_required
def read_again(material_id: int) -> ResponseReturnValue:
    """Have the text of a file read once more."""
    with transaction():
        material = get_own_material(material_id, current_actor())
        services.read_again(material, current_actor())
        goal = urls.to_materials(material.course.slug)
    return redirect(goal, 303)


@bp.post("/manage/materials/<int:material_id>/delete")
@login_required
def delete_material(material_id: int) -> ResponseReturnValue:
    """Delete a material that no lesson shows."""
    goal = urls.to_materials(get_own_material(material_id, current_actor()).course.slug)
    try:
        with transaction():
            services.delete_material(get_own_material(material_id, current_actor()), current_actor())
    except MaterialInUse as error:
        flash(str(error), "error")
    else:
        flash(_("Deleted."), "success")
    return redirect(goal, 303)
