"""A question file in the browser: sent, looked at, then taken in."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from itsdangerous import BadData, URLSafeTimedSerializer

from accounts.web import current_actor
from core import files
from core.db import db, transaction
from core.errors import Invalid, NotFound
from core.i18n import _l, ngettext
from study.models import Course
from study.queries.courses import get_own_course
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.formats import AUTO, TABLES, ColumnsUnknown, detect, read, tables
from study.quiz.formats.tables import Guess
from study.quiz.forms.imports import AcceptForm, UploadForm, read_roles
from study.quiz.kinds import QuestionContent
from study.quiz.queries import uses_of_imports as uses
from study.quiz.queries.banks import find_bank, get_own_bank
from study.quiz.queries.shared_banks import list_shared
from study.quiz.services.batches import Batch, prepare_batch
from study.quiz.services.enclosing import with_addresses, without_players
from study.quiz.services.imports import preview, without_twins
from study.quiz.services.shared_twins import find_shared_twins, without_shared
from study.quiz.services.undoing import undo_import
from study.quiz.showing import ShownQuestion, to_author
from study.quiz.taking_in import take_in
from study.views import bp

KEPT_FOR = 24 * 3600
"""Seconds for which a preview can be accepted."""

SHOWN = 100
"""Questions that a preview shows."""

Ticket = dict[str, Any]


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or "", salt="study.question-import")


@bp.route("/manage/courses/<slug>/questions/import", methods=["GET", "POST"])
@login_required
def send_questions(slug: str) -> ResponseReturnValue:
    """Take a question file and show what is good in it and what is refused; nothing is added yet."""
    course = get_own_course(slug, current_actor())
    form = UploadForm()
    if not form.validate_on_submit():
        return _upload_page(course, form)
    try:
        stored = files.store(form.file.data.stream, form.file.data.filename)
        sent = _look_at(stored, form.format.data, (), course.id)
    except Invalid as error:
        form.add_error("file", error)
        return _upload_page(course, form)
    with transaction():
        db.session.add(stored)
        db.session.flush()
    course = get_own_course(slug, current_actor())
    return _preview_page(course, sent, form.bank.data or _stem(stored.original_name), in_shared=bool(form.shared.data))


@dataclass(kw_only=True)
class Sent:
    """A file that was looked at."""

    file: files.File
    format: str
    batch: Batch
    guess: Guess | None
    """Of a table: what its columns were taken for."""
    roles: Sequence[str]


def _look_at(stored: files.File, format_name: str, roles: Sequence[str], course_id: int) -> Sent:
    """Read a file; a table whose columns are not known holds nothing until somebody names them."""
    with files.open_file(stored) as stream:
        data = stream.read()
    found = detect(data, stored.original_name) if format_name == AUTO else format_name
    guess = tables.guess(data) if found in TABLES else None
    try:
        batch = prepare_batch(read(data, stored.original_name, found, roles), course_id)
    except ColumnsUnknown:
        batch = Batch()
    return Sent(file=stored, format=found, batch=batch, guess=guess, roles=roles)


def _stem(name: str) -> str:
    return name.rsplit(".", 1)[0]


def _upload_page(course: Course, form: UploadForm) -> ResponseReturnValue:
    shares = bool(list_shared(course).banks)
    page = render_template("study/question_upload.html", course=course, form=form, shares=shares, urls=quiz_urls)
    return page, 422 if form.errors else 200


def _preview_page(course: Course, sent: Sent, bank: str, *, in_shared: bool) -> ResponseReturnValue:
    ticket: Ticket = {
        "file": sent.file.id,
        "user": current_actor().id,
        "bank": bank,
        "format": sent.format,
        "roles": list(sent.roles),
        "shared": in_shared,
    }
    report = preview(find_bank(course, bank), course, sent.batch)
    news = sent.batch.part(report.imported)
    small = sent.batch.pictures.small_as_data(one.prepared.content for one in report.imported[:SHOWN])

    def shown(content: QuestionContent, number: int) -> ShownQuestion:
        return to_author(with_addresses(without_players(content), small), number)

    form = AcceptForm(formdata=None, ticket=_signer().dumps(ticket))
    return render_template(
        "study/question_import.html",
        course=course,
        bank_name=bank,
        report=report,
        shared_twins=find_shared_twins(news, course, without=report.twins) if in_shared else {},
        guess=sent.guess,
        roles=sent.roles or (sent.guess.roles if sent.guess else ()),
        form=form,
        shown=shown,
        most=SHOWN,
        words=quiz_wording,
        urls=quiz_urls,
    )


def _sent_back() -> tuple[AcceptForm, Ticket, files.File]:
    """Return what the page with the preview sends: the form, its ticket, and the file that was looked at.

    Raises:
        NotFound: the ticket is none of ours, or the file is gone.
    """
    form = AcceptForm()
    ticket = _read_ticket(form.ticket.data or "")
    stored = files.get_file(ticket["file"])
    if stored is None or not form.validate_on_submit():
        raise NotFound
    return form, ticket, stored


@bp.post("/manage/courses/<slug>/questions/columns")
@login_required
def name_columns(slug: str) -> ResponseReturnValue:
    """Read a table again with what somebody said its columns hold; nothing is added yet."""
    course = get_own_course(slug, current_actor())
    _form, ticket, stored = _sent_back()
    roles = read_roles(request.form)
    sent = _look_at(stored, ticket["format"], roles, course.id)
    return _preview_page(course, sent, ticket["bank"], in_shared=bool(ticket.get("shared")))


@bp.post("/manage/courses/<slug>/questions/accept")
@login_required
def accept_questions(slug: str) -> ResponseReturnValue:
    """Take in the good items of a file that was looked at."""
    course = get_own_course(slug, current_actor())
    form, ticket, stored = _sent_back()
    batch = _look_at(stored, ticket["format"], ticket["roles"], course.id).batch
    if form.skip_twins.data:
        batch = without_twins(batch, course, find_bank(course, ticket["bank"]))
    if form.skip_shared.data:
        batch = without_shared(batch, course)
    actor, name = current_actor(), ticket["bank"]
    *_parts, report = take_in(batch, name, actor, stored.original_name, lambda: get_own_course(slug, actor))
    count = len(report.imported)
    flash(ngettext("%(num)s question is imported.", "%(num)s questions are imported.", count), "success")
    bank = find_bank(get_own_course(slug, actor), name)
    return redirect(quiz_urls.to_bank(bank.id) if bank else quiz_urls.to_banks(slug), 303)


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


def _read_ticket(signed: str) -> Ticket:
    try:
        ticket: Ticket = _signer().loads(signed, max_age=KEPT_FOR)
    except BadData as error:
        raise PreviewGone from error
    if ticket["user"] != current_actor().id:
        raise NotFound
    return ticket


class PreviewGone(Invalid):
    """The preview lay open for too long, or is none of ours."""

    message = _l("This preview is too old. Please send the file again.")
