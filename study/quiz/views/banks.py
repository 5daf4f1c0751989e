"""A question bank as its authors see it: found, arranged, and each question with its versions."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import NotFound
from core.i18n import _, ngettext
from study.enums import Difficulty, QuestionKind, VersionState
from study.errors import AskedElsewhere, QuestionAsked
from study.models.questions import clean_folder, join_tags
from study.permissions import may_author, may_teach
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.differing import difference
from study.quiz.forms.arranging import ArrangeForm, PlaceForm, read_ids, split_tags
from study.quiz.queries import banks as queries
from study.quiz.queries import finding
from study.quiz.queries.askers import count_elsewhere
from study.quiz.queries.finding import Wish
from study.quiz.queries.shared_banks import list_branches_for
from study.quiz.services import questions as services
from study.quiz.services.arranging import arrange, place
from study.quiz.services.sharing import share
from study.quiz.sharing import is_shared
from study.views import bp

WISH = "wish-"
"""Begins the names under which a form takes along what was looked for."""


@bp.get("/manage/banks/<int:bank_id>")
@login_required
def show_bank(bank_id: int) -> ResponseReturnValue:
    """List the questions of a bank, or those that are looked for."""
    bank = queries.get_seen_bank(bank_id, current_actor())
    wish, writes = Wish.read(request.args), may_author(current_actor(), bank.course)
    return render_template(
        "study/bank.html",
        bank=bank,
        writes=writes,
        teaches=may_teach(current_actor(), bank.course),
        branches=list_branches_for(bank) if writes else [],
        elsewhere=count_elsewhere(bank) if writes else 0,
        is_shared=is_shared(bank),
        course=bank.course,
        wish=wish,
        shelves=finding.list_shelves(bank),
        count=finding.count_questions(bank, wish),
        page=finding.page_of_questions(bank, request.args.get("cursor"), wish),
        form=ArrangeForm(formdata=None),
        kinds=list(QuestionKind),
        words=quiz_wording,
        urls=quiz_urls,
    )


@bp.post("/manage/banks/<int:bank_id>/arrange")
@login_required
def arrange_questions(bank_id: int) -> ResponseReturnValue:
    """Move, tag or retire the chosen questions, or all that were found."""
    form = ArrangeForm()
    wish = Wish.read({name[len(WISH) :]: value for name, value in request.form.items() if name.startswith(WISH)})
    goal = quiz_urls.to_bank(bank_id, **wish.fields)
    if not form.validate_on_submit():
        raise NotFound
    try:
        with transaction():
            bank = queries.get_own_bank(bank_id, current_actor())
            chosen = read_ids(request.form.getlist("question"))
            ids = finding.list_ids(bank, wish) if "all" in request.form else chosen
            count = arrange(bank, bank.course, current_actor(), ids, form.change())
    except AskedElsewhere as error:
        flash(str(error), "error")
        return redirect(goal, 303)
    if count:
        flash(ngettext("%(num)s question is changed.", "%(num)s questions are changed.", count), "success")
    else:
        flash(_("Choose some questions first."), "wait")
    return redirect(goal, 303)


@bp.post("/manage/banks/<int:bank_id>/share")
@login_required
def share_bank(bank_id: int) -> ResponseReturnValue:
    """Share a bank with a branch, or with nobody any more."""
    wanted = request.form.get("branch", 0, int)
    with transaction():
        bank = queries.get_own_bank(bank_id, current_actor())
        branch = next((one for one in list_branches_for(bank) if one.id == wanted), None)
        if wanted and branch is None:
            raise NotFound
        share(bank, current_actor(), branch)
    flash(_("The bank is shared.") if branch else _("The bank is shared no longer."), "success")
    return redirect(quiz_urls.to_bank(bank_id), 303)


@bp.post("/manage/questions/<int:question_id>/place")
@login_required
def place_question(question_id: int) -> ResponseReturnValue:
    """Give a question its folder, tags and level."""
    form = PlaceForm()
    if not form.validate_on_submit():
        raise NotFound
    level = Difficulty(form.level.data) if form.level.data else None
    with transaction():
        question, _version = queries.get_own_question(question_id, current_actor())
        folder, tags = clean_folder(form.folder.data or ""), join_tags(split_tags(form.tags.data or ""))
        place(question, question.bank.course, current_actor(), folder=folder, tags=tags, level=level)
    flash(_("Saved."), "success")
    return redirect(quiz_urls.to_preview(question_id), 303)


@bp.get("/manage/questions/<int:question_id>/versions")
@login_required
def compare_versions(question_id: int) -> ResponseReturnValue:
    """Show what two versions of a question differ in."""
    question, _version = queries.get_seen_question(question_id, current_actor())
    old = queries.get_version(question, request.args.get("old", 1, int))
    new = queries.get_version(question, request.args.get("new", question.current_version, int))
    return render_template(
        "study/question_versions.html",
        question=question,
        bank=question.bank,
        course=question.bank.course,
        teaches=may_teach(current_actor(), question.bank.course),
        sees_bank=queries.may_look(current_actor(), question.bank),
        old=old,
        new=new,
        lines=difference(old.content, new.content),
        words=quiz_wording,
        urls=quiz_urls,
    )


@bp.post("/manage/questions/<int:question_id>/versions")
@login_required
def change_version(question_id: int) -> ResponseReturnValue:
    """Make a version ready, a draft again, or retire it."""
    wanted = request.form.get("state", "")
    if wanted not in {state.value for state in VersionState}:
        raise NotFound
    try:
        with transaction():
            question, _version = queries.get_own_question(question_id, current_actor())
            version = queries.get_version(question, request.form.get("version", 0, int))
            services.set_version_state(question, question.bank.course, version, current_actor(), VersionState(wanted))
    except QuestionAsked as error:
        flash(str(error), "error")
    else:
        flash(_("Saved."), "success")
    return redirect(quiz_urls.to_preview(question_id), 303)
