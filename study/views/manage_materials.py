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
from study.enums import ExtractionFault
from study.errors import MaterialInUse, UnreadableFile
from study.forms.materials import UploadForm
from study.models import Course
from study.permissions import may_author
from study.queries.courses import get_own_course, get_taught_course
from study.queries.materials import get_own_material, page_of_materials
from study.queries.placing import list_modules
from study.services import materials as services
from study.services.materials import Outcome
from study.services.uploads import keep_sent
from study.views import bp
from study.views.media import lesson_kind

Sent = tuple[File, ExtractionFault | None]
"""A file that was kept, and why it cannot be opened."""


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
    """Take in files: those that cannot be read are kept with the reason, where that is safe, else named with it."""
    get_own_course(slug, current_actor())
    form = UploadForm()
    kept = _kept(form) if form.validate_on_submit() else []
    with transaction():
        taken = _taken(get_own_course(slug, current_actor()), form, kept)
    _tell(taken)
    if form.errors:
        return _materials_page(get_own_course(slug, current_actor()), form)
    return redirect(urls.to_materials(slug), 303)


def _taken(course: Course, form: UploadForm, kept: list[Sent]) -> list[tuple[Outcome, bool]]:
    """Take files into a course; say of each what became of it and whether it can be read."""
    taken = []
    for file, fault in kept:
        try:
            taken.append((services.add_upload(course, current_actor(), file, fault), fault is None))
        except UnreadableFile as error:
            _refuse(form, file.original_name, error)
    return taken


def _tell(taken: list[tuple[Outcome, bool]]) -> None:
    new = [is_readable for outcome, is_readable in taken if outcome is not Outcome.UNCHANGED]
    if good := new.count(True):
        flash(
            ngettext(
                "%(num)s file was taken in. Its text is being read.",
                "%(num)s files were taken in. Their text is being read.",
                good,
            ),
            "success",
        )
    if bad := new.count(False):
        flash(
            ngettext(
                "%(num)s file is kept, but cannot be read. The reason stands beside it.",
                "%(num)s files are kept, but cannot be read. The reasons stand beside them.",
                bad,
            ),
            "error",
        )
    if taken and not new:
        flash(_("These files were here already, unchanged."), "success")


def _refuse(form: UploadForm, name: str, error: Invalid) -> None:
    form.add_error("files", _("%(name)s: %(reason)s", name=name, reason=str(error)))


def _kept(form: UploadForm) -> list[Sent]:
    """Keep the files that may be kept and put the faults of the others beside the field."""
    sent: list[FileStorage] = [part for part in form.files.data or [] if part and part.filename]
    if not sent:
        form.add_error("files", _("Choose a file first."))
    kept: list[Sent] = []
    for part in sent:
        try:
            kept.append(keep_sent(part.stream, part.filename or ""))
        except Invalid as error:
            _refuse(form, part.filename or "", error)
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
