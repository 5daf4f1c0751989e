"""Feeds are valid Atom, show what their reader may see, and cost little when nothing is new."""

import re

import pytest
from lxml import etree

from core.db import db
from core.markup import render
from core.permissions import MEMBERS, branch_audience
from forum import services
from forum.models import FeedToken, Thread
from forum.queries import get_post
from tests.conftest import BASE_URL
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def parse(answer):
    """Parse a feed and check what RFC 4287 asks of every one."""
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.data)
    assert feed.tag == ATOM + "feed"
    for node in (feed, *feed.findall(ATOM + "entry")):
        for name in ("id", "title", "updated"):
            assert len(node.findall(ATOM + name)) == 1, name
        assert node.findtext(ATOM + "id").startswith(BASE_URL)
        assert MOMENT.fullmatch(node.findtext(ATOM + "updated"))
        links = [(link.get("rel"), link.get("href")) for link in node.findall(ATOM + "link")]
        assert all(href.startswith(BASE_URL) for _rel, href in links)
        assert "alternate" in dict(links)
    assert len(feed.xpath("*[local-name()='link'][@rel='self']")) == 1
    ids = [entry.findtext(ATOM + "id") for entry in feed.findall(ATOM + "entry")]
    assert len(ids) == len(set(ids))
    assert all(entry.findtext(f"{ATOM}author/{ATOM}name") for entry in feed.findall(ATOM + "entry"))
    return feed


def titles(answer):
    return [entry.findtext(ATOM + "title") for entry in parse(answer).findall(ATOM + "entry")]


@pytest.fixture
def board(app):
    return BoardFactory(slug="open")


def test_a_board_feed_holds_its_newest_threads(client, board):
    ThreadFactory(board=board, title="第一个 <主题>", body="**好**")
    ThreadFactory(board=board, title="Second & last")
    ThreadFactory(title="Of another board")
    assert titles(client.get("/forum/feeds/boards/open")) == ["Second & last", "第一个 <主题>"]
    assert len(titles(client.get("/forum/feeds/site"))) == 3


def test_an_empty_feed_is_valid_too(client, board):
    assert titles(client.get("/forum/feeds/boards/open")) == []


def test_a_thread_feed_holds_its_newest_posts_with_language_and_absolute_links(client, board):
    thread = ThreadFactory(board=board, title="Links")
    body = "[here](/forum/) [out](https://e.org/a?b=1&c=2) 中文"
    PostFactory(thread=thread, body=body, html=render(body).html, language="zh-Hans")
    feed = parse(client.get(f"/forum/feeds/threads/{thread.id}", headers={"Accept-Language": "en"}))
    entries = feed.findall(ATOM + "entry")
    assert [entry.findtext(ATOM + "title") for entry in entries] == ["Re: Links", "Links"]
    assert entries[0].get(LANG) == "zh-Hans"
    content = entries[0].find(ATOM + "content")
    assert content.get("type") == "html"
    assert f'href="{BASE_URL}/forum/"' in content.text
    assert 'href="https://e.org/a?b=1&amp;c=2"' in content.text


def test_hostile_words_stay_words(client, board):
    ThreadFactory(board=board, title='</title><script>alert(1)</script>]]>&#0;"', body="<script>alert(1)</script>")
    answer = client.get("/forum/feeds/boards/open")
    entry = parse(answer).find(ATOM + "entry")
    assert entry.findtext(ATOM + "title") == '</title><script>alert(1)</script>]]>&#0;"'
    assert "<script" not in answer.text
    assert "<script" not in entry.findtext(ATOM + "content")


def test_hidden_and_closed_things_are_not_in_public_feeds(client, board, moderator, actor_of, transaction):
    thread = ThreadFactory(board=board, title="Shown")
    reply = PostFactory(thread=thread)
    ThreadFactory(board=BoardFactory(slug="members", audience=MEMBERS), title="For members")
    with transaction():
        services.hide_post(get_post(reply.id, actor_of(moderator)), actor_of(moderator), "Spam")
    assert len(titles(client.get(f"/forum/feeds/threads/{thread.id}"))) == 1
    assert titles(client.get("/forum/feeds/site")) == ["Shown"]
    assert client.get("/forum/feeds/boards/members").status_code == 404


@pytest.mark.parametrize("threads", [1, 3])
def test_what_is_not_new_costs_two_queries_and_no_text(client, board, count_queries, threads):
    made = ThreadFactory.create_batch(threads, board=board)
    first = client.get("/forum/feeds/boards/open")
    with count_queries() as seen:
        again = client.get("/forum/feeds/boards/open", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, len(seen)) == (304, b"", 2)
    since = client.get("/forum/feeds/boards/open", headers={"If-Modified-Since": first.headers["Last-Modified"]})
    assert since.status_code == 304
    db.session.get(Thread, made[0].id).title = "New title"
    db.session.commit()
    changed = client.get("/forum/feeds/boards/open", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def own(browser):
    """Make one's own feeds and return their address as a path."""
    assert browser.post("/forum/feeds").status_code == 303
    page = browser.get("/forum/feeds").text
    return re.search(rf'value="{BASE_URL}(/forum/feeds/[^"]+/site)"', page)[1]


def test_own_feeds_show_what_the_member_may_read_now(client, sign_in, member, branch, other_branch):
    ThreadFactory(board=BoardFactory(audience=branch_audience(branch.id), slug="ours"), title="Ours")
    ThreadFactory(board=BoardFactory(audience=branch_audience(other_branch.id), slug="theirs"), title="Theirs")
    address = own(sign_in(member))
    assert titles(client.get(address)) == ["Ours"]
    assert titles(client.get(address.replace("/site", "/boards/ours"))) == ["Ours"]
    assert client.get(address.replace("/site", "/boards/theirs")).status_code == 404
    assert "no-store" not in client.get(address).headers["Cache-Control"]
    assert "public" not in client.get(address).headers["Cache-Control"]


def test_the_address_is_shown_once_and_kept_as_a_hash(sign_in, member):
    browser = sign_in(member)
    token = own(browser).split("/")[3]
    assert token not in browser.get("/forum/feeds").text
    assert token not in db.session.get(FeedToken, member.id).token_hash


def test_a_new_address_ends_the_old_one_and_revoking_ends_all(client, sign_in, member):
    browser = sign_in(member)
    old, new = own(browser), own(browser)
    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)
    browser.post("/forum/feeds/revoke")
    assert client.get(new).status_code == 404
    assert db.session.get(FeedToken, member.id) is None


def test_suspension_ends_feeds_at_once_and_for_good(
    client, sign_in, member, administrator, actor_of, transaction, drain
):
    from accounts.services import people

    address = own(sign_in(member))
    with transaction():
        from accounts.queries import get_user

        people.suspend(get_user(member.id, locked=True), actor_of(administrator), "Spam")
    assert client.get(address).status_code == 404
    drain()
    assert db.session.get(FeedToken, member.id) is None


def test_erasure_ends_feeds(client, sign_in, member, actor_of, transaction, drain):
    from accounts.services import people

    address = own(sign_in(member))
    with transaction():
        people.erase(member.id, actor_of(member))
    assert client.get(address).status_code == 404
    drain()
    assert db.session.get(FeedToken, member.id) is None


@pytest.mark.parametrize("token", ["x", "boards", "%0d%0aX: y", "a" * 5000, "%00"])
def test_tokens_that_are_none_open_nothing(client, app, token):
    answer = client.get(f"/forum/feeds/{token}/site")
    assert answer.status_code == 404
    assert "X" not in answer.headers


def test_addresses_are_made_only_so_often(sign_in, member):
    browser = sign_in(member)
    assert [browser.post("/forum/feeds").status_code for _turn in range(11)][-2:] == [303, 429]
