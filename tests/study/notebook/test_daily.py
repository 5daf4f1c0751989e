"""Whose turn it is: cards due mixed with new ones, within what a day takes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.notebook.daily import Day, Turn

pytestmark = pytest.mark.no_database


def played(due: int, new: int, **settled) -> list[Turn]:
    """Go through a day on which every card is known at once."""
    turns, done_new = [], 0
    while turn := Day(due=due, new=new, done=len(turns), done_new=done_new, **settled).turn:
        turns.append(turn)
        due, new, done_new = due - (turn is Turn.DUE), new - (turn is Turn.NEW), done_new + (turn is Turn.NEW)
    return turns


def test_new_cards_are_spread_among_those_due():
    assert "".join(turn.value[0] for turn in played(6, 2)) == "ddnddndd"


def test_a_day_takes_so_many_and_no_more():
    assert len(played(100, 100, new_a_day=10, most_a_day=30)) == 30
    assert played(0, 100, new_a_day=10, most_a_day=30) == [Turn.NEW] * 10
    assert played(0, 100, new_a_day=0) == []


def test_what_is_due_goes_before_what_is_new():
    day = Day(due=30, new=5, most_a_day=30)
    assert (day.due_left, day.new_left, day.left, day.held_back) == (30, 0, 30, 5)


def test_cards_being_learnt_come_first_and_always():
    assert Day(steps=1, due=5, done=100).turn is Turn.STEPS
    assert Day(steps=2, due=5, done=100).left == 2


def test_when_nothing_else_is_left_cards_come_some_minutes_early():
    assert Day(ahead=1, due=1).turn is Turn.DUE
    assert Day(ahead=1).turn is Turn.AHEAD
    assert Day().turn is None


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(1, 60))
def test_every_card_of_the_day_gets_its_turn(due, new, new_a_day, most):
    day = Day(due=due, new=new, new_a_day=new_a_day, most_a_day=most)
    turns = played(due, new, new_a_day=new_a_day, most_a_day=most)
    assert (turns.count(Turn.DUE), turns.count(Turn.NEW)) == (day.due_left, day.new_left)
    assert day.left + day.held_back == due + new
