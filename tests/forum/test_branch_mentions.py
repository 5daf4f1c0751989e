"""Officers speak to whole branches."""

import pytest

from core.db import db
from core.faces import Faces
from core.notifications import PeopleTold
from core.permissions import MEMBERS, branch_audience
from forum import queries, services
from forum.composing import compose
from forum.enums import FollowedKind, SubscriptionLevel
from forum.models import Follow, Subscription
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory


@pytest.fixture
def told(announced):
    """Return ``told() -> {kind: recipient ids}`` of the notices announced so far."""
    return lambda: {event.kind: event.recipient_ids for event in announced() if isinstance(event, PeopleTold)}


@pytest.fixture
def run(app):
    """Return ``run(post, branch_ids, mentioned_ids)``: hand the handler the event of a post."""
    from forum import handlers
    from forum.events import PostPublished

    def go(post, branch_ids, mentioned_ids=()):
        event = PostPublished(
            subject=post.ref,
            post_id=post.id,
            thread_id=post.thread_id,
            mentioned_ids=mentioned_ids,
            branch_ids=branch_ids,
        )
        handlers.tell_of_posts([event])

    return go


def test_an_officer_speaks_to_the_branch_by_slug_and_by_both_names(officer, branch, actor_of):
    branch.name = Faces("东湖支社", "Eastlake")
    db.session.commit()
    for name in ("east-lake", "东湖支社", "Eastlake"):
        made = compose(f"请@{name}看", actor_of(officer))
        assert made.branch_ids == (branch.id,)
        assert f'<a class="mention" href="/branches/east-lake">@{name}</a>看' in made.html


def test_a_branch_below_is_within_the_office_and_one_beside_is_not(officer, branch, other_branch, actor_of):
    below = BranchFactory(parent=branch, slug="pier")
    made = compose("@pier @north-hill", actor_of(officer))
    assert made.branch_ids == (below.id,)
    assert "@north-hill</a>" not in made.html


def test_members_and_instructors_speak_to_no_branch(member, instructor, branch, actor_of, count_queries):
    for person in (member, instructor):
        actor = actor_of(person)
        with count_queries() as seen:
            made = compose("@east-lake hello", actor)
        assert made.branch_ids == ()
        assert "<a" not in made.html
        assert len(seen) == 1  # Branches are not even looked up.


def test_a_name_two_branches_bear_means_neither(moderator, root, actor_of):
    BranchFactory(parent=root, slug="one", name=Faces("财务组"))
    BranchFactory(parent=root, slug="two", name=Faces("财务组"))
    assert compose("@财务组", actor_of(moderator)).branch_ids == ()
    assert len(compose("@one", actor_of(moderator)).branch_ids) == 1


def test_a_member_of_that_name_goes_first(moderator, branch, actor_of):
    user = UserFactory(username="east-lake")
    made = compose("@east-lake", actor_of(moderator))
    assert (made.mentioned_ids, made.branch_ids) == ((user.id,), ())


def test_members_of_the_branch_and_below_are_told_once_each(run, told, branch, member, officer):
    pier = BranchFactory(parent=branch, slug="pier")
    low, both = UserFactory(branch=pier), UserFactory(branch=branch)
    post = PostFactory(author=officer)
    run(post, (branch.id, pier.id), (both.id,))
    assert told() == {
        "forum.mention": (both.id,),
        "forum.branch": tuple(sorted({low.id, member.id})),
    }


def test_who_has_muted_the_thread_or_its_board_hears_nothing(run, told, branch, officer):
    thread = ThreadFactory()
    quiet, quieter, hears = (UserFactory(branch=branch) for _person in range(3))
    db.session.add(Subscription(user_id=quiet.id, thread_id=thread.id, level=SubscriptionLevel.MUTED))
    db.session.add(
        Follow(user_id=quieter.id, kind=FollowedKind.BOARD, target_id=thread.board_id, level=SubscriptionLevel.MUTED)
    )
    db.session.commit()
    run(PostFactory(thread=thread, author=officer), (branch.id,))
    assert told() == {"forum.branch": (hears.id,)}


def test_only_those_who_may_read_the_thread_are_told(run, told, branch, other_branch, moderator):
    inside = UserFactory(branch=other_branch)
    UserFactory(branch=branch)
    board = BoardFactory(branch=other_branch, audience=branch_audience(other_branch.id))
    run(PostFactory(thread=ThreadFactory(board=board), author=moderator), (1,))
    assert told() == {"forum.branch": (inside.id,)}


def test_a_whole_branch_is_not_asked_one_by_one(run, told, branch, officer, count_queries):
    people = UserFactory.create_batch(25, branch=branch)
    board = BoardFactory(branch=branch, audience=branch_audience(branch.id))
    post = PostFactory(thread=ThreadFactory(board=board), author=officer)
    with count_queries() as seen:
        run(post, (branch.id,))
    assert told() == {"forum.branch": tuple(sorted(person.id for person in people))}
    assert len([statement for statement in seen if statement.startswith("SELECT")]) <= 6


def test_an_edit_that_names_a_branch_tells_its_members_once(branch, officer, member, actor_of, transaction, drain):
    post = PostFactory(author=officer, thread=ThreadFactory(board=BoardFactory(audience=MEMBERS)))
    for words in ("@east-lake hello", "@east-lake hello again"):
        with transaction():
            loaded = queries.get_post(post.id, actor_of(officer), lock=True)
            draft = compose(words, actor_of(officer))
            services.edit_post(loaded, actor_of(officer), draft, seen_revision=loaded.revision)
        drain()
    db.session.refresh(member)
    assert member.unread_count == 1


def test_a_reply_in_the_browser_reaches_the_branch(sign_in, branch, officer, member, drain):
    thread = ThreadFactory()
    sign_in(officer).post(f"/forum/threads/{thread.id}/replies", data={"body": "@east-lake come", "key": "k"})
    drain()
    db.session.refresh(member)
    assert member.unread_count == 1


def test_rendering_again_keeps_a_branch_linked(app, branch, officer):
    from forum.cli import rerender

    post = PostFactory(author=officer, body="@east-lake", html="old", render_version=0)
    app.test_cli_runner().invoke(rerender, [], catch_exceptions=False)
    db.session.refresh(post)
    assert 'href="/branches/east-lake"' in post.html
