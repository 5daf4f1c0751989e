"""The notebook as a whole: how it goes, all its cards, what is settled, and a file to take away."""

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.i18n import _
from study import urls as study_urls
from study import wording as study_wording
from study.models.questions import tags_of
from study.notebook import anki, urls, wording
from study.notebook.forms import SettingsForm
from study.notebook.queries import figures, lists
from study.notebook.queries.cards import get_day
from study.notebook.queries.lists import Wish
from study.notebook.services.settings import settle_notebook
from study.quiz import wording as quiz_wording
from study.views import bp


@bp.get("/notebook")
@login_required
def show_notebook() -> ResponseReturnValue:
    """Show what today holds and how the notebook goes."""
    form = SettingsForm(formdata=None)
    form.show(figures.find_settings(current_actor()))
    return _overview(form)


def _overview(form: SettingsForm) -> str:
    return render_template(
        "study/notebook.html",
        urls=urls,
        study_urls=study_urls,
        study_words=study_wording,
        wording=wording,
        today=get_day(current_actor()),
        figures=figures.get_figures(current_actor()),
        form=form,
    )


@bp.post("/notebook/settings")
@login_required
def settle() -> ResponseReturnValue:
    """Keep how much a day takes."""
    form = SettingsForm()
    if not form.validate_on_submit():
        return _overview(form), 422
    with transaction():
        settle_notebook(current_actor(), form.settings())
    flash(_("The settings are kept."), "success")
    return redirect(urls.HOME, 303)


@bp.get("/notebook/cards")
@login_required
def list_cards() -> ResponseReturnValue:
    """List all cards, or those that are looked for."""
    wish = Wish.read(request.args)
    return render_template(
        "study/notebook_cards.html",
        urls=urls,
        study_urls=study_urls,
        wording=wording,
        words=quiz_wording,
        wish=wish,
        aside=lists.ASIDE,
        tags_of=tags_of,
        courses=figures.list_courses(current_actor()),
        page=lists.list_cards(current_actor(), wish, request.args.get("cursor")),
    )


@bp.get("/notebook/cards.csv")
@login_required
def download_cards() -> ResponseReturnValue:
    """Hand the cards out as a table that Anki takes in."""
    rows = lists.list_exported(current_actor(), Wish.read(request.args))
    cards = (anki.Sides(row.QuestionVersion.content, [row.slug, *tags_of(row.tags)]) for row in rows)
    answer = Response(anki.write(cards), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="notebook.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
