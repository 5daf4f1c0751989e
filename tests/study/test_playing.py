"""Seconds really played: each part once, what is jumped over not at all, and never more than the clock allows."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.playing import SPANS_MAX, Played, Report, extended, merged, parse_spans, total, without

pytestmark = pytest.mark.no_database

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
LENGTH = 200

span = st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH))
spans = st.lists(span, max_size=12)


def covered(parts) -> set[int]:
    """Return every millisecond of some parts: slow and plainly right."""
    return {moment for start, end in parts for moment in range(start, end)}


def report(*parts, after: float, position: int = 0, length: int = 0, opened: float = 0) -> Report:
    return Report(
        received_at=NOW + timedelta(seconds=after),
        opened_at=NOW + timedelta(seconds=opened),
        spans=parts,
        position_ms=position,
        length_ms=length,
    )


@given(spans)
def test_merging_keeps_what_is_covered_and_nothing_touches(parts):
    found = merged(parts)
    assert covered(found) == covered(parts)
    assert total(found) == len(covered(parts))
    assert all(one[1] < two[0] for one, two in pairwise(found))
    assert merged(found) == found


@given(spans, spans)
def test_the_order_and_the_number_of_reports_do_not_matter(one, two):
    assert merged([*one, *two]) == merged([*two, *one, *one]) == merged([*merged(one), *merged(two)])


@given(spans, spans)
def test_what_is_new_is_the_difference(parts, known):
    assert covered(without(merged(parts), merged(known))) == covered(parts) - covered(known)


@given(spans, spans, st.integers(0, 500))
def test_never_more_is_added_than_the_budget(known, claimed, budget):
    before = merged(known)
    after, gained = extended(before, merged(claimed), budget)
    assert gained == total(after) - total(before) == min(budget, len(covered(claimed) - covered(known)))
    assert covered(before) <= covered(after) <= covered(known) | covered(claimed)


@given(st.lists(st.tuples(spans, st.integers(0, 300)), max_size=8))
def test_nobody_has_played_more_than_twice_the_time_that_passed(reports):
    played, passed = Played(), 0
    for parts, milliseconds in reports:
        passed += milliseconds
        played = played.after(report(*parts, after=passed / 1000))
        assert played.played_ms <= passed * 2


def test_a_report_that_comes_twice_counts_once():
    first = report((0, 15_000), after=15)
    once = Played().after(first)
    assert (once.played_ms, once.after(first).played_ms, once.after(first).spans) == (15_000, 15_000, once.spans)


def test_six_hundred_seconds_in_twenty_are_not_believed():
    played = Played().after(report((0, 600_000), after=20))
    assert played.played_ms == 40_000
    for second in range(20, 41):
        played = played.after(report((0, 600_000), after=second))
    assert played.played_ms == 80_000


def test_many_small_reports_gain_no_more_than_one():
    played = Played()
    for _time in range(1000):
        played = played.after(report((0, 600_000), after=20))
    assert played.played_ms == 40_000


def test_a_page_opened_again_does_not_count_the_time_twice():
    played = Played().after(report((0, 20_000), after=10))
    again = played.after(report((20_000, 60_000), after=11, opened=-1000))
    assert again.played_ms == 22_000


def test_reports_that_come_late_and_out_of_order_are_taken():
    played = Played().after(report((15_000, 30_000), after=30)).after(report((0, 15_000), after=30.5))
    assert played.spans == ((0, 30_000),)


def test_where_it_was_left_is_what_was_said_last():
    played = Played().after(report(after=30, position=9000)).after(report(after=20, position=4000))
    assert played.position_ms == 9000


def test_what_waited_for_the_network_is_taken():
    assert Played().after(report((0, 2_400_000), after=2460)).played_ms == 2_400_000


def test_seeking_over_a_part_does_not_count():
    played = Played().after(report((0, 10_000), (90_000, 100_000), after=20), length_ms=100_000)
    assert (played.played_ms, played.percent(100_000)) == (20_000, 20)


@pytest.mark.parametrize(
    ("played_ms", "percent"),
    [(0, 0), (999, 0), (1000, 1), (89_999, 89), (98_400, 98), (98_500, 100), (100_000, 100)],
)
def test_the_share_is_rounded_down_and_the_end_counts_as_all(played_ms, percent):
    assert Played(spans=merged([(0, played_ms)])).percent(100_000) == percent


def test_nothing_beyond_the_end_counts():
    played = Played().after(report((0, 900_000), after=600, position=900_000), length_ms=60_000)
    assert (played.spans, played.position_ms) == (((0, 60_000),), 60_000)


def test_where_the_file_does_not_say_the_longest_report_is_the_length():
    played = Played().after(report((0, 5000), after=10, length=50_000)).after(report(after=11, length=10))
    assert (played.reported_ms, played.percent(0), Played().percent(0)) == (50_000, 10, 0)


@pytest.mark.parametrize(("position", "second"), [(0, 0), (4999, 0), (5000, 5000), (94_000, 94_000), (95_000, 0)])
def test_one_goes_on_where_one_stopped_unless_that_was_an_end(position, second):
    assert Played(position_ms=position).resume_ms(100_000) == second


def test_of_very_many_parts_the_shortest_are_forgotten():
    known = tuple((at * 10, at * 10 + 2) for at in range(SPANS_MAX))
    after, gained = extended(known, [(100_000, 100_009)], 1000)
    assert (len(after), after[-1], gained) == (SPANS_MAX, (100_000, 100_009), 9)


@pytest.mark.parametrize("text", ["", "0-5", "0-5,7-9", "5-0"])
def test_reports_are_read(text):
    assert parse_spans(text) == {"": (), "0-5": ((0, 5),), "0-5,7-9": ((0, 5), (7, 9)), "5-0": ()}[text]


@pytest.mark.parametrize(
    "text", ["x", "1", "1-2-3", "1.5-2", "-1-2", "²-5", "1-2,", "0-" + "9" * 30, ",".join(["0-1"] * 61)]
)
def test_what_makes_no_sense_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        parse_spans(text)
