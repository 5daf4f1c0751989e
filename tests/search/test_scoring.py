import math

import pytest

from search.scoring import read_judgments, score


def test_judgments_are_read_below_their_heading_and_grades_of_nothing_left_out():
    assert read_judgments(["query\tdocument\tgrade\n", "q1\ta\t2\n", "q1\tb\t0\n", "\n", "q2\tc\t1\n"]) == {
        "q1": {"a": 2},
        "q2": {"c": 1},
    }


def test_a_table_of_another_form_is_refused():
    with pytest.raises(ValueError, match="unpack"):
        read_judgments(["head", "q1 a 2"])


def test_the_best_order_gives_everything():
    figures = score({"q": ["a", "b", "x"]}, {"q": {"a": 2, "b": 1}})

    assert (figures.ndcg, figures.recall) == (1.0, 1.0)


def test_a_better_grade_counts_more_and_earlier_more():
    figures = score({"q": ["b", "a"]}, {"q": {"a": 2, "b": 1}})

    assert figures.ndcg == pytest.approx((1 + 3 / math.log2(3)) / (3 + 1 / math.log2(3)))
    assert figures.recall == 1.0


def test_only_the_first_ten_count_and_a_query_without_answers_is_nothing():
    figures = score({"q": [*map(str, range(10)), "a"]}, {"q": {"a": 1}, "never asked": {"a": 1}})

    assert figures.as_json() == {"queries": 2, "ndcg@10": 0.0, "recall@10": 0.0}


def test_more_than_ten_right_answers_cannot_be_held_against_the_order():
    names = [str(number) for number in range(20)]

    figures = score({"q": names}, {"q": dict.fromkeys(names, 1)})

    assert (figures.ndcg, figures.recall) == (1.0, 0.5)


def test_a_document_named_twice_counts_once():
    assert score({"q": ["a", "a"]}, {"q": {"a": 1, "b": 1}}).recall == 0.5
