"""Atom feeds: public ones for anybody, private ones behind a secret address, and the page that gives that out."""

from collections.abc import Sequence
from datetime import timedelta
from hashlib import blake2b

from flask import Response, flash, make_response, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.enums import UserState
from accounts.web import current_actor
from core.addresses import absolute
from core.clock import utcnow
from core.db import transaction
from core.errors import TooMany
from core.i18n import _, current_locale
from core.limits import Limit, count
from core.permissions import VISITOR, Actor
from forum import queries, services, urls
from forum.feeds import MEDIA_TYPE, Entry, Feed, to_atom
from forum.queries import feeds
from forum.views import bp

FRESH = timedelta(minutes=5)
RENEWALS = Limit(name="forum.feeds", amount=10, seconds=3600)
_SHOWN_ONCE = "feed_token"


@bp.get("/feeds/site")
def site_feed() -> ResponseReturnValue:
    """The newest public threads."""
    return _site(VISITOR, "/forum/feeds/site")


@bp.get("/feeds/boards/<slug>")
def board_feed(slug: str) -> ResponseReturnValue:
    """The newest threads of a public board."""
    return _board(slug, VISITOR, urls.for_board_feed(slug))


@bp.get("/feeds/threads/<int:thread_id>")
def thread_feed(thread_id: int) -> ResponseReturnValue:
    """The newest posts of a public thread."""
    return _thread(thread_id, VISITOR, urls.for_thread_feed(thread_id))


@bp.get("/feeds/<token>/site")
def own_site_feed(token: str) -> ResponseReturnValue:
    """The newest threads that a member may read."""
    return _site(feeds.get_feed_reader(token), request.path)


@bp.get("/feeds/<token>/boards/<slug>")
def own_board_feed(token: str, slug: str) -> ResponseReturnValue:
    """The newest threads of a board that a member may read."""
    return _board(slug, feeds.get_feed_reader(token), request.path)


@bp.get("/feeds/<token>/threads/<int:thread_id>")
def own_thread_feed(token: str, thread_id: int) -> ResponseReturnValue:
    """The newest posts of a thread that a member may read."""
    return _thread(thread_id, feeds.get_feed_reader(token), request.path)


def _site(actor: Actor, address: str) -> ResponseReturnValue:
    rows = feeds.list_new_openings(actor)
    return _answer(actor, rows, _("Xuetan: new threads"), address, "site", urls.INDEX)


def _board(slug: str, actor: Actor, address: str) -> ResponseReturnValue:
    board = queries.get_board(slug, actor)
    rows = feeds.list_new_openings(actor, board.id)
    title = _("%(board)s: new threads", board=board.title)
    return _answer(actor, rows, title, address, f"boards/{board.id}", urls.for_board(slug))


def _thread(thread_id: int, actor: Actor, address: str) -> ResponseReturnValue:
    thread = feeds.get_feed_thread(thread_id, actor)
    rows = feeds.list_newest_posts(thread.id, actor)
    return _answer(actor, rows, thread.title, address, f"threads/{thread.id}", urls.for_thread(thread.id))


def _answer(actor: Actor, rows: Sequence[feeds.EntryRow], title: str, address: str, name: str, page: str) -> Response:
    """Answer with the feed, or with nothing where the reader has it as it is."""
    stamps = [row.edited_at or row.created_at for row in rows]
    facts = [title, address, current_locale(), *((row.id, row.title, row.author_name, row.edited_at) for row in rows)]
    answer = make_response()
    answer.set_etag(blake2b(repr(facts).encode("utf-8", "replace"), digest_size=12).hexdigest())
    answer.last_modified = max(stamps, default=None)
    if actor is VISITOR:
        answer.headers["Cache-Control"] = f"public, max-age={int(FRESH.total_seconds())}"
    else:
        answer.headers["X-Robots-Tag"] = "noindex"
    answer.make_conditional(request)
    if answer.status_code == 304:
        return answer
    feed = Feed(
        title=title,
        address=absolute(address),
        page=absolute(page),
        name=absolute(f"/forum/feeds/{name}"),
        updated=max(stamps, default=utcnow().replace(hour=0, minute=0, second=0)),
        entries=[_entry(row) for row in rows],
        language=current_locale(),
    )
    answer.set_data(to_atom(feed, absolute("")))
    answer.content_type = f"{MEDIA_TYPE}; charset=utf-8"
    return answer


def _entry(row: feeds.EntryRow) -> Entry:
    opening = row.number == 1
    return Entry(
        address=absolute(urls.for_thread(row.thread_id) if opening else urls.for_post(row.id)),
        title=row.title if opening else _("Re: %(title)s", title=row.title),
        author=_("deleted member") if row.state == UserState.ERASED else row.author_name,
        html=row.html,
        language=row.language,
        published=row.created_at,
        updated=row.edited_at or row.created_at,
        category=str(row.board_title),
    )


@bp.get("/feeds")
@login_required
def show_feeds() -> ResponseReturnValue:
    """One's own feeds: whether there are any, and a new address right after it was made."""
    actor = current_actor()
    token = session.pop(_SHOWN_ONCE, "")
    kept = feeds.find_feed_token(actor.id or 0)
    page = make_response(
        render_template(
            "forum/feeds.html",
            kept=kept,
            address=absolute(f"/forum/feeds/{token}/site") if token and kept else "",
            boards=[board for board in queries.list_boards(actor) if not board.archived] if token and kept else [],
            token_path=absolute(f"/forum/feeds/{token}/boards/"),
        )
    )
    page.headers["Cache-Control"] = "private, no-store"
    return page


@bp.post("/feeds")
@login_required
def renew_feeds() -> ResponseReturnValue:
    """Make a new address for one's own feeds; the old one ends."""
    actor = current_actor()
    if not count(RENEWALS, actor.id):
        raise TooMany
    with transaction():
        token = services.renew_feed_token(actor)
    session[_SHOWN_ONCE] = token
    return redirect("/forum/feeds", 303)


@bp.post("/feeds/revoke")
@login_required
def revoke_feeds() -> ResponseReturnValue:
    """End one's own feeds."""
    actor = current_actor()
    with transaction():
        services.revoke_feed_tokens([actor.id or 0])
    flash(_("Your feeds have ended."), "success")
    return redirect("/forum/feeds", 303)
