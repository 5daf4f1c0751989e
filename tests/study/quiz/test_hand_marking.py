"""What marks of people make of an answer: pure rules."""

from dataclasses import dataclass

import pytest

from study.enums import MarkTurn
from study.quiz.hand_marking import Terms, mark_by, standing
from study.rubric import Mark

FIRST, SECOND, DECISION = MarkTurn
ONE, TWO, THREE = 11, 22, 33
SINGLE = Terms()
DOUBLE = Terms(is_double=True, differ_thousandths=100)


@dataclass
class Given:
    id: int
    turn: MarkTurn
    marker_id: int
    mark: int


def stand(terms, *given, most=4000):
    return standing([Given(number, *one) for number, one in enumerate(given, start=1)], terms, most)


def test_alone_the_latest_mark_counts_whoever_gave_it():
    marks = stand(SINGLE, (FIRST, ONE, 1000), (FIRST, TWO, 2500))

    assert (marks.mark, marks.differs, marks.turn_of(THREE), marks.stamp(ONE)) == (2500, False, FIRST, "one:2")


def test_nothing_is_known_before_anybody_marked():
    assert [stand(terms).mark for terms in (SINGLE, DOUBLE)] == [None, None]
    assert stand(DOUBLE, (FIRST, ONE, 1000)).mark is None


@pytest.mark.parametrize(
    ("second", "mark"), [(3000, 3000), (3400, 3200), (3401, None), (2600, 2800), (2599, None), (3001, 3001)]
)
def test_two_marks_make_their_mean_as_long_as_they_differ_by_a_tenth_of_the_full_mark_at_most(second, mark):
    marks = stand(DOUBLE, (FIRST, ONE, 3000), (SECOND, TWO, second))

    assert (marks.mark, marks.differs, marks.needs_decision) == (mark, mark is None, mark is None)


def test_a_decision_counts_whatever_the_two_gave():
    marks = stand(DOUBLE, (FIRST, ONE, 1000), (SECOND, TWO, 4000), (DECISION, THREE, 3500), (DECISION, TWO, 3250))

    assert (marks.mark, marks.needs_decision, marks.differs) == (3250, False, True)
    assert [one.mark for one in marks.told] == [3250]


def test_whose_turn_it_is():
    none, one = stand(DOUBLE), stand(DOUBLE, (FIRST, ONE, 1000))
    apart = stand(DOUBLE, (FIRST, ONE, 1000), (SECOND, TWO, 4000))
    agreed = stand(DOUBLE, (FIRST, ONE, 1000), (SECOND, TWO, 1000))

    assert [none.turn_of(ONE), one.turn_of(ONE), one.turn_of(TWO)] == [FIRST, FIRST, SECOND]
    assert [apart.turn_of(who) for who in (ONE, TWO, THREE)] == [FIRST, SECOND, DECISION]
    assert [apart.turn_of(who, decides=True) for who in (ONE, TWO, THREE)] == [DECISION] * 3
    assert [agreed.turn_of(who) for who in (ONE, TWO, THREE)] == [DECISION] * 3
    assert one.turn_of(ONE, decides=True) is FIRST


def test_of_two_markers_none_sees_the_other_before_both_are_there():
    one = stand(DOUBLE, (FIRST, ONE, 1000))
    both = stand(DOUBLE, (FIRST, ONE, 1000), (SECOND, TWO, 4000))

    assert [marks.is_open_to(who) for marks in (one, both) for who in (ONE, TWO)] == [False, False, True, True]
    assert stand(SINGLE, (FIRST, ONE, 1000)).is_open_to(TWO)


def test_a_stamp_changes_with_what_somebody_else_did_and_with_nothing_else():
    none, one = stand(DOUBLE), stand(DOUBLE, (FIRST, ONE, 1000))
    both = stand(DOUBLE, (FIRST, ONE, 1000), (SECOND, TWO, 4000))

    assert none.stamp(TWO) == one.stamp(TWO) == "free"
    assert one.stamp(ONE) == both.stamp(ONE) == "own:1"
    assert both.stamp(THREE) == both.stamp(ONE, decides=True) == "all:2"


@pytest.mark.parametrize(
    ("got", "most", "full", "mark"),
    [(1, 3, 3000, 1000), (1, 3, 1000, 333), (2, 3, 1000, 667), (1, 2, 1, 1), (0, 5, 9, 0)],
)
def test_points_make_a_share_of_the_full_mark_half_a_thousandth_rounded_up(got, most, full, mark):
    assert mark_by([Mark(got, most, "a")], full) == mark
    assert mark_by([], full) == 0
