"""Changes of keys as authors see them, and the button with which those who wrote papers doubt a key."""

import secrets
from dataclasses import dataclass
from typing import Any

from flask import Response, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from itsdangerous import BadData, URLSafeSerializer

from accounts.web import current_actor
from core.db import transaction
from core.documents import discussions
from core.errors import DomainError, Invalid, NotFound
from core.i18n import _
from study.downloads import csv_answer
from study.errors import KeyBusy, KeySheetChanged
from study.models import Course, Question, QuestionVersion
from study.permissions import StudyPermission
from study.quiz import key_tables
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.forms.keys import KeyForm, read_course, read_plan
from study.quiz.queries import keys as queries
from study.quiz.queries.banks import get_seen_question
from study.quiz.queries.key_certificates import certificates_moved
from study.quiz.queries.key_reach import Reach, get_reach, list_asked_within
from study.quiz.queries.key_sheet import Asked, Sheet, sheet_of
from study.quiz.services import doubting
from study.quiz.services import rekeying as services
from study.quiz.services.rekeying import Looked, Plan
from study.quiz.showing import to_author
from study.views import bp

SHOWN = 100
"""Papers that a page names; the file names all."""


@bp.get("/manage/questions/<int:question_id>/key")
@login_required
def choose_key(question_id: int) -> ResponseReturnValue:
    """Ask what is to be done about a wrong key, and show what that would do."""
    return _page(_desk(question_id), KeyForm(formdata=None))


@bp.post("/manage/questions/<int:question_id>/key")
@login_required
def change_key(question_id: int) -> ResponseReturnValue:
    """Do what the sheet says; or show it again with what is wrong, or where it says something else by now."""
    desk, form = _desk(question_id), KeyForm()
    if not form.validate_on_submit():
        return _page(desk, form), 422
    token, accepted = _read_ticket(form)
    # Worked out before the transaction, in which others would wait for it.
    looked = Looked(accepted=accepted, shown=_shown(desk))
    try:
        with transaction():
            desk = _desk(question_id)
            change = services.change_key(
                desk.question,
                desk.course,
                desk.get_plan(),
                current_actor(),
                reason=form.reason.data or "",
                token=token,
                revokes=bool(form.revokes.data),
                looked=looked,
            )
    except (KeyBusy, KeySheetChanged) as error:
        form.token.data = ""
        return _page(_desk(question_id), form, error), error.status
    flash(_("The key is changed."), "success")
    return redirect(quiz_urls.to_key_change(change.id), 303)


@bp.get("/manage/questions/<int:question_id>/key.csv")
@login_required
def download_key_sheet(question_id: int) -> ResponseReturnValue:
    """Send the sheet as a file: every paper with what it earns before and after."""
    desk = _desk(question_id)
    return csv_answer(f"key-{question_id}", key_tables.sheet_rows(_sheet(desk, desk.get_plan())))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="study.key-sheet")


def _ticket(desk: "_Desk", shown: str) -> str:
    """Return what a sheet is accepted with: a name of its own, and what it shows."""
    digest = services.digest_of(shown, desk.course, queries.list_changes(desk.question))
    return _signer().dumps([secrets.token_hex(16), digest, current_actor().id])


def _read_ticket(form: KeyForm) -> tuple[str, str]:
    """Return the name of the sheet that was accepted, and what it showed: nothing, where it is none of ours."""
    try:
        token, digest, user_id = _signer().loads(form.token.data or "")
    except BadData:
        return "", ""
    return (token, digest) if user_id == current_actor().id else ("", "")


def _shown(desk: "_Desk") -> str:
    plan = desk.get_plan()
    plan.check()
    sheet = _sheet(desk, plan)
    return services.shown_by(desk.course, plan, sheet, certificates_moved(sheet))


@dataclass(frozen=True, kw_only=True)
class _Desk:
    """A question whose key is wrong, and what the address asks for."""

    question: Question
    reach: Reach
    course: Course
    """The one whose papers it is about."""
    asked: list[Asked]
    """The papers of all courses about which the actor may decide."""
    versions: list[QuestionVersion]

    def read_plan(self) -> Plan | None:
        """Return what the address asks for; None where nothing whole was chosen.

        Raises:
            KeyOfNoQuiz: it names a quiz of which there are no papers.
        """
        return read_plan(request.args, [one for one in self.asked if one.course_id == self.course.id], self.versions)

    def get_plan(self) -> Plan:
        """Return the same.

        Raises:
            NotFound: nothing whole was chosen.
            KeyOfNoQuiz: as above.
        """
        plan = self.read_plan()
        if plan is None:
            raise NotFound
        return plan


def _desk(question_id: int) -> _Desk:
    question, _version = get_seen_question(question_id, current_actor())
    reach = get_reach(question, current_actor())
    asked, versions = list_asked_within(question, reach), list(queries.list_ready(question))
    course = reach.find(read_course(request.args, asked))
    return _Desk(question=question, reach=reach, course=course, asked=asked, versions=versions)


def _sheet(desk: _Desk, plan: Plan) -> Sheet:
    return sheet_of(plan.rule, plan.versions, plan.key, plan.quiz_id, course_id=desk.course.id)


def _page(desk: _Desk, form: KeyForm, refused: DomainError | None = None) -> str:
    plan = None
    try:
        if plan := desk.read_plan():
            plan.check()
    except Invalid as error:
        plan, refused = None, error
    sheet = _sheet(desk, plan) if plan else None
    moves = certificates_moved(sheet) if sheet else None
    if plan and sheet and moves and not form.token.data:
        form.token.data = _ticket(desk, services.shown_by(desk.course, plan, sheet, moves))
    question, course, asked, versions = desk.question, desk.course, desk.asked, desk.versions
    return render_template(
        "study/key_form.html",
        question=question,
        course=course,
        reach=desk.reach,
        asked=asked,
        versions=versions,
        chosen=request.args,
        numbers=request.args.getlist("version") or _wanted_versions(asked, versions),
        plan=plan,
        refused=refused,
        sheet=sheet,
        moves=moves,
        shown=SHOWN,
        may_revoke=current_actor().may(StudyPermission.REVOKE, course.branch.path),
        shown_of=lambda version: to_author(version.content),
        form=form,
        wish=request.query_string.decode(),
        words=quiz_wording,
        urls=quiz_urls,
    )


def _wanted_versions(asked: list[Any], versions: list[Any]) -> list[str]:
    """Return the versions that are offered first: all that papers have but the newest, or what there is."""
    newest = versions[0].version if versions else 0
    older = [str(one.version.version) for one in asked if one.version.version < newest]
    return older or [str(one.version.version) for one in asked]


@bp.get("/manage/key-changes/<int:change_id>")
@login_required
def show_key_change(change_id: int) -> ResponseReturnValue:
    """Show a change of a key, how far it is, and what it did."""
    change = queries.get_own_change(change_id, current_actor())
    course = change.course
    services.require_may_change(current_actor(), course)
    lines, total = queries.list_moved(change, SHOWN)
    return render_template(
        "study/key_change.html",
        change=change,
        question=change.question,
        course=course,
        lines=lines,
        total=total,
        shown=SHOWN,
        numbers=queries.numbers_of(change),
        quiz=queries.find_quiz_of(change),
        is_last=queries.is_last(change),
        words=quiz_wording,
        urls=quiz_urls,
    )


@bp.get("/manage/key-changes/<int:change_id>/papers.csv")
@login_required
def download_key_change(change_id: int) -> Response:
    """Send what a change did as a file."""
    change = queries.get_own_change(change_id, current_actor())
    services.require_may_change(current_actor(), change.course)
    lines, _total = queries.list_moved(change, None)
    return csv_answer(f"key-change-{change_id}", key_tables.change_rows(lines))


@bp.post("/manage/key-changes/<int:change_id>/undo")
@login_required
def undo_key_change(change_id: int) -> ResponseReturnValue:
    """Undo a change of a key."""
    with transaction():
        change = queries.get_own_change(change_id, current_actor())
        services.undo_change(change, change.course, current_actor())
    flash(_("The change is undone."), "success")
    return redirect(quiz_urls.to_key_change(change_id), 303)


@bp.post("/attempts/<int:attempt_id>/doubts/<int:position>")
@login_required
def doubt_key(attempt_id: int, position: int) -> ResponseReturnValue:
    """Note that a member thinks a key is wrong, and lead to the form in which they say why."""
    with transaction():
        attempt, question_id = doubting.doubt(attempt_id, position, current_actor())
    flash(_("Those who wrote the question are told. Say here what is wrong with it."), "success")
    title = _("The key of this question is wrong")
    return redirect(discussions().start_url(attempt.quiz.ref, f"q{question_id}", title=title), 303)
