import re
from urllib.parse import quote

import pytest

from core.clock import utcnow
from core.events import ContentEvent
from core.faces import Faces
from core.outbox import announce
from search import services
from tests.factories.search import document


@pytest.fixture
def indexed(shelf):
    def act(*documents):
        for one in documents:
            shelf.put(one)
        services.rebuild()

    return act


def ask(client, text, **others):
    return client.get("/search", query_string={"q": text, **others})


def test_without_words_there_is_the_form_and_help(client):
    page = client.get("/search").text

    assert 'class="bigfind"' in page
    assert 'class="ledger"' not in page


def test_results_show_marked_titles_and_snippets(client, indexed):
    indexed(document(1, "第一句。账目每季公布一次。", "账目的事", place=Faces(zh="财务"), author_name="赵敏"))

    page = ask(client, "账目").text

    assert '<a href="/forum/posts/1"><mark>账目</mark>的事</a>' in page
    assert "<mark>账目</mark>每季公布一次。" in page
    assert "财务 · 赵敏" in page
    assert 'value="账目"' in page


def test_hostile_words_and_texts_are_escaped(client, indexed):
    indexed(document(1, "<script>alert(1)</script> 账目", "<tt>账目</tt>", place=Faces(zh="<i>"), author_name="<u>"))

    page = ask(client, '账目 "><script>alert(2)</script>').text

    # The page has scripts of its own, and no others.
    assert page.count("<script") == ask(client, "无").text.count("<script")
    assert "<tt>" not in page
    assert "<i>" not in page
    assert "<u>" not in page


def test_nothing_found_gives_help(client, indexed):
    indexed(document(1, "账目"))
    client.set_cookie("lang", "en")

    assert "Nothing found for “blanket”" in ask(client, "blanket").text


def test_kinds_are_links_with_counts_of_what_the_reader_may_see(client, indexed):
    indexed(
        document(1, "账目"),
        document(2, "账目"),
        document(3, "账目", audience="branch:7"),
        document(4, "账目", audience="members"),
    )

    page = ask(client, "账目").text

    assert re.findall(r'kind=post"[^>]*><span>[^<]*</span><span>(\d+)</span>', page) == ["2"]
    assert "posts/3" not in page
    assert "posts/4" not in page


def test_members_find_what_members_may_read(member, sign_in, indexed):
    indexed(document(1, "账目", audience="members"), document(2, "账目", audience="branch:999999"))

    page = ask(sign_in(member), "账目").text

    assert "posts/1" in page
    assert "posts/2" not in page


def test_pages_lead_on_and_back(client, indexed):
    indexed(*(document(number, "账目") for number in range(1, 46)))

    first, second = ask(client, "账目").text, ask(client, "账目", page="2").text
    last = ask(client, "账目", page="3").text

    assert 'rel="next" href="/search?q=%E8%B4%A6%E7%9B%AE&amp;page=2"' in first
    assert 'rel="prev"' not in first
    assert 'rel="prev"' in second
    assert 'rel="next"' not in last
    assert last.count('<div class="m">') == 5


def test_order_and_filters_are_kept_in_links(client, indexed):
    indexed(document(1, "账目", board="general"), document(2, "账目", board="other"))

    page = ask(client, "账目", board="general", sort="newest").text

    assert "posts/1" in page
    assert "posts/2" not in page
    assert "board=general&amp;sort=newest&amp;after=" in page or "sort=newest" in page
    assert quote("账目") in page


@pytest.mark.parametrize(
    "values",
    [
        {"page": "0"},
        {"page": "-1"},
        {"page": "9" * 30},
        {"page": "٣"},
        {"after": "yesterday", "before": "9999-99-99"},
        {"after": "0001-01-01", "before": "9999-12-31"},
        {"sort": "'; DROP TABLE"},
        {"kind": "../..", "board": "\x00", "course": "*", "author": "a" * 5000},
    ],
)
def test_any_address_is_answered(client, indexed, values):
    indexed(document(1, "账目"))

    assert ask(client, "账目", **values).status_code == 200


@pytest.mark.parametrize("text", ["*:*", "[a TO " * 500, "(a+)+$", '"', "-", "a" * 10_000, "\x00", "\u202e", "%ff"])
def test_any_words_are_answered(client, indexed, text):
    indexed(document(1, "账目"))

    assert ask(client, text).status_code == 200


def test_a_search_writes_nothing_and_costs_what_the_header_costs(client, indexed, count_queries):
    indexed(document(1, "账目"), document(2, "账目"), document(3, "账目"))
    with count_queries() as seen:
        ask(client, "账目")

    assert not [statement for statement in seen if not statement.startswith("SELECT")]


def test_a_broken_index_is_said_and_titles_are_shown(client, shelf):
    shelf.put(document(1, "x", "账目公布"))
    client.set_cookie("lang", "en")

    page = ask(client, "账目").text

    assert "Only titles were searched" in page
    assert "posts/1" in page


def test_a_new_post_is_found_by_everybody_who_may_read_it(client, shelf, transaction, drain):
    shelf.put(document(1, "新的账目", created_at=utcnow()))
    with transaction():
        announce(ContentEvent(subject=document(1).ref))
    drain()

    assert "posts/1" in ask(client, "账目").text


def test_every_facet_is_a_link_with_its_count(client, indexed):
    indexed(
        document(1, "账目", board="finance", language="en"),
        document(2, "账目", board="general", language="zh-Hans"),
        document(3, "账目", board="general", language="zh-Hans", solved=True),
    )

    page = ask(client, "账目").text

    for link, words, number in (
        ("board=general", "general", 2),
        ("language=zh-Hans", "简体中文", 2),
        ("solved=yes", "已解决", 1),
        ("kind=post", "帖子", 3),
    ):
        found = re.search(rf'<a href="([^"]*{link})"><span>([^<]+)</span><span>(\d+)</span>', page)
        assert (found[2], found[3]) == (words, str(number))
        assert client.get(found[1].replace("&amp;", "&")).text.count('<div class="m">') == number


def test_one_value_for_all_is_no_choice(client, indexed):
    indexed(document(1, "账目", board="general"), document(2, "账目", board="general"))

    assert "board=general" not in ask(client, "账目").text


def test_a_choice_can_be_taken_back(client, indexed):
    indexed(document(1, "账目", board="general"), document(2, "账目", board="finance"))

    page = ask(client, "账目", board="general").text

    assert page.count('<div class="m">') == 1
    assert re.search(r'<a href="/search\?q=[^"&]+" *><span>不限</span>', page)
    assert "board=finance" in page


def test_most_discussed_comes_first_when_asked_for(client, indexed):
    indexed(document(1, "账目 账目", popularity=3), document(2, "账目", popularity=90), document(3, "账目 账目 账目"))

    page = ask(client, "账目", sort="discussed").text

    assert re.findall(r'<a href="/forum/posts/(\d)">', page) == ["2", "1", "3"]


def test_names_are_taken_for_what_they_name(client, indexed, member):
    indexed(document(1, "账目", author=member.username), document(2, "账目", author="other"))

    for name in (member.username.upper(), f'"{member.display_name}"'):
        assert re.findall(r'<a href="/forum/posts/(\d)">', ask(client, f"账目 author:{name}").text) == ["1"]


@pytest.mark.parametrize("text", ["账目", "canary", "canery", '"canary" OR 账目', "作者:canary 账目", "-账目 canary"])
@pytest.mark.parametrize("order", ["", "newest", "discussed"])
def test_no_page_shows_anything_of_what_the_reader_may_not_see(client, indexed, text, order):
    open_ones = [document(1, "账目"), document(2, "账目", board="general")]
    indexed(*open_ones)
    before = re.sub(r"\d+\.\d+ ?[s秒]", "", ask(client, text, sort=order).text)

    hidden = dict.fromkeys(("board", "course", "author", "author_name", "branch", "language"), "canaryvalue")
    indexed(*open_ones, document(9, "账目 canary", "canarytitle", audience="branch:7", popularity=99, **hidden))
    after = re.sub(r"\d+\.\d+ ?[s秒]", "", ask(client, text, sort=order).text)

    assert after.replace("nonce", "") == before.replace("nonce", "")


def test_the_time_of_results_has_its_own_word_in_chinese(client, indexed):
    indexed(document(1, "账目"))
    page = client.get("/search?q=账目", headers={"Accept-Language": "zh"}).text

    assert ("<h3>时间</h3>" in page, "用时</h3>" in page) == (True, False)
