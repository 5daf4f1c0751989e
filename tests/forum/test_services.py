"""Rules of threads and posts."""

import pytest
from sqlalchemy import select

from core.db import db
from core.documents import target_for
from core.errors import Denied
from core.events import ContentEvent, ModeratorActed
from core.faces import Faces
from core.permissions import MEMBERS, PUBLIC, VISITOR, branch_audience
from core.refs import Ref
from core.subjects import Subject
from forum import queries, services
from forum.enums import PostPolicy, SubscriptionLevel, ThreadKind, ThreadState
from forum.errors import (
    BoardArchived,
    BoardClosed,
    EditedMeanwhile,
    NotYours,
    PostGone,
    SlugTaken,
    ThreadFull,
    ThreadHidden,
    ThreadLocked,
)
from forum.events import PostEdited, PostPublished, RepliesTouched
from forum.models import Post, PostRevision, ReadPosition, Subscription
from forum.paths import NUMBER_MAX
from forum.services.boards import BoardPlan
from tests.factories.accounts import root_branch
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory


@pytest.fixture
def reader(member, actor_of):
    return actor_of(member)


@pytest.fixture
def judge(moderator, actor_of):
    return actor_of(moderator)


def test_a_reply_gets_the_next_number_and_is_counted_followed_and_announced(
    thread, reader, draft, transaction, announced, board
):
    with transaction():
        post = services.reply(queries.get_thread(thread.id, reader, lock=True), reader, draft("**Yes.**"), key="k")

    assert (post.number, post.path, post.html, post.language) == (2, "00002", "<p><strong>Yes.</strong></p>\n", "en")
    assert (thread.reply_count, thread.last_number, thread.last_posted_at) == (1, 2, post.created_at)
    db.session.refresh(board)
    assert board.post_count == 2
    assert db.session.get(Subscription, (reader.id, thread.id)).level == "following"
    assert announced() == [PostPublished(subject=post.ref, post_id=post.id, thread_id=thread.id)]


def test_the_same_key_gives_the_same_post(thread, reader, draft, transaction):
    sent = []
    for words in ("Once.", "Once."):
        with transaction():
            loaded = queries.get_thread(thread.id, reader, lock=True)
            sent.append(services.reply(loaded, reader, draft(words), key="same"))

    assert sent[0].id == sent[1].id
    assert thread.reply_count == 1


def test_answers_stand_below_what_they_answer(thread, reader, draft, transaction):
    first, other = PostFactory(thread=thread), PostFactory(thread=thread)
    with transaction():
        post = services.reply(
            queries.get_thread(thread.id, reader, lock=True), reader, draft("To the first."), parent=first
        )

    assert post.parent_id == first.id
    order = db.session.scalars(select(Post.number).where(Post.thread_id == thread.id).order_by(Post.path)).all()
    assert order == [1, first.number, post.number, other.number]


def test_a_locked_thread_takes_no_reply(thread, reader, draft, transaction):
    thread.state = ThreadState.LOCKED
    db.session.commit()
    with pytest.raises(ThreadLocked), transaction():
        services.reply(queries.get_thread(thread.id, reader, lock=True), reader, draft("Too late."))
    assert thread.reply_count == 0


def test_a_hidden_thread_takes_no_reply(thread, reader, judge, draft, transaction):
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()
    with transaction():
        target_for("post").hide(opening.id, judge, "Spam.")
    with pytest.raises(ThreadHidden), transaction():
        services.reply(queries.get_thread(thread.id, reader, lock=True), reader, draft("Too late."))


def test_an_archived_board_takes_nothing(thread, reader, draft, transaction, board):
    board.archived = True
    db.session.commit()
    with pytest.raises(BoardArchived), transaction():
        services.reply(queries.get_thread(thread.id, reader, lock=True), reader, draft("Late."))
    with pytest.raises(BoardArchived), transaction():
        services.start_thread(
            queries.get_board(board.slug, reader, lock=True), reader, services.Opening(title="New"), draft("Late.")
        )


def test_a_visitor_may_not_reply(thread, draft, transaction):
    with pytest.raises(Denied), transaction():
        services.reply(queries.get_thread(thread.id, VISITOR, lock=True), VISITOR, draft("Me too."))


def test_a_hidden_post_takes_no_answer(thread, reader, judge, draft, transaction):
    post = PostFactory(thread=thread)
    with transaction():
        target_for("post").hide(post.id, judge, "Spam.")
    with pytest.raises(PostGone), transaction():
        services.reply(queries.get_thread(thread.id, reader, lock=True), reader, draft("What?"), parent=post)


def test_a_full_thread_says_so(thread, reader, draft, transaction):
    thread.last_number = NUMBER_MAX
    db.session.commit()
    with pytest.raises(ThreadFull), transaction():
        services.reply(queries.get_thread(thread.id, reader, lock=True), reader, draft("One more."))


def test_a_thread_starts_with_its_post_and_is_counted(reader, draft, transaction, announced):
    board = BoardFactory(audience=MEMBERS)
    with transaction():
        loaded = queries.get_board(board.slug, reader, lock=True)
        opening = services.Opening(title="Why?", kind=ThreadKind.QUESTION)
        post = services.start_thread(loaded, reader, opening, draft("Tell me."), key="k")
        again = services.start_thread(loaded, reader, opening, draft("Tell me."), key="k")

    thread = queries.get_thread(post.thread_id, reader)
    assert again.id == post.id
    assert (thread.title, thread.kind, thread.audience, thread.last_number) == ("Why?", ThreadKind.QUESTION, MEMBERS, 1)
    assert (post.number, post.path) == (1, "")
    db.session.refresh(board)
    assert (board.thread_count, board.post_count) == (1, 1)
    assert announced() == [PostPublished(subject=thread.ref, post_id=post.id, thread_id=thread.id)]


@pytest.mark.parametrize(
    ("policy", "allowed"), [(PostPolicy.EVERYONE, True), (PostPolicy.STAFF, False), (PostPolicy.CLOSED, False)]
)
def test_the_policy_of_a_board_decides_who_starts_threads(policy, allowed, reader, draft, transaction):
    board = BoardFactory(post_policy=policy)
    with transaction():
        if allowed:
            assert (
                services.start_thread(
                    queries.get_board(board.slug, reader, lock=True), reader, services.Opening(title="T"), draft("x")
                ).number
                == 1
            )
        else:
            with pytest.raises(BoardClosed):
                services.start_thread(
                    queries.get_board(board.slug, reader, lock=True), reader, services.Opening(title="T"), draft("x")
                )


def test_an_edit_keeps_what_was_said(thread, author, draft, transaction, announced):
    post = queries.get_post(db.session.scalars(select(Post.id)).one(), author)
    before = post.body
    with transaction():
        loaded = queries.get_post(post.id, author, lock=True)
        services.edit_post(loaded, author, draft("Better."), seen_revision=0, title="A better title")

    old = db.session.scalars(select(PostRevision)).one()
    assert (post.body, post.revision, thread.title) == ("Better.", 1, "A better title")
    assert (old.body, old.revision, old.title) == (before, 0, old.title)
    assert post.edited_at is not None
    assert announced() == [PostEdited(subject=thread.ref, post_id=post.id, thread_id=thread.id)]


def test_an_edit_without_change_leaves_no_trace(thread, author, draft, transaction, announced):
    with transaction():
        post = queries.get_post(queries.opening_ref(thread.id).id, author, lock=True)
        services.edit_post(post, author, draft(post.body), seen_revision=0, title=thread.title)
    assert (post.revision, announced()) == (0, [])


def test_a_stale_edit_is_refused(thread, author, draft, transaction):
    post_id = queries.opening_ref(thread.id).id
    with transaction():
        services.edit_post(queries.get_post(post_id, author, lock=True), author, draft("One."), seen_revision=0)
    two = draft("Two.")
    with transaction():
        post = queries.get_post(post_id, author, lock=True)
        with pytest.raises(EditedMeanwhile):
            services.edit_post(post, author, two, seen_revision=0)
    assert post.body == "One."


def test_only_the_author_edits_and_deletes(thread, judge, draft, transaction):
    post = queries.get_post(db.session.scalars(select(Post.id)).one(), judge)
    with pytest.raises(NotYours), transaction():
        services.edit_post(post, judge, draft("Mine now."), seen_revision=0)
    with pytest.raises(NotYours), transaction():
        services.delete_post(post, judge)


def test_a_new_title_has_every_post_indexed_again(thread, author, draft, transaction, announced):
    PostFactory(thread=thread)
    with transaction():
        post = queries.get_post(queries.opening_ref(thread.id).id, author, lock=True)
        services.edit_post(post, author, draft(post.body), seen_revision=0, title="New title")
    assert announced()[1:] == [RepliesTouched(thread_id=thread.id)]


def test_a_deleted_reply_is_not_counted(thread, author, transaction, announced, board):
    post = PostFactory(thread=thread, author=thread.author)
    with transaction():
        services.delete_post(queries.get_post(post.id, author, lock=True), author)
    db.session.refresh(board)
    assert (thread.reply_count, thread.last_number, board.post_count) == (0, 2, 1)
    assert announced() == [ContentEvent(subject=post.ref)]


def test_a_deleted_opening_without_answers_takes_the_thread_along(thread, author, transaction, board):
    with transaction():
        post = queries.get_post(queries.opening_ref(thread.id).id, author, lock=True)
        services.delete_post(post, author)
    db.session.refresh(board)
    assert thread.deleted_at is not None
    assert (board.thread_count, board.post_count) == (0, 0)


def test_a_deleted_opening_with_answers_leaves_the_thread(thread, author, transaction, board):
    PostFactory(thread=thread)
    with transaction():
        post = queries.get_post(queries.opening_ref(thread.id).id, author, lock=True)
        services.delete_post(post, author)
    db.session.refresh(board)
    assert thread.is_shown
    assert (board.thread_count, board.post_count) == (1, 1)


def test_hiding_and_restoring_a_reply_counts_down_and_up(thread, judge, transaction, announced, board):
    post = PostFactory(thread=thread)
    target = target_for("post")
    for _time in range(2):
        with transaction():
            target.hide(post.id, judge, "Off topic.")
    db.session.refresh(board)
    db.session.refresh(thread)
    assert (thread.reply_count, board.post_count, target.find(post.id).hidden) == (0, 1, True)
    for _time in range(2):
        with transaction():
            target.restore(post.id, judge)
    db.session.refresh(board)
    assert (thread.reply_count, board.post_count, target.find(post.id).hidden) == (1, 2, False)
    assert announced() == [ContentEvent(subject=post.ref)]


def test_hiding_the_opening_keeps_the_thread_with_its_replies(thread, judge, reader, transaction, announced, board):
    PostFactory(thread=thread)
    opening = queries.opening_ref(thread.id)
    target = target_for("post")
    with transaction():
        target.hide(opening.id, judge, "Spam.")
    db.session.refresh(board)
    assert thread.hidden_at is not None
    assert (board.thread_count, board.post_count) == (1, 1)
    refs = (opening, thread.ref)
    assert set(announced()) == {RepliesTouched(thread_id=thread.id), *(ContentEvent(subject=ref) for ref in refs)}
    with transaction():
        target.restore(opening.id, judge)
    db.session.refresh(board)
    assert thread.is_shown
    assert (board.thread_count, board.post_count) == (1, 2)


def test_the_moderation_subject_tells_where_a_post_stands(thread):
    subject = target_for("post").find(queries.opening_ref(thread.id).id)
    assert (subject.title, subject.author_id, subject.scope, subject.audience, subject.hidden) == (
        thread.title,
        thread.author_id,
        "/1/",
        PUBLIC,
        False,
    )
    assert subject.excerpt == "The opening post."
    assert target_for("post").find(10**9) is None


def test_a_lock_is_told_to_the_log_with_its_reason(thread, judge, reader, transaction, announced):
    with pytest.raises(Denied), transaction():
        services.lock_thread(queries.get_thread(thread.id, reader, lock=True), reader, "I want to.")
    for _time in range(2):
        with transaction():
            services.lock_thread(queries.get_thread(thread.id, judge, lock=True), judge, "Settled.")
    (act,) = announced()
    assert isinstance(act, ModeratorActed)
    assert (act.action, act.reason, act.subject) == ("lock", "Settled.", queries.opening_ref(thread.id))
    with transaction():
        services.unlock_thread(queries.get_thread(thread.id, judge, lock=True), judge)
    assert thread.state is ThreadState.OPEN
    assert announced()[-1].action == "unlock"


def test_pinned_threads_come_first(thread, judge, transaction, board):
    later = ThreadFactory(board=board)
    with transaction():
        services.pin_thread(queries.get_thread(thread.id, judge, lock=True), judge, services.Pin())
    page = queries.list_threads(thread.board_id, judge, queries.Sieve(), None)
    assert [row.id for row in page.items] == [thread.id, later.id]


def test_who_has_turned_a_thread_off_is_not_made_a_follower_by_a_reply(thread, reader, draft, transaction):
    with transaction():
        services.set_level(thread.id, reader, SubscriptionLevel.MUTED)
        services.reply(queries.get_thread(thread.id, reader, lock=True), reader, draft("Still here."))
    assert queries.list_watchers(thread.id) == []


def test_an_own_reply_does_not_swallow_what_others_wrote_before(thread, reader, draft, transaction):
    with transaction():
        services.advance_positions({(reader.id, thread.id): 1})
    PostFactory(thread=thread)
    with transaction():
        services.reply(queries.get_thread(thread.id, reader, lock=True), reader, draft("Me."))
    position = db.session.get(ReadPosition, (reader.id, thread.id), populate_existing=True)
    assert position.last_number == 1


def test_positions_only_move_forward(thread, reader, transaction):
    for number in (5, 3, 7):
        with transaction():
            services.advance_positions({(reader.id, thread.id): number})
    assert db.session.get(ReadPosition, (reader.id, thread.id), populate_existing=True).last_number == 7


# Boards


def plan(**changes) -> BoardPlan:
    values = dict(
        slug="new-board",
        title=Faces(en="New"),
        about=Faces(),
        audience=MEMBERS,
        post_policy=PostPolicy.STAFF,
        branch_id=1,
    )
    return BoardPlan(**{**values, **changes})


def test_an_administrator_makes_and_changes_boards(administrator, actor_of, transaction):
    actor = actor_of(administrator)
    with transaction():
        board = services.create_board(actor, plan())
    with transaction():
        services.edit_board(queries.get_board("new-board", actor, lock=True), actor, plan(slug="newer", position=3))
    assert (board.slug, board.position, board.post_policy) == ("newer", 3, PostPolicy.STAFF)


def test_two_boards_cannot_share_an_address(administrator, actor_of, transaction):
    BoardFactory(slug="new-board")
    with pytest.raises(SlugTaken), transaction():
        services.create_board(actor_of(administrator), plan())


def test_others_may_not_make_boards(judge, transaction):
    with pytest.raises(Denied), transaction():
        services.create_board(judge, plan())


def test_a_new_audience_of_a_board_moves_its_threads(
    thread, administrator, actor_of, transaction, announced, branch, board
):
    PostFactory(thread=thread)
    other = ThreadFactory(board=board, audience=MEMBERS)
    actor = actor_of(administrator)
    inner = branch_audience(branch.id)
    with transaction():
        loaded = queries.get_board(board.slug, actor, lock=True)
        services.edit_board(loaded, actor, plan(slug=board.slug, audience=inner))
    db.session.refresh(thread)
    db.session.refresh(other)
    assert (thread.audience, other.audience) == (inner, MEMBERS)
    assert announced() == [ContentEvent(subject=Ref("thread", thread.id)), RepliesTouched(thread_id=thread.id)]


def test_boards_of_things_with_long_names_stay_apart(app, transaction):
    found = set()
    for end in ("one", "two"):
        subject = Subject(
            ref=Ref("leaflet", 1),
            title="A leaflet",
            url="/leaflets/1",
            audience=MEMBERS,
            branch_id=root_branch().id,
            board_slug="course-" + "x" * 70 + end,
            board_title=Faces(en="Leaflets"),
        )
        for _time in range(2):
            with transaction():
                found.add(services.ensure_subject_board(subject).slug)
    assert len(found) == 2
    assert max(map(len, found)) <= 60
