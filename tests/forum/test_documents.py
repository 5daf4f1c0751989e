"""What the index and others may know of the forum."""

from core.documents import document_for, source_for, target_for
from core.permissions import MEMBERS
from core.refs import Ref
from forum import queries
from forum.cli import recount
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory


def test_threads_and_posts_are_documents(app):
    thread = ThreadFactory(board=BoardFactory(audience=MEMBERS), title="About bread", body="Why **is** it & so?")
    reply = PostFactory(thread=thread, body="Because.")

    opening = document_for(Ref("thread", thread.id))
    answer = document_for(Ref("post", reply.id))

    assert (opening.title, opening.text, opening.audience, opening.url) == (
        "About bread",
        "Why is it & so?",
        MEMBERS,
        f"/forum/threads/{thread.id}",
    )
    assert (opening.board, opening.author, opening.popularity) == (thread.board.slug, thread.author.username, 1)
    assert (answer.title, answer.text, answer.url) == ("About bread", "Because.", f"/forum/posts/{reply.id}")
    assert document_for(Ref("post", queries.opening_ref(thread.id).id)) is None


def test_sources_go_through_all_in_steps(app):
    thread = ThreadFactory()
    replies = [PostFactory(thread=thread) for _number in range(5)]
    source = source_for("post")
    assert source.count() == 5
    first = source.documents(0, 3)
    second = source.documents(first[-1].ref.id, 3)
    assert [document.ref.id for document in [*first, *second]] == [reply.id for reply in replies]
    assert [document.ref.id for document in source_for("thread").documents(0, 10)] == [thread.id]
    assert source_for("thread").count() == 1


def test_what_is_hidden_or_deleted_is_no_document(moderator, actor_of, transaction):
    thread = ThreadFactory()
    hidden, kept = PostFactory(thread=thread), PostFactory(thread=thread)
    judge, target = actor_of(moderator), target_for("post")
    with transaction():
        target.hide(hidden.id, judge, "Spam.")
    assert [document.ref.id for document in source_for("post").get([hidden.id, kept.id])] == [kept.id]
    with transaction():
        target.hide(queries.opening_ref(thread.id).id, judge, "Spam.")
    assert source_for("post").get([hidden.id, kept.id]) == []
    assert source_for("thread").get([thread.id]) == []
    with transaction():
        target.restore(queries.opening_ref(thread.id).id, judge)
    assert len(source_for("post").documents(0, 10)) == 1


def test_documents_cost_one_query_however_many(count_queries):
    thread = ThreadFactory()
    ids = [PostFactory(thread=thread).id for _number in range(3)]
    for wanted in (ids[:1], ids):
        with count_queries() as seen:
            source_for("post").get(wanted)
        assert len(seen) == 1


def test_counters_are_rebuilt(app, transaction):
    thread = ThreadFactory()
    PostFactory(thread=thread)
    board = thread.board
    thread.reply_count = thread.last_number = board.post_count = board.thread_count = 99
    changed = thread.updated_at
    from core.db import db

    db.session.commit()
    app.test_cli_runner().invoke(recount, catch_exceptions=False)
    db.session.refresh(thread), db.session.refresh(board)
    assert (thread.reply_count, thread.last_number, board.thread_count, board.post_count) == (1, 2, 1, 2)
    assert thread.updated_at >= changed
