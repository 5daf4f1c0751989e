"""What scripts ask for while somebody reads or writes. Every page does without."""

from flask import Response, jsonify, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core import limits
from core.errors import TooMany
from core.i18n import current_locale, ngettext
from core.limits import Limit
from forum import queries, urls
from forum.composing import compose
from forum.views import bp

PREVIEWS = Limit(name="forum.preview", amount=90, seconds=60)
LOOK_UPS = Limit(name="forum.mentions", amount=120, seconds=60)
NUMBER_DIGITS = 7


@bp.post("/preview")
@login_required
def preview() -> ResponseReturnValue:
    """What a text would look like: only the post's own HTML."""
    actor = current_actor()
    if not limits.count(PREVIEWS, actor.id):
        raise TooMany
    return render_template("forum/_preview.html", draft=compose(request.form.get("body", ""), actor))


@bp.get("/mentions")
@login_required
def offer_mentions() -> ResponseReturnValue:
    """Whom an @ and some letters may mean."""
    actor = current_actor()
    if not limits.count(LOOK_UPS, actor.id):
        raise TooMany
    return jsonify(offers=[offer._asdict() for offer in queries.list_mentionable(request.args.get("q", ""), actor)])


@bp.get("/threads/<int:thread_id>/news")
def thread_news(thread_id: int) -> ResponseReturnValue:
    """How many posts a thread has gained after the number ``after``; 304 when that is known."""
    after = request.args.get("after", "")
    number = int(after) if after.isdecimal() and after.isascii() and len(after) <= NUMBER_DIGITS else None
    news = queries.get_news(thread_id, number, current_actor)
    words = ngettext("%(num)s new reply: show", "%(num)s new replies: show", news.posts) if news.posts else ""
    answer = jsonify(
        count=news.posts, last=news.last, words=words, url=urls.for_post(news.first_id) if news.first_id else ""
    )
    answer.set_etag(f"{news.last}-{news.posts}-{news.first_id or 0}-{current_locale()}")
    return answer.make_conditional(request)


@bp.after_request
def tell_scripts_where(response: Response) -> Response:
    """Tell a script that has published something the address of the page a browser would be led to.

    A script cannot see where a redirection leads without following it, and would lose the place on the page.
    """
    wanted = request.accept_mimetypes.best == "application/json"
    if response.status_code == 303 and wanted and response.location:
        told = jsonify(url=response.location)
        response.status_code = 200
        response.mimetype = "application/json"
        response.set_data(told.get_data())
        response.headers.pop("Location")
    return response
