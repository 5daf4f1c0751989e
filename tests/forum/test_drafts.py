"""Drafts: kept for one place of one member, offered again, gone when published, and kept when a send fails."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from core.db import db
from forum import services
from forum.drafting import CHARACTERS_MAX, DraftPlace, as_form, typed_fields
from forum.enums import ThreadState
from forum.errors import DraftTooLarge, TooManyDrafts
from forum.models import Post, SavedDraft
from forum.services import drafts as drafts_services
from forum.views.threads import read_positions
from tests.factories.accounts import UserFactory
from tests.factories.files import form_with_file
from tests.factories.forum import BoardFactory, DraftFactory, PostFactory, ThreadFactory

JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _no_waiting_positions():
    read_positions._values.clear()
    yield
    read_positions._values.clear()


@pytest.fixture
def browser(sign_in, member):
    one = sign_in(member)
    one.set_cookie("lang", "en", domain="localhost")
    return one


def kept() -> list[tuple[str, str]]:
    db.session.expire_all()
    rows = db.session.scalars(select(SavedDraft).order_by(SavedDraft.id))
    return [(draft.place, str(draft.content.get("body", ""))) for draft in rows]


# Places and fields


@pytest.mark.parametrize(
    "text", ["board:3", "thread:12", "post:45", "edit:6", "about:lesson:7", "board:3:abcdefgh1234"]
)
def test_a_place_is_read_as_it_was_written(text):
    assert str(DraftPlace.parse(text)) == text


NO_PLACES = """
board board: board:0 board:-1 board:1x board:9999999999 thread:1:abcdefgh board:١ about:lesson about::1 about:Lesson:1
planet:1 board:1:abc board:\x001
"""


@pytest.mark.parametrize("text", ["", None, "board:1\n", *NO_PLACES.split()])
def test_anything_else_is_no_place(text):
    assert DraftPlace.parse(text) is None


def test_a_draft_keeps_the_fields_of_the_text_and_nothing_of_the_sending():
    sent = [("csrf_token", "s"), ("place", "board:1"), ("preview", "1"), ("body", "a\x00b\ud800"), ("Odd Name", "x")]
    sent += [("option", "one"), ("option", "two"), ("_saved", "never")]
    fields = typed_fields(sent)
    assert fields == {"body": "ab", "option": ["one", "two"]}
    assert list(as_form({**fields, "_saved": "now"}).items(multi=True)) == [
        ("body", "ab"),
        ("option", "one"),
        ("option", "two"),
    ]


@pytest.mark.parametrize("sent", [[("body", "x" * (CHARACTERS_MAX + 1))], [("option", "")] * 61])
def test_more_than_a_post_can_hold_is_not_kept(sent):
    with pytest.raises(DraftTooLarge):
        typed_fields(sent)


def test_a_place_has_one_draft_and_the_next_one_replaces_it(member, actor_of, transaction):
    for words in ("First.", "Second."):
        with transaction():
            services.save_draft(actor_of(member), DraftPlace("thread", 1), {"body": words})
    assert kept() == [("thread:1", "Second.")]


def test_an_emptied_form_lets_go_of_its_draft(member, actor_of, transaction):
    for words in ("First.", " \n"):
        with transaction():
            services.save_draft(actor_of(member), DraftPlace("thread", 1), {"body": words, "kind": "question"})
    assert kept() == []


def test_a_member_keeps_only_so_many_but_may_change_what_is_there(member, actor_of, transaction, monkeypatch):
    monkeypatch.setattr(drafts_services, "DRAFTS_MAX", 1)
    actor = actor_of(member)
    for words in ("First.", "Second."):
        with transaction():
            services.save_draft(actor, DraftPlace("thread", 1), {"body": words})
    with pytest.raises(TooManyDrafts), transaction():
        services.save_draft(actor, DraftPlace("thread", 2), {"body": "x"})


# Saving and going on


def test_a_script_is_told_when_the_draft_was_saved(browser, thread, clock):
    clock.set(datetime(2026, 3, 14, 6, 3, tzinfo=UTC))
    answer = browser.post("/forum/drafts", data={"place": f"thread:{thread.id}", "body": "Half a"}, headers=JSON)
    assert (answer.status_code, answer.json) == (200, {"saved": "2026-03-14T06:03:00+00:00"})
    assert kept() == [(f"thread:{thread.id}", "Half a")]
    emptied = browser.post("/forum/drafts", data={"place": f"thread:{thread.id}", "body": ""}, headers=JSON)
    assert (emptied.json, kept()) == ({"saved": ""}, [])


@pytest.mark.parametrize(
    "data", [{"body": "x"}, {"place": "moon:1", "body": "x"}, {"place": "thread:1", "body": "x" * 70000}]
)
def test_a_draft_without_a_place_or_too_long_is_refused_in_words(browser, data):
    answer = browser.post("/forum/drafts", data=data, headers=JSON)
    assert (answer.status_code, list(answer.json)) == (422, ["error"])
    page = browser.post("/forum/drafts", data=data)
    assert (page.status_code, kept()) == (422, [])


def test_the_button_saves_and_leads_back_to_the_composer_with_the_text(browser, thread, board, clock):
    clock.set(datetime(2026, 3, 14, 6, 3, tzinfo=UTC))
    post = PostFactory(thread=thread)
    for place, url in (
        (f"board:{board.id}", f"/forum/boards/{board.slug}/new"),
        (f"thread:{thread.id}", f"/forum/threads/{thread.id}#reply"),
        (f"post:{post.id}", f"/forum/posts/{post.id}/reply"),
    ):
        answer = browser.post("/forum/drafts", data={"place": place, "body": f"Text for {place}", "title": ""})
        assert (answer.status_code, answer.location) == (303, url)
        page = browser.get(url)
        assert f">Text for {place}</textarea>" in page.text.replace(">\r\n", ">")
        assert f'data-place="{place}" data-saved="2026-03-14T06:03:00+00:00"' in page.text
        assert "You began this on" in page.text
        assert "Draft saved 14:03" in page.text


def test_a_draft_is_offered_on_another_device_and_to_nobody_else(sign_in, member, thread):
    sign_in(member).post("/forum/drafts", data={"place": f"thread:{thread.id}", "body": "Mine alone"})
    assert "Mine alone" in sign_in(member).get(f"/forum/threads/{thread.id}").text
    assert "Mine alone" not in sign_in(UserFactory()).get(f"/forum/threads/{thread.id}").text


def test_a_change_goes_on_from_the_version_it_was_begun_on(sign_in, member):
    post = PostFactory(author=member)
    browser = sign_in(member)
    browser.set_cookie("lang", "en", domain="localhost")
    url = f"/forum/posts/{post.id}/edit"
    browser.post("/forum/drafts", data={"place": f"edit:{post.id}", "body": "Better so", "revision": "0"})
    page = browser.get(url)
    assert ">Better so</textarea>" in page.text.replace(">\r\n", ">")
    assert "It was begun on version 1 of the post." in page.text


def test_the_kind_that_an_address_names_wins_over_that_of_the_draft(browser, member, board):
    DraftFactory(user=member, place=f"board:{board.id}", content={"kind": "discussion", "body": "Half a text"})
    page = browser.get(f"/forum/boards/{board.slug}/new?kind=question").text
    assert re.search(r'<input[^>]* checked[^>]* value="question"|<input[^>]* value="question"[^>]* checked', page)
    assert "Half a text" in page


def test_a_dropped_draft_leaves_an_empty_composer(browser, board):
    place = f"board:{board.id}"
    browser.post("/forum/drafts", data={"place": place, "body": "No more"})
    answer = browser.post("/forum/drafts/drop", data={"place": place})
    assert (answer.location, kept()) == (f"/forum/boards/{board.slug}/new", [])
    assert "No more" not in browser.get(answer.location).text


def test_a_quote_joins_what_was_begun(browser, thread):
    post = PostFactory(thread=thread, body="Quotable.")
    browser.post("/forum/drafts", data={"place": f"post:{post.id}", "body": "My words."})
    text = browser.get(f"/forum/posts/{post.id}/reply?quote").text
    assert text.index("My words.") < text.index("&gt; Quotable.")


# Publishing


@pytest.mark.parametrize("kind", ["board", "thread", "post", "edit"])
def test_publishing_takes_the_draft_away_and_no_other(browser, member, thread, board, kind):
    post, own = PostFactory(thread=thread), PostFactory(thread=thread, author=member)
    ids = {"board": board.id, "thread": thread.id, "post": post.id, "edit": own.id}
    urls = {
        "board": f"/forum/boards/{board.slug}/new",
        "thread": f"/forum/threads/{thread.id}/replies",
        "post": f"/forum/threads/{thread.id}/replies",
        "edit": f"/forum/posts/{own.id}/edit",
    }
    for name, ident in ids.items():
        DraftFactory(user=member, place=f"{name}:{ident}")
    data = {"place": f"{kind}:{ids[kind]}", "body": "Done.", "title": "A title", "kind": "discussion", "revision": "0"}
    answer = browser.post(urls[kind], data=data)
    assert answer.status_code == 303
    assert [place for place, _body in kept()] == [f"{name}:{ident}" for name, ident in ids.items() if name != kind]


@pytest.mark.parametrize("kind", ["board", "thread", "post", "edit"])
def test_what_a_script_saved_too_late_makes_no_draft_of_what_is_published(browser, member, thread, board, clock, kind):
    post, own = PostFactory(thread=thread), PostFactory(thread=thread, author=member)
    place, url = {
        "board": (f"board:{board.id}", f"/forum/boards/{board.slug}/new"),
        "thread": (f"thread:{thread.id}", f"/forum/threads/{thread.id}/replies"),
        "post": (f"post:{post.id}", f"/forum/threads/{thread.id}/replies"),
        "edit": (f"edit:{own.id}", f"/forum/posts/{own.id}/edit"),
    }[kind]
    data = {"place": place, "title": "A title", "kind": "discussion", "revision": "0"}
    if kind == "post":
        data["parent"] = str(post.id)
    assert browser.post(url, data={**data, "body": "All is said."}).status_code == 303

    for late in ("All is said.", " All is s"):
        answer = browser.post("/forum/drafts", data={"place": place, "body": late}, headers=JSON)
        assert (answer.status_code, answer.json, kept()) == (200, {"saved": ""}, [])
    browser.post("/forum/drafts", data={"place": place, "body": "All is said. Or not?"}, headers=JSON)
    assert kept() == [(place, "All is said. Or not?")]
    clock.set(clock.now + drafts_services.LATE * 2)
    browser.post("/forum/drafts", data={"place": place, "body": "All is said."}, headers=JSON)
    assert kept() == [(place, "All is said.")]


def test_the_button_keeps_also_what_was_published(browser, member, thread):
    browser.post(f"/forum/threads/{thread.id}/replies", data={"body": "Twice."})
    browser.post("/forum/drafts", data={"place": f"thread:{thread.id}", "body": "Twice."})
    assert kept() == [(f"thread:{thread.id}", "Twice.")]


# A send that fails


def test_a_reply_to_a_locked_thread_stays_in_the_box_and_becomes_a_draft(browser):
    thread = ThreadFactory(state=ThreadState.LOCKED)
    data = {"place": f"thread:{thread.id}", "body": "Too late to say"}
    page = browser.post(f"/forum/threads/{thread.id}/replies", data=data)
    assert page.status_code == 409
    assert "This thread has been locked. Your text was not published." in page.text
    assert "kept as a draft" in page.text
    assert ">Too late to say</textarea>" in page.text.replace(">\r\n", ">")
    assert kept() == [(f"thread:{thread.id}", "Too late to say")]


def test_an_answer_to_a_post_hidden_meanwhile_becomes_a_draft_that_can_still_be_read(browser, thread):
    post = PostFactory(thread=thread, hidden_at=datetime(2026, 1, 1, tzinfo=UTC))
    data = {"place": f"post:{post.id}", "parent": str(post.id), "body": "An answer that cost time"}
    page = browser.post(f"/forum/threads/{thread.id}/replies", data=data)
    assert page.status_code == 409
    assert "This post has been hidden or deleted." in page.text
    assert 'href="/forum/drafts"' in page.text
    draft = db.session.scalars(select(SavedDraft)).one()
    assert "An answer that cost time" in browser.get(f"/forum/drafts/{draft.id}").text


def test_a_faulty_form_becomes_a_draft(browser, board):
    data = {"place": f"board:{board.id}", "kind": "discussion", "title": "", "body": "A text without a title"}
    page = browser.post(f"/forum/boards/{board.slug}/new", data=data)
    assert (page.status_code, kept()) == (422, [(f"board:{board.id}", "A text without a title")])


def test_a_preview_with_faults_elsewhere_and_an_empty_form_touch_no_draft(browser, member, board):
    DraftFactory(user=member, place=f"board:{board.id}")
    data = {"place": f"board:{board.id}", "kind": "discussion", "title": "", "body": ""}
    assert browser.post(f"/forum/boards/{board.slug}/new", data=data).status_code == 422
    assert kept() == [(f"board:{board.id}", "Begun.")]


def test_what_was_typed_for_a_thread_that_is_gone_is_a_draft_and_on_the_page(browser):
    thread = ThreadFactory(audience="user:999999")
    data = {"place": f"thread:{thread.id}", "body": "Words for a thread that went away"}
    page = browser.post(f"/forum/threads/{thread.id}/replies", data=data)
    assert page.status_code == 404
    assert "Words for a thread that went away</textarea>" in page.text
    assert "Your text is kept as a draft." in page.text
    assert kept() == [(f"thread:{thread.id}", "Words for a thread that went away")]
    listed = browser.get("/forum/drafts").text
    assert "A place that is gone or closed to you" in listed
    assert thread.title not in listed


def test_a_board_that_was_closed_meanwhile_gives_a_draft(browser):
    board = BoardFactory(archived=True)
    data = {"place": f"board:{board.id}", "kind": "discussion", "title": "T", "body": "A thread that came too late"}
    page = browser.post(f"/forum/boards/{board.slug}/new", data=data)
    assert (page.status_code, kept()) == (409, [(f"board:{board.id}", "A thread that came too late")])


@pytest.mark.usefixtures("csrf")
def test_a_stale_form_keeps_its_text_as_a_draft_and_offers_it_again(browser, thread):
    data = {"place": f"thread:{thread.id}", "body": "Typed while the page lay open", "csrf_token": "old"}
    page = browser.post(f"/forum/threads/{thread.id}/replies", data=data, headers={"Origin": "http://localhost"})
    assert (page.status_code, kept()) == (400, [(f"thread:{thread.id}", "Typed while the page lay open")])
    assert "Please send again" in page.text
    again = dict(re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"[^>]*?(?: value="([^"]*)")?>', page.text))
    assert again["place"] == f"thread:{thread.id}"


@pytest.mark.usefixtures("csrf")
def test_a_stale_form_that_says_not_where_it_is_from_is_offered_again_without_a_draft(browser, board):
    data = {"title": "短题", "body": "<b>短", "key": "only-once", "csrf_token": "old"}
    page = browser.post(f"/forum/boards/{board.slug}/new", data=data)
    assert (page.status_code, kept()) == (400, [])
    assert f'action="/forum/boards/{board.slug}/new"' in page.text
    assert 'name="title" value="短题"' in page.text
    assert "&lt;b&gt;短</textarea>" in page.text
    assert '<input type="hidden" name="key" value="only-once">' in page.text
    assert "Send again" in page.text


@pytest.mark.usefixtures("csrf")
@pytest.mark.parametrize(
    ("headers", "drafts"),
    [
        ({"Referer": "http://localhost/forum/"}, 1),
        ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, 0),
    ],
)
def test_only_what_surely_came_from_our_pages_becomes_a_draft(browser, thread, headers, drafts):
    data = {"place": f"thread:{thread.id}", "body": "短"}
    page = browser.post(f"/forum/threads/{thread.id}/replies", data=data, headers=headers)
    assert ("Send again" in page.text, len(kept())) == (True, drafts)


@pytest.mark.usefixtures("csrf")
@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.test"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
)
def test_a_forged_text_is_shown_to_be_copied_and_nothing_sends_it(browser, thread, headers):
    page = browser.post(f"/forum/threads/{thread.id}/replies", data={"body": "短"}, headers=headers)
    assert (page.status_code, kept()) == (400, [])
    assert ">短</textarea>" in page.text
    assert "Send again" not in page.text


@pytest.mark.usefixtures("csrf")
def test_a_stale_form_with_a_large_file_brings_its_text_back_and_asks_for_the_file(browser, board):
    fields = {"title": "With a file", "body": "Short", "attach": "1"}
    form = form_with_file(fields, 3_000_000)
    page = browser.post(f"/forum/boards/{board.slug}/new", **form, headers={"Origin": "http://localhost"})
    assert page.status_code == 400
    assert ">Short</textarea>" in page.text
    assert "choose them again" in page.text
    assert '<input type="hidden" name="preview" value="1">' in page.text
    assert 'name="attach"' not in page.text


@pytest.mark.usefixtures("csrf")
def test_a_stale_form_of_nobody_offers_to_sign_in(client, thread):
    client.set_cookie("lang", "en", domain="localhost")
    page = client.post(f"/forum/threads/{thread.id}/replies", data={"body": "短", "key": "only-once"})
    assert page.status_code == 400
    assert ">短</textarea>" in page.text
    assert 'href="/account/sign-in" target="_blank"' in page.text
    assert 'name="key" value="only-once"' in page.text


def test_a_short_text_waits_too_when_the_session_has_ended(client, thread):
    page = client.post(f"/forum/threads/{thread.id}/replies", data={"body": "短"})
    assert (page.status_code, ">短</textarea>" in page.text) == (401, True)


@pytest.mark.usefixtures("csrf")
def test_a_forged_form_writes_no_draft(browser, thread):
    data = {"place": f"thread:{thread.id}", "body": "Put in by another site, at length"}
    page = browser.post(f"/forum/threads/{thread.id}/replies", data=data, headers={"Origin": "http://evil.test"})
    assert (page.status_code, kept()) == (400, [])


def test_when_the_session_has_ended_the_form_waits_to_be_sent_again(client, thread):
    client.set_cookie("lang", "en", domain="localhost")
    data = {"place": f"thread:{thread.id}", "body": "Typed over a long lunch break"}
    page = client.post(f"/forum/threads/{thread.id}/replies", data=data)
    assert page.status_code == 401
    assert f'action="/forum/threads/{thread.id}/replies"' in page.text
    assert "Typed over a long lunch break" in page.text
    assert f'name="place" value="thread:{thread.id}"' in page.text
    assert 'href="/account/sign-in"' in page.text


# Lists


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_drafts_costs_seven_queries_at_any_length(browser, member, board, count_queries, rows):
    for _number in range(rows):
        thread = ThreadFactory(board=board)
        post = PostFactory(thread=thread)
        for place in (f"board:{BoardFactory().id}", f"thread:{thread.id}", f"post:{post.id}", f"edit:{post.id}"):
            DraftFactory(user=member, place=place)
    with count_queries() as seen:
        page = browser.get("/forum/drafts")
    assert (page.text.count("Go on writing"), len(seen)) == (rows * 4, 7)


def test_drafts_are_listed_in_words_and_deleted_from_the_list(browser, member, thread):
    post = PostFactory(thread=thread)
    DraftFactory(user=member, place=f"post:{post.id}")
    page = browser.get("/forum/drafts")
    assert f"Answer to #2 in “{thread.title}”" in page.text
    answer = browser.post("/forum/drafts/drop", data={"place": f"post:{post.id}", "to": "list"})
    assert (answer.location, kept()) == ("/forum/drafts", [])


def test_the_draft_of_a_reply_costs_no_query_more(browser, member, thread, count_queries):
    DraftFactory(user=member, place=f"thread:{thread.id}")
    url = f"/forum/threads/{thread.id}"
    browser.get(url)
    with count_queries() as seen:
        page = browser.get(url)
    assert ("Begun.</textarea>" in page.text, len(seen)) == (True, 6)


def test_a_draft_that_is_gone_on_with_makes_one_post_however_often_it_is_sent(browser, member, thread):
    DraftFactory(user=member, place=f"thread:{thread.id}")
    text = browser.get(f"/forum/threads/{thread.id}").text
    key = re.search(r'name="key" value="([^"]+)"', text)[1]
    for _try in range(2):
        browser.post(
            f"/forum/threads/{thread.id}/replies", data={"place": f"thread:{thread.id}", "key": key, "body": "Begun."}
        )
    assert (key, len(db.session.scalars(select(Post).where(Post.body == "Begun.")).all())) == ("a-draft-key", 1)
