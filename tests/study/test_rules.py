"""What completes a lesson: every rule on a ledger, without a database."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.completion import NOT_BEGUN, Standing, standing_of
from study.enums import CompletionRule, LearningState, LessonKind, ProgressKind
from study.rules import FITTING, Entry, Rule, rule_in_force, usual_rule
from study.standing_wording import rule_words, standing_words

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
EN = {"Accept-Language": "en"}
OPENED, READ, STUDIED, END = (
    ProgressKind.OPENED,
    ProgressKind.READ,
    ProgressKind.STUDIED,
    ProgressKind.REACHED_END,
)


def standing(rule: Rule, *entries: ProgressKind | tuple[ProgressKind, dict]) -> Standing:
    """Return the standing after entries an hour apart."""
    pairs = [one if isinstance(one, tuple) else (one, {}) for one in entries]
    return standing_of(
        [Entry(kind, START + timedelta(hours=hour), detail) for hour, (kind, detail) in enumerate(pairs)], rule
    )


@pytest.fixture
def english(app):
    with app.test_request_context(headers=EN):
        yield


def hour(number: int) -> datetime:
    return START + timedelta(hours=number)


def seconds(number: int) -> tuple[ProgressKind, dict]:
    return STUDIED, {"seconds": number}


def watched(percent: int) -> tuple[ProgressKind, dict]:
    return ProgressKind.WATCHED, {"percent": percent}


def marked(passed: bool, percent: int = 0) -> tuple[ProgressKind, dict]:
    return ProgressKind.MARKED, {"passed": passed, "percent": percent}


def test_a_lesson_done_by_opening_is_done_at_the_first_opening():
    found = standing(Rule(CompletionRule.OPENED), OPENED, OPENED)
    assert (found.completed_at, found.reason) == (hour(0), {"code": "seen"})


def test_reading_through_takes_the_end_and_the_time_in_either_order():
    rule = Rule(CompletionRule.READ_THROUGH, 5)
    late_end = standing(rule, OPENED, seconds(240), seconds(61), END)
    late_time = standing(rule, OPENED, END, seconds(240), seconds(61), seconds(500))
    assert (late_end.completed_at, late_time.completed_at) == (hour(3), hour(3))
    assert late_end.reason == late_time.reason == {"code": "read_through", "seconds": 301}


def test_reading_through_says_what_is_missing(english):
    rule = Rule(CompletionRule.READ_THROUGH, 5)
    short = standing(rule, OPENED, seconds(190))
    assert short.reason == {"code": "reading", "seconds": 190, "minutes": 5, "end": False}
    assert standing_words(short) == "read 3 of 5 minutes, not yet to the end"
    assert standing_words(standing(rule, OPENED, END, seconds(190))) == "read 3 of 5 minutes, to the end"
    assert standing_words(standing(rule, END, seconds(290))) == "read 4 of 5 minutes, to the end"


def test_the_button_at_the_foot_stands_for_the_end_of_the_text():
    assert standing(Rule(CompletionRule.READ_THROUGH, 1), seconds(60), READ).is_done


def test_watching_counts_the_largest_share_played(english):
    rule = Rule(CompletionRule.WATCHED, 90)
    short = standing(rule, OPENED, watched(62), watched(40))
    assert (short.state, standing_words(short)) == (LearningState.UNDER_WAY, "watched 62% of 90%")
    enough = standing(rule, OPENED, watched(62), watched(90), watched(97))
    assert (enough.completed_at, enough.reason) == (hour(2), {"code": "watched", "percent": 97})


def test_the_last_mark_of_a_teacher_counts():
    rule = Rule(CompletionRule.MARKED)
    assert standing(rule, OPENED).reason == {"code": "unmarked"}
    assert standing(rule, OPENED, marked(False, 40)).reason == {"code": "marked_failed", "percent": 40}
    again = standing(rule, OPENED, marked(False, 40), marked(True, 70), marked(True, 75))
    assert (again.completed_at, again.reason) == (hour(2), {"code": "marked_passed", "percent": 75})
    assert not standing(rule, marked(True, 70), marked(False, 30)).is_done


def test_attendance_can_be_taken_back():
    rule = Rule(CompletionRule.ATTENDED)
    came, not_ = (ProgressKind.ATTENDED, {}), (ProgressKind.ATTENDED, {"attended": False})
    assert standing(rule, came).completed_at == hour(0)
    assert standing(rule, came, not_).reason == {"code": "unattended"}
    assert standing(rule, came, not_, came).completed_at == hour(2)


def test_a_teacher_confirms_by_hand():
    rule = Rule(CompletionRule.BY_HAND)
    assert standing(rule, OPENED, READ).reason == {"code": "unconfirmed"}
    assert standing(rule, OPENED, marked(True)).completed_at == hour(1)


def test_what_teachers_note_opens_no_lesson():
    found = standing(Rule(CompletionRule.READ), marked(True), OPENED, marked(True))
    assert (found.first_opened_at, found.opened_at) == (hour(1), hour(1))
    assert standing(Rule(CompletionRule.MARKED), marked(True)).opened_at is None


def test_a_lesson_whose_quiz_was_deleted_is_done_by_reading():
    rule = Rule(CompletionRule.QUIZ_PASSED)
    assert rule_in_force(LessonKind.QUIZ, None, rule) == Rule(CompletionRule.READ)
    assert rule_in_force(LessonKind.QUIZ, 1, rule) == rule


@pytest.mark.parametrize("kind", LessonKind)
def test_every_kind_of_lesson_has_a_usual_rule_that_fits(kind):
    assert usual_rule(kind, 5).kind in FITTING[kind]


detail = st.fixed_dictionaries(
    {},
    optional={
        "seconds": st.integers(0, 900),
        "percent": st.integers(0, 100),
        "attempt": st.integers(1, 3),
        "passed": st.booleans(),
    },
)
ledgers = st.lists(st.tuples(st.sampled_from(list(ProgressKind)), detail), max_size=8)
rules = st.builds(Rule, st.sampled_from(list(CompletionRule)), st.integers(1, 100))


def test_every_standing_can_be_said_in_words_and_is_done_only_with_a_day(english):
    @given(ledgers, rules)
    def holds(ledger, rule):
        found = standing(rule, *ledger)
        assert standing_words(found)
        assert rule_words(rule)
        assert found.is_done == (found.completed_at is not None)
        assert (found == NOT_BEGUN) == (ledger == [])

    holds()
