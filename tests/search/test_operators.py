"""The language of the search box: operators are found, everything else is plain words."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.operators import take_apart
from search.parsing import parse
from tests.factories.search import document

pytestmark = pytest.mark.no_database

HOSTILE = {
    "only spaces": "   ",
    "ten thousand characters": "账目 report " * 900,
    "one long word": "a" * 10_000,
    "operators only": '-"" OR OR | -- "" author: before:',
    "unbalanced": '"账目 “公布 -"',
    "everything": "*:*",
    "ranges": "[a TO " * 500,
    "a pattern that explodes": "(a+)+$" * 30,
    "minus signs": "-" * 5000,
    "ors": "a OR " * 1000,
    "control characters": "账\x00\x07\x1b[31m目\u202e\u2066",
    "half of a pair": "账目 \ud800",
    "fields": "author:" * 700,
    "dates": "before:9999-99-99 after:0000-00-00 before:20260101",
}


@pytest.mark.parametrize(
    ("text", "filters", "plain"),
    [
        ("预算 author:zhaomin", [("author", "zhaomin")], "预算"),
        ('作者:"赵 敏" 预算', [("author", "赵 敏")], "预算"),
        ("board：finance kind:帖子", [("board", "finance"), ("kind", "post")], ""),
        ("after:2026-05 before:2027 x", [("after", "2026-05-01"), ("before", "2027-01-01")], "x"),
        ("KIND:Lesson", [("kind", "lesson")], ""),
        # What is not whole, or names what there is not, is plain words.
        ("author: 预算", [], "author: 预算"),
        ("kind:spaceship", [], "kind:spaceship"),
        ("before:2026-13-45", [], "before:2026-13-45"),
        ("http://example.org note:this", [], "http://example.org note:this"),
    ],
)
def test_fields_limit_when_they_are_whole(text, filters, plain):
    found = take_apart(text)

    assert (found.filters, found.plain) == (filters, plain)


@pytest.mark.parametrize(
    ("text", "either", "plain"),
    [
        ("budget OR accounts", [["budget", "accounts"]], ""),
        ('会议 "会费 收据" OR 账目 | 预算', [["会费 收据", "账目", "预算"]], "会议"),
        ("OR budget", [], "OR budget"),
        ("budget OR", [], "budget OR"),
        ("budget OR -x", [], "budget OR"),
        ("this or that", [], "this or that"),
    ],
)
def test_or_stands_between_two_things(text, either, plain):
    found = take_apart(text)

    assert ([[one for one, _exact in group] for group in found.either], found.plain) == (either, plain)


@pytest.mark.parametrize(
    "text",
    [
        "为什么会有“矮冬瓜”这个绰号？",
        'What counts as an "ancilla" qubit?',
        "未成年人参加“黑社会”，是犯罪吗？",
    ],
)
def test_quotation_marks_inside_a_sentence_stress_but_demand_nothing(text):
    query = parse(text)

    assert query.phrases == ()
    assert len(query.stressed) == 1


def test_quotation_marks_beside_few_words_demand(put, ids):
    put(document(1, "working days of the board"), document(2, "days working for the board"))

    assert ids('"working days" board') == [1]


def test_a_stressed_phrase_comes_first(put, ids):
    put(document(1, "an ancilla counts and a qubit too"), document(2, "a qubit that counts, the ancilla qubit"))

    assert ids('What counts as an "ancilla qubit" in a machine like that?')[0] == 2


def test_either_of_two_words_is_enough_and_both_are_found(put, ids):
    put(document(1, "账目公布"), document(2, "预算报告"), document(3, "会议记录"), document(4, "账目和会议"))

    assert set(ids("账目 OR 预算")) == {1, 2, 4}
    # What lacks the other word comes after.
    assert ids("会议 账目 OR 预算")[0] == 4
    assert ids('"公布账目" OR 预算') == [2]


def test_a_search_is_limited_by_author_board_kind_and_days(put, ids):
    put(
        document(1, "账目", author="zhaomin", board="finance", created_at=datetime(2026, 1, 5, tzinfo=UTC)),
        document(2, "账目", author="li", board="finance", created_at=datetime(2026, 6, 5, tzinfo=UTC)),
        document(3, "账目", author="li", board="general", created_at=datetime(2026, 6, 1, tzinfo=UTC)),
    )

    assert set(ids("账目 author:li")) == {2, 3}
    assert ids("账目 author:li board:finance") == [2]
    assert ids("账目 before:2026-06-01") == [1]
    assert set(ids("账目 after:2026-06-01")) == {2, 3}
    assert ids("账目 kind:lesson") == []


def test_limits_alone_give_the_newest_first(put, ids):
    put(
        document(1, "一", author="li", created_at=datetime(2026, 1, 5, tzinfo=UTC)),
        document(2, "二", author="li", created_at=datetime(2026, 6, 5, tzinfo=UTC)),
        document(3, "三", author="zhao"),
    )

    assert ids("author:li") == [2, 1]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_queries_are_answered_at_once(put, find, text):
    put(*(document(number, f"账目 report {number} a*b") for number in range(1, 40)))
    find("账目")

    begun = time.process_time()
    find(text)

    assert time.process_time() - begun < 0.1


@given(st.text(st.sampled_from(' -"“”:|ORaz账目author:before:2026-05\n'), max_size=120))
def test_any_mixture_of_operators_is_a_query(text):
    query = parse(text)

    assert all(phrase.terms for phrase in (*query.phrases, *query.without, *query.stressed))
    assert all(group for group in query.either)
