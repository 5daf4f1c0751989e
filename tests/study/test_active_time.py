"""What is counted of the time somebody says to have studied, and streaks: rules without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.active_time import BEAT_MAX, Beat, Sat, claimed, clocked, counted, joined
from study.streaks import days_in_a_row

pytestmark = pytest.mark.no_database

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 26)


def after(seconds: int) -> datetime:
    return START + timedelta(seconds=seconds)


def test_a_first_message_counts_what_it_says():
    assert counted(Beat(55, START), Sat(), 5) == 55


def test_nobody_has_more_seconds_than_the_clock():
    assert counted(Beat(60, after(20)), Sat(START, START, 60), 5) == 20
    assert counted(Beat(60, after(20)), Sat(START), 5) == 20
    assert counted(Beat(60, START), Sat(after(5), START, 60), 5) == 0


def test_a_sitting_ends_by_itself_and_a_break_begins_a_new_one():
    full = Sat(START, START, 20 * 60 - 10)
    assert counted(Beat(60, after(60)), full, 5) == 10
    assert counted(Beat(60, after(31 * 60)), full, 5) == 60
    assert counted(Beat(60, after(60)), full, 30) == 60


@pytest.mark.parametrize(("said", "taken"), [(-5, 0), (0, 0), (60, 60), (90, 90), (91, 90), (10**9, 90)])
def test_one_message_counts_a_minute_and_a_half_at_most(said, taken):
    assert claimed(said) == taken


def test_messages_that_come_together_count_no_more_than_one():
    one = joined(Beat(60, START, at_end=True), Beat(60, after(1)))
    assert one == Beat(90, after(1), at_end=True)


def test_the_clock_counts_up_to_twice_the_minutes_of_the_lesson():
    assert clocked(START, after(240), 5) == 240
    assert clocked(START, after(3600), 5) == 600
    assert clocked(after(10), START, 5) == 0


beats = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 200), st.integers(0, 1)), max_size=30)


@given(beats, st.integers(1, 60))
def test_all_that_is_counted_never_exceeds_the_time_that_passed(steps, minutes):
    """Two windows, any messages at any distance: the sum stays below the clock and one first message."""
    now, total, anywhere = START, 0, None
    sittings: dict[int, tuple[datetime, int]] = {}
    for gap, said, lesson in steps:
        now += timedelta(seconds=gap)
        here_at, seconds = sittings.get(lesson, (None, 0))
        before = Sat(anywhere, here_at, seconds)
        beat = Beat(claimed(said), now)
        if found := counted(beat, before, minutes):
            sittings[lesson] = (now, before.so_far(now) + found)
            anywhere, total = now, total + found
    assert total <= (now - START).total_seconds() + BEAT_MAX.total_seconds()


def days(*back: int) -> set[date]:
    return {TODAY - timedelta(days=one) for one in back}


@pytest.mark.parametrize(
    ("studied", "count"),
    [
        (days(), 0),
        (days(0), 1),
        (days(1), 1),
        (days(0, 1, 2), 3),
        (days(1, 2), 2),
        (days(0, 2), 2),
        (days(2, 3), 2),
        (days(3, 4), 0),
        (days(0, 1, 3, 4), 4),
        (days(0, 1, 4, 5), 2),
        (days(0, 2, 4), 2),
        (days(0, 1, 3, 4, 5, 6, 7, 8, 10), 9),
    ],
)
def test_one_free_day_in_seven_is_forgiven_and_today_may_still_come(studied, count):
    assert days_in_a_row(studied, TODAY) == count
