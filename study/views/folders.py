"""Sending a folder: first what it would become, then its modules and lessons."""

from collections.abc import Iterator
from typing import IO

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.i18n import _, ngettext
from study import urls, wording
from study.errors import UploadGone
from study.folders import Piece, PlannedModule, list_unused
from study.forms.folders import FolderForm
from study.models import Course
from study.queries.courses import get_own_course
from study.queries.folders import get_own_upload, planned
from study.services import folders as services
from study.services.folder_pieces import keep_folder
from study.unpacking import FILES_MAX
from study.views import bp


@bp.route("/manage/courses/<slug>/folder", methods=["GET", "POST"])
@login_required
def send_folder(slug: str) -> ResponseReturnValue:
    """Keep the files of a folder and go on to what they would become."""
    course = get_own_course(slug, current_actor())
    form = FolderForm()
    if not form.validate_on_submit():
        return _page(form, course)
    pieces, faults = keep_folder(_sent(form))
    if not pieces:
        words = [f"{name}: {reason}" for name, reason in faults] or [_("Choose a file first.")]
        for one in words:
            form.add_error("files", one)
        return _page(form, course)
    module = form.module.data or _("New lessons")
    with transaction():
        upload = services.note_upload(get_own_course(slug, current_actor()), current_actor(), pieces, faults, module)
    return redirect(urls.to_upload(upload.id), 303)


def _sent(form: FolderForm) -> Iterator[tuple[str, IO[bytes]]]:
    for part in [*(form.files.data or []), *(form.folder.data or [])]:
        if part and part.filename:
            yield part.filename, part.stream


def _page(form: FolderForm, course: Course) -> ResponseReturnValue:
    page = render_template("study/folder.html", urls=urls, form=form, course=course, files_max=FILES_MAX)
    return page, 422 if form.errors else 200


@bp.get("/manage/uploads/<int:upload_id>")
@login_required
def show_upload(upload_id: int) -> ResponseReturnValue:
    """Show what a folder would become, and every file that cannot be taken."""
    upload, course = get_own_upload(upload_id, current_actor())
    if not upload.pieces:
        return redirect(urls.to_manage(course.slug), 303)
    modules = planned(upload)
    pieces = [Piece(**piece) for piece in upload.pieces]
    return render_template(
        "study/folder_plan.html",
        urls=urls,
        wording=wording,
        upload=upload,
        course=course,
        modules=modules,
        unused=list_unused(pieces, modules),
        unread=[piece for piece in pieces if piece.fault],
    )


@bp.post("/manage/uploads/<int:upload_id>")
@login_required
def take_upload(upload_id: int) -> ResponseReturnValue:
    """Make the modules and lessons; whoever presses twice comes to the course all the same."""
    try:
        with transaction():
            upload, course = get_own_upload(upload_id, current_actor(), alone=True)
            slug, course_id, modules = course.slug, course.id, planned(upload)
            taken = services.take_files(course, current_actor(), modules)
    except UploadGone as error:
        flash(str(error), "error")
        return redirect(urls.to_folder(get_own_upload(upload_id, current_actor())[1].slug), 303)
    # Rendering hundreds of pages takes seconds, in which others want to write.
    modules = services.rendered_folder(course_id, modules, taken)
    with transaction():
        upload, course = get_own_upload(upload_id, current_actor(), alone=True)
        if not upload.pieces:
            return redirect(urls.to_manage(slug), 303)
        left_out = _left_out(modules, course)
        count = services.take_lessons(upload, course, current_actor(), modules, taken)
    flash(ngettext("%(num)s lesson is new or renewed.", "%(num)s lessons are new or renewed.", count), "success")
    if left_out:
        flash(_("Left out, because the course is published and they hold no text: %(names)s", names=left_out), "error")
    if taken.spared:
        names = " · ".join(piece.path for piece in taken.spared)
        words = _("Left out, because they cannot be read and the course has them readable: %(names)s", names=names)
        flash(words, "error")
    return redirect(urls.to_manage(slug), 303)


def _left_out(modules: list[PlannedModule], course: Course) -> str:
    lessons = [lesson for module in modules for lesson in module.lessons if services.is_lacking(lesson, course)]
    return " · ".join(piece.path for lesson in lessons for piece in lesson.pieces)
