"""Pages of moderation."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.clock import utcnow
from core.db import transaction
from core.errors import NotFound
from core.i18n import _
from core.permissions import require
from core.refs import Ref
from moderation import figures, queries, services, urls
from moderation.enums import Action
from moderation.errors import AlreadyHandled
from moderation.forms import ReportForm, VerdictForm
from moderation.permissions import ModerationPermission

bp = Blueprint("moderation", __name__, url_prefix="/moderation")


@bp.get("/report/<kind>/<int:subject_id>")
@login_required
def ask_report(kind: str, subject_id: int) -> ResponseReturnValue:
    """Ask why something should be looked at."""
    return _report_page(Ref(kind, subject_id), ReportForm())


@bp.post("/report/<kind>/<int:subject_id>")
@login_required
def report(kind: str, subject_id: int) -> ResponseReturnValue:
    """Take a report, or show the form again."""
    ref, form = Ref(kind, subject_id), ReportForm()
    if not form.validate_on_submit():
        return _report_page(ref, form), 422
    with transaction():
        row = services.report(ref, current_actor(), form.chosen, form.words.data or "")
        back = row.url
    flash(_("Thank you. A moderator will look at it, and you will be told what was decided."), "success")
    return redirect(back)


@bp.get("/queue")
@login_required
def show_queue() -> ResponseReturnValue:
    """List what waits for this moderator, the longest waiting first."""
    actor = current_actor()
    if not queries.is_moderator(actor):
        require(actor, ModerationPermission.DECIDE)
    page = queries.list_cases(actor, request.args.get("cursor"))
    return render_template(
        "moderation/queue.html",
        page=page,
        total=queries.count_cases(actor),
        form=VerdictForm(formdata=None),
        actor_id=actor.id,
    )


@bp.get("/subjects/<kind>/<int:subject_id>")
@login_required
def show_subject(kind: str, subject_id: int) -> ResponseReturnValue:
    """Show one thing to its moderator: the reports on it, what was decided before, and the form."""
    return _subject_page(Ref(kind, subject_id), VerdictForm(formdata=None))


@bp.post("/subjects/<kind>/<int:subject_id>")
@login_required
def decide(kind: str, subject_id: int) -> ResponseReturnValue:
    """Carry out a decision, or show the form again with what is wrong or who was faster."""
    ref, form = Ref(kind, subject_id), VerdictForm()
    if not form.validate_on_submit():
        return _subject_page(ref, form), 422
    try:
        with transaction():
            number = services.decide(ref, current_actor(), form.verdict).number
    except AlreadyHandled as error:
        return _subject_page(ref, form, str(error)), 409
    flash(_("Done. The public log has it as number %(number)s.", number=number), "success")
    return redirect(urls.for_decision(number))


@bp.get("/log")
def show_log() -> ResponseReturnValue:
    """List every act of the moderators; public."""
    wanted = request.args.get("action", "")
    if wanted and wanted not in set(Action):
        raise NotFound
    actor = current_actor()
    page = queries.list_log(request.args.get("cursor"), Action(wanted) if wanted else None)
    return render_template(
        "moderation/log.html",
        page=page,
        figures=figures.log_figures(utcnow().year),
        actions=Action,
        wanted=wanted,
        moderates=queries.is_moderator(actor),
        waiting=queries.count_cases(actor),
    )


@bp.get("/log/<int:number>")
def show_entry(number: int) -> ResponseReturnValue:
    """Show one act; its author also sees what it was about, and its moderators where to undo it."""
    actor = current_actor()
    entry = queries.get_entry(number)
    decision = entry.decision
    own = actor.id is not None and decision.author_id == actor.id
    return render_template(
        "moderation/entry.html",
        entry=entry,
        own=queries.find_subject(decision.subject) if own else None,
        may_decide=not own and actor.may(ModerationPermission.DECIDE, scope=entry.branch_path),
    )


def _report_page(ref: Ref, form: ReportForm) -> str:
    actor = current_actor()
    subject = queries.get_reportable(ref, actor)
    may_decide = actor.may(ModerationPermission.DECIDE, scope=subject.scope) and subject.author_id != actor.id
    return render_template("moderation/report.html", subject=subject, form=form, may_decide=may_decide)


def _subject_page(ref: Ref, form: VerdictForm, conflict: str = "") -> str:
    actor = current_actor()
    subject = queries.get_judgeable(ref, actor)
    return render_template(
        "moderation/subject.html",
        subject=subject,
        form=form,
        conflict=conflict,
        reports=queries.list_open_reports(ref),
        history=queries.list_history(ref),
        seen=queries.last_decision_id(ref),
        own=subject.author_id == actor.id,
    )
