"""Threads like one that is about to be started, so that nobody asks twice."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from accounts.web import current_actor
from core.documents import similar_threads
from core.permissions import Actor
from forum import queries, urls
from forum.models import SLUG_MAX, TITLE_MAX
from forum.views import bp


def find_similar(title: str, board: str, actor: Actor) -> list[dict[str, object]]:
    """Return at most five threads this reader may see, nearest first: title, url, replies."""
    refs = similar_threads().similar(title[:TITLE_MAX], board[:SLUG_MAX], actor) if title.strip() else ()
    rows = queries.list_shown_threads([ref.id for ref in refs], actor)
    return [{"title": row.title, "url": urls.for_thread(row.id), "replies": row.reply_count} for row in rows]


@bp.get("/similar")
def show_similar() -> ResponseReturnValue:
    """Threads like the title that somebody types, for the script of the composer."""
    found = find_similar(request.args.get("title", ""), request.args.get("board", ""), current_actor())
    return jsonify(found)
