"""A quiz before it is taken: what it asks for, and the papers so far."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import TooMany
from core.i18n import _
from core.limits import Limit, count, is_open
from core.text import normalise
from study.errors import QuizNotEnrolled, QuizPasswordWrong
from study.models.quizzes import PASSWORD_MAX
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.forms.attempts import StartForm
from study.quiz.queries import quizzes as queries
from study.quiz.services import papers as services
from study.views import bp

TRIES = Limit(name="study.quiz_password", amount=20, seconds=600)
"""Wrong passwords of one person for one quiz: more than typing errors make, and too few for guessing."""


@bp.get("/quizzes/<int:quiz_id>")
def show_quiz(quiz_id: int) -> ResponseReturnValue:
    """Say what a quiz is and offer to begin or go on."""
    page = queries.get_quiz_page(quiz_id, current_actor())
    return render_template("study/quiz.html", page=page, form=StartForm(), words=quiz_wording, urls=quiz_urls)


@bp.post("/quizzes/<int:quiz_id>/attempts")
@login_required
def start_attempt(quiz_id: int) -> ResponseReturnValue:
    """Draw a paper, or go on with the open one."""
    actor, password = current_actor(), normalise(request.form.get("password", "")[:PASSWORD_MAX])
    if password and not is_open(TRIES, (actor.id, quiz_id)):
        raise TooMany
    try:
        with transaction():
            page = queries.get_quiz_page(quiz_id, actor)
            if page.outline is None:
                raise QuizNotEnrolled
            attempt = services.start(page.quiz, page.course.id, actor, password)
    except QuizPasswordWrong as error:
        if password:
            count(TRIES, (actor.id, quiz_id))
        flash(str(error) if password else _("This quiz is begun with a password."), "error")
        return redirect(quiz_urls.for_quiz(quiz_id), 303)
    return redirect(quiz_urls.for_attempt(attempt.id), 303)
