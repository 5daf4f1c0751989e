"""Question files that were taken in: listed, and taken back."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.i18n import ngettext
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.queries import uses_of_imports as uses
from study.quiz.queries.banks import get_own_bank
from study.quiz.services.undoing import undo_import
from study.views import bp


@bp.get("/manage/banks/<int:bank_id>/imports")
@login_required
def list_imports(bank_id: int) -> ResponseReturnValue:
    """List the files that were taken into a bank."""
    bank = get_own_bank(bank_id, current_actor())
    return render_template(
        "study/question_imports.html",
        bank=bank,
        course=bank.course,
        imports=uses.list_imports(bank),
        urls=quiz_urls,
    )


@bp.get("/manage/imports/<int:import_id>/undo")
@login_required
def plan_undo(import_id: int) -> ResponseReturnValue:
    """Show what goes and what stays if a file is taken back."""
    taken, bank = uses.get_own_import(import_id, current_actor())
    return render_template(
        "study/question_undo.html",
        taken=taken,
        bank=bank,
        course=bank.course,
        plan=uses.plan_undoing(taken, bank.course_id),
        words=quiz_wording,
        urls=quiz_urls,
    )


@bp.post("/manage/imports/<int:import_id>/undo")
@login_required
def undo_questions(import_id: int) -> ResponseReturnValue:
    """Take a file back, as far as nobody has used what it brought."""
    with transaction():
        taken, bank = uses.get_own_import(import_id, current_actor())
        plan = undo_import(taken, bank.course, current_actor())
    count = len(plan.goes) + len(plan.back)
    flash(ngettext("%(num)s question is taken back.", "%(num)s questions are taken back.", count), "success")
    if plan.stays:
        stays = ngettext("%(num)s stays, because it is used.", "%(num)s stay, because they are used.", len(plan.stays))
        flash(stays, "wait")
        return redirect(quiz_urls.to_undo(import_id), 303)
    return redirect(quiz_urls.to_imports(bank.id), 303)
