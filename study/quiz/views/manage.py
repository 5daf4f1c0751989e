"""Quizzes as their authors see them: rules, questions, order."""

from decimal import Decimal, InvalidOperation

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import Invalid
from core.i18n import _, _l, ngettext
from study.errors import DrawEmpty, LastQuestion, MarkingBegun, QuestionAsked, QuizInUse, QuizSettled
from study.forms.saving import ChangedMeanwhile
from study.models import Course, Quiz
from study.models.questions import BANK_NAME_MAX
from study.permissions import StudyPermission, may_author, may_in_course
from study.queries.courses import get_own_course, get_taught_course
from study.queries.placing import is_placed, list_modules
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.forms.arranging import read_ids
from study.quiz.forms.draws import DrawForm
from study.quiz.forms.quizzes import QuizForm
from study.quiz.queries import quizzes as queries
from study.quiz.queries.banks import list_banks as all_banks
from study.quiz.queries.finding import list_shelves
from study.quiz.queries.shared_banks import list_shared
from study.quiz.queries.slots import list_places
from study.quiz.services import quizzes as services
from study.quiz.services.drawing import drawn_versions
from study.quiz.showing import to_author
from study.services.keeping import hold
from study.services.lessons import Step
from study.views import bp

MARK_MAX = 100


class MarkWrong(Invalid):
    """A mark is no number or out of range."""

    message = _l("A question is worth more than 0 and at most 100 marks, such as 1 or 2.5.")


@bp.get("/manage/courses/<slug>/quizzes")
@login_required
def list_quizzes(slug: str) -> ResponseReturnValue:
    """List the quizzes of a course."""
    course = get_taught_course(slug, current_actor())
    return render_template(
        "study/quizzes.html",
        course=course,
        writes=may_author(current_actor(), course),
        grades=may_in_course(current_actor(), StudyPermission.GRADE, course),
        quizzes=queries.list_quizzes(course),
        words=quiz_wording,
        urls=quiz_urls,
    )


@bp.route("/manage/courses/<slug>/quizzes/new", methods=["GET", "POST"])
@login_required
def add_quiz(slug: str) -> ResponseReturnValue:
    """Begin a quiz, or show the form again with what is wrong."""
    course = get_own_course(slug, current_actor())
    form = QuizForm()
    if not form.validate_on_submit():
        return _rules_page(form, course, None)
    with transaction():
        course = get_own_course(slug, current_actor())
        quiz = services.create_quiz(course, current_actor(), form.content())
    flash(_("The quiz is made. Now choose its questions."), "success")
    return redirect(quiz_urls.to_edit_quiz(quiz.id), 303)


def _rules_page(form: QuizForm, course: Course, quiz: Quiz | None) -> tuple[str, int]:
    page = render_template("study/quiz_form.html", form=form, course=course, quiz=quiz, urls=quiz_urls)
    return page, 422 if form.errors else 200


@bp.get("/manage/quizzes/<int:quiz_id>")
@login_required
def edit_quiz(quiz_id: int) -> ResponseReturnValue:
    """Show the questions of a quiz, with those that may be added."""
    quiz = queries.get_own_quiz(quiz_id, current_actor())
    banks = all_banks(quiz.course)
    bank_id = request.args.get("bank", banks[0][0].id if banks else 0, int)
    words = " ".join(request.args.get("shared", "").split())[:BANK_NAME_MAX]
    shared = list_shared(quiz.course, words, with_id=bank_id)
    if not bank_id and shared.banks:
        bank_id = shared.banks[0].id
    return render_template(
        "study/quiz_edit.html",
        quiz=quiz,
        course=quiz.course,
        places=list_places(quiz),
        shelves=list_shelves(banks_of=[*(bank.id for bank, _count in banks), *shared.ids_among(bank_id)]),
        draw=DrawForm(formdata=None),
        banks=banks,
        shared=shared,
        shared_words=words,
        bank_id=bank_id,
        candidates=queries.page_of_candidates(quiz, bank_id, request.args.get("cursor")),
        modules=list_modules(quiz.course_id),
        placed=is_placed(quiz_id),
        words=quiz_wording,
        urls=quiz_urls,
    )


@bp.route("/manage/quizzes/<int:quiz_id>/settings", methods=["GET", "POST"])
@login_required
def edit_rules(quiz_id: int) -> ResponseReturnValue:
    """Change the rules of a quiz, or show the form again with what is wrong."""
    quiz = queries.get_own_quiz(quiz_id, current_actor())
    form = QuizForm()
    if not form.is_submitted():
        form.show(quiz)
        form.remember(_shown(quiz))
    if not form.validate_on_submit():
        return _rules_page(form, quiz.course, quiz)
    course_id = quiz.course_id
    try:
        with transaction():
            # Held before anything is read: else the second of two who save at once would not see the first.
            hold(course_id)
            quiz = queries.get_own_quiz(quiz_id, current_actor())
            form.check(_shown(quiz))
            services.edit_quiz(quiz, current_actor(), form.content())
    except ChangedMeanwhile as error:
        quiz = queries.get_own_quiz(quiz_id, current_actor())
        form.refuse(error, _shown(quiz))
        return _rules_page(form, quiz.course, quiz)[0], error.status
    except MarkingBegun as error:
        form.add_error("is_double", error)
        return _rules_page(form, queries.get_own_quiz(quiz_id, current_actor()).course, quiz)
    flash(_("Saved."), "success")
    return redirect(quiz_urls.to_edit_quiz(quiz_id), 303)


def _shown(quiz: Quiz) -> QuizForm:
    """Return the form as it shows a quiz now."""
    form = QuizForm(formdata=None)
    form.show(quiz)
    return form


@bp.post("/manage/quizzes/<int:quiz_id>/slots")
@login_required
def add_slots(quiz_id: int) -> ResponseReturnValue:
    """Put the chosen questions at the end of a quiz."""
    chosen = read_ids(request.form.getlist("question"))
    with transaction():
        quiz = queries.get_own_quiz(quiz_id, current_actor())
        count = services.add_questions(quiz, current_actor(), chosen)
    flash(ngettext("%(num)s question is added.", "%(num)s questions are added.", count), "success" if count else "wait")
    return redirect(quiz_urls.to_edit_quiz(quiz_id), 303)


@bp.post("/manage/slots/<int:slot_id>")
@login_required
def change_slot(slot_id: int) -> ResponseReturnValue:
    """Move a question of a quiz, weigh it, or take it out."""
    act = request.form.get("act", "mark")
    anchor = "" if act == "remove" else f"#slot-{slot_id}"
    _slot, quiz = queries.get_own_slot(slot_id, current_actor())
    goal = f"{quiz_urls.to_edit_quiz(quiz.id)}{anchor}"
    try:
        with transaction():
            slot, quiz = queries.get_own_slot(slot_id, current_actor())
            if act == "remove":
                services.remove_slot(slot, quiz, current_actor())
            elif act == "version":
                services.fix_version(slot, quiz, current_actor(), request.form.get("version", None, int))
            elif act in {step.value for step in Step}:
                services.move_slot(slot, quiz, current_actor(), Step(act))
            else:
                services.set_max_mark(slot, quiz, current_actor(), _typed_mark())
    except (LastQuestion, QuestionAsked) as error:
        flash(str(error), "error")
    return redirect(goal, 303)


@bp.post("/manage/quizzes/<int:quiz_id>/draws")
@login_required
def add_draws(quiz_id: int) -> ResponseReturnValue:
    """Put places at the end of a quiz for which each paper draws a question."""
    form = DrawForm()
    if not form.validate_on_submit():
        flash(_("Say how many questions each paper draws: from 1 to 100."), "error")
        return redirect(quiz_urls.to_edit_quiz(quiz_id), 303)
    mark, count = _typed_mark(), form.count.data or 1
    try:
        with transaction():
            quiz = queries.get_own_quiz(quiz_id, current_actor())
            fitting = services.add_draws(quiz, current_actor(), form.rule(), count, mark)
    except DrawEmpty as error:
        flash(str(error), "error")
        return redirect(quiz_urls.to_edit_quiz(quiz_id), 303)
    flash(ngettext("%(num)s place is added.", "%(num)s places are added.", count), "success")
    if fitting < count:
        fewer = ngettext("Only %(num)s question fits.", "Only %(num)s questions fit.", fitting)
        flash(fewer + " " + _("Papers leave out the places for which nothing is left."), "wait")
    return redirect(quiz_urls.to_edit_quiz(quiz_id), 303)


def _typed_mark() -> int:
    try:
        mark = Decimal(request.form.get("max_mark", "").strip())
    except InvalidOperation as error:
        raise MarkWrong from error
    thousandths = int((mark * 1000).to_integral_value()) if mark.is_finite() and abs(mark) <= MARK_MAX else 0
    if thousandths <= 0:
        raise MarkWrong
    return thousandths


@bp.get("/manage/quizzes/<int:quiz_id>/preview")
@login_required
def preview_quiz(quiz_id: int) -> ResponseReturnValue:
    """Show every question of a quiz with its key."""
    quiz = queries.get_taught_quiz(quiz_id, current_actor())
    return render_template(
        "study/quiz_preview.html",
        quiz=quiz,
        writes=may_author(current_actor(), quiz.course),
        course=quiz.course,
        questions=[to_author(version.content, at) for at, (version, _mark) in enumerate(drawn_versions(quiz), start=1)],
        words=quiz_wording,
        urls=quiz_urls,
    )


@bp.post("/manage/quizzes/<int:quiz_id>/release")
@login_required
def release_quiz(quiz_id: int) -> ResponseReturnValue:
    """Tell the results of an exam."""
    with transaction():
        services.release(queries.get_own_quiz(quiz_id, current_actor()), current_actor())
    flash(_("The results are told now."), "success")
    return redirect(quiz_urls.to_edit_quiz(quiz_id), 303)


@bp.post("/manage/quizzes/<int:quiz_id>/delete")
@login_required
def delete_quiz(quiz_id: int) -> ResponseReturnValue:
    """Delete a quiz that nobody has taken."""
    try:
        with transaction():
            quiz = queries.get_own_quiz(quiz_id, current_actor())
            slug = quiz.course.slug
            services.delete_quiz(quiz, current_actor())
    except (QuizSettled, QuizInUse) as error:
        flash(str(error), "error")
        return redirect(quiz_urls.to_edit_quiz(quiz_id), 303)
    flash(_("Deleted."), "success")
    return redirect(quiz_urls.to_quizzes(slug), 303)
