"""How marks add up, without a database."""

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.enums import GradeState, Grading
from study.gradebook.adding import (
    NOTHING,
    UNSAID,
    Cell,
    Earned,
    Said,
    Terms,
    cell_of,
    mark_in,
    of_papers,
    part_of,
    total_of,
    weight_share,
)
from study.gradebook.typed import read_thousandths

pytestmark = pytest.mark.no_database


def cell(share, weight=1000, state=GradeState.MARKED) -> Cell:
    return Cell(state=state, weight=weight, max_mark=100_000, share=None if share is None else Fraction(share))


@pytest.mark.parametrize(
    ("grading", "share"),
    [
        (Grading.BEST, Fraction(2, 3)),
        (Grading.FIRST, Fraction(1, 3)),
        (Grading.LAST, Fraction(1, 2)),
        (Grading.MEAN, Fraction(1, 2)),
    ],
)
def test_the_papers_count_by_the_rule_of_the_quiz(grading, share):
    assert of_papers([(1, 3), (2, 3), (1, 2)], grading) == Earned(share=share)


@pytest.mark.parametrize(
    ("grading", "papers", "earned"),
    [
        (Grading.BEST, [(None, 3), (1, 3)], Earned(share=Fraction(1, 3), waits=True)),
        (Grading.BEST, [(None, 3)], Earned(waits=True)),
        (Grading.FIRST, [(None, 3), (1, 3)], Earned(waits=True)),
        (Grading.FIRST, [(1, 3), (None, 3)], Earned(share=Fraction(1, 3), waits=True)),
        (Grading.LAST, [(1, 3), (None, 3)], Earned(waits=True)),
        (Grading.MEAN, [(1, 3), (None, 3)], Earned(waits=True)),
        (Grading.MEAN, [(0, 0)], NOTHING),
        (Grading.LAST, [(1, 3), (0, 0)], Earned(share=Fraction(1, 3))),
        (Grading.BEST, [], NOTHING),
    ],
)
def test_what_waits_to_be_marked_or_was_dropped_is_no_nought(grading, papers, earned):
    assert of_papers(papers, grading) == earned


def test_a_total_is_the_weighed_mean_of_what_counts_rounded_once():
    # 1/3 three times over with rounding in between would be 333 or 999 of 1000.
    assert total_of([cell("1/3"), cell("1/3"), cell("1/3")]) == 333
    assert total_of([cell("2/3"), cell("2/3"), cell(1)]) == 778
    assert total_of([cell(1, weight=3000), cell(0, weight=1000)]) == 750
    # Half a thousandth goes up.
    assert total_of([cell("1/2000")]) == 1
    assert total_of([cell("4999/10000000")]) == 0


def test_what_has_no_mark_or_no_weight_is_left_out_and_nothing_at_all_is_no_total():
    open_, held = cell(None, state=GradeState.OPEN), cell("1/2", state=GradeState.HELD)

    assert total_of([cell(1), open_, held, cell(0, weight=0)]) == 1000
    assert total_of([open_, held, cell(1, weight=0)]) is None
    assert total_of([]) is None
    assert total_of([cell(1), cell(0, state=GradeState.MISSED)]) == 500


@given(st.lists(st.tuples(st.fractions(0, 1), st.integers(0, 1_000_000)), max_size=12))
def test_the_parts_add_up_to_the_total_exactly(pairs):
    cells = [cell(share, weight) for share, weight in pairs]
    parts = [part for one in cells if (part := part_of(one, cells)) is not None]
    total = total_of(cells)

    if total is None:
        assert parts == []
    else:
        assert abs(sum(parts) * 1000 - total) <= Fraction(1, 2)
        assert 0 <= total <= 1000


@given(st.fractions(0, 1), st.integers(1, 1_000_000))
def test_a_mark_that_was_shown_and_typed_again_is_the_same_mark(share, most):
    shown = mark_in(share, most)

    assert mark_in(Fraction(shown, most), most) == shown


TERMS = Terms(weight=1000, max_mark=20_000)


def test_what_a_person_says_takes_the_place_of_what_was_earned():
    seen = cell_of(TERMS, Earned(share=Fraction(1, 4)), Said(mark=15_000, feedback="Well said.", number=2))

    assert (seen.state, seen.share, seen.earned, seen.is_given) == (
        GradeState.MARKED,
        Fraction(3, 4),
        Fraction(1, 4),
        True,
    )
    assert (seen.mark, seen.feedback) == (15_000, "Well said.")


def test_feedback_alone_leaves_the_mark_to_what_was_handed_in():
    seen = cell_of(TERMS, Earned(share=Fraction(1, 4), comment="From the desk."), Said(mark=None, number=1))

    assert (seen.share, seen.is_given, seen.feedback) == (Fraction(1, 4), False, "From the desk.")


@pytest.mark.parametrize(
    ("terms", "earned", "state", "counts"),
    [
        ({}, NOTHING, GradeState.OPEN, None),
        ({"is_missed_at_zero": True}, NOTHING, GradeState.MISSED, 0),
        ({"is_missed_at_zero": True}, Earned(waits=True), GradeState.WAITING, None),
        ({"is_missed_at_zero": True}, Earned(share=Fraction(1)), GradeState.MARKED, 1),
        ({"is_held_back": True}, Earned(share=Fraction(1)), GradeState.HELD, None),
        ({"is_held_back": True, "is_missed_at_zero": True}, NOTHING, GradeState.HELD, None),
        ({"is_sealed": True}, Earned(share=Fraction(1)), GradeState.SEALED, None),
    ],
)
def test_each_state_counts_or_does_not(terms, earned, state, counts):
    seen = cell_of(Terms(weight=1000, max_mark=20_000, **terms), earned, UNSAID)

    assert (seen.state, seen.counting) == (state, counts)


def test_what_is_held_back_or_sealed_shows_neither_mark_nor_feedback():
    said = Said(mark=20_000, feedback="secret", number=1)
    earned = Earned(share=Fraction(1), comment="secret")
    held = cell_of(Terms(weight=1, max_mark=20_000, is_held_back=True), earned, said)
    sealed = cell_of(Terms(weight=1, max_mark=20_000, is_sealed=True, sees_held=True), earned, said)
    seen = cell_of(Terms(weight=1, max_mark=20_000, is_held_back=True, sees_held=True), earned, said)

    for one in (held, sealed):
        assert (one.share, one.earned, one.feedback, one.said, one.waits) == (None, None, "", UNSAID, False)
    assert (seen.share, seen.counting) == (1, None)


def test_shares_of_weights_are_told_whatever_they_add_up_to():
    assert [weight_share(one, [1000, 2000, 4000]) for one in (1000, 2000, 4000)] == [143, 286, 571]
    assert weight_share(0, [0, 0]) == 0


@pytest.mark.parametrize(
    ("typed", "thousandths"),
    [
        ("85", 85_000),
        ("８５．５", 85_500),
        ("85，5", 85_500),
        (" 0.0005 ", 1),
        ("66.6666666666667", 66_667),
        (".5", 500),
        ("90分", 90_000),
    ],
)
def test_numbers_are_read_as_people_type_them(typed, thousandths):
    assert read_thousandths(typed) == thousandths


@pytest.mark.parametrize("typed", ["", "-1", "1e9", "nan", "eight", "85%", "1" * 30, "=1+1", "1 2"])
def test_what_is_no_number_is_refused(typed):
    with pytest.raises(ValueError, match=f"^{re.escape(typed)}$"):
        read_thousandths(typed)


def test_a_sign_for_per_cent_is_taken_where_marks_are_per_cent():
    assert read_thousandths("８５％", in_percent=True) == 85_000
