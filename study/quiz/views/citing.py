"""What a question rests on: said in its form, confirmed when the paragraph changed."""

from urllib.parse import urlsplit

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.addresses import absolute
from core.db import transaction
from core.i18n import _
from study.citing import read_spot
from study.models import Course, Question
from study.queries import citations as queries
from study.quiz import urls as quiz_urls
from study.quiz.forms.citing import CitingFields
from study.quiz.queries.banks import get_own_question
from study.services import citations as services
from study.services.citations import Wanted
from study.views import bp


def read_cited(form: CitingFields, course: Course, question: Question | None = None) -> Wanted | None:
    """Return what the question is to rest on; None where the address is none, which the form then says."""
    if not form.wanted:
        return Wanted()
    if question is not None and form.is_untouched:
        return Wanted(is_kept=True)
    spot = read_spot(form.wanted, {request.host, urlsplit(absolute("/")).netloc})
    found = queries.find_passage(spot, course.id) if spot else None
    if found is None:
        form.add_error(
            "cited",
            _(
                "This is no address of a paragraph in a lesson of this course. Paste that of “Note” or “Discuss” "
                "beside a paragraph, or choose one below."
            ),
        )
        return None
    return Wanted(found=found)


def offer(form: CitingFields, course: Course) -> None:
    """Let the form offer lessons, and the paragraphs of the one that is chosen."""
    form.offer_lessons(queries.list_lessons(course.id))
    if form.chosen_lesson:
        form.offer_passages(form.chosen_lesson, queries.list_offered(course.id, form.chosen_lesson))


@bp.post("/manage/questions/<int:question_id>/citation")
@login_required
def confirm_citation(question_id: int) -> ResponseReturnValue:
    """Note that a question rests on its paragraph as that is now, if its author has seen just that."""
    get_own_question(question_id, current_actor())
    standing = queries.find_standing(question_id)
    found = standing.found if standing else None
    goal = redirect(quiz_urls.to_preview(question_id), 303)
    if found is None or found.passage.digest != request.form.get("seen"):
        flash(_("The paragraph has changed since you opened the page: look at it as it is now."), "wait")
        return goal
    with transaction():
        question, _version = get_own_question(question_id, current_actor())
        services.confirm(question, question.bank.course, current_actor(), found)
    flash(_("Confirmed: the question rests on the paragraph as it is now."), "success")
    return goal
