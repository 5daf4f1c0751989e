"""The gradebook of a course: the table, its weights and its own columns, and the file that is taken away."""

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts.web import current_actor
from core.db import db, transaction
from core.errors import NotFound
from core.i18n import _
from core.media_types import XLSX
from core.tables import as_csv, as_xlsx
from study import urls as study_urls
from study.errors.grades import ColumnHasMarks, MarkTooHigh, WeightsMeanwhile
from study.gradebook import sheets, urls, wording
from study.gradebook.forms.settings import ColumnForm, WeightsForm, weights_form
from study.gradebook.queries.cells import lines_of
from study.gradebook.queries.history import has_marks
from study.gradebook.queries.items import Book, book_of
from study.gradebook.queries.learners import (
    SORTED_MAX,
    Wish,
    count_learners,
    page_of_learners,
)
from study.gradebook.services import settling
from study.models import Course, GradeItem
from study.permissions import may_author
from study.queries.courses import check_author, get_graded_course, get_own_course
from study.views import bp


@bp.get("/manage/courses/<slug>/grades")
@login_required
def show_gradebook(slug: str) -> ResponseReturnValue:
    """Show the marks of all learners of a course, a page of them at once."""
    course = get_graded_course(slug, current_actor())
    book, wish = book_of(course), Wish.read(request.args)
    count = count_learners(course, wish.q)
    page = page_of_learners(book, wish, current_actor().id, request.args.get("cursor"), count)
    return render_template(
        "study/gradebook.html",
        urls=urls,
        study_urls=study_urls,
        words=wording,
        course=course,
        book=book,
        wish=wish,
        count=count,
        sorts=count <= SORTED_MAX,
        page=page,
        lines=lines_of(book, [one.id for one in page.items], grader_id=current_actor().id),
        writes=may_author(current_actor(), course),
    )


@bp.get("/manage/courses/<slug>/grades.<any(csv, xlsx):kind>")
@login_required
def export_grades(slug: str, kind: str) -> ResponseReturnValue:
    """Hand the whole gradebook out as a file that can be edited and sent back."""
    course = get_graded_course(slug, current_actor())
    book = book_of(course)
    rows = sheets.table_of(book, current_actor().id)
    if kind == "xlsx":
        answer = Response(as_xlsx({course.title.pick(): rows}), mimetype=XLSX)
    else:
        answer = Response(as_csv(rows), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{slug}-grades.{kind}")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.route("/manage/courses/<slug>/grades/settings", methods=["GET", "POST"])
@login_required
def settle_grades(slug: str) -> ResponseReturnValue:
    """Show and keep how much each column counts, and what an empty mark means."""
    course = get_own_course(slug, current_actor())
    book = book_of(course)
    form = weights_form(book)
    if not form.validate_on_submit():
        return _weights_page(book, form, 422 if form.errors else 200)
    try:
        with transaction():
            course = get_own_course(slug, current_actor())
            settling.settle(course, current_actor(), form.settings, seen=form.seen.data or "")
    except WeightsMeanwhile as changed:
        book = book_of(get_own_course(slug, current_actor()))
        form = weights_form(book)
        form.seen.data = settling.stamp_of(book)
        flash(str(changed), "error")
        return _weights_page(book, form, changed.status)
    flash(_("The weights are kept."), "success")
    return redirect(urls.to_book(slug), 303)


def _weights_page(book: Book, form: WeightsForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "study/gradebook_settings.html",
        urls=urls,
        study_urls=study_urls,
        words=wording,
        course=book.course,
        book=book,
        form=form,
    )
    return page, status


@bp.route("/manage/courses/<slug>/grades/columns", methods=["GET", "POST"])
@login_required
def add_grade_column(slug: str) -> ResponseReturnValue:
    """Add a column for marks that no quiz and no assignment gives, such as an oral exam."""
    course = get_own_course(slug, current_actor())
    form = ColumnForm()
    if not form.validate_on_submit():
        return _column_page(course, form, None)
    with transaction():
        course = get_own_course(slug, current_actor())
        settling.add_column(course, current_actor(), form.column)
    flash(_("The column is added."), "success")
    return redirect(urls.to_settings(slug), 303)


@bp.route("/manage/grade-columns/<int:item_id>", methods=["GET", "POST"])
@login_required
def edit_grade_column(item_id: int) -> ResponseReturnValue:
    """Change a column of its own, or say what is wrong."""
    row, course = _column(item_id)
    form = ColumnForm()
    if request.method == "GET":
        form.show(row)
    if not form.validate_on_submit():
        return _column_page(course, form, row)
    try:
        with transaction():
            settling.get_column(item_id)
            row, course = _column(item_id)
            settling.edit_column(row, course, current_actor(), form.column)
    except MarkTooHigh as error:
        form.add_error("max_mark", error)
        return _column_page(course, form, row)
    flash(_("Saved."), "success")
    return redirect(urls.to_settings(course.slug), 303)


@bp.post("/manage/grade-columns/<int:item_id>/delete")
@login_required
def delete_grade_column(item_id: int) -> ResponseReturnValue:
    """Delete a column of its own that holds nothing."""
    row, course = _column(item_id)
    slug = course.slug
    try:
        with transaction():
            settling.get_column(item_id)
            row, course = _column(item_id)
            settling.delete_column(row, course, current_actor())
    except ColumnHasMarks as error:
        flash(str(error), "error")
        return redirect(urls.to_column(item_id), 303)
    flash(_("The column is deleted."), "success")
    return redirect(urls.to_settings(slug), 303)


def _column(item_id: int) -> tuple[GradeItem, Course]:
    row = db.session.get(GradeItem, item_id)
    if row is None or not row.is_own:
        raise NotFound
    course = db.session.scalars(
        select(Course).options(joinedload(Course.branch)).where(Course.id == row.course_id)
    ).one()
    return row, check_author(course, current_actor())


def _column_page(course: Course, form: ColumnForm, row: GradeItem | None) -> ResponseReturnValue:
    page = render_template(
        "study/gradebook_column.html",
        urls=urls,
        study_urls=study_urls,
        course=course,
        form=form,
        row=row,
        is_empty=row is not None and not has_marks(row.id),
    )
    return page, 422 if form.errors else 200
