"""Search engines find public pages, each under one address, and nothing else."""

import json
import re

import pytest
from lxml import etree

from app import crawlers
from core.permissions import MEMBERS
from forum import services
from forum.queries import get_post
from tests.conftest import BASE_URL
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory
from tests.factories.study import CourseFactory

SPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def locations(client, path="/sitemap.xml"):
    tree = etree.fromstring(client.get(path).data)
    return [node.text.removeprefix(BASE_URL) for node in tree.iterfind(".//s:loc", SPACE)]


def everything(client):
    return [path for part in locations(client) for path in locations(client, part)]


def test_the_sitemap_lists_public_things_only(client, moderator, actor_of, transaction):
    board = BoardFactory(slug="open")
    thread = ThreadFactory(board=board)
    hidden = ThreadFactory(board=board)
    ThreadFactory(board=BoardFactory(slug="closed", audience=MEMBERS))
    CourseFactory(slug="course-one")
    from sqlalchemy import select

    from core.db import db
    from forum.models import Post

    opening = db.session.scalar(select(Post.id).where(Post.thread_id == hidden.id))
    with transaction():
        services.hide_post(get_post(opening, actor_of(moderator)), actor_of(moderator), "No")
    found = everything(client)
    assert [path for path in found if path.startswith("/forum/")] == [
        "/forum/boards/open",
        f"/forum/threads/{thread.id}",
    ]


def test_parts_hold_neighbouring_rows(client, monkeypatch):
    monkeypatch.setattr(crawlers, "PART", 2)
    made = ThreadFactory.create_batch(5, board=BoardFactory(slug="open"))
    found = everything(client)
    assert [f"/forum/threads/{thread.id}" for thread in made] == [path for path in found if "/threads/" in path]
    assert all(len(locations(client, part)) <= 2 for part in locations(client))


@pytest.mark.parametrize("part", ["threads-0", "threads-999999", "nothing-0", "threads-x", "threads-99999999999"])
def test_parts_that_are_not_there_are_not_found(client, part):
    assert client.get(f"/sitemap/{part}.xml").status_code == 404


def test_robots_name_the_sitemap_and_leave_acts_alone(client):
    text = client.get("/robots.txt").text
    assert f"Sitemap: {BASE_URL}/sitemap.xml\n" in text
    assert "Disallow: /search\n" in text
    assert "Disallow: /forum/threads/*/export\n" in text
    assert "Disallow: /\n" not in text


def canonical(page):
    return re.search(r'<link rel="canonical" href="([^"]+)">', page)[1]


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("", ""),
        ("?view=tree", ""),
        ("?view=flat", ""),
        ("?page=1", ""),
        ("?page=2", "?page=2"),
        ("?view=flat&page=2", "?page=2"),
    ],
)
def test_a_page_has_one_address(client, query, address):
    thread = ThreadFactory()
    PostFactory.create_batch(20, thread=thread)
    page = client.get(f"/forum/threads/{thread.id}{query}").text
    assert canonical(page) == f"{BASE_URL}/forum/threads/{thread.id}{address}"


def test_a_public_thread_says_what_it_is(client):
    thread = ThreadFactory(title='</script><b> "x" 题', body="</script><script>alert(1)</script>\n\n好的。")
    page = client.get(f"/forum/threads/{thread.id}").text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert data["@type"] == "DiscussionForumPosting"
    assert data["headline"] == thread.title
    assert data["url"] == f"{BASE_URL}/forum/threads/{thread.id}"
    assert data["commentCount"] == 0
    assert '<meta property="og:title" content="&lt;/script&gt;' in page
    assert f'href="/forum/feeds/threads/{thread.id}"' in page
    assert "<script>alert" not in page


def test_members_and_closed_threads_carry_none_of_it(client, sign_in, member):
    thread = ThreadFactory(board=BoardFactory(audience=MEMBERS))
    public = ThreadFactory()
    for address in (thread.id, public.id):
        page = sign_in(member).get(f"/forum/threads/{address}").text
        assert "ld+json" not in page
        assert "og:title" not in page


def test_a_board_names_its_feed(client):
    BoardFactory(slug="open")
    page = client.get("/forum/boards/open?filter=unanswered").text
    assert canonical(page) == f"{BASE_URL}/forum/boards/open"
    assert 'type="application/atom+xml"' in page
    assert 'href="/forum/feeds/boards/open"' in page
