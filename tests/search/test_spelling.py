"""Words spelled wrong find the right one, and tell nothing of texts that may not be read."""

import pytest

from core.permissions import VISITOR
from search import queries, services
from search.engines.whoosh.spelling import distance
from tests.factories.search import document


@pytest.mark.parametrize(
    ("one", "two", "slips"),
    [("gandhi", "ghandi", 2), ("abcd", "abdc", 1), ("form", "from", 1), ("budget", "budgets", 1), ("same", "same", 0)],
)
def test_slips_are_letters_put_in_left_out_changed_or_swapped(one, two, slips):
    assert distance(one, two) == slips


def test_far_words_are_not_measured_to_the_end():
    assert distance("account", "quantum") == 3


def test_a_word_spelled_wrong_finds_the_right_one(put, find):
    put(document(1, "The accounts are published"), document(2, "quantum computers"))

    found = find("acounts")

    assert [hit.ref.id for hit in found.hits] == [1]
    assert found.guesses == {"acounts": "account"}


def test_a_word_that_something_has_is_taken_as_it_is(put, find):
    put(document(1, "the accounts"), document(2, "the amounts"))

    found = find("accounts")

    assert ([hit.ref.id for hit in found.hits], found.guesses) == ([1], {})


def test_no_word_is_suggested_from_what_may_not_be_read(put, find):
    put(document(1, "the accounts"), document(2, "the secretariat", audience="branch:7"))

    assert find("secretariet").guesses == {}
    assert find("secretariet", tokens={"public", "branch:7"}).guesses == {"secretariet": "secretariat"}
    # A word that stands in closed texts only is as unknown as one that stands nowhere.
    put(document(3, "the secretariats", audience="public"), document(4, "secretarialt", audience="branch:7"))
    assert find("secretarialt").guesses == {"secretarialt": "secretariat"}


def test_the_suggestion_is_spelled_as_texts_spell_it(shelf, app):
    shelf.put(document(1, "Publishing the accounts"))
    services.rebuild()

    assert queries.search("Publishing acounts now", VISITOR).suggestion == "Publishing accounts now"
    assert queries.search("accounts", VISITOR).suggestion is None


def test_the_page_offers_what_may_have_been_meant(client, shelf):
    shelf.put(document(1, "Publishing the accounts"))
    services.rebuild()

    page = client.get("/search", query_string={"q": "acounts"}).text

    assert '<a href="/search?q=accounts">accounts</a>' in page
