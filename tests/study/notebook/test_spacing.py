"""FSRS-6 as it is published, and days as they are on the calendar."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.enums import CardStage, Recall
from study.notebook.spacing import Memory, days_between, prospects, rated

pytestmark = pytest.mark.no_database

BEGIN = datetime(2022, 11, 29, 12, 30, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
A, H, G, E = Recall


def fresh(at=BEGIN) -> Memory:
    return Memory(due_at=at)


def test_the_published_sequence_of_intervals_comes_out():
    memory, days = fresh(), []
    for recall in [G] * 6 + [A] * 2 + [G] * 5:
        now = memory.due_at
        memory = rated(memory, recall, now, UTC)
        days.append(days_between(now, memory.due_at, UTC))
    assert days == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_the_published_memory_comes_out():
    memory, now = fresh(), BEGIN
    for recall, days in zip((A, G, G, G, G, G), (0, 0, 1, 3, 8, 21), strict=True):
        now += timedelta(days=days)
        memory = rated(memory, recall, now, UTC)
    assert memory.stability == pytest.approx(53.62691, abs=1e-4)
    assert memory.difficulty == pytest.approx(6.3574867, abs=1e-4)


def test_new_cards_come_again_within_minutes_and_easy_ones_after_days():
    found = prospects(fresh(), BEGIN, UTC)
    minutes = [(found[recall].due_at - BEGIN) / timedelta(minutes=1) for recall in (A, H, G)]
    assert minutes == [1, 5.5, 10]
    assert (found[E].stage, days_between(BEGIN, found[E].due_at, UTC)) == (CardStage.REVIEW, 8)


def test_what_is_due_after_days_is_due_from_the_morning_on():
    evening = datetime(2026, 3, 1, 22, 0, tzinfo=SHANGHAI)
    memory = rated(rated(fresh(evening), G, evening, SHANGHAI), G, evening, SHANGHAI)
    assert memory.due_at.astimezone(SHANGHAI) == datetime(2026, 3, 3, tzinfo=SHANGHAI)


def test_the_next_morning_is_another_day_however_few_hours_went_by():
    evening = datetime(2026, 3, 1, 23, 30, tzinfo=SHANGHAI)
    known = rated(fresh(evening), E, evening, SHANGHAI)
    next_morning = rated(known, G, evening + timedelta(hours=8), SHANGHAI)
    a_day_later = rated(known, G, evening + timedelta(days=1), SHANGHAI)
    same_day = rated(known, G, evening + timedelta(minutes=20), SHANGHAI)
    assert next_morning.stability == a_day_later.stability
    assert same_day.stability < next_morning.stability


def test_a_day_of_twenty_three_hours_counts_as_one():
    zone = ZoneInfo("Europe/Berlin")
    before = datetime(2026, 3, 28, 12, 0, tzinfo=zone)
    memory = rated(fresh(before), E, before, zone)
    assert memory.due_at.astimezone(zone) == datetime(2026, 4, 5, tzinfo=zone)


def test_what_is_known_survives_being_kept():
    memory = rated(rated(fresh(), G, BEGIN, UTC), H, BEGIN + timedelta(minutes=10), UTC)
    assert Memory.from_json(memory.to_json()) == memory
    assert Memory.from_json(fresh().to_json()) == fresh()


@given(
    st.lists(st.tuples(st.sampled_from(Recall), st.floats(min_value=0, max_value=500)), max_size=30),
    st.sampled_from(["UTC", "Asia/Shanghai", "America/New_York", "Pacific/Auckland"]),
)
def test_any_order_of_ratings_leads_on(steps, zone):
    memory, now, place = fresh(), BEGIN, ZoneInfo(zone)
    for recall, days in steps:
        now += timedelta(days=days)
        memory = rated(memory, recall, now, place)
        assert memory.reviewed_at == now < memory.due_at
        assert memory.stability > 0
        assert 1 <= memory.difficulty <= 10


@given(st.lists(st.sampled_from(Recall), min_size=1, max_size=20))
def test_better_ratings_never_come_again_sooner(recalls):
    memory, now = fresh(), BEGIN
    for recall in recalls:
        waits = [one.due_at for one in prospects(memory, now, UTC).values()]
        assert waits == sorted(waits)
        memory = rated(memory, recall, now, UTC)
        now = memory.due_at
