"""The search page."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from accounts.web import current_actor
from search import queries
from search.forms import PAGE, SearchForm
from search.parsing import QUERY_MAX

bp = Blueprint("search", __name__)


@bp.get("/search")
def show_search() -> ResponseReturnValue:
    """Show the form, and what was found when something was asked."""
    form = SearchForm(request.args)
    results = None
    if form.text:
        offset = (form.page - 1) * PAGE
        results = queries.search(form.text, current_actor(), form.narrowing, offset=offset, limit=PAGE)
    return render_template("search/results.html", form=form, results=results, query_max=QUERY_MAX)
