"""Threads and own posts as files."""

from flask import Response, send_file, stream_with_context
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.clock import utcnow
from core.errors import TooMany
from core.limits import Limit, count
from forum.exporting import thread_to_markdown
from forum.own_posts import write_zip
from forum.queries import exports
from forum.views import bp

ZIPS = Limit(name="forum.own_posts", amount=6, seconds=3600)


@bp.get("/threads/<int:thread_id>/export")
def export_thread(thread_id: int) -> ResponseReturnValue:
    """A thread as Markdown, sent as it is read."""
    thread = exports.get_thread_to_export(thread_id, current_actor())
    poll = exports.find_poll_to_export(thread, current_actor())
    answer = Response(
        stream_with_context(thread_to_markdown(thread, exports.each_post(thread.id), poll)),
        content_type="text/markdown; charset=utf-8",
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="thread-{thread.id}.md"'
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.post("/mine/export")
@login_required
def export_own_posts() -> ResponseReturnValue:
    """Everything the member wrote, as a ZIP."""
    actor = current_actor()
    if not count(ZIPS, actor.id):
        raise TooMany
    file = write_zip(exports.each_own_post(actor.id or 0), actor)
    name = f"xuetan-{utcnow():%Y-%m-%d}.zip"
    answer = send_file(file, mimetype="application/zip", as_attachment=True, download_name=name)
    answer.call_on_close(file.close)
    return answer
