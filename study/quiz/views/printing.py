"""Quizzes on paper: forms are drawn, then printed as often as one likes, always the same."""

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import db, transaction
from core.errors import NotFound, TooMany
from core.i18n import current_locale, in_language, ngettext
from core.limits import Limit, count
from study.errors import PaperTooLong, QuizEmpty, TooManyForms
from study.models import Quiz
from study.permissions import may_author
from study.printing.runner import drawn
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.forms.arranging import read_ids
from study.quiz.forms.printing import PrintForm
from study.quiz.on_paper import Sheet, paper_of
from study.quiz.queries.printed import get_taught_form, list_form_slots, list_forms, picture_paths
from study.quiz.queries.quizzes import get_own_quiz, get_taught_quiz
from study.quiz.services import printing as services
from study.views import bp

PRINTS = Limit(name="study.paper_prints", amount=60, seconds=600)
"""A file takes a core for seconds; this many are a set of eight forms, their sheets and keys, twice."""
LANGUAGES = {"zh": "zh-Hans", "en": "en"}


@bp.route("/manage/quizzes/<int:quiz_id>/forms", methods=["GET", "POST"])
@login_required
def print_quiz(quiz_id: int) -> ResponseReturnValue:
    """Show the forms of a quiz, and draw more."""
    quiz = get_taught_quiz(quiz_id, current_actor())
    form = PrintForm()
    if request.method == "GET":
        return _page(quiz, PrintForm(formdata=None))
    if not form.validate():
        return _page(quiz, form), 422
    try:
        with transaction():
            quiz = get_own_quiz(quiz_id, current_actor())
            made = services.add_forms(quiz, current_actor(), form.count.data or 1, shuffle=bool(form.shuffle.data))
    except (QuizEmpty, PaperTooLong, TooManyForms) as error:
        form.add_error("count", error)
        return _page(get_own_quiz(quiz_id, current_actor()), form), error.status
    flash(
        ngettext("%(num)s form is ready to be printed.", "%(num)s forms are ready to be printed.", len(made)), "success"
    )
    return redirect(quiz_urls.to_forms(quiz_id), 303)


def _page(quiz: Quiz, form: PrintForm) -> str:
    return render_template(
        "study/quiz_forms.html",
        quiz=quiz,
        course=quiz.course,
        lines=list_forms(quiz.id),
        writes=may_author(current_actor(), quiz.course),
        form=form,
        sheets=Sheet,
        languages=_languages(),
        words=quiz_wording,
        urls=quiz_urls,
    )


def _languages() -> list[str]:
    """Return the languages in which it is printed, the reader's first."""
    return ["en", "zh"] if current_locale() == "en" else ["zh", "en"]


@bp.post("/manage/quizzes/<int:quiz_id>/forms/delete")
@login_required
def delete_forms(quiz_id: int) -> ResponseReturnValue:
    """Forget forms that nobody needs any more."""
    chosen = read_ids(request.form.getlist("form"))
    with transaction():
        gone = services.remove_forms(get_own_quiz(quiz_id, current_actor()), current_actor(), chosen)
    flash(ngettext("%(num)s form is deleted.", "%(num)s forms are deleted.", gone), "success" if gone else "wait")
    return redirect(quiz_urls.to_forms(quiz_id), 303)


@bp.get("/manage/forms/<int:form_id>/<sheet>")
@login_required
def show_form(form_id: int, sheet: str) -> ResponseReturnValue:
    """Send the paper, the answer sheet or the key of a form as PDF, drawn for this request."""
    form = get_taught_form(form_id, current_actor())
    language = request.args.get("language", "")
    if sheet not in {one.value for one in Sheet} or language not in LANGUAGES:
        raise NotFound
    if not count(PRINTS, current_actor().id):
        raise TooMany
    slots = list_form_slots(form_id)
    pictures = picture_paths(slots)
    with in_language(LANGUAGES[language]):
        told = paper_of(form, slots, Sheet(sheet), LANGUAGES[language], pictures)
    # The database is let go: drawing takes seconds.
    db.session.rollback()
    answer = Response(drawn("paper", told), content_type="application/pdf")
    name = f"{told['title']} {form_name(told)}.pdf"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


def form_name(told: dict[str, str]) -> str:
    """Return what sets the files of one form apart from those of others."""
    return " ".join(filter(None, (told["form"], told["heading"])))
