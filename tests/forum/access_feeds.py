"""Who gets which answer from feeds and files of the forum."""

from accounts.actors import token_hash
from core.db import db
from forum.models import FeedToken
from tests.forum.access import INNER, at, every, row, signed, thread

TOKEN = "a-token-of-the-member-that-is-long-enough"


def furnish(world) -> None:
    db.session.add(FeedToken(user_id=world.member.id, token_hash=token_hash(TOKEN)))
    db.session.commit()


def feed(tail, of="thread", token=""):
    start = f"/forum/feeds/{token}/" if token else "/forum/feeds/"
    return lambda world: start + tail.format(getattr(world, of).id)


ROWS = [
    row("site_feed", "GET", at("/forum/feeds/site"), every(200)),
    row("board_feed", "GET", at("/forum/feeds/boards/open-talk"), every(200)),
    # What a public feed shows does not depend on who asks.
    row("board_feed", "GET", at("/forum/feeds/boards/inner-talk"), every(404), "of a branch"),
    row("thread_feed", "GET", feed("threads/{}"), every(200)),
    row("thread_feed", "GET", feed("threads/{}", "inner_thread"), every(404), "of a branch"),
    row("own_site_feed", "GET", at(f"/forum/feeds/{TOKEN}/site"), every(200)),
    row("own_site_feed", "GET", at("/forum/feeds/another-token/site"), every(404), "unknown token"),
    row("own_board_feed", "GET", at(f"/forum/feeds/{TOKEN}/boards/open-talk"), every(200)),
    row("own_board_feed", "GET", at(f"/forum/feeds/{TOKEN}/boards/inner-talk"), every(404), "of another branch"),
    row("own_thread_feed", "GET", feed("threads/{}", token=TOKEN), every(200)),
    row("own_thread_feed", "GET", feed("threads/{}", "inner_thread", TOKEN), every(404), "of another branch"),
    row("show_feeds", "GET", at("/forum/feeds"), signed(200)),
    row("renew_feeds", "POST", at("/forum/feeds"), signed(303)),
    row("revoke_feeds", "POST", at("/forum/feeds/revoke"), signed(303)),
    row("export_thread", "GET", thread("/export"), every(200)),
    row("export_thread", "GET", thread("/export", "inner_thread"), INNER, "of a branch"),
    row("export_thread", "GET", at("/forum/threads/999999/export"), every(404), "missing"),
    row("export_own_posts", "POST", at("/forum/mine/export"), signed(200)),
]
