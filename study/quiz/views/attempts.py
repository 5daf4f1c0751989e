"""A paper: while it is written, and its result."""

import re
import secrets
from functools import partial

from flask import flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.datastructures import FileStorage

from accounts.web import current_actor
from core.clock import utcnow
from core.db import transaction
from core.documents import discussions
from core.errors import Invalid
from core.i18n import _, clock_time
from study.errors import AttemptClosed, AttemptLate
from study.queries.citations import cited_by
from study.quiz import urls as quiz_urls
from study.quiz import wording as quiz_wording
from study.quiz.forms.attempts import StartForm, read_sent
from study.quiz.forms.events import read_changes
from study.quiz.kinds.by_hand import FILES_MAX
from study.quiz.marking import Verdict
from study.quiz.queries import attempts as queries
from study.quiz.queries.attempts import Paper
from study.quiz.queries.question_comments import comments_on
from study.quiz.services import attempts as services
from study.quiz.services import events
from study.quiz.services.answer_files import SentFiles, keep_files
from study.quiz.services.attempts import Outcome
from study.views import bp
from study.views.sent_files import stored

FILE_FIELD = re.compile(r"f(\d{1,4})")


@bp.get("/attempts/<int:attempt_id>")
@login_required
def show_attempt(attempt_id: int) -> ResponseReturnValue:
    """Show the paper as it stands, its result, or that its time is up and the clock will hand it in."""
    attempt = queries.get_own_attempt(attempt_id, current_actor())
    paper = queries.paper_of(attempt)
    if services.is_overdue(attempt, utcnow()):
        return render_template("study/time_up.html", paper=paper, form=StartForm(), urls=quiz_urls)
    return _open(paper) if paper.attempt.is_open else _result(paper)


def _open(paper: Paper) -> ResponseReturnValue:
    number = paper.shown_page(request.args.get("page", 1, int))
    return render_template(
        "study/attempt.html",
        paper=paper,
        number=number,
        sure="sure" in request.args,
        # Each page shown is a writer of its own in the ledger.
        client=secrets.token_hex(8),
        cites=cited_by(paper.missed, current_actor()),
        form=StartForm(),
        words=quiz_wording,
        urls=quiz_urls,
    )


def _result(paper: Paper) -> ResponseReturnValue:
    taken = len(queries.list_numbers(paper.quiz.id, current_actor()))
    allowed = paper.quiz.attempts_allowed
    return render_template(
        "study/result.html",
        paper=paper,
        may_repeat=not paper.quiz.takes_no_more and (not allowed or taken < allowed),
        only_wrong="wrong" in request.args,
        Verdict=Verdict,
        cites=cited_by(paper.missed, current_actor()),
        form=StartForm(),
        words=quiz_wording,
        urls=quiz_urls,
        talk=partial(discussions().start_url, paper.quiz.ref),
        doubt=partial(quiz_urls.to_doubt, paper.attempt.id),
        comments=comments_on(paper.attempt.id) if paper.shows_answers else {},
    )


@bp.post("/attempts/<int:attempt_id>")
@login_required
def save_attempt(attempt_id: int) -> ResponseReturnValue:
    """Keep the answers of a page; then go on, stay, or hand in."""
    step = request.form.get("go", "save")
    client = request.form.get("client", "") or secrets.token_hex(8)
    files = _sent_files()
    with transaction():
        outcome = services.save(attempt_id, current_actor(), client, read_sent(request.form))
        if outcome is Outcome.SAVED and files.any:
            step = _keep_files(attempt_id, files, step)
        if outcome is Outcome.SAVED and step == "on":
            services.go_on(attempt_id, current_actor(), request.form.get("upto", 0, int))
        checked = _position(step, "check")
        if outcome is Outcome.SAVED and checked and not services.check(attempt_id, current_actor(), checked):
            flash(_("Choose or write an answer first."), "error")
        wanted = outcome is Outcome.SAVED and step == "end"
        if wanted and ("sure" in request.form or not services.count_unanswered(attempt_id)):
            outcome = services.save(attempt_id, current_actor(), client, [], final=True)
    if outcome is Outcome.SAVED:
        return _saved(attempt_id, step)
    _say(outcome)
    return redirect(quiz_urls.for_attempt(attempt_id), 303)


def _sent_files() -> SentFiles:
    """Return what was sent, by question; files that are not taken are named."""
    parts: dict[int, list[FileStorage]] = {}
    for name, part in request.files.items(multi=True):
        found = FILE_FIELD.fullmatch(name)
        if found and part.filename:
            parts.setdefault(int(found[1]), []).append(part)
    refuse = partial(flash, category="error")
    kept = {position: stored(sent, FILES_MAX, refuse) for position, sent in parts.items()}
    added = {position: files for position, files in kept.items() if files}
    return SentFiles(added=added, dropped=request.form.getlist("drop", type=int))


def _keep_files(attempt_id: int, files: SentFiles, step: str) -> str:
    """Keep files and return the step to take: none where they are too many, so that nobody hands in without them."""
    try:
        keep_files(attempt_id, current_actor(), files)
    except Invalid as error:
        flash(str(error), "error")
        return "save"
    return step


@bp.post("/attempts/<int:attempt_id>/events")
@login_required
def take_events(attempt_id: int) -> ResponseReturnValue:
    """Keep single changes of answers, and say of each what became of it."""
    changes = read_changes(request.form.get("changes", ""))
    with transaction():
        receipt = events.take(attempt_id, current_actor(), changes)
        return jsonify(
            open=receipt.is_open,
            kept=[[event.position, event.client_id, event.sequence] for event in receipt.kept],
            refused=[[one.position, one.client_id, one.sequence, why.value] for one, why in receipt.refused],
            counting=[
                [event.position, event.client_id, event.id, clock_time(event.received_at)]
                for event in receipt.counting.values()
            ],
        )


def _position(step: str, act: str) -> int:
    """Return the question that a button is about; 0 where it is another button."""
    name, _colon, number = step.partition(":")
    return int(number) if name == act and number.isdecimal() and len(number) < 5 else 0


def _saved(attempt_id: int, step: str) -> ResponseReturnValue:
    here = request.form.get("page", 1, int)
    if position := _position(step, "check") or _position(step, "file"):
        return redirect(f"{quiz_urls.for_attempt(attempt_id, max(1, here))}#q{position}", 303)
    flash(_("Your answers are saved."), "success")
    if step == "end":
        return redirect(quiz_urls.to_sure(attempt_id), 303)
    moved = {"back": here - 1, "on": here + 1}.get(step, here)
    return redirect(quiz_urls.for_attempt(attempt_id, max(1, moved)), 303)


def _say(outcome: Outcome) -> None:
    if outcome is Outcome.LATE:
        flash(str(AttemptLate.message), "error")
    elif outcome is Outcome.CLOSED:
        flash(str(AttemptClosed.message), "wait")
    else:
        flash(_("Your paper is handed in."), "success")
