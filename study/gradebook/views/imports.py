"""A file of marks in the browser: sent, looked at, taken in, taken back."""

from typing import Any

from flask import current_app, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required
from itsdangerous import BadData, URLSafeTimedSerializer

from accounts.web import current_actor
from core import files
from core.db import db, transaction
from core.errors import Invalid, NotFound
from core.i18n import _l, ngettext
from study import urls as study_urls
from study.errors.grades import GradesMeanwhile, ImportUndone
from study.gradebook import urls, wording
from study.gradebook.forms.cells import AcceptSheetForm, SheetForm
from study.gradebook.queries.history import get_import, list_imports
from study.gradebook.queries.items import book_of
from study.gradebook.services.importing import take_in
from study.gradebook.services.importing import undo_import as undo
from study.gradebook.services.planning import Plan, plan_sheet
from study.gradebook.sheets import COLUMNS_MAX, read_sheet
from study.models import Course
from study.queries.courses import get_graded_course
from study.quiz.formats.grids import ROWS_MAX, read_grids
from study.views import bp

KEPT_FOR = 24 * 3600
"""Seconds for which a preview can be accepted."""
SHOWN_MAX = 200


class SheetUnknown(Invalid):
    """Nothing in the file is a table of marks of this course."""

    message = _l(
        "There is no table of marks in this file: one needs a column that names learners and one of this gradebook."
    )


class SheetTooLong(Invalid):
    """The file has more rows than anybody marks."""

    message = _l("The file has more than %(limit)s rows.")


class SheetPreviewGone(Invalid):
    """The preview lay open for too long, or is none of ours."""

    message = _l("This preview is too old. Please send the file again.")


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="study.grade-import")


@bp.route("/manage/courses/<slug>/grades/import", methods=["GET", "POST"])
@login_required
def import_grades(slug: str) -> ResponseReturnValue:
    """Take a file of marks and show what it would change; nothing is changed yet."""
    course = get_graded_course(slug, current_actor())
    form = SheetForm()
    if not form.validate_on_submit():
        return _upload_page(course, form)
    try:
        stored = files.store(form.file.data.stream, form.file.data.filename)
        plan = _look_at(course, stored)
    except Invalid as error:
        form.add_error("file", error)
        return _upload_page(course, form)
    with transaction():
        db.session.add(stored)
        db.session.flush()
    return _preview_page(get_graded_course(slug, current_actor()), stored, plan)


def _look_at(course: Course, stored: files.File) -> Plan:
    """Say what a file would change.

    Raises:
        SheetUnknown, SheetTooLong: see there.
        Invalid: it cannot be read.
    """
    with files.open_file(stored) as stream:
        grids = read_grids(stream.read(), columns=COLUMNS_MAX)
    if any(len(grid) > ROWS_MAX for grid in grids):
        raise SheetTooLong(limit=ROWS_MAX)
    book = book_of(course)
    sheet = read_sheet(grids, book)
    if sheet is None:
        raise SheetUnknown
    return plan_sheet(book, sheet, current_actor())


def _upload_page(course: Course, form: SheetForm) -> ResponseReturnValue:
    page = render_template(
        "study/gradebook_import.html",
        urls=urls,
        study_urls=study_urls,
        course=course,
        form=form,
        imports=list_imports(course),
    )
    return page, 422 if form.errors else 200


def _preview_page(course: Course, stored: files.File, plan: Plan, status: int = 200) -> ResponseReturnValue:
    ticket = {"file": stored.id, "user": current_actor().id, "course": course.id, "plan": plan.digest}
    page = render_template(
        "study/gradebook_preview.html",
        urls=urls,
        study_urls=study_urls,
        words=wording,
        course=course,
        name=stored.original_name,
        plan=plan,
        shown=SHOWN_MAX,
        form=AcceptSheetForm(formdata=None, ticket=_signer().dumps(ticket)),
    )
    return page, status


@bp.post("/manage/courses/<slug>/grades/import/accept")
@login_required
def accept_grades(slug: str) -> ResponseReturnValue:
    """Write what a file changes, if it still is what was looked at."""
    course = get_graded_course(slug, current_actor())
    form = AcceptSheetForm()
    ticket = _read_ticket(form.ticket.data or "", course)
    stored = files.get_file(ticket["file"])
    if stored is None or not form.validate_on_submit():
        raise NotFound
    token = f"{stored.id}:{ticket['plan'][:24]}"
    plan = _look_at(course, stored)
    try:
        with transaction():
            course = get_graded_course(slug, current_actor())
            taken = take_in(
                course,
                current_actor(),
                plan,
                accepted=ticket["plan"],
                token=token,
                file_name=stored.original_name,
            )
            count = taken.count
    except GradesMeanwhile as changed:
        course = get_graded_course(slug, current_actor())
        flash(str(changed), "error")
        return _preview_page(course, stored, _look_at(course, stored), changed.status)
    flash(ngettext("%(num)s mark is taken in.", "%(num)s marks are taken in.", count), "success")
    return redirect(urls.to_import(slug), 303)


def _read_ticket(signed: str, course: Course) -> dict[str, Any]:
    try:
        ticket: dict[str, Any] = _signer().loads(signed, max_age=KEPT_FOR)
    except BadData as error:
        raise SheetPreviewGone from error
    if ticket["user"] != current_actor().id or ticket["course"] != course.id:
        raise NotFound
    return ticket


@bp.post("/manage/grade-imports/<int:import_id>/undo")
@login_required
def undo_grade_import(import_id: int) -> ResponseReturnValue:
    """Take a whole file back, but for what was changed since."""
    stays = 0
    try:
        with transaction():
            taken, course = get_import(import_id, current_actor())
            slug = course.slug
            back, stays = undo(taken, course, current_actor())
    except ImportUndone as error:
        flash(str(error), "error")
        return redirect(urls.to_import(slug), 303)
    flash(ngettext("%(num)s mark is as it was before.", "%(num)s marks are as they were before.", back), "success")
    if stays:
        words = ngettext("%(num)s was changed since and stays.", "%(num)s were changed since and stay.", stays)
        flash(words, "wait")
    return redirect(urls.to_import(slug), 303)
