"""Pages of a thread in every order: whole, without a gap, at the cost of the first."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from core.clock import utcnow
from core.db import count_on, db, transaction
from forum import paths
from forum.enums import PostView
from forum.models import Post, Thread
from forum.queries.spans import Span, _branch_ids, _Way, read_span
from forum.queries.thread_page import _POSTS, ThreadPage
from tests.factories.accounts import UserFactory
from tests.factories.forum import ThreadFactory

URL = "/forum/threads"
NEXT = re.compile(r'<a rel="next" href="([^"]+)"')
PREVIOUS = re.compile(r'<a rel="prev" href="([^"]+)"')


def grow(thread: Thread, parents: list[int], support: list[int] | None = None) -> None:
    """Add posts 2, 3, …, each an answer to the post with the number given for it."""
    author, now = UserFactory(), utcnow()
    path_of, id_of = {1: ""}, {1: db.session.scalars(db.select(Post.id).where(Post.thread_id == thread.id)).one()}
    first_id = max(id_of.values()) + 1
    rows = []
    for place, parent in enumerate(parents):
        number = place + 2
        path_of[number], id_of[number] = paths.child(path_of[parent], number), first_id + place
        rows.append(
            {
                "id": id_of[number],
                "thread_id": thread.id,
                "number": number,
                "parent_id": id_of[parent] if parent > 1 else None,
                "path": path_of[number],
                "author_id": author.id,
                "body": f"Post {number}.",
                "html": f"<p>Post {number}.</p>",
                "render_version": 1,
                "created_at": now,
                "support_count": support[place] if support else 0,
            }
        )
    with transaction():
        if rows:
            db.session.execute(insert(Post), rows)
            count_on(Post)
        db.session.get_one(Thread, thread.id).last_number = len(parents) + 1


def shapes():
    """Any tree of up to 70 posts."""
    return st.lists(st.integers(min_value=0, max_value=10**6), max_size=69).map(
        lambda draws: [1 + draw % (place + 1) for place, draw in enumerate(draws)]
    )


def walk(thread_id: int, view: PostView, *, back: bool = False, under: int | None = None) -> list[int]:
    """Return the numbers met from the first page to the last, or from the last to the first."""
    span, met = Span(end=0, under=under) if back else Span(under=under), []
    for _page in range(100):
        found = read_span(thread_id, view, span, _POSTS)
        numbers = [post.number for post in found.posts]
        if back:
            met = [number for number in numbers if number not in met] + met
            if found.end is None:
                return met
            span = Span(end=found.end, under=under)
        else:
            met += numbers
            if found.start is None:
                return met
            span = Span(start=found.start, under=under)
    raise AssertionError("the pages never end")


def wanted(parents: list[int], support: list[int], view: PostView) -> list[int]:
    """Return the order that the posts must stand in, found without a database."""
    path_of = {1: ""}
    for place, parent in enumerate(parents):
        path_of[place + 2] = paths.child(path_of[parent], place + 2)
    if view is PostView.TREE:
        return sorted(path_of, key=path_of.__getitem__)
    return [1, *sorted(range(2, len(parents) + 2), key=lambda number: (-support[number - 2], -number))]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parents=shapes(), seed=st.integers(0, 5))
@pytest.mark.parametrize("view", [PostView.TREE, PostView.SUPPORT])
def test_pages_in_either_direction_give_every_post_once_and_in_order(app, view, parents, seed):
    support = [(place * (seed + 1)) % (seed + 2) for place in range(len(parents))]
    thread = ThreadFactory()
    grow(thread, parents, support)

    order = wanted(parents, support, view)
    assert (walk(thread.id, view), walk(thread.id, view, back=True)) == (order, order)


@pytest.mark.parametrize("view", [PostView.TREE, PostView.SUPPORT])
@pytest.mark.parametrize("replies", [19, 20, 21, 22, 40, 41])
def test_no_post_is_lost_where_a_page_is_just_full(app, view, replies):
    thread = ThreadFactory()
    grow(thread, [1] * replies, [0] * replies)

    order = wanted([1] * replies, [0] * replies, view)
    assert (walk(thread.id, view), walk(thread.id, view, back=True)) == (order, order)


@pytest.mark.parametrize("view", ["tree", "support"])
def test_a_reader_walks_there_and_back_by_links(client, view):
    thread = ThreadFactory()
    grow(thread, [1] * 59)

    pages = [client.get(f"{URL}/{thread.id}?view={view}")]
    while found := NEXT.search(pages[-1].text):
        pages.append(client.get(found[1].replace("&amp;", "&")))
    back = [pages[-1]]
    while found := PREVIOUS.search(back[-1].text):
        back.append(client.get(found[1].replace("&amp;", "&")))

    assert [page.status_code for page in (*pages, *back)] == [200] * (len(pages) + len(back))
    shown = [page.text.count('<article class="post"') for page in pages]
    assert (sum(shown), len(back) >= len(pages)) == (60, True)


@pytest.mark.parametrize("place", ["from=0", "from=99", "from=x", "before=99", "before=-1", "from=9999999999999"])
def test_a_place_that_is_not_there_is_not_found(client, place):
    thread = ThreadFactory()
    grow(thread, [1] * 30)

    assert client.get(f"{URL}/{thread.id}?view=tree&{place}").status_code == 404


def test_the_order_by_support_begins_with_the_opening_and_goes_on_with_the_most_supported(client):
    thread = ThreadFactory()
    grow(thread, [1, 1, 2], support=[0, 5, 2])

    page = client.get(f"{URL}/{thread.id}?view=support").text

    assert re.findall(r'<article class="post" id="p(\d+)"', page) == ["1", "3", "4", "2"]


def test_numbered_pages_are_those_by_time_whatever_view_was_chosen(client):
    thread = ThreadFactory()
    grow(thread, [1] * 30)
    client.get(f"{URL}/{thread.id}?view=support")

    page = client.get(f"{URL}/{thread.id}?page=2").text

    assert re.findall(r'<article class="post" id="p(\d+)"', page) == [str(number) for number in range(21, 32)]


@pytest.mark.parametrize("view", ["tree", "support", "flat"])
def test_a_post_is_found_on_its_page_in_every_view(client, view):
    thread = ThreadFactory()
    grow(thread, [1 if number % 3 else max(1, number - 2) for number in range(2, 90)])
    posts = db.session.execute(db.select(Post.id, Post.number).where(Post.thread_id == thread.id)).all()

    missing = []
    for post in posts[::7]:
        answer = client.get(f"/forum/posts/{post.id}?view={view}")
        page = client.get(answer.location)
        if f'id="p{post.number}"' not in page.text:
            missing.append(post.number)

    assert missing == []


@pytest.mark.slow
def test_ten_thousand_answers_each_to_the_last_can_be_read_and_linked_to(client, count_queries):
    thread = ThreadFactory()
    grow(thread, list(range(1, 10_000)))
    deepest = db.session.scalars(db.select(Post.id).where(Post.thread_id == thread.id, Post.number == 10_000)).one()

    first = client.get(f"{URL}/{thread.id}?view=tree").text
    last = client.get(f"{URL}/{thread.id}?view=tree&before=0").text
    found = client.get(f"/forum/posts/{deepest}?view=tree")
    with count_queries() as seen:
        place = client.get(found.location).text

    assert [text.count('<article class="post"') for text in (first, last)] == [20, 20]
    assert first.count('<details class="replies" open>') == 1
    assert ('id="p10000"' in place, 'id="p10000"' in last, len(seen)) == (True, True, 2)


@pytest.mark.parametrize("view", ["tree", "support"])
@pytest.mark.parametrize("place", ["", "&from=30", "&before=60", "&before=0"])
def test_every_page_costs_a_visitor_two_queries(client, count_queries, view, place):
    thread = ThreadFactory()
    grow(thread, [1] * 99)
    url = f"{URL}/{thread.id}?view={view}{place}"
    client.get(url)

    with count_queries() as seen:
        client.get(url)

    assert len(seen) == 2


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parents=shapes(), draw=st.integers(0, 10**6))
def test_pages_of_a_branch_give_its_posts_once_and_in_order(app, parents, draw):
    thread = ThreadFactory()
    grow(thread, parents)
    rows = db.session.execute(db.select(Post.id, Post.number, Post.path).where(Post.thread_id == thread.id)).all()
    root = sorted(rows, key=lambda row: row.number)[draw % len(rows)]

    branch = sorted((row for row in rows if row.path.startswith(root.path)), key=lambda row: row.path)
    order = [row.number for row in branch]
    walks = [walk(thread.id, PostView.TREE, under=root.id, back=back) for back in (False, True)]
    assert walks == [order, order]


def id_of(thread, number):
    return db.session.scalars(db.select(Post.id).where(Post.thread_id == thread.id, Post.number == number)).one()


def test_a_reader_walks_through_a_branch_by_links_and_back_to_the_thread(client):
    client.set_cookie("lang", "en", domain="localhost")
    thread = ThreadFactory()
    grow(thread, [1, 1, *[2] * 50, *[3] * 5])
    root = id_of(thread, 2)
    assert (
        f'href="{URL}/{thread.id}?under={root}">Only this branch</a>' in client.get(f"{URL}/{thread.id}?view=tree").text
    )

    pages = [client.get(f"{URL}/{thread.id}?under={root}")]
    while found := NEXT.search(pages[-1].text):
        pages.append(client.get(found[1].replace("&amp;", "&")))
    back = [pages[-1]]
    while found := PREVIOUS.search(back[-1].text):
        back.append(client.get(found[1].replace("&amp;", "&")))

    shown = [one for page in pages for one in re.findall(r'<article class="post" id="p(\d+)"', page.text)]
    assert shown == ["2", *(str(number) for number in range(4, 54))]
    assert [page.text.count('<article class="post"') for page in back][-1] == 20
    assert f'<a href="{URL}/{thread.id}">The whole thread</a>' in pages[1].text
    assert "under=" not in client.get(f"{URL}/{thread.id}?view=flat").text


def test_a_branch_is_none_of_another_thread_and_has_no_places_outside(client):
    thread = ThreadFactory()
    grow(thread, [1, 1, 2])
    other = ThreadFactory()
    foreign, root = id_of(other, 1), id_of(thread, 2)
    for query in (f"under={foreign}", "under=0", "under=x", "under=", f"under={root}&from=99", f"under={root}&from=3"):
        assert client.get(f"{URL}/{thread.id}?{query}").status_code == 404, query
    assert client.get(f"{URL}/{thread.id}?under={root}&before=99").status_code == 404
    assert client.get(f"{URL}/{thread.id}?under={root}&page=7&view=flat").status_code == 200


def test_looking_at_a_branch_does_not_choose_a_view_for_later(client):
    thread = ThreadFactory()
    grow(thread, [1, 2])
    client.get(f"{URL}/{thread.id}?view=support")
    client.get(f"{URL}/{thread.id}?view=tree&under={id_of(thread, 2)}")
    assert "as a tree" not in client.get(f"{URL}/{thread.id}").text
    assert client.get_cookie("posts").value == "support"


def test_deep_replies_can_be_folded_and_say_how_many_they_are(client):
    client.set_cookie("lang", "en", domain="localhost")
    thread = ThreadFactory()
    grow(thread, [1, 2, 3, 1, 5])
    page = client.get(f"{URL}/{thread.id}?view=tree").text
    folds = re.findall(r'<details class="replies" open><summary>([^<]+)</summary>', page)
    assert (folds, page.count("</details>")) == (["2 replies", "1 reply"], page.count("<details"))


@pytest.mark.parametrize("place", ["", "&from=30", "&before=60", "&before=0"])
def test_every_page_of_a_branch_costs_a_visitor_two_queries(client, count_queries, place):
    thread = ThreadFactory()
    grow(thread, [1, *[2] * 98])
    url = f"{URL}/{thread.id}?under={id_of(thread, 2)}{place}"
    client.get(url)

    with count_queries() as seen:
        page = client.get(url)

    assert (len(seen), page.text.count('<article class="post"')) == (2, 20)


@pytest.mark.parametrize("way", list(_Way))
def test_a_page_of_a_branch_is_a_range_of_the_index(app, way):
    bound = {"thread_id": 1, "under": 1} | ({"at": 1} if way in {_Way.FROM, _Way.BEFORE} else {})
    connection = db.session.connection()
    statement = _branch_ids(way).params(bound).compile(connection, compile_kwargs={"literal_binds": True})
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()
        plan = "\n".join(row[3] for row in rows)
        assert ("path>? AND path<?" in plan, "TEMP B-TREE" in plan) == (True, False)
    else:
        for other in ("seqscan", "bitmapscan", "sort"):
            connection.exec_driver_sql(f"SET LOCAL enable_{other} = off")
        plan = "\n".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {statement}"))
        bounds = [line for line in plan.splitlines() if "Index Cond" in line and ">=" in line and " < " in line]
        assert (len(bounds), "Sort" in plan) == (1, False), plan


@pytest.mark.parametrize(
    ("number", "numbers"),
    [
        (1, [1, 2, 3, 5000]),
        (3, [1, 2, 3, 4, 5, 5000]),
        (2500, [1, 2498, 2499, 2500, 2501, 2502, 5000]),
        (5000, [1, 4998, 4999, 5000]),
    ],
)
def test_the_links_to_pages_are_few_however_long_the_thread(number, numbers):
    page = ThreadPage(
        thread=None,
        posts=[],
        page=number,
        pages=5000,
        next_start=None,
        previous_end=None,
        view=PostView.FLAT,
        title="",
        extras=None,
    )

    assert page.numbers == numbers
