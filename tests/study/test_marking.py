"""Marking in whole thousandths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.faces import Faces
from study.enums import QuestionKind
from study.quiz.kinds import FULL, Option, QuestionContent, fraction_of
from study.quiz.kinds.short import matching_pattern
from study.quiz.marking import (
    Verdict,
    mark_of,
    passes,
    percent_of,
    shares_for,
    verdict_of,
)

pytestmark = pytest.mark.no_database


def choice_of(kind: QuestionKind, **fractions: int) -> QuestionContent:
    options = [Option(key=key, fraction=fraction) for key, fraction in fractions.items()]
    return QuestionContent(kind=kind, text=Faces(zh="？"), options=options)


SEVERAL = choice_of(QuestionKind.MULTIPLE_CHOICE, a=333, b=333, c=333, d=-1000)
ONE = choice_of(QuestionKind.SINGLE_CHOICE, a=1000, b=500, c=-500)


@pytest.mark.parametrize(
    ("keys", "earned"),
    [("abc", 1000), ("ab", 666), ("a", 333), ("", 0), ("d", 0), ("abcd", 0), ("abd", 0), ("az", 333)],
)
def test_several_answers_earn_their_share_but_never_less_than_nothing(keys, earned):
    assert fraction_of(SEVERAL, {"keys": list(keys)}) == earned


@pytest.mark.parametrize(("keys", "earned"), [("a", 1000), ("b", 500), ("c", 0), ("ab", 0), ("", 0), ("z", 0)])
def test_one_answer(keys, earned):
    assert fraction_of(ONE, {"keys": list(keys)}) == earned


@pytest.mark.parametrize(
    ("pattern", "typed", "fits"),
    [
        ("五天", " 五 天 ", True),
        ("5 days", "５　ＤＡＹＳ", True),
        ("five days", "FIVE   days", True),
        ("five days", "fivedays", False),
        ("*天", "第五天", True),
        ("a*b*c", "a then b then c", True),
        ("a*b*c", "acb", False),
        ("a*a", "a", False),
        ("2\\*3", "2*3", True),
        ("2\\*3", "2x3", False),
        ("*", "anything", True),
        ("*", "  ", False),
        ("straße", "STRASSE", True),
    ],
)
def test_short_answers_compare_without_width_case_and_spaces(pattern, typed, fits):
    assert (matching_pattern([pattern], typed) == 0) is fits


def test_the_first_pattern_that_fits_counts():
    answers = [("frog", 1000), ("*og", 500), ("*", 0)]
    key = QuestionContent(
        kind=QuestionKind.SHORT_ANSWER,
        text=Faces(zh="？"),
        options=[Option(pattern=pattern, fraction=fraction) for pattern, fraction in answers],
    )

    assert [fraction_of(key, {"text": text}) for text in ("Frog", "dog", "cat", "")] == [1000, 500, 0, 0]


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=5))
def test_any_text_can_be_compared(typed, patterns):
    place = matching_pattern(patterns, typed)
    assert place is None or 0 <= place < len(patterns)


@given(st.lists(st.booleans(), min_size=1, max_size=26).filter(any))
def test_right_options_earn_all_and_choosing_everything_earns_nothing(right):
    shares = shares_for(right)
    key = choice_of(QuestionKind.MULTIPLE_CHOICE, **{str(n): share for n, share in enumerate(shares)})

    assert fraction_of(key, {"keys": [str(n) for n, is_right in enumerate(right) if is_right]}) == FULL
    if not all(right):
        assert fraction_of(key, {"keys": [option.key for option in key.options]}) == 0


def test_marks_are_rounded_half_up_and_compared_exactly():
    assert [mark_of(fraction, 2000) for fraction in (0, 333, 500, 1000)] == [0, 666, 1000, 2000]
    assert mark_of(500, 1) == 1
    assert passes(2, 3, 666)
    assert not passes(2, 3, 667)
    assert not passes(0, 0, 0)
    assert (percent_of(599, 1000), percent_of(0, 0)) == (59, 0)


def test_verdicts():
    assert verdict_of(1000, 1000, answered=True) is Verdict.RIGHT
    assert verdict_of(1, 1000, answered=True) is Verdict.PART
    assert verdict_of(0, 1000, answered=True) is Verdict.WRONG
    assert verdict_of(0, 1000, answered=False) is Verdict.OPEN
