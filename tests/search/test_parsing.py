import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.parsing import QUERY_MAX, parse

pytestmark = pytest.mark.no_database


def needed(text):
    return [word.text for word in parse(text).words if word.needed]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("账目公布", ["账目", "公布"]),
        ("请问账目怎么公布", ["账目", "公布"]),
        ("how do I publish the accounts", ["publish", "accounts"]),
        ("how to", ["how", "to"]),
        ("中", ["中"]),
        ("怎么", ["怎么"]),
        ("Flask 入门", ["Flask", "入门"]),
    ],
)
def test_words_that_matter_are_needed(text, words):
    assert needed(text) == words


def test_phrases_and_unwanted_words_are_told_apart():
    query = parse('"账目公布" 季度 -会费 -"open day"')

    assert [phrase.canon for phrase in query.phrases] == ["账目公布"]
    assert {phrase.canon.strip() for phrase in query.without} == {"会费", "open day"}
    assert needed('"账目公布" 季度 -会费') == ["季度"]


def test_only_unwanted_words_are_read_as_plain_ones():
    assert needed("-会费") == ["会费"]


def test_a_lone_quotation_mark_and_inner_hyphens_are_plain():
    assert needed('"账目 公布') == ["账目", "公布"]
    assert parse("covid-19 e-mail").without == ()


@given(st.text(max_size=400))
def test_any_text_is_a_query(text):
    query = parse(text)

    assert len(query.text) <= QUERY_MAX
    assert all(query.terms)
