"""A click on a hit leads to the very place, with the words lit up."""

import pytest

from core.refs import Ref
from search.landing import address
from search.parsing import parse
from search.snippets import cut
from tests.factories.search import document

pytestmark = pytest.mark.no_database


def led_to(text, query, kind="lesson", **changes):
    one = document(1, text, ref=Ref(kind, 1), url="/study/lessons/1", **changes)
    return address(one, cut(one.text, parse(query)))


def test_the_words_are_lit_up_after_what_stands_before_them():
    assert led_to("每季公布 budget-plan", "budget") == (
        "/study/lessons/1#:~:text=%E6%AF%8F%E5%AD%A3%E5%85%AC%E5%B8%83-,budget"
    )


def test_what_leads_to_the_words_begins_with_a_word_and_stays_in_their_line():
    assert led_to("a very long introduction to the accounts", "accounts").endswith("text=to%20the-,accounts")
    assert led_to("the first line\naccounts of it", "accounts").endswith("#:~:text=accounts")


def test_hyphens_and_commas_of_the_text_are_no_signs_of_the_address():
    assert led_to("one, two-three accounts", "accounts").endswith("text=one%2C%20two%2Dthree-,accounts")


def test_the_place_comes_first_for_browsers_that_light_nothing_up():
    places = ((0, "?page=1#p1"), (5, "?page=2#p7"))

    assert led_to("预算报告\n账目", "账目", "material", places=places) == (
        "/study/lessons/1?page=2#p7:~:text=%E8%B4%A6%E7%9B%AE"
    )


def test_what_is_said_in_a_film_leads_to_its_second():
    places = ((0, "?t=83&captions=zh#player"),)

    assert led_to("账目", "账目", places=places) == "/study/lessons/1?t=83&captions=zh#player"


def test_posts_and_titles_lead_to_their_place_alone():
    assert led_to("账目", "账目", "post") == "/study/lessons/1"
    assert led_to("别的", "账目") == "/study/lessons/1"


def test_half_a_pair_in_a_text_is_no_error():
    assert led_to("\ud800账目", "账目").endswith("-,%E8%B4%A6%E7%9B%AE")


def test_a_hit_earlier_in_the_snippet_is_not_taken_for_the_place():
    text = "accounts first. " + "The accounts and the budget stand together here."

    lit = led_to(text, "accounts budget")

    assert lit.endswith(("text=first.%20The-,accounts", ":~:text=accounts"))
