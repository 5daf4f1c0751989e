"""The rules of counting, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.completion import (
    NOT_BEGUN,
    Bar,
    Lock,
    Part,
    Standing,
    locks,
    next_part,
    percent_of,
    shares,
    standing_of,
    tally,
)
from study.enums import BarKind, CompletionRule, LearningState, ProgressKind
from study.rules import Entry, Rule

pytestmark = pytest.mark.no_database

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
READ, QUIZ = Rule(CompletionRule.READ), Rule(CompletionRule.QUIZ_PASSED)
DONE = Standing(LearningState.DONE, START, START, START, {"code": "read"})


def entries(*kinds, **detail):
    return [Entry(kind, START + timedelta(hours=hour), detail) for hour, kind in enumerate(kinds)]


def test_nothing_done_is_not_begun():
    assert standing_of([], READ) == NOT_BEGUN


def test_reading_completes_a_lesson_at_the_first_time_it_was_marked():
    standing = standing_of(entries(ProgressKind.OPENED, ProgressKind.READ, ProgressKind.READ), READ)
    assert standing.state is LearningState.DONE
    assert standing.completed_at == START + timedelta(hours=1)
    assert (standing.first_opened_at, standing.opened_at) == (START, START)
    assert standing.reason == {"code": "read"}


def test_opening_alone_completes_nothing():
    standing = standing_of(entries(ProgressKind.OPENED), READ)
    assert (standing.state, standing.reason) == (LearningState.UNDER_WAY, {"code": "opened"})


def test_a_quiz_is_done_when_one_attempt_passed_and_shows_the_best():
    ledger = [
        Entry(ProgressKind.QUIZ_FAILED, START, {"attempt": 1, "percent": 40}),
        Entry(ProgressKind.QUIZ_PASSED, START + timedelta(hours=1), {"attempt": 2, "percent": 80}),
        Entry(ProgressKind.QUIZ_FAILED, START + timedelta(hours=2), {"attempt": 3, "percent": 20}),
    ]
    standing = standing_of(ledger, QUIZ)
    assert (standing.state, standing.completed_at) == (LearningState.DONE, START + timedelta(hours=1))
    assert standing.reason == {"code": "quiz_passed", "percent": 80}


def test_a_corrected_verdict_replaces_the_earlier_one_on_the_same_attempt():
    ledger = [
        Entry(ProgressKind.QUIZ_PASSED, START, {"attempt": 1, "percent": 80}),
        Entry(ProgressKind.QUIZ_FAILED, START + timedelta(hours=1), {"attempt": 1, "percent": 50}),
    ]
    standing = standing_of(ledger, QUIZ)
    assert (standing.state, standing.completed_at) == (LearningState.UNDER_WAY, None)
    assert standing.reason == {"code": "quiz_failed", "percent": 50}


def test_reading_does_not_complete_a_quiz():
    assert not standing_of(entries(ProgressKind.READ), QUIZ).is_done


def test_the_reason_of_a_course_names_what_was_read_passed_failed_and_not_tried():
    parts = [Part(1, is_quiz=False), Part(2, is_quiz=False), *(Part(n, is_quiz=True) for n in (3, 4, 5))]
    standings = {
        1: DONE,
        3: Standing(LearningState.DONE, reason={"code": "quiz_passed", "percent": 90}),
        4: Standing(LearningState.UNDER_WAY, reason={"code": "quiz_failed", "percent": 30}),
    }
    found = tally(parts, standings)
    assert (found.state, found.done, found.total, found.percent) == (LearningState.UNDER_WAY, 2, 5, 40)
    assert found.reason == {"code": "parts", "read": 1, "lessons": 2, "passed": [90], "failed": [30], "untried": 1}


def test_an_empty_course_is_never_done():
    assert tally([], {}).state is LearningState.NOT_BEGUN


def test_the_percentage_is_rounded_down_so_that_100_means_done():
    assert [percent_of(done, 300) for done in (1, 298, 299, 300)] == [0, 99, 99, 100]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=12))
def test_what_the_modules_add_is_what_the_course_has(modules):
    done = [min(pair) for pair in modules]
    total = sum(max(pair) for pair in modules)
    split = shares(done, total)
    assert sum(split) == percent_of(sum(done), total)
    assert all(0 <= share <= 100 for share in split)
    assert all(share == 0 for share, count in zip(split, done, strict=True) if count == 0)


def after(lesson_id):
    return Lock((Bar(kind=BarKind.ORDER, lesson_id=lesson_id),))


def test_lessons_taken_in_order_open_one_after_another():
    parts = [Part(n, is_quiz=False) for n in (1, 2, 3)]
    assert locks(parts, {}, enrolled=True) == {2: after(1), 3: after(2)}
    assert locks(parts, {1: DONE}, enrolled=True) == {3: after(2)}
    assert locks(parts, {}, enrolled=False) == {2: after(None), 3: after(None)}


def test_what_is_done_stays_open_when_a_lesson_is_put_before_it():
    parts = [Part(n, is_quiz=False) for n in (1, 2)]
    assert locks(parts, {2: DONE}, enrolled=True) == {}


@pytest.mark.parametrize(
    ("standings", "expected"),
    [
        ({}, 1),
        ({1: DONE}, 2),
        ({3: Standing(LearningState.UNDER_WAY, START, START)}, 3),
        ({1: DONE, 2: DONE, 3: DONE}, None),
    ],
)
def test_going_on_leads_to_the_unfinished_lesson_opened_last_else_to_the_first_open_one(standings, expected):
    assert next_part([Part(n, is_quiz=False) for n in (1, 2, 3)], standings) == expected
