"""Which answer counts: pure rules, whatever order events arrive in, however often."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from study.quiz.ledger import made_at, times_of, winners

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Event:
    id: int
    position: int
    client_id: str
    sequence: int
    made_at: datetime


def at(position: int, client: str, sequence: int, second: int, number: int = 0) -> Event:
    return Event(number, position, client, sequence, NOON + timedelta(seconds=second))


LIVES = st.lists(st.tuples(st.integers(1, 3), st.sampled_from("abc"), st.integers(1, 6)), unique=True, max_size=30).map(
    lambda names: [at(*name, second, number=second) for second, name in enumerate(names)]
)


@given(LIVES, st.data())
def test_order_and_repetition_change_nothing(events, data):
    shuffled = data.draw(st.permutations(events + events[:5]))

    assert winners(shuffled) == winners(events)


@given(LIVES)
def test_what_counts_is_the_last_of_its_page_and_later_than_the_last_of_every_other(events):
    for position, winner in winners(events).items():
        here = [event for event in events if event.position == position]
        assert winner.sequence == max(event.sequence for event in here if event.client_id == winner.client_id)
        for client in {event.client_id for event in here}:
            last = max((event for event in here if event.client_id == client), key=lambda event: event.sequence)
            assert last.made_at <= winner.made_at


def test_a_page_that_comes_back_online_does_not_undo_what_was_answered_later_elsewhere():
    offline = at(1, "phone", 1, second=10, number=9)
    later = at(1, "desk", 1, second=20, number=1)

    assert winners([later, offline]) == {1: later}


def test_a_change_lies_between_the_start_of_the_paper_and_now():
    start = NOON - timedelta(minutes=5)

    assert made_at(NOON, 1500, start) == NOON - timedelta(seconds=1.5)
    assert made_at(NOON, 10**12, start) == start
    assert made_at(NOON, -5000, start) == NOON


def test_the_time_since_the_answer_before_belongs_to_the_next_one():
    events = [at(1, "a", 1, 30), at(2, "a", 2, 50), at(1, "a", 3, 55)]

    assert times_of(events, NOON) == {1: timedelta(seconds=35), 2: timedelta(seconds=20)}


def test_a_page_sent_whole_shares_its_time_and_a_pause_counts_for_ten_minutes():
    events = [at(1, "a", 1, 60), at(2, "a", 1, 60), at(3, "a", 1, 60), at(4, "a", 1, 7200)]

    assert times_of(events, NOON) == {
        **dict.fromkeys((1, 2, 3), timedelta(seconds=20)),
        4: timedelta(minutes=10),
    }


@given(LIVES)
def test_no_time_is_counted_twice(events):
    times = times_of(events, NOON)

    assert times.keys() == {event.position for event in events}
    assert sum(times.values(), timedelta(0)) <= max((event.made_at for event in events), default=NOON) - NOON
