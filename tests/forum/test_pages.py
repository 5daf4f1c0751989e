"""Pages of the forum."""

import re

import pytest
from sqlalchemy import select

from core.db import db
from core.permissions import MEMBERS
from forum.enums import ThreadState
from forum.models import Board, Post, Thread
from forum.views.composer import PUBLISHED
from forum.views.threads import read_positions
from tests.factories.accounts import UserFactory
from tests.factories.forum import BoardFactory, PostFactory, ThreadFactory

URL = "/forum/threads"


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


def numbers(page) -> list[int]:
    return [int(number) for number in re.findall(r'id="p(\d+)"', page.text)]


# What a page costs


@pytest.mark.parametrize("posts", [1, 3, 25])
@pytest.mark.parametrize("view", ["tree", "flat"])
def test_a_thread_page_costs_six_queries_signed_in_at_any_length(browser, count_queries, posts, view):
    thread = ThreadFactory()
    for _number in range(posts - 1):
        PostFactory(thread=thread)
    url = f"{URL}/{thread.id}?view={view}"
    browser.get(url)
    with count_queries() as seen:
        page = browser.get(url)
    assert (page.text.count('<article class="post"'), len(seen)) == (min(posts, 20), 6)


@pytest.mark.parametrize("posts", [1, 3])
def test_a_thread_page_costs_two_queries_for_a_visitor(client, count_queries, posts):
    thread = ThreadFactory()
    for _number in range(posts - 1):
        PostFactory(thread=thread)
    with count_queries() as seen:
        page = client.get(f"{URL}/{thread.id}")
    assert (page.text.count('<article class="post"'), len(seen)) == (posts, 2)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize(
    ("only", "cost"),
    [("all", 6), ("unread", 5), ("mine", 5), ("unanswered", 5), ("unsolved", 5), ("solved", 5), ("digest", 5)],
)
def test_a_board_page_costs_six_queries_at_any_length(browser, member, count_queries, threads, only, cost):
    board = BoardFactory()
    for _number in range(threads):
        PostFactory(thread=ThreadFactory(board=board), author=member)
    with count_queries() as seen:
        page = browser.get(f"/forum/boards/{board.slug}?filter={only}")
    assert (page.status_code, len(seen)) == (200, cost)


def test_the_page_of_a_board_counts_the_threads_of_no_other_board(browser, count_queries):
    board = BoardFactory()
    with count_queries() as seen:
        browser.get(f"/forum/boards/{board.slug}")
    counted = next(" ".join(one.split()) for one in seen if "sum(forum_threads.reply_count" in one)
    assert "forum_threads.board_id = (SELECT forum_boards.id" in counted


@pytest.mark.parametrize("boards", [1, 3])
def test_the_list_of_boards_costs_seven_queries_at_any_length(browser, count_queries, boards):
    for _number in range(boards):
        ThreadFactory()
    with count_queries() as seen:
        page = browser.get("/forum/")
    assert (page.text.count("Latest:"), len(seen)) == (boards, 7)


@pytest.mark.parametrize("threads", [1, 3])
def test_the_list_of_new_threads_costs_six_queries_at_any_length(browser, count_queries, threads):
    for _number in range(threads):
        ThreadFactory()
    with count_queries() as seen:
        page = browser.get("/forum/new")
    assert (page.text.count('class="unread"'), len(seen)) == (threads, 6)


# Reading


def test_pages_hold_twenty_posts_by_number(client):
    thread = ThreadFactory()
    for _number in range(24):
        PostFactory(thread=thread)
    assert numbers(client.get(f"{URL}/{thread.id}?view=flat")) == list(range(1, 21))
    assert numbers(client.get(f"{URL}/{thread.id}?page=2&view=flat")) == list(range(21, 26))


@pytest.mark.parametrize("page", ["0", "3", "-1", "x", "1e9", "99999999999999999999", "²"])
def test_a_page_that_is_not_there_is_not_found(client, page):
    thread = ThreadFactory()
    assert client.get(f"{URL}/{thread.id}?page={page}").status_code == 404


def test_the_tree_groups_answers_and_names_whom_deep_ones_answer(client):
    thread = ThreadFactory()
    first = PostFactory(thread=thread)
    second = PostFactory(thread=thread)
    answer = PostFactory(thread=thread, parent=first)
    deep = PostFactory(thread=thread, parent=answer)
    name = answer.author.display_name
    page = client.get(f"{URL}/{thread.id}?view=tree")
    assert numbers(page) == [1, first.number, answer.number, deep.number, second.number]
    assert page.text.count('<details class="replies" open>') == 1
    assert page.text.count('<p class="to">') == 1
    assert f"#{answer.number} {name}</a>" in page.text
    flat = client.get(f"{URL}/{thread.id}?view=flat")
    assert numbers(flat) == [1, 2, 3, 4, 5]
    assert flat.text.count('<details class="replies" open>') == 0


@pytest.mark.parametrize(
    ("page", "links"),
    [
        (1, "1 2 3 … 20 Next page"),
        (4, "1 2 3 4 5 6 … 20 Next page"),
        (5, "1 … 3 4 5 6 7 … 20 Next page"),
        (17, "1 … 15 16 17 18 19 20 Next page"),
        (20, "1 … 18 19 20"),
    ],
)
def test_the_pages_around_are_linked_and_the_first_and_the_last(client, page, links):
    thread = ThreadFactory()
    if page > 1:
        thread.last_number = page * 20 - 1
        PostFactory(thread=thread)
    thread.last_number = 400
    db.session.commit()
    client.set_cookie("lang", "en", domain="localhost")

    found = client.get(f"/forum/threads/{thread.id}?page={page}&view=flat").text

    pager = re.search(r'<nav class="pager".*?</nav>', found, re.DOTALL)[0]
    assert " ".join(re.sub("<[^>]*>", " ", pager).split()) == links
    assert f'<span aria-current="page">{page}</span>' in pager


def test_the_tree_goes_over_pages_and_a_post_is_found_on_its_page(client):
    thread = ThreadFactory()
    first = PostFactory(thread=thread)
    others = [PostFactory(thread=thread) for _number in range(25)]
    late = PostFactory(thread=thread, parent=first)
    assert numbers(client.get(f"{URL}/{thread.id}?view=tree"))[:3] == [1, 2, late.number]
    client.delete_cookie("posts")
    assert client.get(f"/forum/posts/{late.id}").location == f"{URL}/{thread.id}#p{late.number}"
    assert (
        client.get(f"/forum/posts/{late.id}?view=flat").location == f"{URL}/{thread.id}?view=flat&page=2#p{late.number}"
    )
    away = others[-1].number
    assert client.get(f"/forum/posts/{others[-1].id}").location == f"{URL}/{thread.id}?view=tree&from={away}#p{away}"


def test_the_chosen_view_is_remembered(client):
    thread = ThreadFactory()
    first = PostFactory(thread=thread)
    PostFactory(thread=thread)
    last = PostFactory(thread=thread, parent=first)
    client.get(f"{URL}/{thread.id}?view=flat")
    assert numbers(client.get(f"{URL}/{thread.id}"))[-1] == last.number


def test_a_hundred_nested_answers_are_shown_with_one_indent(client):
    thread = ThreadFactory()
    parent = None
    for _number in range(100):
        parent = PostFactory(thread=thread, parent=parent)
    page = client.get(f"{URL}/{thread.id}?view=tree&before=0")
    assert numbers(page)[-1] == 101
    assert client.get(f"{URL}/{thread.id}?view=tree").text.count('<details class="replies" open>') == 1


def test_unread_posts_are_marked_until_they_were_seen(browser, member, flush_buffers, app):
    thread = ThreadFactory()
    browser.get(f"{URL}/{thread.id}")
    flush_buffers()
    for _number in range(2):
        PostFactory(thread=thread)
    page = browser.get(f"{URL}/{thread.id}?view=flat")
    assert "2 unread below" in page.text
    assert page.text.index("2 unread below") < page.text.index('id="p2"')
    assert 'href="#p2"' in page.text
    flush_buffers()
    assert "unread below" not in browser.get(f"{URL}/{thread.id}").text


def test_a_later_page_does_not_count_the_skipped_middle_as_read(browser, flush_buffers):
    thread = ThreadFactory()
    for _number in range(44):
        PostFactory(thread=thread)
    browser.get(f"{URL}/{thread.id}?view=flat")
    browser.get(f"{URL}/{thread.id}?view=flat&page=3")
    flush_buffers()
    assert browser.get(f"{URL}/{thread.id}/unread").location == f"{URL}/{thread.id}?view=flat&page=2#p21"


def test_a_board_shows_what_is_unread_and_forgets_it_when_told(browser, member):
    thread = ThreadFactory()
    slug = thread.board.slug
    assert 'class="unread"' in browser.get(f"/forum/boards/{slug}").text
    assert thread.title in browser.get("/forum/new").text
    assert "1 unread thread" in browser.get("/forum/").text
    assert browser.post(f"/forum/boards/{slug}/read").status_code == 303
    assert 'class="unread"' not in browser.get(f"/forum/boards/{slug}").text
    assert "You have read everything." in browser.get("/forum/new").text
    PostFactory(thread=thread)
    assert thread.title in browser.get(f"/forum/boards/{slug}?filter=unread").text


def test_mark_all_reads_every_board(browser):
    ThreadFactory(), ThreadFactory()
    assert browser.post("/forum/read").location == "/forum/"
    assert "You have read everything." in browser.get("/forum/new").text


def test_what_was_written_before_one_joined_is_not_new(sign_in, branch):
    title = ThreadFactory().title
    late = sign_in(UserFactory(branch=branch))
    assert title not in late.get("/forum/new").text


def test_filters_narrow_the_list(browser, member):
    board = BoardFactory()
    question = ThreadFactory(board=board, kind="question", title="Unanswered one")
    mine = ThreadFactory(board=board, author=member, title="My own")
    for only, there, away in [("unanswered", question, mine), ("mine", mine, question)]:
        page = browser.get(f"/forum/boards/{board.slug}?filter={only}").text
        assert there.title in page
        assert away.title not in page


def test_lists_go_on_after_twenty_threads(client):
    board = BoardFactory()
    titles = [ThreadFactory(board=board).title for _number in range(23)]
    first = client.get(f"/forum/boards/{board.slug}").text
    cursor = re.search(r"cursor=([^\"]+)", first)[1]
    second = client.get(f"/forum/boards/{board.slug}?cursor={cursor}").text
    shown = [set(re.findall(r">(Thread \d+)<", page)) for page in (first, second)]
    assert (len(shown[0]), len(shown[1]), shown[0] | shown[1]) == (20, 3, set(titles))
    assert client.get(f"/forum/boards/{board.slug}?cursor=nonsense").status_code == 404


def test_a_hidden_post_leaves_its_reason_and_no_text(client, moderator, actor_of, transaction):
    from core.documents import target_for

    post = PostFactory(body="A rude word.")
    with transaction():
        target_for("post").hide(post.id, actor_of(moderator), "Names a person.")
    page = client.get(f"{URL}/{post.thread_id}")
    assert "Names a person." in page.text
    assert "A rude word." not in page.text
    assert client.get(f"/forum/posts/{post.id}/history").status_code == 404


def test_a_thread_with_a_hidden_opening_keeps_its_replies_and_loses_its_title(
    client, sign_in, moderator, member, actor_of, transaction
):
    from core.documents import target_for

    thread = ThreadFactory(title="A rude title", subject_quote="A rude quotation")
    reply = PostFactory(thread=thread, body="A sober answer.")
    slug, author = thread.board.slug, thread.author
    opening = db.session.scalars(select(Post).where(Post.number == 1)).one()
    with transaction():
        target_for("post").hide(opening.id, actor_of(moderator), "Spam.")
    page = client.get(f"{URL}/{thread.id}")
    assert (page.status_code, "A sober answer." in page.text, "Spam." in page.text) == (200, True, True)
    board = client.get(f"/forum/boards/{slug}").text
    assert f'href="/forum/threads/{thread.id}"' in board
    name = author.display_name
    assert name not in board
    reader = sign_in(member)
    for address in (
        f"{URL}/{thread.id}",
        f"/forum/boards/{slug}",
        f"/forum/boards/{slug}?filter=unread",
        "/forum/",
        "/forum/new",
        "/",
        f"/forum/posts/{reply.id}/history",
        f"/moderation/report/post/{reply.id}",
    ):
        text = reader.get(address, follow_redirects=True).text
        assert "A rude" not in text, address
    assert reader.get(f"/forum/posts/{opening.id}/history").status_code == 404
    for insider in (author, moderator):
        assert "A rude title" in sign_in(insider).get(f"{URL}/{thread.id}").text


def test_posts_carry_their_language(client):
    post = PostFactory(body="hello there", language="en")
    PostFactory(thread=post.thread, language="und")
    assert client.get(f"{URL}/{post.thread_id}").text.count('<div class="prose" lang="en">') == 2


def test_titles_carry_their_language_where_it_is_not_the_pages(client):
    client.set_cookie("lang", "en", domain="localhost")
    board = BoardFactory()
    ThreadFactory(title="How to grow beans", board=board)
    thread = ThreadFactory(title="怎样种好豆子", kind="question", board=board)
    chinese = '<span lang="zh-Hans">怎样种好豆子</span>'
    assert f"<h1>{chinese}</h1>" in client.get(f"{URL}/{thread.id}").text
    for address in (f"/forum/boards/{board.slug}", "/forum/", "/"):
        page = client.get(address).text
        assert (chinese in page, '<span lang="en">' in page) == (True, False), address


def test_erased_authors_have_no_name_and_no_page(client):
    author = UserFactory(username="erased-one", state="erased")
    post = PostFactory(author=author)
    assert "/members/erased-one" not in client.get(f"{URL}/{post.thread_id}").text


# Writing


def test_a_member_starts_a_thread_and_gets_answers(browser, sign_in, member, branch):
    board = BoardFactory(audience=MEMBERS)
    url = f"/forum/boards/{board.slug}/new"
    form = browser.get(url)
    key = re.search(r'name="key" value="([^"]+)"', form.text)[1]
    data = {"title": "怎样记录？", "kind": "question", "body": "这是**中文。**测试", "key": key}
    sent = browser.post(url, data=data)
    assert sent.status_code == 303
    page = browser.get(sent.location)
    assert "怎样记录？" in page.text
    assert "这是<strong>中文。</strong>测试" in page.text
    assert browser.post(url, data=data).location == sent.location


def test_a_reply_leads_to_its_place_and_twice_sent_is_one(browser):
    thread = ThreadFactory()
    data = {"body": "A reply.", "key": "one-key"}
    first = browser.post(f"{URL}/{thread.id}/replies", data=data)
    second = browser.post(f"{URL}/{thread.id}/replies", data=data)
    assert first.status_code == 303
    assert first.location == second.location
    assert db.session.scalar(select(Thread.reply_count)) == 1
    assert browser.get(first.location).location == f"{URL}/{thread.id}#p2"


def test_a_preview_publishes_nothing_and_keeps_the_text(browser):
    thread = ThreadFactory()
    page = browser.post(f"{URL}/{thread.id}/replies", data={"body": "Some **bold** words", "key": "k", "preview": "1"})
    assert page.status_code == 200
    assert "Some <strong>bold</strong> words" in page.text
    assert "Some **bold** words</textarea>" in page.text
    assert db.session.scalar(select(Thread.reply_count)) == 0


@pytest.mark.parametrize("body", ["", "   \n\u3000", "\x00\x01", "\u200b", "\u200f\n\u200b"])
def test_an_empty_reply_is_refused_beside_the_field(browser, body):
    thread = ThreadFactory()
    page = browser.post(f"{URL}/{thread.id}/replies", data={"body": body, "key": "k"})
    assert page.status_code == 422
    assert 'href="#body"' in page.text
    assert 'aria-invalid="true"' in page.text


def test_an_invisible_title_is_refused_and_signs_of_no_width_stay_in_what_is_seen(browser):
    board, emoji = BoardFactory(), "👩\u200d🏫"
    data = {"kind": "discussion", "title": "\u200b", "body": f"A\u200b {emoji}", "key": "k"}
    page = browser.post(f"/forum/boards/{board.slug}/new", data=data)
    assert (page.status_code, 'href="#title"' in page.text, 'href="#body"' in page.text) == (422, True, False)
    browser.post(f"/forum/boards/{board.slug}/new", data=data | {"title": emoji})
    assert db.session.scalar(select(Thread.title)) == emoji
    assert db.session.scalar(select(Post.body)) == f"A\u200b {emoji}"


def test_an_oversized_reply_is_refused_and_kept(browser):
    thread = ThreadFactory()
    page = browser.post(f"{URL}/{thread.id}/replies", data={"body": "字" * 32_001, "key": "k"})
    assert page.status_code == 422
    assert "字" * 32_001 in page.text
    assert "32001" in page.text


def test_a_reply_to_a_locked_thread_is_refused_and_kept(browser):
    thread = ThreadFactory(state=ThreadState.LOCKED, lock_reason="Settled.")
    page = browser.post(f"{URL}/{thread.id}/replies", data={"body": "Words I typed.", "key": "k"})
    assert page.status_code == 409
    assert "Words I typed.</textarea>" in page.text
    assert 'id="reply"' not in browser.get(f"{URL}/{thread.id}").text


def test_a_reply_to_a_hidden_thread_is_refused_and_kept(browser, moderator, actor_of, transaction):
    from core.documents import target_for

    thread = ThreadFactory()
    with transaction():
        target_for("post").hide(db.session.scalars(select(Post.id)).one(), actor_of(moderator), "Spam.")
    page = browser.post(f"{URL}/{thread.id}/replies", data={"body": "Words I typed.", "key": "k"})
    assert page.status_code == 409
    assert "Words I typed.</textarea>" in page.text


@pytest.mark.parametrize("parent", ["0", "999999", "abc", "-1", "1" * 30])
def test_a_foreign_parent_is_refused(browser, parent):
    thread = ThreadFactory()
    page = browser.post(f"{URL}/{thread.id}/replies", data={"body": "x", "key": "k", "parent": parent})
    assert page.status_code in (404, 422)
    assert db.session.scalar(select(Thread.reply_count)) == 0


def test_a_parent_of_another_thread_is_refused(browser):
    thread, other = ThreadFactory(), PostFactory()
    page = browser.post(f"{URL}/{thread.id}/replies", data={"body": "x", "key": "k", "parent": str(other.id)})
    assert page.status_code == 409


def test_a_quote_is_put_into_the_form_without_what_it_quotes(browser):
    post = PostFactory(body="> older words\n\nfirst line\nsecond line")
    name = post.author.username
    page = browser.get(f"/forum/posts/{post.id}/reply?quote")
    assert f"&gt; @{name}\n&gt;\n&gt; first line\n&gt; second line\n" in page.text.replace("\r\n", "\n")
    assert "&gt; &gt; older" not in page.text


def test_a_post_is_edited_and_its_history_shown(browser, member):
    thread = ThreadFactory(author=member, body="The first version.")
    post = db.session.scalars(select(Post)).one()
    form = browser.get(f"/forum/posts/{post.id}/edit")
    assert "The first version.</textarea>" in form.text
    data = {"body": "The second version.", "title": "Another title", "revision": "0"}
    assert browser.post(f"/forum/posts/{post.id}/edit", data=data).status_code == 303
    page = browser.get(f"{URL}/{thread.id}").text
    assert "The second version." in page
    assert "edited" in page
    history = browser.get(f"/forum/posts/{post.id}/history").text
    assert "The first version." in history
    stale = browser.post(f"/forum/posts/{post.id}/edit", data=data | {"body": "A third one."})
    assert stale.status_code == 409
    assert "A third one.</textarea>" in stale.text


def test_an_edit_form_without_its_revision_is_refused(browser, member):
    ThreadFactory(author=member)
    post = db.session.scalars(select(Post)).one()
    assert (
        browser.post(f"/forum/posts/{post.id}/edit", data={"body": "x", "title": "t", "revision": "x"}).status_code
        == 422
    )


def test_a_post_is_deleted_and_leaves_a_stub(browser, member):
    post = PostFactory(author=member, body="Regretted words.")
    assert "Regretted words." in browser.get(f"/forum/posts/{post.id}/delete").text
    assert browser.post(f"/forum/posts/{post.id}/delete").status_code == 303
    page = browser.get(f"{URL}/{post.thread_id}").text
    assert "Regretted words." not in page
    assert "#2 was deleted by its author" in page
    assert browser.post(f"/forum/posts/{post.id}/delete").status_code == 409


def test_a_discussion_hangs_on_its_subject(browser, client):
    from core.documents import discussions
    from core.permissions import VISITOR
    from core.refs import Ref
    from core.subjects import register_subject
    from tests.forum.access import Leaflets

    register_subject(Leaflets())
    url = discussions().start_url(Ref("leaflet", 1))
    form = browser.get(f"{url}?anchor=p3&quote=Some%20words")
    assert "Some words" in form.text
    data = {"title": "About it", "kind": "question", "body": "Why?", "key": "k", "anchor": "p3", "quote": "Some words"}
    sent = browser.post(url, data=data)
    assert sent.status_code == 303
    page = client.get(sent.location).text
    assert 'href="/leaflets/1#p3"' in page
    assert "Some words" in page
    board = db.session.scalars(select(Board)).one()
    assert (board.slug, board.thread_count, board.post_count) == ("leaflet-1", 1, 1)
    (link,) = discussions().talk_on(Ref("leaflet", 1), VISITOR).threads
    assert (link.title, link.url, link.reply_count) == ("About it", sent.location, 0)
    browser.post(url, data=data | {"key": "k2", "title": "Again"})
    assert len(discussions().talk_on(Ref("leaflet", 1), VISITOR).threads) == 2


def test_an_administrator_makes_a_board_in_the_browser(sign_in, administrator):
    browser = sign_in(administrator)
    data = {
        "title_zh": "新版块",
        "slug": "new-board",
        "branch_id": "1",
        "audience": "public",
        "post_policy": "staff",
        "position": "1",
    }
    assert browser.post("/forum/manage/new", data=data | {"title_zh": ""}).status_code == 422
    assert browser.post("/forum/manage/new", data=data | {"slug": "not ok"}).status_code == 422
    assert browser.post("/forum/manage/new", data=data | {"audience": "user:1"}).status_code == 422
    assert browser.post("/forum/manage/new", data=data).location == "/forum/boards/new-board"
    assert browser.post("/forum/manage/new", data=data).status_code == 422
    assert "新版块" in browser.get("/forum/manage/new-board").text
    assert browser.post("/forum/manage/new-board", data=data | {"archived": "y"}).status_code == 303
    assert db.session.scalars(select(Board)).one().archived


def test_pages_speak_chinese(client):
    thread = ThreadFactory()
    client.set_cookie("lang", "zh-Hans", domain="localhost")
    for path in ("/forum/", f"/forum/boards/{thread.board.slug}", f"{URL}/{thread.id}"):
        page = client.get(path)
        assert 'lang="zh-Hans"' in page.text


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}", "\u202eevil"]
)
def test_hostile_text_is_only_text(browser, text):
    board = BoardFactory()
    sent = browser.post(
        f"/forum/boards/{board.slug}/new", data={"title": text, "kind": "discussion", "body": text, "key": "k"}
    )
    for path in (sent.location, f"/forum/boards/{board.slug}", "/forum/", "/forum/new"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "onerror=alert(1)>" not in page.replace("onerror=alert(1)&gt;", "")
        assert ">49<" not in page


def test_a_kind_that_is_not_offered_is_refused(browser):
    board = BoardFactory()
    sent = browser.post(
        f"/forum/boards/{board.slug}/new", data={"title": "t", "kind": "announcement", "body": "b", "key": "k"}
    )
    assert sent.status_code == 422


def test_a_flood_is_stopped_and_its_text_kept(sign_in, member):
    thread = ThreadFactory()
    url, browser = f"{URL}/{thread.id}/replies", sign_in(member)
    browser.set_cookie("lang", "en", domain="localhost")
    for number in range(PUBLISHED.amount):
        assert browser.post(url, data={"body": f"Again {number}", "key": f"k{number}"}).status_code == 303
    page = browser.post(url, data={"body": "Once more", "key": "last"})
    assert (page.status_code, "You have published very often." in page.text) == (422, True)
    assert "Once more</textarea>" in page.text
    assert browser.post(url, data={"body": "Once more", "preview": "1"}).status_code == 200
