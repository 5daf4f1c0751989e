"""What the tests of imports share."""

import json

from click.testing import CliRunner
from sqlalchemy import select

from core.db import db
from forum.cli import import_threads
from forum.models import Post, Thread


def take(source, *options):
    """Import a source into the board ``general``; return (exit code, result)."""
    done = CliRunner().invoke(
        import_threads, [str(source), "--board", "general", "--json", *options], catch_exceptions=False
    )
    return done.exit_code, json.loads(done.stdout)


def threads():
    """Return title → [(number, parent's number, author, body)]."""
    found = {}
    for thread in db.session.scalars(select(Thread).order_by(Thread.id)):
        posts = db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.number)).all()
        number = {post.id: post.number for post in posts}
        names = {post.id: _author(post) for post in posts}
        found[thread.title] = [(post.number, number.get(post.parent_id), names[post.id], post.body) for post in posts]
    return found


def _author(post):
    from accounts.models import User

    return db.session.scalar(select(User.display_name).where(User.id == post.author_id))
