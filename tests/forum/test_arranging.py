"""Moving, merging, splitting, copying out: posts, counters, what hangs on threads, links and the log."""

import pytest
from sqlalchemy import select

import core.db
from core.clock import utcnow
from core.db import db
from core.documents import source_for
from core.errors import Denied
from core.events import ContentEvent, ModeratorActed
from core.faces import Faces
from core.permissions import Role, branch_audience
from forum import queries, services
from forum.enums import ThreadKind
from forum.errors import (
    BoardArchived,
    NothingChosen,
    OpeningChosen,
    PostGone,
    PostMoved,
    SamePlace,
    StandsAlone,
    ThreadMerged,
    TooManyPosts,
)
from forum.events import RepliesTouched
from forum.models import (
    Board,
    Bookmark,
    Citation,
    Poll,
    Post,
    ReadPosition,
    SavedDraft,
    Subscription,
    Tag,
    Thread,
    ThreadTag,
)
from forum.services import places
from forum.services.checking import find_board_faults, find_faults
from notify.models import Notification
from tests.factories.accounts import UserFactory, grant
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory


@pytest.fixture
def judge(moderator, other_branch, actor_of):  # Whose rights are found out after all branches are there.
    return actor_of(moderator)


@pytest.fixture
def act(transaction, judge):
    """Return ``act(verb, *ids or values)``: load what is named by id and do it as a moderator of the root."""

    def move(thread, board):
        with transaction():
            there = queries.get_board(board.slug, judge)
            services.move_thread(queries.get_thread(thread.id, judge, lock=True), there, judge, "Better there.")

    def merge(source, target):
        with transaction():
            services.merge_threads(*queries.get_two_threads(source.id, target.id, judge), judge, "The same.")

    def split(thread, *posts, title="A new thread"):
        with transaction():
            loaded = queries.get_thread(thread.id, judge, lock=True)
            return services.split_thread(loaded, [post.id for post in posts], title, judge, "Another matter.")

    def copy(post, board, text, title="A copy"):
        with transaction():
            there = queries.get_board(board.slug, judge)
            loaded = queries.get_post(post.id, judge, lock=True)
            return services.copy_post(loaded, there, title, text, judge, "Worth a thread.")

    verbs = {"move": move, "merge": merge, "split": split, "copy": copy}
    return lambda verb, *args, **named: verbs[verb](*args, **named)


def standing(thread):
    """Return (number, id, number of the parent) of the posts of a thread."""
    columns = select(Post.id, Post.number, Post.parent_id)
    rows = db.session.execute(columns.where(Post.thread_id == thread.id).order_by(Post.number)).all()
    numbers = {row.id: row.number for row in rows}
    return [(row.number, row.id, numbers.get(row.parent_id)) for row in rows]


def no_faults():
    with core.db.transaction():
        faults = find_faults(list(db.session.scalars(select(Thread.id)))) + find_board_faults()
    return faults == []


# Moving


def test_a_moved_thread_takes_the_readers_and_counters_of_its_new_board(act, thread, transaction, other_branch):
    PostFactory(thread=thread)
    thread.pinned = True
    board = BoardFactory(branch=other_branch, audience=branch_audience(other_branch.id))
    old = thread.board_id
    act("move", thread, board)
    moved = db.session.get_one(Thread, thread.id, populate_existing=True)
    assert (moved.board_id, moved.audience, moved.pinned) == (board.id, branch_audience(other_branch.id), False)
    counts = [db.session.get_one(Board, one, populate_existing=True) for one in (old, board.id)]
    assert [(one.thread_count, one.post_count) for one in counts] == [(0, 0), (1, 2)]
    assert no_faults()


def test_who_may_not_read_the_new_board_neither_finds_it_nor_is_told(
    act, thread, client, drain, other_branch, member, judge, draft, transaction
):
    reply = PostFactory(thread=thread)
    db.session.add(Subscription(user_id=member.id, thread_id=thread.id, level="watching"))
    db.session.commit()
    act("move", thread, BoardFactory(branch=other_branch, audience=branch_audience(other_branch.id)))
    with transaction():
        services.reply(queries.get_thread(thread.id, judge, lock=True), judge, draft("Only for the branch."))
    drain()
    assert db.session.scalars(select(Notification.id).where(Notification.user_id == member.id)).all() == []
    assert source_for("thread").get([thread.id])[0].audience == branch_audience(other_branch.id)
    assert client.get(f"/forum/threads/{thread.id}").status_code == 404
    assert client.get(f"/forum/posts/{reply.id}").status_code == 404


def test_a_thread_about_a_thing_keeps_the_readers_of_the_thing(act, other_branch):
    thread = ThreadFactory(subject_kind="leaflet", subject_id=1)
    act("move", thread, BoardFactory(branch=other_branch, audience=branch_audience(other_branch.id)))
    assert db.session.get_one(Thread, thread.id, populate_existing=True).audience == "public"


def test_what_was_marked_as_read_stays_read_on_the_new_board(act, thread, member, transaction, actor_of):
    with transaction():
        services.mark_board_read(db.session.get_one(Board, thread.board_id), actor_of(member))
    act("move", thread, BoardFactory())
    assert db.session.get(ReadPosition, (member.id, thread.id)).last_number == 1


def test_an_open_poll_follows_the_readers(act, other_branch):
    thread = ThreadFactory(kind=ThreadKind.POLL)
    db.session.add(Poll(thread_id=thread.id, audience="public"))
    db.session.commit()
    act("move", thread, BoardFactory(branch=other_branch, audience=branch_audience(other_branch.id)))
    assert db.session.get_one(Poll, thread.id).audience == branch_audience(other_branch.id)


def test_a_move_is_logged_with_its_reason_and_told_to_the_index(act, thread, announced, judge):
    PostFactory(thread=thread)
    opening = queries.opening_ref(thread.id)
    act("move", thread, BoardFactory())
    logged, told, replies = announced()
    assert isinstance(logged, ModeratorActed)
    assert (logged.subject, logged.action, logged.reason, logged.actor_id) == (
        opening,
        "move",
        "Better there.",
        judge.id,
    )
    assert (told, replies) == (ContentEvent(subject=thread.ref), RepliesTouched(thread_id=thread.id))


def test_a_move_needs_the_right_at_both_places(thread, branch, actor_of, transaction):
    here = UserFactory(branch=branch)
    grant(here, Role.MODERATOR, branch)
    actor = actor_of(here)
    mine, other = BoardFactory(branch=branch), BoardFactory()
    own = ThreadFactory(board=mine)
    for one, board in ((thread, mine), (own, other)):
        there = queries.get_board(board.slug, actor)
        loaded = queries.get_thread(one.id, actor)
        with pytest.raises(Denied):
            services.move_thread(loaded, there, actor, "Mine.")


def test_a_thread_goes_neither_where_it_is_nor_to_an_archived_board(act, thread, board):
    with pytest.raises(SamePlace):
        act("move", thread, board)
    with pytest.raises(BoardArchived):
        act("move", thread, BoardFactory(archived=True))


# Merging


def test_merged_posts_stand_behind_those_that_were_there_with_their_tree(act, transaction, client):
    source, target = ThreadFactory(), ThreadFactory()
    slug = source.board.slug
    there = PostFactory(thread=target)
    first = PostFactory(thread=source)
    deep = PostFactory(thread=source, parent=first)
    opening, kept = queries.opening_ref(source.id).id, queries.opening_ref(target.id).id
    act("merge", source, target)
    assert standing(target) == [
        (1, kept, None),
        (2, there.id, None),
        (3, opening, None),
        (4, first.id, 3),
        (5, deep.id, 4),
    ]
    assert standing(source) == []
    assert no_faults()
    assert client.get(f"/forum/threads/{source.id}").location == f"/forum/posts/{opening}"
    assert client.get(f"/forum/threads/{source.id}/unread").location == f"/forum/posts/{opening}"
    assert client.get(f"/forum/posts/{deep.id}").location == f"/forum/threads/{target.id}#p5"
    assert source.title not in client.get(f"/forum/boards/{slug}").text


def test_an_old_page_number_leads_behind_the_place_of_the_opening(act, client):
    source, target = ThreadFactory(), ThreadFactory()
    for _number in range(25):
        PostFactory(thread=source)
    act("merge", source, target)
    assert (
        client.get(f"/forum/threads/{source.id}?page=2").location == f"/forum/threads/{target.id}?view=flat&page=2#p22"
    )
    assert (
        client.get(f"/forum/threads/{source.id}?page=9").location == f"/forum/threads/{target.id}?view=flat&page=2#p27"
    )


def test_a_merged_thread_that_is_merged_again_still_leads_on(act, client):
    one, two, three = ThreadFactory(), ThreadFactory(), ThreadFactory()
    opening = queries.opening_ref(one.id).id
    act("merge", one, two)
    act("merge", two, three)
    assert client.get(f"/forum/threads/{one.id}").location == f"/forum/posts/{opening}"
    assert client.get(f"/forum/posts/{opening}").location == f"/forum/threads/{three.id}#p3"
    assert db.session.get_one(Thread, one.id, populate_existing=True).merged_into_id == three.id


def test_an_answer_to_a_merged_thread_is_published_where_its_posts_are(act, sign_in, member):
    source, target = ThreadFactory(), ThreadFactory()
    asked = PostFactory(thread=source)
    act("merge", source, target)
    browser = sign_in(member)
    data = {"body": "Late.", "key": "k", "parent": str(asked.id)}
    sent = browser.post(f"/forum/threads/{source.id}/replies", data=data)
    assert sent.status_code == 303
    assert standing(target)[-1][::2] == (4, 3)


def test_what_hangs_on_a_merged_thread_goes_along(act, member, sign_in):
    source, target = ThreadFactory(kind=ThreadKind.QUESTION), ThreadFactory(kind=ThreadKind.QUESTION)
    answer, citing = PostFactory(thread=source), PostFactory()
    tag = Tag(slug="minutes", name=Faces("记录", "Minutes"), thread_count=1)
    db.session.add(tag)
    db.session.flush()
    source.accepted_post_id, source.is_cited = answer.id, True
    db.session.add_all(
        [
            Subscription(user_id=member.id, thread_id=source.id, level="watching"),
            ReadPosition(user_id=member.id, thread_id=source.id, last_number=2),
            ReadPosition(user_id=member.id, thread_id=target.id, last_number=1),
            Bookmark(user_id=member.id, post_id=answer.id),
            Citation(thread_id=source.id, post_id=citing.id),
            ThreadTag(thread_id=source.id, tag_id=tag.id),
            SavedDraft(user_id=member.id, place=f"thread:{source.id}", content={"body": "Begun."}),
        ]
    )
    db.session.commit()
    act("merge", source, target)
    db.session.expire_all()
    assert db.session.execute(select(Subscription.user_id, Subscription.thread_id)).all() == [(member.id, target.id)]
    assert db.session.execute(select(ReadPosition.user_id, ReadPosition.last_number)).all() == [(member.id, 3)]
    assert db.session.execute(select(Citation.thread_id, Citation.post_id)).all() == [(target.id, citing.id)]
    assert db.session.scalars(select(SavedDraft.place)).all() == [f"thread:{target.id}"]
    assert (target.accepted_post_id, target.is_cited, tag.thread_count) == (answer.id, True, 0)


def test_the_index_forgets_the_merged_thread_and_reads_its_posts_anew(act, announced, drain):
    source, target = ThreadFactory(), ThreadFactory()
    opening = queries.opening_ref(source.id)
    act("merge", source, target)
    told = announced()[1:]
    assert told == [
        ContentEvent(subject=source.ref),
        ContentEvent(subject=target.ref),
        RepliesTouched(thread_id=target.id, after=1),
    ]
    assert source_for("thread").get([source.id]) == []
    assert [found.title for found in source_for("post").get([opening.id])] == [target.title]


def test_some_threads_are_not_merged(act):
    target = ThreadFactory()
    for kind in (ThreadKind.POLL, ThreadKind.ANNOUNCEMENT):
        with pytest.raises(StandsAlone):
            act("merge", ThreadFactory(kind=kind), target)
    with pytest.raises(SamePlace):
        act("merge", target, target)
    with pytest.raises(PostGone):
        act("merge", ThreadFactory(), ThreadFactory(deleted_at=utcnow()))
    merged = ThreadFactory()
    act("merge", merged, target)
    with pytest.raises(ThreadMerged):
        act("merge", merged, target)


# Splitting


def test_chosen_posts_leave_with_all_that_answers_them_and_numbers_close_up(act, thread, transaction, client):
    opening = queries.opening_ref(thread.id).id
    two = PostFactory(thread=thread)
    three = PostFactory(thread=thread, parent=two)
    four = PostFactory(thread=thread)
    five = PostFactory(thread=thread, parent=three)
    six = PostFactory(thread=thread, parent=four)
    fresh = act("split", thread, three)
    assert standing(fresh) == [(1, three.id, None), (2, five.id, 1)]
    assert standing(thread) == [(1, opening, None), (2, two.id, None), (3, four.id, None), (4, six.id, 3)]
    assert (fresh.title, fresh.author_id, fresh.reply_count) == ("A new thread", three.author_id, 1)
    assert no_faults()
    assert client.get(f"/forum/posts/{five.id}").location == f"/forum/threads/{fresh.id}#p2"
    assert client.get(f"/forum/posts/{six.id}").location == f"/forum/threads/{thread.id}#p4"


def test_a_split_shares_places_followers_and_tags_out(act, thread, member):
    posts = [PostFactory(thread=thread) for _number in range(4)]
    other = UserFactory()
    tag = Tag(slug="minutes", name=Faces("记录", "Minutes"), thread_count=1)
    db.session.add(tag)
    db.session.flush()
    thread.accepted_post_id = posts[2].id
    db.session.add_all(
        [
            Subscription(user_id=member.id, thread_id=thread.id, level="watching"),
            ReadPosition(user_id=member.id, thread_id=thread.id, last_number=4),
            ReadPosition(user_id=other.id, thread_id=thread.id, last_number=1),
            ThreadTag(thread_id=thread.id, tag_id=tag.id),
        ]
    )
    db.session.commit()
    fresh = act("split", thread, posts[0], posts[2])
    db.session.expire_all()
    order = select(ReadPosition.user_id, ReadPosition.thread_id, ReadPosition.last_number)
    assert set(db.session.execute(order).all()) == {
        (member.id, thread.id, 2),
        (member.id, fresh.id, 2),
        (other.id, thread.id, 1),
        (other.id, fresh.id, 0),
    }
    assert db.session.get(Subscription, (member.id, fresh.id)).level == "watching"
    assert (thread.accepted_post_id, tag.thread_count) == (None, 2)


def test_a_hidden_post_that_opens_a_thread_hides_its_title(act, thread, transaction, judge):
    post = PostFactory(thread=thread)
    with transaction():
        services.hide_post(queries.get_post(post.id, judge, lock=True), judge, "Rude.")
    fresh = act("split", thread, post)
    assert (fresh.hidden_at is not None, no_faults()) == (True, True)


def test_the_opening_post_and_foreign_posts_are_not_split_off(act, thread):
    opening = db.session.scalars(select(Post).where(Post.thread_id == thread.id)).one()
    with pytest.raises(OpeningChosen):
        act("split", thread, opening)
    with pytest.raises(NothingChosen):
        act("split", thread, PostFactory())


def test_more_posts_than_one_transaction_may_touch_are_refused(act, thread, monkeypatch):
    posts = [PostFactory(thread=thread) for _number in range(3)]
    monkeypatch.setattr(places, "MOST", 2)
    with pytest.raises(TooManyPosts):
        act("split", thread, posts[0])
    act("split", thread, posts[1])


def test_an_answer_to_a_post_that_was_split_off_keeps_its_text(act, thread, sign_in, member):
    post = PostFactory(thread=thread)
    act("split", thread, post)
    with pytest.raises(PostMoved):
        queries.get_parent(thread, post.id, services_actor(member))
    browser = sign_in(member)
    data = {"body": "Words I typed.", "key": "k", "parent": str(post.id)}
    page = browser.post(f"/forum/threads/{thread.id}/replies", data=data)
    assert page.status_code == 409
    assert "Words I typed.</textarea>" in page.text


def services_actor(user):
    from accounts.actors import actor_for

    return actor_for(user.id)


# Copying


def test_a_copy_leaves_the_post_and_both_point_at_each_other(act, thread, draft, client, transaction):
    post = PostFactory(thread=thread, body="A long answer.")
    text = draft(f"A long answer.\n\n[#2](/forum/posts/{post.id})")
    fresh = act("copy", post, BoardFactory(), text)
    page = client.get(f"/forum/threads/{fresh.id}")
    assert f'href="/forum/posts/{post.id}"' in page.text
    (copy,) = standing(fresh)
    assert db.session.execute(select(Citation.thread_id, Citation.post_id)).all() == [(thread.id, copy[1])]
    assert (fresh.author_id, len(standing(thread))) == (post.author_id, 2)
    assert no_faults()


def test_a_hidden_post_is_not_copied(act, thread, draft, transaction, judge):
    post = PostFactory(thread=thread)
    with transaction():
        services.hide_post(queries.get_post(post.id, judge, lock=True), judge, "Rude.")
    with pytest.raises(PostGone):
        act("copy", post, BoardFactory(), draft("x"))
