"""Who chooses to hear of what, and who is told."""

import pytest
from sqlalchemy import select

from accounts.readers import readers_among
from core.db import db
from core.notifications import PeopleTold
from core.permissions import Role, branch_audience, course_audience, staff_audience, user_audience
from forum import handlers, services
from forum.enums import FollowedKind, SubscriptionLevel
from forum.events import PostPublished
from forum.models import Follow, Subscription
from tests.factories.accounts import BranchFactory, UserFactory, grant
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory
from tests.factories.study import CourseFactory, EnrolmentFactory

WATCH, FOLLOW, MUTE = SubscriptionLevel.WATCHING, SubscriptionLevel.FOLLOWING, SubscriptionLevel.MUTED


@pytest.fixture
def browser(sign_in, member):
    one = sign_in(member)
    one.set_cookie("lang", "en", domain="localhost")
    return one


@pytest.fixture
def told(announced):
    """Return ``told() -> {kind: recipient ids}`` of the notices announced so far."""
    return lambda: {event.kind: event.recipient_ids for event in announced() if isinstance(event, PeopleTold)}


@pytest.fixture
def run(app):
    """Return ``run(post)``: let the forum tell people of a post."""

    def go(post, mentioned_ids=()):
        event = PostPublished(subject=post.ref, post_id=post.id, thread_id=post.thread_id, mentioned_ids=mentioned_ids)
        handlers.tell_of_posts([event])

    return go


def opening(thread):
    from forum.models import Post

    return db.session.scalars(select(Post).where(Post.thread_id == thread.id, Post.number == 1)).one()


def test_a_new_thread_is_told_to_those_who_watch_its_board_or_course(run, told, actor_of, transaction):
    thread = ThreadFactory(course_id=7)
    watcher, of_course, follower, quiet = (UserFactory() for _person in range(4))
    with transaction():
        services.set_follow(FollowedKind.BOARD, thread.board_id, actor_of(watcher), WATCH)
        services.set_follow(FollowedKind.COURSE, 7, actor_of(watcher), WATCH)
        services.set_follow(FollowedKind.COURSE, 7, actor_of(of_course), WATCH)
        services.set_follow(FollowedKind.BOARD, thread.board_id, actor_of(follower), FOLLOW)
        services.set_follow(FollowedKind.BOARD, thread.board_id, actor_of(quiet), MUTE)
    run(opening(thread), (quiet.id,))
    assert told() == {"forum.thread": (watcher.id, of_course.id)}
    run(PostFactory(thread=thread))
    assert set(told()) == {"forum.thread"}


@pytest.mark.parametrize("people", [1, 3])
def test_telling_of_a_new_thread_costs_the_same_however_many_watch(
    run, actor_of, transaction, count_queries, branch, people
):
    thread = ThreadFactory(audience=branch_audience(branch.id))
    with transaction():
        for _number in range(people):
            reader = actor_of(UserFactory(branch=branch))
            services.set_follow(FollowedKind.BOARD, thread.board_id, reader, WATCH)
    post = opening(thread)
    with count_queries() as seen:
        run(post)
    assert len([statement for statement in seen if statement.startswith("SELECT")]) == 4


def test_who_has_muted_a_thread_hears_nothing_of_it(run, told, actor_of, transaction):
    thread = ThreadFactory()
    quiet = UserFactory()
    post = PostFactory(thread=thread, author=quiet)
    with transaction():
        services.set_level(thread.id, actor_of(quiet), MUTE)
    run(PostFactory(thread=thread, parent=post), (quiet.id,))
    assert told() == {}


def test_readers_are_the_same_people_one_by_one_and_all_at_once(app, root, branch, other_branch, actor_of):
    village = BranchFactory(parent=branch, slug="village")
    course = CourseFactory()
    people = [UserFactory(branch=place) for place in (root, branch, other_branch, village)]
    for role in (Role.OFFICER, Role.MODERATOR, Role.MEMBER):
        for place in (root, branch, village):
            person = UserFactory(branch=other_branch)
            grant(person, role, place)
            people.append(person)
    EnrolmentFactory(user=people[0], course=course)
    ids = [person.id for person in people]
    audiences = ["public", "members", user_audience(people[3].id), course_audience(course.id)]
    audiences += [of(place.id) for of in (branch_audience, staff_audience) for place in (root, branch, village)]
    for audience in audiences:
        single = {person.id for person in people if actor_of(person).can_read(audience)}
        assert readers_among(ids, audience) == single, audience
    assert readers_among(ids, "dream:1") == set()
    assert readers_among([UserFactory(state="suspended").id], "public") == set()


# Pages


def test_levels_of_a_thread_are_chosen_on_its_page(browser, member):
    thread = ThreadFactory()
    url = f"/forum/threads/{thread.id}"
    for level in ("watching", "following", "muted"):
        assert browser.post(f"{url}/follow", data={"level": level}).location == url
        assert f'value="{level}" selected' in browser.get(url).text
        assert db.session.get(Subscription, (member.id, thread.id), populate_existing=True).level == level
    browser.post(f"{url}/follow", data={"level": "normal"})
    assert db.session.scalars(select(Subscription)).all() == []
    assert browser.post(f"{url}/follow", data={"level": "loud\x00"}).status_code == 422


def test_a_board_is_muted_and_heard_again(browser):
    thread = ThreadFactory()
    base = f"/forum/boards/{thread.board.slug}"
    act = f"/forum/follow/board/{thread.board_id}"
    assert thread.title in browser.get("/forum/new").text
    assert browser.post(act, data={"level": "muted", "next": base}).location == base
    assert 'value="muted" selected' in browser.get(base).text
    assert thread.title not in browser.get("/forum/new").text
    assert thread.title in browser.get(base).text
    browser.post(act, data={"level": "normal"})
    assert thread.title in browser.get("/forum/new").text


def test_a_course_is_followed_on_a_page_of_the_forum(browser):
    course = CourseFactory()
    url = f"/forum/follow/course/{course.id}"
    assert course.title.en in browser.get(url).text
    assert browser.post(url, data={"level": "watching"}).location == f"/study/courses/{course.slug}"
    assert 'value="watching" selected' in browser.get(url).text
    assert url in browser.get(f"/study/courses/{course.slug}").text


@pytest.mark.parametrize("number", [1, 3])
def test_all_that_is_followed_stands_on_one_page_and_is_changed_there(
    browser, member, actor_of, transaction, count_queries, number
):
    threads = [ThreadFactory() for _number in range(number)]
    course, hidden = CourseFactory(), BoardFactory(audience="user:0")
    actor = actor_of(member)
    with transaction():
        for thread in threads:
            services.set_follow(FollowedKind.BOARD, thread.board_id, actor, WATCH)
            services.watch(thread.id, actor)
        services.set_follow(FollowedKind.COURSE, course.id, actor, MUTE)
        services.set_follow(FollowedKind.BOARD, hidden.id, actor, WATCH)
    with count_queries() as seen:
        page = browser.get("/forum/follows").text
    assert len(seen) == 7
    assert page.count("<select") == 2 * number + 1
    assert hidden.title.en not in page
    board_id = threads[0].board_id
    data = {f"board:{board_id}": "normal", f"thread:{threads[0].id}": "muted", f"course:{course.id}": "following"}
    stray = {"board:999": "watching", "thread:99999999999": "muted", "dream:1": "muted", "next": "x", "board:x": "y"}
    assert browser.post("/forum/follows", data=data | stray).status_code == 303
    assert db.session.get(Follow, (member.id, "board", board_id), populate_existing=True) is None
    assert db.session.get(Follow, (member.id, "board", 999)) is None
    assert db.session.get(Follow, (member.id, "course", course.id), populate_existing=True).level == "following"
    assert db.session.get(Subscription, (member.id, threads[0].id), populate_existing=True).level == "muted"
    assert browser.post("/forum/follows", data={f"course:{course.id}": "loud"}).status_code == 422


# What is new


def test_what_is_new_is_narrowed_to_what_one_follows_or_watches(browser, member, actor_of, transaction):
    plain, followed, watched = (ThreadFactory() for _number in range(3))
    with transaction():
        services.set_level(followed.id, actor_of(member), FOLLOW)
        services.set_follow(FollowedKind.BOARD, watched.board_id, actor_of(member), WATCH)
    for show, found in (("", [1, 1, 1]), ("follow", [0, 1, 1]), ("watch", [0, 0, 1]), ("dream", [1, 1, 1])):
        page = browser.get(f"/forum/new?show={show}").text
        assert [f'href="/forum/threads/{thread.id}' in page for thread in (plain, followed, watched)] == found


def test_a_day_is_marked_as_read_only_up_to_what_was_on_the_page(browser, member, actor_of):
    from forum.queries import first_unread

    thread, hidden = ThreadFactory(), ThreadFactory(audience="user:0")
    thread_id, hidden_id = thread.id, hidden.id
    page = browser.get("/forum/new").text
    assert f'value="{thread_id}:1"' in page
    PostFactory(thread=thread)
    data = {"thread": [f"{thread_id}:1", f"{hidden_id}:1", "x", "9:²", f"{thread_id}"]}
    assert browser.post("/forum/new/read", data=data).location == "/forum/new"
    assert "1 new" in browser.get("/forum/new").text.replace("</span>", "")
    assert first_unread(thread_id, actor_of(member)) == 2
    browser.post("/forum/new/read", data={"thread": [f"{thread_id}:999"]})
    assert "You have read everything." in browser.get("/forum/new").text


def test_from_the_end_of_a_thread_one_goes_to_the_next_unread_one(browser):
    first, second = ThreadFactory(), ThreadFactory()
    assert f'href="/forum/new/next?after={second.id}"' in browser.get(f"/forum/threads/{second.id}").text
    assert browser.get(f"/forum/new/next?after={second.id}").location == f"/forum/threads/{first.id}#p1"
    assert browser.get("/forum/new/next?after=x").location == f"/forum/threads/{second.id}#p1"
    browser.post("/forum/read")
    assert browser.get("/forum/new/next").location == "/forum/new"
