"""What the papers of a quiz say about it and its questions."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from study.models import Quiz
from study.permissions import StudyPermission, may_author, require_in_course
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.queries import statistics as queries
from study.quiz.queries.given_answers import answers_to
from study.quiz.queries.key_reach import may_change
from study.quiz.queries.quizzes import get_taught_quiz
from study.quiz.queries.statistics import Which
from study.views import bp


def _quiz(quiz_id: int) -> Quiz:
    quiz = get_taught_quiz(quiz_id, current_actor())
    require_in_course(current_actor(), StudyPermission.SEE_RESULTS, quiz.course)
    return quiz


def _which() -> Which:
    wanted = request.args.get("of", "")
    return Which(wanted) if wanted in {one.value for one in Which} else Which.FIRST


@bp.get("/manage/quizzes/<int:quiz_id>/statistics")
@login_required
def quiz_statistics(quiz_id: int) -> ResponseReturnValue:
    """Show how a quiz and each of its questions did."""
    quiz = _quiz(quiz_id)
    return render_template(
        "study/quiz_statistics.html",
        quiz=quiz,
        course=quiz.course,
        which=_which(),
        found=queries.statistics_of(quiz, _which()),
        writes=may_author(current_actor(), quiz.course),
        words=quiz_wording,
        urls=quiz_urls,
    )


@bp.get("/manage/quizzes/<int:quiz_id>/statistics/<int:question_id>")
@login_required
def item_statistics(quiz_id: int, question_id: int) -> ResponseReturnValue:
    """Show what was answered to one question."""
    quiz = _quiz(quiz_id)
    return render_template(
        "study/item_statistics.html",
        quiz=quiz,
        course=quiz.course,
        which=_which(),
        versions=answers_to(quiz, question_id, _which()),
        question_id=question_id,
        may_change_key=may_change(current_actor(), quiz.course),
        words=quiz_wording,
        urls=quiz_urls,
    )
