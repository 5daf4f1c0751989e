"""The marks of one learner: for those who mark, one by one with their history, and for the learner."""

from functools import partial

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts import urls as account_urls
from accounts.web import current_actor
from core.db import transaction
from core.i18n import _
from study import urls as study_urls
from study.enums import GradeKind, GradeState
from study.errors.grades import GradeMeanwhile, NameHidden
from study.gradebook import urls, wording
from study.gradebook.adding import part_of
from study.gradebook.forms.cells import CellForm
from study.gradebook.queries.cells import lines_of, own_line
from study.gradebook.queries.history import list_changes, list_papers
from study.gradebook.queries.items import Book, Item, book_of
from study.gradebook.queries.learners import get_learner
from study.gradebook.services import grading
from study.queries.courses import get_course, get_graded_course
from study.quiz import urls as quiz_urls
from study.views import bp


@bp.get("/courses/<slug>/marks")
@login_required
def show_own_grades(slug: str) -> ResponseReturnValue:
    """Show a learner's own marks in a course, how much each counts, and how the total comes about."""
    actor = current_actor()
    book = book_of(get_course(slug, actor))
    line = own_line(book, actor.id or 0)
    return render_template(
        "study/own_grades.html",
        urls=urls,
        study_urls=study_urls,
        words=wording,
        course=book.course,
        book=book,
        line=line,
        rows=list(zip(book.shown, line.cells, strict=True)),
        part_of=part_of,
    )


@bp.get("/manage/courses/<slug>/grades/<int:user_id>")
@login_required
def show_learner_grades(slug: str, user_id: int) -> ResponseReturnValue:
    """Show all marks of one learner to those who mark."""
    course = get_graded_course(slug, current_actor())
    learner = get_learner(course, user_id)
    book = book_of(course)
    line = lines_of(book, [user_id], grader_id=current_actor().id)[user_id]
    return render_template(
        "study/learner_grades.html",
        urls=urls,
        study_urls=study_urls,
        account_urls=account_urls,
        words=wording,
        course=course,
        book=book,
        learner=learner,
        line=line,
        rows=list(zip(book.items, line.cells, strict=True)),
        link=partial(urls.to_cell, slug, user_id),
        part_of=part_of,
    )


@bp.route("/manage/courses/<slug>/grades/<int:user_id>/<key>", methods=["GET", "POST"])
@login_required
def change_grade(slug: str, user_id: int, key: str) -> ResponseReturnValue:
    """Show one mark with its history, and put another one in its place, or say what is wrong."""
    book, item, form = _opened(slug, user_id, key)
    if not form.validate_on_submit():
        return _cell_page(book, item, user_id, form, 422 if form.errors else 200)
    try:
        with transaction():
            book, item, form = _opened(slug, user_id, key)
            grading.change_cell(book, form.change(user_id), current_actor(), form.reason.data or "")
    except (GradeMeanwhile, NameHidden) as refused:
        book, item, form = _opened(slug, user_id, key)
        # What was typed stays; sent once more it is a choice.
        form.seen.data = str(form.cell.said.number)
        flash(str(refused), "error")
        return _cell_page(book, item, user_id, form, refused.status)
    flash(_("The mark is kept."), "success")
    return redirect(urls.to_learner(slug, user_id), 303)


@bp.post("/manage/courses/<slug>/grades/<int:user_id>/<key>/undo")
@login_required
def undo_grade(slug: str, user_id: int, key: str) -> ResponseReturnValue:
    """Let stand again what stood before the latest change."""
    try:
        with transaction():
            book, item, form = _opened(slug, user_id, key)
            grading.undo_cell(book, item, user_id, current_actor(), form.change(user_id).seen)
    except (GradeMeanwhile, NameHidden) as refused:
        flash(str(refused), "error")
    else:
        flash(_("The change is taken back."), "success")
    return redirect(urls.to_cell(slug, user_id, key), 303)


def _opened(slug: str, user_id: int, key: str) -> tuple[Book, Item, CellForm]:
    course = get_graded_course(slug, current_actor())
    get_learner(course, user_id)
    book = book_of(course)
    item = book.item(key)
    cell = lines_of(book, [user_id], grader_id=current_actor().id, items=[item])[user_id].cells[0]
    return book, item, CellForm().for_cell(item, cell)


def _cell_page(book: Book, item: Item, user_id: int, form: CellForm, status: int) -> ResponseReturnValue:
    is_own = user_id == current_actor().id
    # Of their own marks those who mark see no more than other learners.
    is_closed = form.cell.state is GradeState.SEALED or (
        is_own and (item.is_sealed or form.cell.state is GradeState.HELD)
    )
    page = render_template(
        "study/grade_cell.html",
        urls=urls,
        study_urls=study_urls,
        quiz_urls=quiz_urls,
        words=wording,
        course=book.course,
        learner=get_learner(book.course, user_id),
        is_own=is_own,
        item=item,
        cell=form.cell,
        form=form,
        changes=[] if is_closed else list_changes(item, user_id),
        papers=(
            list_papers(item, user_id, hides_waiting=item.hides_waiting and not is_own)
            if item.kind is GradeKind.QUIZ and not is_closed
            else []
        ),
    )
    return page, status
