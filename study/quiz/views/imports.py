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
from core.clock import utcnow
from core.db import db, transaction
from core.errors import Conflict, Invalid, NotFound
from core.i18n import _l, ngettext
from study.models import Course
from study.queries.courses import get_own_course
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.formats import AUTO, TABLES, ColumnsUnknown, detect, read, tables
from study.quiz.formats.tables import Guess
from study.quiz.forms.imports import AcceptForm, UploadForm, read_roles
from study.quiz.kinds import QuestionContent
from study.quiz.queries.banks import find_bank
from study.quiz.queries.shared_banks import list_shared
from study.quiz.services.batches import Batch, prepare_batch
from study.quiz.services.enclosing import with_addresses, without_players
from study.quiz.services.imports import preview, without_twins
from study.quiz.services.shared_twins import find_shared_twins, without_shared
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
        "sent": int(sent.file.created_at.timestamp()),
        "user": current_actor().id,
        "course": course.id,
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


def _sent_back(course: Course) -> tuple[AcceptForm, Ticket, files.File | None]:
    """Return what the page with the preview sends: the form, its ticket, and the file, None where it was taken in.

    Raises:
        PreviewGone: the ticket is none of ours, or the file lay too long.
        PreviewElsewhere: it was made for another course.
        NotFound: it was made for somebody else.
    """
    form = AcceptForm()
    ticket = _read_ticket(form.ticket.data or "", course)
    stored = files.get_file(ticket["file"])
    if not form.validate_on_submit():
        raise NotFound
    if stored is None and utcnow().timestamp() - ticket["sent"] >= KEPT_FOR:
        raise PreviewGone
    return form, ticket, stored


def _say_taken(course: Course, ticket: Ticket) -> ResponseReturnValue:
    """Lead to the bank into which a file was taken already."""
    flash(str(FileTaken()), "wait")
    return _to_bank(course, ticket["bank"])


def _to_bank(course: Course, name: str) -> ResponseReturnValue:
    bank = find_bank(course, name)
    return redirect(quiz_urls.to_bank(bank.id) if bank else quiz_urls.to_banks(course.slug), 303)


@bp.post("/manage/courses/<slug>/questions/columns")
@login_required
def name_columns(slug: str) -> ResponseReturnValue:
    """Read a table again with what somebody said its columns hold; nothing is added yet."""
    course = get_own_course(slug, current_actor())
    _form, ticket, stored = _sent_back(course)
    if stored is None:
        return _say_taken(course, ticket)
    roles = read_roles(request.form)
    sent = _look_at(stored, ticket["format"], roles, course.id)
    return _preview_page(course, sent, ticket["bank"], in_shared=bool(ticket.get("shared")))


@bp.post("/manage/courses/<slug>/questions/accept")
@login_required
def accept_questions(slug: str) -> ResponseReturnValue:
    """Take in the good items of a file that was looked at, once."""
    course = get_own_course(slug, current_actor())
    form, ticket, stored = _sent_back(course)
    if stored is None:
        return _say_taken(course, ticket)
    whole = _look_at(stored, ticket["format"], ticket["roles"], course.id).batch
    news = without_twins(whole, course, find_bank(course, ticket["bank"])) if form.skip_twins.data else whole
    batch = without_shared(news, course) if form.skip_shared.data else news
    actor, name, ident = current_actor(), ticket["bank"], stored.id

    def claim() -> None:
        if not files.drop_file(ident):
            raise FileTaken

    parts = take_in(batch, name, actor, stored.original_name, lambda: get_own_course(slug, actor), claim=claim)
    try:
        *_parts, report = parts
    except FileTaken:  # The other of two clicks was quicker.
        return _say_taken(get_own_course(slug, actor), ticket)
    count = len(report.imported)
    flash(ngettext("%(num)s question is imported.", "%(num)s questions are imported.", count), "success")
    twins, shared = len(whole.candidates) - len(news.candidates), len(news.candidates) - len(batch.candidates)
    _say_left_out(twins=twins, shared=shared)
    return _to_bank(get_own_course(slug, actor), name)


def _say_left_out(*, twins: int, shared: int) -> None:
    if twins:
        told = ngettext(
            "%(num)s is left out, which is nearly the same as another question.",
            "%(num)s are left out, which are nearly the same as other questions.",
            twins,
        )
        flash(told, "wait")
    if shared:
        told = ngettext(
            "%(num)s is left out, which stands already in a shared bank.",
            "%(num)s are left out, which stand already in shared banks.",
            shared,
        )
        flash(told, "wait")


def _read_ticket(signed: str, course: Course) -> Ticket:
    try:
        ticket: Ticket = _signer().loads(signed, max_age=KEPT_FOR)
    except BadData as error:
        raise PreviewGone from error
    if ticket["user"] != current_actor().id:
        raise NotFound
    if ticket.get("course") != course.id:
        raise PreviewElsewhere
    return ticket


class PreviewElsewhere(Invalid):
    """The preview was made for another course."""

    message = _l("This preview was made for another course. Please send the file again in this one.")


class FileTaken(Conflict):
    """The file of a preview was taken in meanwhile."""

    message = _l("This file was taken in already. Where something is missing, send it again: only that is added.")


class PreviewGone(Invalid):
    """The preview lay open for too long, or is none of ours."""

    message = _l("This preview is too old. Please send the file again.")
