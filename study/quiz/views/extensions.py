"""Who has more time for a quiz, as its authors see it."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.models import Branch, User
from accounts.web import current_actor
from core.db import transaction
from core.i18n import _
from study.models import Quiz
from study.quiz import urls as quiz_urls
from study.quiz.forms.extensions import BranchExtensionForm, PersonExtensionForm
from study.quiz.queries import extensions as queries
from study.quiz.queries.quizzes import get_own_extension, get_own_quiz
from study.quiz.services import extensions as services
from study.views import bp

Forms = tuple[PersonExtensionForm, BranchExtensionForm]


@bp.route("/manage/quizzes/<int:quiz_id>/extensions", methods=["GET", "POST"])
@login_required
def extend_quiz(quiz_id: int) -> ResponseReturnValue:
    """Show who has more time, and give it to a person or a branch."""
    quiz = get_own_quiz(quiz_id, current_actor())
    forms = _forms(quiz)
    if request.method == "GET":
        return _page(quiz, forms)
    form = forms[1] if request.form.get("for") == "branch" else forms[0]
    whom = form.find() if form.validate() and form.check(quiz) else None
    if whom is None:
        return _page(quiz, forms), 422
    with transaction():
        quiz = get_own_quiz(quiz_id, current_actor())
        services.extend(quiz, current_actor(), whom, form.given)
    flash(_("%(name)s has more time now.", name=_name(whom)), "success")
    return redirect(quiz_urls.to_extensions(quiz_id), 303)


def _forms(quiz: Quiz) -> Forms:
    """Return both forms, each filled only with what was sent with it."""
    chosen = request.form.get("for") if request.method == "POST" else None
    empty = {"formdata": None}
    person = PersonExtensionForm(prefix="person-", **({} if chosen == "person" else empty))
    branch = BranchExtensionForm(
        prefix="branch-", below=quiz.course.branch.path, **({} if chosen == "branch" else empty)
    )
    return person, branch


def _name(whom: User | Branch) -> str:
    return whom.display_name if isinstance(whom, User) else whom.name.pick()


def _page(quiz: Quiz, forms: Forms) -> str:
    return render_template(
        "study/quiz_extensions.html",
        quiz=quiz,
        course=quiz.course,
        extensions=queries.list_extensions(quiz),
        person=forms[0],
        branch=forms[1],
        urls=quiz_urls,
    )


@bp.post("/manage/quiz-extensions/<int:extension_id>/remove")
@login_required
def remove_extension(extension_id: int) -> ResponseReturnValue:
    """Take more time back."""
    with transaction():
        extension, quiz = get_own_extension(extension_id, current_actor())
        services.withdraw(extension, quiz, current_actor())
    flash(_("The same time holds for them as for everybody now."), "success")
    return redirect(quiz_urls.to_extensions(quiz.id), 303)
