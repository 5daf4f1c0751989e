"""A quiz before it is taken: what it asks for, and the papers so far."""

from flask import redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from study.errors import QuizNotEnrolled
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.forms.attempts import StartForm
from study.quiz.queries import quizzes as queries
from study.quiz.services import papers as services
from study.views import bp


@bp.get("/quizzes/<int:quiz_id>")
def show_quiz(quiz_id: int) -> ResponseReturnValue:
    """Say what a quiz is and offer to begin or go on."""
    page = queries.get_quiz_page(quiz_id, current_actor())
    return render_template("study/quiz.html", page=page, form=StartForm(), words=quiz_wording, urls=quiz_urls)


@bp.post("/quizzes/<int:quiz_id>/attempts")
@login_required
def start_attempt(quiz_id: int) -> ResponseReturnValue:
    """Draw a paper, or go on with the open one."""
    with transaction():
        page = queries.get_quiz_page(quiz_id, current_actor())
        if page.outline is None:
            raise QuizNotEnrolled
        attempt = services.start(page.quiz, page.course.id, current_actor())
    return redirect(quiz_urls.for_attempt(attempt.id), 303)
