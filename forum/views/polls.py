"""Polls: voting, the result, and what the author may still do."""

from datetime import datetime

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import Conflict, Denied, NotFound
from core.i18n import _, current_zone
from core.permissions import Actor
from forum import queries, services, urls
from forum.downloads import csv_answer
from forum.errors import PollHasVotes, PollOver, WrongChoice
from forum.forms import LockForm
from forum.forms.polls import OPEN, SECRET, PollForm
from forum.models import Thread
from forum.services.polls import may_close_poll
from forum.views import bp

CHOICES_MAX = 50


def _get(thread_id: int, actor: Actor) -> tuple[Thread, queries.PollView]:
    thread = queries.get_thread(thread_id, actor)
    poll = queries.find_poll(thread, actor, archived=thread.board.archived)
    if poll is None:
        raise NotFound
    return thread, poll


def _chosen() -> list[int]:
    """Return what was ticked; anything that is no number stands for an option that does not exist."""
    ticked = request.form.getlist("option")[:CHOICES_MAX]
    return [int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else 0 for value in ticked]


@bp.post("/threads/<int:thread_id>/vote")
@login_required
def cast_vote(thread_id: int) -> ResponseReturnValue:
    """Vote, or show the choice again with what is wrong."""
    actor, chosen = current_actor(), _chosen()
    try:
        with transaction():
            services.cast_vote(queries.get_thread(thread_id, actor), actor, chosen)
    except (WrongChoice, Conflict) as error:
        thread, poll = _get(thread_id, actor)
        page = render_template("forum/vote.html", thread=thread, poll=poll, fault=str(error), ticked=set(chosen))
        return page, error.status
    flash(_("Your vote is counted."), "success")
    return redirect(urls.for_thread(thread_id), 303)


@bp.get("/threads/<int:thread_id>/poll")
@login_required
def show_poll(thread_id: int) -> ResponseReturnValue:
    """The result in figures, the turnout by branch, and of an open poll who chose what."""
    thread, poll = _get(thread_id, current_actor())
    voters = None
    if not poll.secret and poll.shows_result:
        voters = queries.list_voters(thread_id, cursor=request.args.get("cursor"))
    return render_template(
        "forum/poll.html",
        thread=thread,
        poll=poll,
        turnout=queries.list_turnout(thread, poll.audience),
        voters=voters,
        choices=queries.choices_of(thread_id, [row.id for row in voters.items]) if voters else {},
    )


@bp.get("/threads/<int:thread_id>/poll.csv")
@login_required
def export_poll(thread_id: int) -> ResponseReturnValue:
    """The result as a table to keep, for those who see it."""
    _thread, poll = _get(thread_id, current_actor())
    if not poll.shows_result:
        raise Denied
    rows = [
        (option.words, option.vote_count, f"{share(option.vote_count, poll.ballot_count)}%") for option in poll.options
    ]
    return csv_answer(f"poll-{thread_id}", [(_("Option"), _("Votes"), _("Share")), *rows])


def share(votes: int, ballots: int) -> int:
    """Return how many in a hundred of those who voted chose an option."""
    return round(100 * votes / ballots) if ballots else 0


@bp.get("/threads/<int:thread_id>/poll/edit")
@login_required
def edit_poll(thread_id: int) -> ResponseReturnValue:
    """A form with the poll as it is, as long as nobody has voted."""
    actor = current_actor()
    thread, poll = _get(thread_id, actor)
    _require_change(thread, poll, actor)
    form = PollForm(
        data={
            "poll_options": "\n".join(option.words for option in poll.options),
            "poll_max": poll.choices_max,
            "poll_voters": poll.audience,
            "poll_closes": _local(poll.closes_at),
            "poll_secret": SECRET if poll.secret else OPEN,
        }
    )
    form.offer_voters(queries.list_voters_to_choose(actor, thread.audience))
    return render_template("forum/poll_form.html", thread=thread, form=form)


def _require_change(thread: Thread, poll: queries.PollView, actor: Actor) -> None:
    if thread.author_id != actor.id:
        raise Denied
    if poll.over or not poll.open_here:
        raise PollOver
    if poll.ballot_count:
        raise PollHasVotes


def _local(moment: datetime | None) -> str:
    return f"{moment.astimezone(current_zone()):%Y-%m-%dT%H:%M}" if moment else ""


@bp.post("/threads/<int:thread_id>/poll/edit")
@login_required
def change_poll(thread_id: int) -> ResponseReturnValue:
    """Change a poll in which nobody has voted, or show what is wrong."""
    actor, form = current_actor(), PollForm()
    thread, poll = _get(thread_id, actor)
    _require_change(thread, poll, actor)
    form.offer_voters(queries.list_voters_to_choose(actor, thread.audience))
    if not form.validate_on_submit():
        return render_template("forum/poll_form.html", thread=thread, form=form), 422
    with transaction():
        services.change_poll(queries.get_thread(thread_id, actor), actor, form.poll_plan())
    flash(_("The poll is changed."), "success")
    return redirect(urls.for_thread(thread_id), 303)


@bp.get("/threads/<int:thread_id>/poll/close")
@login_required
def ask_close_poll(thread_id: int) -> ResponseReturnValue:
    """Ask whether a poll shall end now."""
    actor = current_actor()
    thread, poll = _get(thread_id, actor)
    if not may_close_poll(thread.author_id, thread.board.branch.path, actor):
        raise Denied
    if poll.over:
        raise PollOver
    return _close_page(thread, actor, LockForm())


def _close_page(thread: Thread, actor: Actor, form: LockForm) -> str:
    needs_reason = thread.author_id != actor.id
    return render_template("forum/poll_close.html", thread=thread, form=form, needs_reason=needs_reason)


@bp.post("/threads/<int:thread_id>/poll/close")
@login_required
def close_poll(thread_id: int) -> ResponseReturnValue:
    """End a poll now; a moderator says why."""
    actor, form = current_actor(), LockForm()
    thread, _poll = _get(thread_id, actor)
    if not may_close_poll(thread.author_id, thread.board.branch.path, actor):
        raise Denied
    if thread.author_id != actor.id and not form.validate_on_submit():
        return _close_page(thread, actor, form), 422
    with transaction():
        services.close_poll(queries.get_thread(thread_id, actor), actor, form.reason.data or "")
    flash(_("The poll has ended."), "success")
    return redirect(urls.for_thread(thread_id), 303)
