"""The desk of those who mark by hand: what waits, and one answer after the other."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.files_http import send
from core.i18n import _
from study.queries.courses import get_graded_course
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.forms.hand_marks import HandMarkForm, hand_mark_form
from study.quiz.queries import hand_marks as queries
from study.quiz.queries.answer_files import get_answer_file
from study.quiz.queries.hand_marks import HandAnswer, Row
from study.quiz.queries.quizzes import get_graded_quiz
from study.quiz.services import hand_marks as services
from study.quiz.services.hand_marks import Given, MarkedMeanwhile
from study.quiz.showing import ShownQuestion
from study.views import bp


@bp.get("/manage/courses/<slug>/marking")
@login_required
def list_marking(slug: str) -> ResponseReturnValue:
    """List the quizzes of a course of which people have something to mark."""
    course = get_graded_course(slug, current_actor())
    return render_template(
        "study/marking.html",
        course=course,
        quizzes=queries.list_graded_quizzes(course, current_actor()),
        urls=quiz_urls,
    )


@bp.get("/manage/quizzes/<int:quiz_id>/marking")
@login_required
def list_quiz_marking(quiz_id: int) -> ResponseReturnValue:
    """List the questions of a quiz that people mark."""
    quiz = get_graded_quiz(quiz_id, current_actor())
    return render_template(
        "study/marking_quiz.html",
        quiz=quiz,
        course=quiz.course,
        questions=queries.list_graded_questions(quiz, current_actor()),
        hidden=queries.hides_names(quiz),
        words=quiz_wording,
        urls=quiz_urls,
    )


@bp.route("/manage/quizzes/<int:quiz_id>/marking/<int:question_id>", methods=["GET", "POST"])
@login_required
def mark_answer(quiz_id: int, question_id: int) -> ResponseReturnValue:
    """Show an answer, the next one that waits unless one is named, and mark it or say what is wrong."""
    actor = current_actor()
    quiz = get_graded_quiz(quiz_id, actor)
    row = queries.row_of(quiz, question_id, actor)
    code = request.args.get("paper", "")
    if not code and request.method == "GET":
        code = row.next_waiting(None) or row.codes[0]
    answer = queries.get_answer(quiz, question_id, code, actor)
    decides = _decides(answer)
    form = hand_mark_form(answer, actor.id or 0, decides=decides)
    if not form.validate_on_submit():
        return _page(answer, row, form), 422 if form.errors else 200
    given = Given.made(form.given, form.points, form.comment.data or "")
    try:
        with transaction():
            quiz = get_graded_quiz(quiz_id, actor)
            services.give(quiz, code, question_id, actor, given, seen=form.seen.data or "", decides=decides)
    except MarkedMeanwhile as changed:
        return _again(quiz_id, question_id, code, given, changed), 409
    flash(_("Marked."), "success")
    found = queries.row_of(quiz, question_id, actor).next_waiting(code)
    goal = quiz_urls.to_answer(quiz_id, question_id, found) if found else quiz_urls.to_quiz_marking(quiz_id)
    return redirect(goal, 303)


def _decides(answer: HandAnswer) -> bool:
    """Tell whether the page asks for the last word, rather than for what one of two markers gives."""
    marks = answer.marks
    if not marks.terms.is_double or ("own" in request.args and marks.needs_decision):
        return False
    return marks.needs_decision or marks.mark is not None


def _again(quiz_id: int, question_id: int, code: str, given: Given, changed: MarkedMeanwhile) -> str:
    """Show the answer as it is now, with all that was typed: sent once more it is a choice."""
    actor = current_actor()
    quiz = get_graded_quiz(quiz_id, actor)
    answer = queries.get_answer(quiz, question_id, code, actor)
    decides = _decides(answer)
    form = hand_mark_form(answer, actor.id or 0, decides=decides)
    form.fill(given)
    form.seen.data = answer.marks.stamp(actor.id or 0, decides=decides)
    return _page(answer, queries.row_of(quiz, question_id, actor), form, changed)


def _page(answer: HandAnswer, row: Row, form: HandMarkForm, changed: MarkedMeanwhile | None = None) -> str:
    actor_id = current_actor().id or 0
    code = answer.attempt.marking_code or ""
    question_id = answer.slot.version.question_id

    def link(other: str | None) -> str:
        return quiz_urls.to_answer(answer.quiz.id, question_id, other) if other else ""

    return render_template(
        "study/mark_answer.html",
        quiz=answer.quiz,
        course=answer.quiz.course,
        answer=answer,
        q=ShownQuestion(position=answer.slot.position, content=answer.content, order=[], max_mark=answer.slot.max_mark),
        marks=answer.marks,
        history=[one for one in answer.history if answer.marks.is_open_to(actor_id) or one.marker_id == actor_id],
        row=row,
        place=row.at(code),
        before=link(row.beside(code, -1)),
        after=link(row.beside(code, 1)),
        action=link(code) + ("&own=1" if "own" in request.args else ""),
        own=link(code) + "&own=1" if answer.marks.needs_decision and answer.marks.own(actor_id) else "",
        form=form,
        decides=_decides(answer),
        changed=changed,
        words=quiz_wording,
        urls=quiz_urls,
    )


@bp.get("/attempts/files/<int:attempt_file_id>")
def send_answer_file(attempt_file_id: int) -> ResponseReturnValue:
    """Send a file that belongs to an answer, to be saved."""
    file, name = get_answer_file(attempt_file_id, current_actor())
    return send(file, download=True, name=name)
