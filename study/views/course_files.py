"""A whole course as one ZIP, for its authors: sent out, and taken in."""

import tempfile
from pathlib import Path

from flask import current_app, flash, redirect, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.models import Branch
from accounts.web import current_actor
from core.db import db, transaction
from core.errors import Denied, TooMany
from core.i18n import _
from core.limits import Limit, count
from study import urls
from study.course_files import keep_files, keep_pictures
from study.errors import CourseDiffers, CourseFileRefused
from study.forms.course_files import CourseFileForm
from study.permissions import StudyPermission
from study.queries.courses import get_own_course
from study.services.course_imports import Taken, import_course, prepare_course
from study.services.course_writing import Prepared
from study.transfer.archive import open_course_file
from study.transfer.reading import read_incoming
from study.transfer.writing import write_course
from study.views import bp

EXPORTS = Limit(name="study.course_files", amount=20, seconds=3600)
IN_MEMORY = 2**20


@bp.get("/manage/courses/<slug>/export.zip")
@login_required
def export_course(slug: str) -> ResponseReturnValue:
    """Send a course with all it holds as one ZIP."""
    course = get_own_course(slug, current_actor())
    if not count(EXPORTS, current_actor().id):
        raise TooMany
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=current_app.config["DATA"])  # noqa: SIM115 -- below
    try:
        write_course(file, course)
    except BaseException:
        file.close()
        raise
    db.session.rollback()
    file.seek(0)
    answer = send_file(file, mimetype="application/zip", as_attachment=True, download_name=f"{slug}-course.zip")
    answer.call_on_close(file.close)
    return answer


@bp.route("/manage/import", methods=["GET", "POST"])
@login_required
def import_course_file() -> ResponseReturnValue:
    """Take in a course from a ZIP, or show the form again with what is wrong with it."""
    if not current_actor().may_anywhere(StudyPermission.AUTHOR):
        raise Denied
    form = CourseFileForm()
    form.offer(current_actor())
    if not form.validate_on_submit():
        return _form_page(form)
    try:
        taken = _take_in(form)
    except (CourseFileRefused, CourseDiffers) as error:
        form.add_error("file" if isinstance(error, CourseFileRefused) else "slug", error)
        return _form_page(form)
    if taken.is_new:
        flash(_("The course is here, as a draft: look it through, then publish it."), "success")
    else:
        flash(_("This course is here already, exactly as in the file. Nothing was changed."), "success")
    return redirect(urls.to_manage(taken.slug), 303)


def _form_page(form: CourseFileForm) -> ResponseReturnValue:
    page = render_template("study/course_import.html", urls=urls, form=form)
    return page, 422 if form.errors else 200


def _take_in(form: CourseFileForm) -> Taken:
    prepared = _prepare(form)
    try:
        with transaction():
            branch = db.session.get_one(Branch, form.branch.data)
            return import_course(prepared, branch, current_actor(), form.slug.data or "")
    finally:
        prepared.incoming.file.path.unlink(missing_ok=True)


def _prepare(form: CourseFileForm) -> Prepared:
    """Check and render the whole course while no transaction is open; the file lies beside the data meanwhile."""
    db.session.rollback()
    with tempfile.NamedTemporaryFile(dir=current_app.config["DATA"], prefix=".course-", delete=False) as kept:
        path = Path(kept.name)
        form.file.data.save(kept)
    try:
        incoming = read_incoming(open_course_file(path))
        return prepare_course(incoming, keep_files(incoming), keep_pictures(incoming))
    except BaseException:
        path.unlink(missing_ok=True)
        raise
