"""Writing in an office."""

import pytest
from sqlalchemy import delete, select

from accounts.models import Grant
from core.db import db
from core.errors import Denied
from core.faces import Faces
from core.permissions import Role
from forum import queries, services
from forum.composing import compose
from forum.models import Post, Thread
from forum.offices import held_office, offices_of, words_of
from forum.services.counters import recount_threads
from forum.services.threads import Opening
from tests.factories.accounts import BranchFactory, UserFactory, grant
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory


@pytest.fixture
def river(root):
    return BranchFactory(name=Faces("河湾支部", "Riverside branch"))


@pytest.fixture
def secretary(river):
    user = UserFactory(branch=river)
    grant(user, Role.OFFICER, river)
    return user


@pytest.fixture
def talk(river):
    return ThreadFactory(board=BoardFactory(branch=river, slug="river-talk"))


@pytest.fixture
def browser(sign_in, secretary):
    one = sign_in(secretary)
    one.set_cookie("lang", "en", domain="localhost")
    return one


def key(branch) -> str:
    return f"officer:{branch.id}"


def answer(thread, actor, office, words="Done.", **more):
    return services.reply(queries.get_thread(thread.id, actor, lock=True), actor, compose(words), office=office, **more)


def test_an_office_has_words_in_both_languages():
    assert words_of(Role.OFFICER, Faces("河湾支部", "Riverside branch")) == Faces(
        "河湾支部 负责人", "Officer, Riverside branch"
    )


def test_a_branch_with_one_name_bears_it_in_both():
    assert words_of(Role.MODERATOR, Faces("河湾支部")) == Faces("河湾支部 版主", "Moderator, 河湾支部")


def test_offices_of_this_place_and_above_are_offered_and_no_others(actor_of, river, secretary, root):
    grant(secretary, Role.INSTRUCTOR, root)
    grant(secretary, Role.MODERATOR, BranchFactory())
    actor = actor_of(secretary)
    assert [office.key for office in offices_of(actor, river.path)] == [key(river), "instructor:1"]
    assert [office.key for office in offices_of(actor, root.path)] == ["instructor:1"]
    assert len(offices_of(actor, None)) == 3


def test_a_reply_in_an_office_carries_its_words_for_good(talk, actor_of, secretary, river, transaction):
    actor = actor_of(secretary)
    with transaction():
        post = answer(talk, actor, key(river))
    db.session.execute(delete(Grant).where(Grant.user_id == secretary.id))
    db.session.commit()
    with transaction():
        found = queries.get_post(post.id, actor, lock=True)
        services.edit_post(found, actor, compose("Done since."), seen_revision=0)

    db.session.expire_all()
    found = db.session.get_one(Post, post.id)
    assert (found.office, found.body) == (Faces("河湾支部 负责人", "Officer, Riverside branch"), "Done since.")
    assert db.session.get_one(Thread, talk.id).has_official_reply is True


def test_an_office_that_ended_meanwhile_is_refused(talk, actor_of, secretary, river, transaction):
    actor = actor_of(secretary)
    db.session.execute(delete(Grant).where(Grant.user_id == secretary.id))
    db.session.commit()
    with pytest.raises(Denied), transaction():
        answer(talk, actor, key(river))
    assert db.session.scalar(select(Thread.reply_count)) == 0


@pytest.mark.parametrize(
    "wrong", ["officer", "officer:", "officer:x", "officer:²", "officer:99999999999999", "king:1", ":", "\0"]
)
def test_a_key_that_is_no_office_is_refused(actor_of, secretary, river, wrong):
    with pytest.raises(Denied):
        held_office(actor_of(secretary), wrong, river.path)


def test_an_office_of_another_place_is_refused(actor_of, secretary, river, root):
    with pytest.raises(Denied):
        held_office(actor_of(secretary), key(river), root.path)


def test_a_thread_can_be_started_in_an_office(actor_of, secretary, river, talk, transaction):
    actor = actor_of(secretary)
    with transaction():
        board = queries.get_board("river-talk", actor, lock=True)
        post = services.start_thread(board, actor, Opening(title="News", office=key(river)), compose("Read this."))
    assert post.office == Faces("河湾支部 负责人", "Officer, Riverside branch")
    assert db.session.get_one(Thread, post.thread_id).has_official_reply is False


def test_a_post_of_nobody_in_particular_has_no_office_in_the_table_either(talk):
    PostFactory(thread=talk, office=None)
    assert db.session.scalars(select(Post.number).where(Post.office.is_not(None))).all() == []


def test_the_mark_of_an_official_reply_goes_and_comes_with_the_reply(
    talk, actor_of, secretary, moderator, river, transaction
):
    actor, judge = actor_of(secretary), actor_of(moderator)
    with transaction():
        post = answer(talk, actor, key(river))
    marks = []
    for act in (
        lambda found: services.hide_post(found, judge, "Off topic."),
        lambda found: services.restore_post(found, judge),
        lambda found: services.delete_post(found, actor),
    ):
        with transaction():
            act(queries.get_post(post.id, actor, lock=True))
        db.session.expire_all()
        marks.append(db.session.get_one(Thread, talk.id).has_official_reply)
    assert marks == [False, True, False]


def test_counting_anew_finds_official_replies(talk, transaction):
    PostFactory(thread=talk, office=Faces("版主", "Moderator"))
    with transaction():
        recount_threads([talk.id])
    db.session.expire_all()
    assert db.session.get_one(Thread, talk.id).has_official_reply is True


def test_the_composer_offers_offices_to_those_who_hold_them(browser, sign_in, member, talk, river):
    page = browser.get(f"/forum/threads/{talk.id}")
    assert f'<option value="{key(river)}">Officer, Riverside branch</option>' in page.text
    assert "Write as" in browser.get("/forum/boards/river-talk/new").text
    assert 'name="office"' not in sign_in(member).get(f"/forum/threads/{talk.id}").text


def test_a_reply_in_an_office_is_shown_as_official(browser, client, talk, river):
    sent = browser.post(
        f"/forum/threads/{talk.id}/replies", data={"body": "We will mend it.", "key": "k", "office": key(river)}
    )
    assert sent.status_code == 303
    page = browser.get(f"/forum/threads/{talk.id}")
    assert page.text.count('<article class="post reply-off"') == 1
    assert '<span class="off-t">Officer, Riverside branch</span>' in page.text
    assert "Official reply</span>" in browser.get("/forum/boards/river-talk").text
    assert "河湾支部 负责人" in client.get(f"/forum/threads/{talk.id}").text


def test_an_office_that_is_not_held_keeps_the_text(browser, talk, root):
    page = browser.post(
        f"/forum/threads/{talk.id}/replies", data={"body": "I am the chair.", "key": "k", "office": "administrator:1"}
    )
    assert page.status_code == 422
    assert "I am the chair." in page.text


def test_an_office_held_elsewhere_is_denied(browser, talk, secretary):
    away = BranchFactory()
    grant(secretary, Role.MODERATOR, away)
    data = {"body": "From afar.", "key": "k", "office": f"moderator:{away.id}"}
    assert browser.post(f"/forum/threads/{talk.id}/replies", data=data).status_code == 403


def test_offices_cost_a_thread_page_no_query(browser, count_queries, talk):
    url = f"/forum/threads/{talk.id}"
    browser.get(url)
    with count_queries() as seen:
        browser.get(url)
    # One more than a member's: the branches below an office are part of what its holder may read.
    assert len(seen) == 7
