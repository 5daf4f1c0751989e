"""Translations of posts: proposed, approved, shown beside the original, stale, withdrawn, found."""

import re

import pytest

from accounts.actors import actor_for
from core.db import db
from core.documents import document_for
from core.errors import Denied, NotFound
from core.notifications import PeopleTold
from core.permissions import VISITOR, branch_audience
from forum import queries, services
from forum.errors import (
    BoardArchived,
    NotYourTranslation,
    PostGone,
    TranslationChanged,
    TranslationStands,
    TranslationWaits,
)
from forum.models import Translation
from forum.queries.translations import find_translation, get_beside
from forum.services.translations import Proposal, target_language, text_mark
from tests.factories.accounts import UserFactory
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory


@pytest.fixture
def post(app):
    made = PostFactory(body="请关好窗户。", language="zh-Hans")
    db.session.commit()
    return queries.find_post(made.id)


def actor(user):
    return actor_for(user.id)


def approve(post, row, user):
    services.approve_translation(post, row, actor(user), text_mark(row))


@pytest.fixture
def propose(draft):
    def act(post, user, words="Please shut the **windows**.", **changes):
        row = services.propose_translation(
            post,
            actor(user),
            Proposal(draft=draft(words), of_revision=changes.pop("of_revision", post.revision), **changes),
        )
        db.session.commit()
        return row

    return act


def told(announced):
    return [(event.kind, event.recipient_ids) for event in announced() if isinstance(event, PeopleTold)]


@pytest.mark.parametrize(
    ("language", "other"), [("zh-Hans", "en"), ("zh-Hant", "en"), ("en", "zh-Hans"), ("und", "en")]
)
def test_a_post_is_translated_into_the_other_language(language, other):
    assert target_language(language) == other


def test_a_proposal_waits_and_the_author_of_the_post_is_told(post, member, propose, announced):
    row = propose(post, member)
    assert (row.language, row.approved_at, post.is_translated) == ("en", None, False)
    assert row.html == "<p>Please shut the <strong>windows</strong>.</p>\n"
    assert told(announced) == [("forum.translation_proposed", (post.author_id,))]


@pytest.mark.parametrize("who", ["author", "moderator", "administrator"])
def test_who_may_approve_has_own_translations_shown_at_once(post, propose, request, who):
    user = post.author if who == "author" else request.getfixturevalue(who)
    row = propose(post, user)
    assert (row.approved_by_id, post.is_translated) == (user.id, True)


def test_an_officer_approves_within_the_branch_and_not_beside_it(officer, branch, other_branch, member, propose):
    for place, allowed in ((branch, True), (other_branch, False)):
        board = BoardFactory(branch=place)
        made = queries.find_post(PostFactory(thread=ThreadFactory(board=board), language="zh-Hans").id)
        row = propose(made, member)
        if allowed:
            approve(made, row, officer)
            assert row.approved_by_id == officer.id
        else:
            with pytest.raises(NotYourTranslation):
                approve(made, row, officer)


def test_approval_shows_it_and_tells_the_proposer(post, member, moderator, propose, announced):
    row = propose(post, member)
    for _time in range(2):
        approve(post, row, moderator)
    assert (row.approved_by_id, post.is_translated) == (moderator.id, True)
    assert told(announced)[-1] == ("forum.translation_approved", tuple(sorted((member.id, post.author_id))))
    assert len(told(announced)) == 2


def test_the_proposer_may_not_approve_but_may_withdraw(post, member, propose):
    row = propose(post, member)
    with pytest.raises(NotYourTranslation):
        approve(post, row, member)
    services.withdraw_translation(post, row, actor(member))
    assert db.session.query(Translation).count() == 0


def test_others_may_not_withdraw_and_the_author_may(post, member, moderator, propose, announced):
    row = propose(post, member)
    approve(post, row, moderator)
    with pytest.raises(NotYourTranslation):
        services.withdraw_translation(post, row, actor(UserFactory()))
    services.withdraw_translation(post, row, actor(post.author))
    assert post.is_translated is False
    assert told(announced)[-1] == ("forum.translation_withdrawn", (member.id,))


def test_one_proposal_at_a_time(post, member, moderator, propose):
    row = propose(post, member)
    with pytest.raises(TranslationWaits):
        propose(post, UserFactory())
    approve(post, row, moderator)
    with pytest.raises(TranslationStands):
        propose(post, UserFactory())
    post.revision += 1
    other = UserFactory()
    again = propose(post, other)
    assert (again.id, again.author_id, again.approved_at, post.is_translated) == (row.id, other.id, None, False)


def test_the_proposer_may_send_a_better_one(post, member, propose):
    propose(post, member)
    assert propose(post, member, "Better.").body == "Better."


@pytest.mark.parametrize("who", ["proposer", "author", "moderator"])
def test_an_approved_one_of_the_present_text_stands_against_everybody(post, member, moderator, propose, who):
    row = propose(post, member)
    approve(post, row, moderator)
    db.session.commit()
    user = {"proposer": member, "author": post.author, "moderator": moderator}[who]
    with pytest.raises(TranslationStands):
        propose(post, user, "Another.")
    assert (row.body, row.approved_by_id, post.is_translated) == ("Please shut the **windows**.", moderator.id, True)
    services.withdraw_translation(post, row, actor(moderator))
    assert propose(post, user, "Another.").body == "Another."


@pytest.mark.parametrize(("who", "shown"), [("proposer", False), ("author", True)])
def test_an_approved_one_of_an_earlier_text_gives_way(post, member, moderator, propose, who, shown):
    row = propose(post, member)
    approve(post, row, moderator)
    post.revision += 1
    db.session.commit()
    again = propose(post, member if who == "proposer" else post.author, "Anew.")
    assert (again.id, again.body, again.approved_at is not None, post.is_translated) == (row.id, "Anew.", shown, shown)


def test_who_may_approve_takes_the_place_of_one_that_waits(post, member, moderator, propose):
    row = propose(post, member)
    again = propose(post, moderator, "Better.")
    assert (again.id, again.body, again.approved_by_id) == (row.id, "Better.", moderator.id)


@pytest.mark.parametrize("change", [{"words": "Open them."}, {"title": "Another title"}])
def test_a_text_that_was_not_read_is_not_approved(moderator, member, propose, change):
    opening = queries.find_post(queries.opening_ref(ThreadFactory().id).id)
    seen = text_mark(propose(opening, member))
    row = propose(opening, member, **change)
    with pytest.raises(TranslationChanged):
        services.approve_translation(opening, row, actor(moderator), seen)
    assert (row.approved_at, opening.is_translated) == (None, False)


def test_the_same_text_sent_again_is_the_text_that_was_read(post, member, moderator, propose):
    seen = text_mark(propose(post, member))
    row = propose(post, member)
    services.approve_translation(post, row, actor(moderator), seen)
    assert row.approved_by_id == moderator.id


def test_gone_posts_archived_boards_and_visitors_take_none(post, member, propose, draft):
    with pytest.raises(Denied):
        services.propose_translation(post, VISITOR, Proposal(draft=draft("x"), of_revision=0))
    post.thread.board.archived = True
    with pytest.raises(BoardArchived):
        propose(post, member)
    post.thread.board.archived = False
    row = propose(post, member)
    post.hidden_at = post.created_at
    with pytest.raises(PostGone):
        propose(post, member)
    with pytest.raises(PostGone):
        approve(post, row, post.author)


def test_a_waiting_one_is_seen_by_those_whom_it_concerns(post, member, moderator, propose):
    propose(post, member)
    for user in (member, moderator, post.author):
        assert get_beside(post.id, actor(user)).author == member.display_name
    for reader in (VISITOR, actor(UserFactory())):
        with pytest.raises(NotFound):
            get_beside(post.id, reader)


def test_search_finds_a_post_by_its_translation_once_it_is_approved(app, moderator, member, propose):
    thread = ThreadFactory(title="冬天", body="请关好窗户。")
    opening = queries.find_post(queries.opening_ref(thread.id).id)
    opening.language = "zh-Hans"
    row = propose(opening, member, title="Winter")
    assert "windows" not in document_for(thread.ref).text
    approve(opening, row, moderator)
    db.session.commit()
    assert document_for(thread.ref).text.split("\n") == ["请关好窗户。", "Please shut the windows.", "Winter"]


# Pages


def approved(post, user, propose):
    post = queries.find_post(post.id)
    row = propose(post, user)
    approve(post, row, post.author)
    db.session.commit()
    return row


def page(browser, post, language):
    return browser.get(f"/forum/threads/{post.thread_id}", headers={"Accept-Language": language}).text


def test_the_thread_shows_it_beside_the_post_open_for_who_reads_its_language(post, member, propose, client):
    assert "<details" not in page(client, post, "en")
    approved(post, member, propose)
    english, chinese = page(client, post, "en"), page(client, post, "zh-CN")
    assert '<details class="veil" open><summary>English translation</summary>' in english
    assert '<details class="veil"><summary>' in chinese
    assert "Please shut the <strong>windows</strong>." in english
    assert f"By {member.display_name}" in english
    assert f"approved by {queries.find_post(post.id).author.display_name}" in english


def test_after_an_edit_it_says_that_it_is_of_an_earlier_text(post, member, propose, client, draft):
    approved(post, member, propose)
    services.edit_post(post, actor(post.author), draft("请关好门。"), seen_revision=0)
    db.session.commit()
    assert "of an earlier text" in page(client, post, "en")


@pytest.mark.parametrize("posts", [1, 3])
def test_translations_cost_one_query_however_many(member, propose, client, count_queries, posts):
    thread = ThreadFactory()
    for _number in range(posts):
        approved(queries.find_post(PostFactory(thread=thread, language="zh-Hans").id), member, propose)
    with count_queries() as seen:
        shown = client.get(f"/forum/threads/{thread.id}").text
    assert (shown.count('<details class="veil"'), len(seen)) == (posts, 3)


def mark_on(browser, path):
    return re.search(r'name="seen" value="([\w-]{20})"', browser.get(f"{path}/translation").text)[1]


def test_from_proposal_to_withdrawal_by_pages(sign_in, member, moderator, post):
    browser, staff, path = sign_in(member), sign_in(moderator), f"/forum/posts/{post.id}"
    headers = {"Accept-Language": "en"}
    assert "请关好窗户。" in browser.get(f"{path}/translate", headers=headers).text
    data = {"body": "Shut the windows.", "revision": "0"}
    preview = browser.post(f"{path}/translate", data={**data, "preview": "1"})
    assert (preview.status_code, "<p>Shut the windows.</p>" in preview.text) == (200, True)
    assert browser.post(f"{path}/translate", data=data).status_code == 303
    assert "Shut the windows." in browser.get(f"{path}/translate").text
    assert "Waits to be approved" in browser.get(f"{path}/translation", headers=headers).text
    assert f"{path}/translation" in staff.get("/forum/translations").text
    assert staff.post(f"{path}/translation/approve", data={"seen": mark_on(staff, path)}).status_code == 303
    assert f"{path}/translation" not in staff.get("/forum/translations").text
    assert staff.post(f"{path}/translation/withdraw").status_code == 303
    assert staff.post(f"{path}/translate", data={**data, "body": "Do shut them."}).status_code == 303
    assert browser.post(f"{path}/translation/withdraw").status_code == 403
    assert staff.post(f"{path}/translation/withdraw").status_code == 303
    assert browser.get(f"{path}/translation").status_code == 404


@pytest.mark.parametrize(
    ("data", "status"),
    [
        ({"body": "", "revision": "0"}, 422),
        ({"body": "x" * 32_001, "revision": "0"}, 422),
        ({"body": "x", "revision": "no"}, 422),
        ({"body": "x", "revision": "99999999999"}, 422),
        ({"body": "x\x00", "revision": "0"}, 303),
    ],
)
def test_wrong_input_is_kept_and_named(sign_in, member, post, data, status):
    assert sign_in(member).post(f"/forum/posts/{post.id}/translate", data=data).status_code == status


def test_a_second_proposal_is_refused_and_kept_on_the_page(sign_in, member, post, propose):
    propose(post, UserFactory())
    answer = sign_in(member).post(f"/forum/posts/{post.id}/translate", data={"body": "My words.", "revision": "0"})
    assert (answer.status_code, "My words." in answer.text) == (409, True)


STANDS = {
    "en": "This post has a translation already. Whoever approved it can withdraw it.",
    "zh-CN": "这个帖子已有译文。认可的人可以把它撤下。",
}
CHANGED = {
    "en": ("Nothing was approved", "The translation has changed since you opened this page."),
    "zh-CN": ("没有认可任何译文", "您打开本页以后，译文已有改动。"),
}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_the_proposer_loses_neither_what_stands_nor_what_was_typed(sign_in, member, post, propose, language):
    row = approved(post, member, propose)
    answer = sign_in(member).post(
        f"/forum/posts/{post.id}/translate",
        data={"body": "Typed anew.", "revision": "0"},
        headers={"Accept-Language": language},
    )
    assert (answer.status_code, STANDS[language] in answer.text, ">Typed anew.<" in answer.text.replace("\n", "")) == (
        409,
        True,
        True,
    )
    db.session.expire_all()
    kept = find_translation(post.id)
    assert (kept.id, kept.body, kept.approved_at is not None) == (row.id, "Please shut the **windows**.", True)


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_proposal_changed_under_the_reader_is_shown_anew_and_then_approved(
    sign_in, member, moderator, post, propose, language
):
    path, headers = f"/forum/posts/{post.id}", {"Accept-Language": language}
    propose(post, member)
    staff = sign_in(moderator)
    seen = mark_on(staff, path)
    propose(queries.find_post(post.id), member, "Leave them open.")
    answer = staff.post(f"{path}/translation/approve", data={"seen": seen}, headers=headers)
    assert answer.status_code == 409
    assert [words in answer.text for words in (*CHANGED[language], "<p>Leave them open.</p>")] == [True] * 3
    db.session.expire_all()
    assert find_translation(post.id).approved_at is None
    shown = re.search(r'name="seen" value="([\w-]{20})"', answer.text)[1]
    assert staff.post(f"{path}/translation/approve", data={"seen": shown}).status_code == 303
    db.session.expire_all()
    assert find_translation(post.id).approved_by_id == moderator.id


@pytest.mark.parametrize("data", [{}, {"seen": ""}, {"seen": "x\x00"}, {"seen": "读"}, {"seen": "9" * 10_000}])
def test_an_approval_that_does_not_say_what_was_read_is_refused(sign_in, member, moderator, post, propose, data):
    propose(post, member)
    answer = sign_in(moderator).post(f"/forum/posts/{post.id}/translation/approve", data=data)
    db.session.expire_all()
    assert (answer.status_code, find_translation(post.id).approved_at) == (409, None)


def test_a_translation_of_what_may_not_be_read_is_not_found(sign_in, member, other_branch, administrator, propose):
    board = BoardFactory(branch=other_branch, audience=branch_audience(other_branch.id))
    inner = queries.find_post(PostFactory(thread=ThreadFactory(board=board), language="zh-Hans").id)
    propose(inner, administrator)
    assert sign_in(member).get(f"/forum/posts/{inner.id}/translation").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_waiting_list_costs_the_same_at_any_length(sign_in, moderator, member, propose, count_queries, rows):
    for _number in range(rows):
        propose(queries.find_post(PostFactory(language="zh-Hans").id), member)
    browser = sign_in(moderator)
    with count_queries() as seen:
        shown = browser.get("/forum/translations").text
    assert (shown.count('/translation"'), len(seen)) == (rows, 5)
