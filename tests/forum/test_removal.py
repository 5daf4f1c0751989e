"""The bin: what moderators remove and authors delete comes back exactly as it was."""

import pytest
from sqlalchemy import select

from accounts.models import User
from core.db import db
from core.documents import source_for, target_for
from core.errors import Denied
from core.events import ModeratorActed
from core.house_rules import Rule
from core.permissions import Role, branch_audience
from core.refs import Ref
from forum import queries, services
from forum.enums import ThreadState
from forum.errors import (
    AuthorDecides,
    BoardArchived,
    OwnRemoval,
    PostGone,
    ThreadHidden,
    ThreadLocked,
    TooLateToBringBack,
)
from forum.events import RepliesTouched
from forum.models import Board, Post, PostRevision, Thread
from moderation.enums import Action, ReportReason, ReportState
from moderation.errors import OwnWork
from moderation.models import Decision, Report
from moderation.services import Verdict, decide, report
from notify.models import Notification
from tests.factories.accounts import UserFactory, grant
from tests.factories.forum import AttachmentFactory, BoardFactory, PostFactory, ThreadFactory
from tests.forum.test_arranging import no_faults

SPAM = {"rule": "no_advertising", "reason": "Shoes"}


@pytest.fixture
def judge(moderator, actor_of):
    return actor_of(moderator)


@pytest.fixture
def second(root, actor_of):
    """Another moderator of the whole site."""
    person = UserFactory(branch=root)
    grant(person, Role.MODERATOR, root)
    return actor_of(person)


@pytest.fixture
def act(transaction):
    """Return ``act(verb, post, actor, *more)``: load the post and do it."""

    def do(verb, post, actor, *more):
        with transaction():
            getattr(services, verb)(queries.find_post(post.id, lock=True), actor, *more)

    return do


@pytest.fixture
def in_english(sign_in):
    def browse(person):
        one = sign_in(person)
        one.set_cookie("lang", "en", domain="localhost")
        return one

    return browse


def user(actor):
    return db.session.get_one(User, actor.id)


def opening(thread):
    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def state(thread):
    """Return everything that removing and bringing back must leave as it was."""
    db.session.expire_all()
    board = db.session.get_one(Board, thread.board_id)
    posts = db.session.scalars(select(Post).where(Post.thread_id == thread.id).order_by(Post.number)).all()
    fresh = db.session.get_one(Thread, thread.id)
    columns = {model: [column.key for column in model.__table__.columns] for model in (Thread, Post)}
    rows = [{name: getattr(row, name) for name in columns[type(row)]} for row in (fresh, *posts)]
    for row in rows:
        row.pop("updated_at", None)
    documents = [*source_for("thread").get([thread.id]), *source_for("post").get([post.id for post in posts])]
    return board.thread_count, board.post_count, rows, sorted(one.version for one in documents)


# Removing


def test_a_removed_post_leaves_a_stub_and_is_counted_found_and_read_no_more(act, thread, judge, client, drain):
    post = PostFactory(thread=thread, body="Buy shoes.")
    PostFactory(thread=thread, parent=post)
    act("remove", post, judge, "Advertising", Rule.NO_ADVERTISING)
    page = client.get(f"/forum/threads/{thread.id}", headers={"Accept-Language": "en"}).text
    assert "#2 was removed by a moderator" in page
    assert "Reason: Advertising" in page
    assert "Buy shoes." not in page
    assert source_for("post").get([post.id]) == []
    assert db.session.get_one(Thread, thread.id, populate_existing=True).reply_count == 1
    assert client.get(f"/forum/posts/{post.id}/history").status_code == 404
    exported = client.get(f"/forum/threads/{thread.id}/export", headers={"Accept-Language": "en"}).text
    assert "#2 was removed by a moderator · Reason: Advertising" in exported
    context = client.get(f"/forum/posts/{post.id + 1}/context", headers={"Accept-Language": "en"}).text
    assert "#2 was removed by a moderator" in context
    assert "Buy shoes." not in context
    assert no_faults()


def test_an_opening_post_takes_the_whole_thread_along(act, thread, board, judge, client, sign_in, member, announced):
    reply = PostFactory(thread=thread)
    file = AttachmentFactory(post=reply)
    act("remove", opening(thread), judge, "Advertising", Rule.NO_ADVERTISING)
    for address in (f"threads/{thread.id}", f"posts/{reply.id}", f"files/{file.id}"):
        assert sign_in(member).get(f"/forum/{address}").status_code == 404
    assert f"/forum/threads/{thread.id}" not in client.get(f"/forum/boards/{board.slug}").text
    assert RepliesTouched(thread_id=thread.id) in announced()
    assert (source_for("thread").get([thread.id]), source_for("post").get([reply.id])) == ([], [])
    db.session.refresh(board)
    assert (board.thread_count, board.post_count) == (0, 0)
    assert target_for("post").find(reply.id).hidden
    assert no_faults()


def test_the_author_is_told_the_reason_and_the_log_shows_no_text(act, thread, judge, in_english, author, drain):
    thread.title = "A title that says it"
    db.session.commit()
    act("remove", opening(thread), judge, "Advertising", Rule.NO_ADVERTISING)
    drain()
    notice = db.session.scalars(select(Notification).where(Notification.user_id == author.id)).one()
    assert (notice.kind, notice.params["reason"]) == ("moderation.delete", "Advertising")
    log = in_english(user(judge)).get("/moderation/log").text
    assert "Advertising" in log
    assert "A title that says it" not in log
    own = in_english(user(author))
    assert (
        "A moderator has removed this thread. This thread is no longer shown to others. Reason: Advertising"
        in own.get(f"/forum/threads/{thread.id}").text
    )
    assert "bring-back" not in own.get(f"/forum/threads/{thread.id}").text
    assert "If you think the decision is wrong" in own.get("/moderation/log/1").text


def test_a_second_click_changes_nothing_and_another_moderator_hears_of_it(act, thread, judge, second, announced):
    post = PostFactory(thread=thread)
    act("remove", post, judge, "Advertising", Rule.NO_ADVERTISING)
    act("remove", post, judge, "Off topic", Rule.NO_ADVERTISING)
    assert db.session.get_one(Post, post.id, populate_existing=True).deleted_reason == "Advertising"
    assert len([one for one in announced() if isinstance(one, ModeratorActed)]) == 1
    with pytest.raises(PostGone):
        act("remove", post, second, "Off topic", Rule.NO_ADVERTISING)


def test_nobody_removes_what_is_theirs_or_not_in_their_scope(act, thread, judge, actor_of, member, other_branch):
    with pytest.raises(OwnRemoval):
        act("remove", PostFactory(thread=thread, author=user(judge)), judge, "x", Rule.NO_ADVERTISING)
    with pytest.raises(Denied):
        act("remove", PostFactory(thread=thread), actor_of(member), "x", Rule.NO_ADVERTISING)
    local = UserFactory(branch=other_branch)
    grant(local, Role.MODERATOR, other_branch)
    with pytest.raises(Denied):
        act("remove", PostFactory(thread=thread), actor_of(local), "x", Rule.NO_ADVERTISING)
    act(
        "remove",
        PostFactory(thread=ThreadFactory(board=BoardFactory(branch=other_branch))),
        actor_of(local),
        "x",
        Rule.NO_ADVERTISING,
    )


def test_what_its_author_deleted_is_not_removed_as_well(act, thread, judge, author, actor_of):
    post = PostFactory(thread=thread, author=user(author))
    act("delete_post", post, author)
    with pytest.raises(PostGone):
        act("remove", post, judge, "x", Rule.NO_ADVERTISING)


def test_reports_on_what_is_removed_are_answered(act, thread, judge, member, actor_of, transaction, drain):
    post = PostFactory(thread=thread)
    with transaction():
        report(post.ref, actor_of(member), ReportReason.ADVERTISING)
    act("remove", post, judge, "Advertising", Rule.NO_ADVERTISING)
    drain()
    assert db.session.scalars(select(Report.state)).all() == [ReportState.HANDLED]
    kinds = db.session.scalars(select(Notification.kind).where(Notification.user_id == member.id)).all()
    assert kinds == ["moderation.report_delete"]


def test_the_form_wants_a_rule_and_a_reason(in_english, moderator, thread):
    browser, post = in_english(moderator), PostFactory(thread=thread)
    url = f"/forum/posts/{post.id}/remove"
    page = browser.post(url)
    assert [words in page.text for words in ("Choose the rule that is broken.", "Give a reason.")] == [True, True]
    page = browser.post(url, data={**SPAM, "reason": "y" * 501})
    assert (page.status_code, "y" * 501 in page.text) == (422, True)
    assert browser.post(url, data={**SPAM, "rule": "nonsense"}).status_code == 422
    assert browser.post(url, data=SPAM).location == f"/forum/posts/{post.id}"
    assert db.session.get_one(Post, post.id, populate_existing=True).deleted_reason == "Shoes"
    assert browser.post(f"/forum/posts/{opening(thread).id}/remove", data=SPAM).location.startswith("/forum/boards/")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "House rule 3: No advertising"), ("zh-Hans", "版规第 3 条：不发广告")]
)
def test_the_log_names_the_rule_in_the_language_of_the_reader(
    act, sign_in, thread, judge, author, drain, language, words
):
    act("remove", PostFactory(thread=thread, author=user(author)), judge, "Shoes", Rule.NO_ADVERTISING)
    drain()
    browser = sign_in(user(author))
    browser.set_cookie("lang", language, domain="localhost")
    assert words in browser.get("/moderation/log").text
    notice = db.session.scalars(select(Notification).where(Notification.kind == "moderation.delete")).one()
    assert (notice.params["reason"], notice.params["rule"]) == ("Shoes", 3)


# Bringing back


@pytest.mark.parametrize("number", [1, 2, 3])
def test_what_is_brought_back_stands_exactly_as_it_stood(act, thread, judge, second, number):
    post = PostFactory(thread=thread)
    PostFactory(thread=thread, parent=post)
    act("hide_post", PostFactory(thread=thread), judge, "Rude.")
    before = state(thread)
    chosen = db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == number)).one()
    act("remove", chosen, judge, "Advertising", Rule.NO_ADVERTISING)
    assert state(thread) != before
    act("bring_back", chosen, second)
    act("bring_back", chosen, second)
    assert state(thread) == before
    assert no_faults()


@pytest.mark.parametrize("whole", [True, False])
def test_an_author_brings_back_an_own_post_or_thread_for_seven_days(act, thread, author, actor_of, clock, whole):
    me = author
    post = opening(thread) if whole else PostFactory(thread=thread, author=user(author))
    before = state(thread)
    act("delete_post", post, me)
    assert state(thread) != before
    clock.advance(days=7)
    act("bring_back", post, me)
    assert state(thread) == before
    assert no_faults()
    act("delete_post", post, me)
    clock.advance(days=7, seconds=1)
    with pytest.raises(TooLateToBringBack):
        act("bring_back", post, me)


def test_an_own_deletion_is_its_authors_first_and_the_moderators_afterwards(
    act, thread, judge, author, actor_of, clock, drain
):
    post = PostFactory(thread=thread, author=user(author))
    act("delete_post", post, author)
    with pytest.raises(AuthorDecides):
        act("bring_back", post, judge)
    clock.advance(days=8)
    act("bring_back", post, judge)
    drain()
    assert db.session.get_one(Post, post.id, populate_existing=True).is_shown
    kinds = db.session.scalars(select(Notification.kind).where(Notification.user_id == author.id)).all()
    assert kinds == ["moderation.undelete"]


def test_nobody_brings_back_what_a_moderator_took_from_them(act, thread, judge, second, author, actor_of):
    post = PostFactory(thread=thread, author=user(author))
    act("remove", post, judge, "x", Rule.NO_ADVERTISING)
    with pytest.raises(Denied):
        act("bring_back", post, author)
    own = PostFactory(thread=thread, author=user(second))
    act("remove", own, judge, "x", Rule.NO_ADVERTISING)
    with pytest.raises(OwnRemoval):
        act("bring_back", own, second)


@pytest.mark.parametrize("fault", [ThreadLocked, BoardArchived, ThreadHidden])
def test_an_author_brings_nothing_back_where_nothing_is_added(act, thread, board, judge, author, actor_of, fault):
    post = PostFactory(thread=thread, author=user(author))
    act("delete_post", post, author)
    if fault is ThreadLocked:
        thread.state = ThreadState.LOCKED
    elif fault is BoardArchived:
        board.archived = True
    db.session.commit()
    if fault is ThreadHidden:
        act("hide_post", opening(thread), judge, "Rude.")
    with pytest.raises(fault):
        act("bring_back", post, author)


def test_a_thread_whose_author_deleted_the_opening_comes_back_without_it(act, thread, judge, author, actor_of):
    PostFactory(thread=thread)
    act("delete_post", opening(thread), author)
    before = state(thread)
    act("remove", opening(thread), judge, "x", Rule.NO_ADVERTISING)
    act("bring_back", opening(thread), judge)
    assert state(thread) == before


def test_the_log_says_that_a_removal_was_undone(act, thread, judge, drain):
    post = PostFactory(thread=thread)
    act("remove", post, judge, "x", Rule.NO_ADVERTISING)
    act("bring_back", post, judge)
    drain()
    rows = db.session.scalars(select(Decision).order_by(Decision.number)).all()
    assert [(row.action, row.undoes_id) for row in rows] == [(Action.DELETE, None), (Action.UNDELETE, rows[0].id)]


def test_a_verdict_undoes_what_was_done_last(act, thread, judge, second, drain, transaction):
    post = PostFactory(thread=thread)
    ref = Ref("post", post.id)
    with transaction():
        first = decide(ref, judge, Verdict(action=Action.HIDE, reason="Rude.", rule=Rule.NO_PERSONS)).id
    act("remove", post, judge, "x", Rule.NO_ADVERTISING)
    drain()
    with transaction():
        newest = db.session.scalars(select(Decision.id).order_by(Decision.id.desc())).first()
        last = decide(ref, second, Verdict(action=Action.RESTORE, reason="Not at all.", seen=newest)).id
    found = db.session.get_one(Post, post.id, populate_existing=True)
    assert (found.deleted_at, found.hidden_at is not None) == (None, True)
    with transaction():
        decide(ref, second, Verdict(action=Action.RESTORE, reason="Nor that.", seen=last))
    assert found.is_shown
    undone = select(Decision.undoes_id).where(Decision.action == Action.RESTORE).order_by(Decision.id)
    assert db.session.scalars(undone).all() == [
        newest,
        first,
    ]
    assert no_faults()


def test_the_author_of_what_was_removed_does_not_judge_it(act, thread, judge, second, drain, transaction):
    post = PostFactory(thread=thread, author=user(second))
    act("remove", post, judge, "x", Rule.NO_ADVERTISING)
    drain()
    with pytest.raises(OwnWork), transaction():
        decide(post.ref, second, Verdict(action=Action.RESTORE, reason="No.", seen=1))


# Pages


def test_the_bin_lists_what_was_removed_in_the_moderators_scope(act, in_english, judge, other_branch, actor_of, member):
    inner = BoardFactory(branch=other_branch, audience=branch_audience(other_branch.id), slug="inner")
    there, elsewhere = PostFactory(thread=ThreadFactory(board=inner)), PostFactory(body="Elsewhere.")
    for post in (there, elsewhere):
        act("remove", post, judge, "Advertising", Rule.NO_ADVERTISING)
    local = UserFactory(branch=other_branch)
    grant(local, Role.MODERATOR, other_branch)
    page = in_english(local).get("/forum/bin").text
    assert (there.html in page, "Elsewhere." in page) == (True, False)
    assert f'action="/forum/posts/{there.id}/bring-back"' in page
    all_of_it = in_english(user(judge))
    assert "Elsewhere." in all_of_it.get("/forum/bin").text
    assert "Elsewhere." not in all_of_it.get("/forum/bin?board=inner").text
    assert all_of_it.get("/forum/bin?cursor=nonsense").status_code == 404


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("show", ["posts", "threads"])
def test_the_bin_costs_the_same_however_full_it_is(act, sign_in, moderator, judge, board, count_queries, number, show):
    for _number in range(number):
        post = PostFactory(thread=ThreadFactory(board=board))
        act("remove", opening(post.thread) if show == "threads" else post, judge, "Advertising", Rule.NO_ADVERTISING)
    browser = sign_in(moderator)
    with count_queries() as seen:
        page = browser.get(f"/forum/bin?show={show}").text
    assert (page.count("/bring-back"), len(seen)) == (number, 6)


def test_the_bin_tells_own_deletions_apart_and_offers_only_what_may_be_done(
    act, in_english, moderator, judge, thread, author, actor_of, clock
):
    post = PostFactory(thread=thread, author=user(author), body="Withdrawn.")
    act("delete_post", post, author)
    browser = in_english(moderator)
    page = browser.get("/forum/bin").text
    assert ("deleted by its author" in page, "Withdrawn." in page, "/bring-back" in page) == (True, True, False)
    clock.advance(days=8)
    browser = in_english(moderator)
    assert "/bring-back" in browser.get("/forum/bin").text
    assert browser.post(f"/forum/posts/{post.id}/bring-back").status_code == 303
    assert "No post is in the bin." in browser.get("/forum/bin").text


def test_a_signpost_is_in_no_bin(transaction, judge, sign_in, moderator):
    source, target = ThreadFactory(), ThreadFactory()
    with transaction():
        services.merge_threads(*queries.get_two_threads(source.id, target.id, judge), judge, "The same.")
    assert "/bring-back" not in sign_in(moderator).get("/forum/bin?show=threads").text


def test_the_stub_and_the_list_of_own_posts_offer_to_bring_back(act, in_english, author, thread, actor_of, clock):
    post = PostFactory(thread=thread, author=user(author), body="Withdrawn.")
    act("delete_post", post, author)
    browser, form = in_english(user(author)), f'action="/forum/posts/{post.id}/bring-back"'
    assert form in browser.get(f"/forum/threads/{thread.id}").text
    assert form in browser.get("/forum/mine?show=deleted").text
    clock.advance(days=8)
    browser = in_english(user(author))
    assert form not in browser.get(f"/forum/threads/{thread.id}").text
    mine = browser.get("/forum/mine?show=deleted").text
    assert ("Withdrawn." in mine, form in mine) == (True, False)
    assert browser.post(f"/forum/posts/{post.id}/bring-back").status_code == 409


@pytest.mark.parametrize("number", [1, 3])
def test_own_deleted_posts_cost_the_same_and_say_who_took_them(
    act, in_english, author, judge, thread, actor_of, count_queries, number
):
    for _number in range(number):
        act("remove", PostFactory(thread=thread, author=user(author)), judge, "Off topic", Rule.NO_ADVERTISING)
    act("delete_post", opening(ThreadFactory(author=user(author))), author)
    browser = in_english(user(author))
    with count_queries() as seen:
        page = browser.get("/forum/mine?show=deleted").text
    assert (page.count("removed by a moderator"), page.count("/bring-back"), len(seen)) == (number, 1, 4)


def test_who_has_reported_a_post_is_not_asked_to_again(in_english, member, thread, transaction, actor_of, judge):
    post = PostFactory(thread=thread)
    with transaction():
        report(post.ref, actor_of(member), ReportReason.OFF_TOPIC)
    page = in_english(member).get(f"/forum/threads/{thread.id}").text
    assert (page.count("Reported"), f"/moderation/report/post/{post.id}" in page) == (1, False)
    assert f"/moderation/report/post/{opening(thread).id}" in page
    assert "Reported" not in in_english(UserFactory()).get(f"/forum/threads/{thread.id}").text
    with transaction():
        decide(post.ref, judge, Verdict(action=Action.KEEP, reason="Fine."))
    assert f"/moderation/report/post/{post.id}" in in_english(member).get(f"/forum/threads/{thread.id}").text


# Earlier versions


def edited(thread):
    post = PostFactory(thread=thread, body="Second.", revision=1)
    old = {"body": "First. @nobody", "html": "<p>First.</p>", "written_at": post.created_at}
    db.session.add(PostRevision(post_id=post.id, revision=0, **old))
    db.session.commit()
    return post


def test_a_moderator_restores_an_earlier_version_and_the_author_is_told(in_english, moderator, thread, drain):
    post = edited(thread)
    browser = in_english(moderator)
    assert "Restore this version" in browser.get(f"/forum/posts/{post.id}/history").text
    assert browser.post(f"/forum/posts/{post.id}/restore", data={"revision": "0"}).status_code == 303
    drain()
    assert db.session.get_one(Post, post.id, populate_existing=True).body == "First. @nobody"
    assert db.session.scalars(select(Decision.action)).all() == [Action.REWRITE]
    kinds = db.session.scalars(select(Notification.kind).where(Notification.user_id == post.author_id)).all()
    assert kinds == ["moderation.rewrite"]
    assert browser.post(f"/forum/posts/{post.id}/restore", data={"revision": "0"}).status_code == 303
    drain()
    assert len(db.session.scalars(select(Decision.id)).all()) == 1


def test_no_earlier_version_of_what_is_gone_is_restored(act, sign_in, moderator, thread, judge):
    post = edited(thread)
    act("remove", post, judge, "x", Rule.NO_ADVERTISING)
    assert sign_in(moderator).post(f"/forum/posts/{post.id}/restore", data={"revision": "0"}).status_code == 409


# Copies


def test_a_copy_has_files_of_its_own_that_follow_its_readers(
    act, sign_in, moderator, member, thread, judge, client, other_branch
):
    file = AttachmentFactory(post=PostFactory(thread=thread))
    post = db.session.get_one(Post, file.post_id)
    post.body = f"![A board](/forum/files/{file.id})"
    db.session.commit()
    inner = BoardFactory(branch=other_branch, audience=branch_audience(other_branch.id))
    data = {"number": post.number, "title": "A copy", "reason": "Worth it.", "confirm": "1"}
    sent = {f"copy-{name}": value for name, value in data.items() if name != "confirm"} | {"confirm": "1"}
    browser = sign_in(moderator)
    for board in (inner, thread.board):
        url = f"/forum/threads/{thread.id}/arrange/copy"
        assert browser.post(url, data=sent | {"copy-board_id": board.id}).status_code == 303
    copies = db.session.scalars(select(Post).where(Post.body.contains("/forum/files/")).order_by(Post.id)).all()
    ids = [int(one.body.partition("/forum/files/")[2].partition(")")[0]) for one in copies]
    assert len(set(ids)) == 3
    assert [f"/forum/files/{ident}/thumbnail" in one.html for one, ident in zip(copies[1:], ids[1:], strict=True)] == [
        True,
        True,
    ]
    assert [client.get(f"/forum/files/{ident}", buffered=True).status_code for ident in ids] == [200, 404, 200]
    act("remove", post, judge, "x", Rule.NO_ADVERTISING)
    assert [client.get(f"/forum/files/{ident}", buffered=True).status_code for ident in ids] == [404, 404, 200]
