"""One card at a time: the question, what was right and why, and how well it was known."""

from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.clock import utcnow
from core.db import transaction
from core.errors import NotFound, TooMany
from core.i18n import _, current_zone
from core.limits import Limit, count
from study import urls as study_urls
from study.enums import Recall
from study.notebook import urls, wording
from study.notebook.daily import Day
from study.notebook.queries.cards import ShownCard, find_last_rating, find_next, get_card, get_day
from study.notebook.queries.lists import Wish
from study.notebook.services import reviews
from study.notebook.services.reviews import Keeping
from study.notebook.spacing import prospects
from study.queries.citations import Cited, cited_by
from study.quiz import wording as quiz_wording
from study.quiz.forms.attempts import read_given
from study.quiz.kinds import fraction_of
from study.views import bp

RATED = Limit(name="study.notebook", amount=1200, seconds=3600)
"""Far more than anybody rates by hand."""


@bp.get("/notebook/today")
@login_required
def show_todays_card() -> ResponseReturnValue:
    """Ask the next question of today's set, or say that it is done."""
    day = get_day(current_actor())
    shown = find_next(current_actor(), day.turn)
    if shown is None:
        return _page("study/notebook_done.html", today=day)
    return _ask(shown, day)


@bp.get("/notebook/cards/<int:card_id>")
@login_required
def show_card(card_id: int) -> ResponseReturnValue:
    """Ask one question; where the address holds an answer, say what was right and why. Nothing is written."""
    return _ask(get_card(card_id, current_actor()), get_day(current_actor()))


def _ask(shown: ShownCard, day: Day) -> str:
    is_sent, is_same, answer = "version" in request.args, _is_same(shown), _answer(shown)
    is_told = answer is not None or (is_same and "show" in request.args)
    question, now = shown.asked(answer), utcnow()
    return _page(
        "study/notebook_card.html",
        shown=shown,
        left=day.to_come,
        q=question,
        is_told=is_told,
        cited=_cited(shown) if is_told else None,
        lacks_answer=is_same and not is_told,
        has_changed=is_sent and not is_same,
        prospects=prospects(shown.memory, now, current_zone()),
        now=now,
        preset=wording.PRESETS[question.verdict],
        given=request.query_string.decode(errors="replace"),
    )


def _cited(shown: ShownCard) -> Cited | None:
    return cited_by([shown.card.question_id], current_actor()).get(shown.card.question_id)


def _is_same(shown: ShownCard) -> bool:
    """Tell whether the address is about the card as it is now: its question may have changed, or it may be rated."""
    seen = request.args.get("version"), request.args.get("turn")
    return seen == (str(shown.version.id), str(shown.card.turn))


def _answer(shown: ShownCard) -> Any:
    return shown.read(read_given(request.args, "q1")) if _is_same(shown) else None


def _fraction(shown: ShownCard) -> int | None:
    answer = _answer(shown)
    return None if answer is None else fraction_of(shown.version.content, answer)


def _page(name: str, **given: Any) -> str:
    return render_template(
        name,
        urls=urls,
        study_urls=study_urls,
        words=quiz_wording,
        wording=wording,
        last=find_last_rating(current_actor()),
        **given,
    )


@bp.post("/notebook/cards/<int:card_id>/rating")
@login_required
def rate_card(card_id: int) -> ResponseReturnValue:
    """Keep how well a card was known, and go on with the next."""
    recall = _choice(Recall, "recall")
    if not count(RATED, current_actor().id):
        raise TooMany
    turn, fraction = request.form.get("turn", -1, int), _fraction(get_card(card_id, current_actor()))
    with transaction():
        is_done = reviews.rate(card_id, current_actor(), turn=turn, recall=recall, fraction=fraction)
    if not is_done:
        flash(_("This card was rated already; nothing was changed."), "wait")
    return redirect(urls.TODAY, 303)


@bp.post("/notebook/undo")
@login_required
def undo_rating() -> ResponseReturnValue:
    """Take back the last rating, and show its card again."""
    with transaction():
        card_id = reviews.undo(request.form.get("review", 0, int), current_actor())
    if card_id is None:
        flash(_("Something was done with that card since; nothing was changed."), "wait")
        return redirect(urls.TODAY, 303)
    flash(_("The rating is taken back."), "success")
    return redirect(urls.for_card(card_id), 303)


@bp.post("/notebook/cards/<int:card_id>/state")
@login_required
def keep_card(card_id: int) -> ResponseReturnValue:
    """Lay a card aside, take it up again, begin it anew or take it out."""
    keeping = _choice(Keeping, "act")
    with transaction():
        reviews.keep(card_id, current_actor(), keeping)
    flash(str(wording.KEPT[keeping.value]), "success")
    is_listed = request.form.get("back") == "cards"
    return redirect(urls.for_cards(**Wish.read(request.form).fields) if is_listed else urls.TODAY, 303)


def _choice(kind: Any, name: str) -> Any:
    try:
        return kind(request.form.get(name, ""))
    except ValueError as error:
        raise NotFound from error
