"""Counting people by branch, and which shares may be shown."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.enums import LearningState
from study.tallying import Counts, Standings, count_by_branch, reach_of, shown, weeks_by_branch

pytestmark = pytest.mark.no_database

PATHS = {1: "/1/", 2: "/1/2/", 3: "/1/3/", 4: "/1/2/4/"}


def test_everybody_counts_once_in_each_branch_above():
    reach = reach_of([(10, 4), (11, 2), (12, 3), (12, 4)], PATHS)
    states = {10: LearningState.DONE, 11: LearningState.NOT_BEGUN, 12: LearningState.UNDER_WAY, 99: LearningState.DONE}
    found = count_by_branch(Standings(states=states, late=frozenset({10, 12})), reach)
    assert found == {
        1: Counts(not_begun=1, done=1, overdue=1),
        2: Counts(not_begun=1, done=1, overdue=1),
        3: Counts(overdue=1),
        4: Counts(done=1, overdue=1),
    }


def test_weeks_are_counted_alike():
    reach = reach_of([(10, 4), (11, 3)], PATHS)
    monday, next_ = date(2026, 11, 16), date(2026, 11, 23)
    found = weeks_by_branch(Standings(states={}, begun={10: monday, 11: monday}, done={10: next_}), reach)
    assert found == {
        (1, monday): (2, 0),
        (1, next_): (0, 1),
        (2, monday): (1, 0),
        (2, next_): (0, 1),
        (3, monday): (1, 0),
        (4, monday): (1, 0),
        (4, next_): (0, 1),
    }


def test_a_small_part_takes_the_next_smallest_with_it():
    assert shown([10, 3, 7, 20]) == [True, False, False, True]


def test_small_parts_that_are_many_enough_together_take_none_with_them():
    assert shown([10, 3, 4, 20]) == [True, False, False, True]


def test_few_people_outside_the_parts_are_not_given_away():
    assert shown([10, 20], rest=2) == [False, True]
    assert shown([10, 20], rest=5) == [True, True]


@given(st.lists(st.integers(0, 30), max_size=8), st.integers(0, 8))
def test_neither_a_part_nor_what_is_left_of_the_whole_tells_about_fewer_than_five(sizes, rest):
    visible = shown(sizes, rest)
    assert all(size >= 5 for size, may in zip(sizes, visible, strict=True) if may)
    hidden = rest + sum(size for size, may in zip(sizes, visible, strict=True) if not may)
    if sum(sizes) + rest >= 5:  # Else the share of the whole is not shown either.
        assert hidden == 0 or hidden >= 5
