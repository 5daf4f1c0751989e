"""What an answer earns under a changed key, and whether another version can mark it: rules alone."""

from dataclasses import replace

import pytest

from core.faces import Faces
from study.enums import Certainty, KeyRule, QuestionKind
from study.quiz.keys import Change, Earned, changed, fits, translated
from study.quiz.kinds import Gap, Option, QuestionContent
from study.quiz.services.preparing import prepare
from study.quiz.verdicts import Verdicts, judged
from tests.factories.quiz import choice, short, truth

pytestmark = pytest.mark.no_database


def ready(content: QuestionContent) -> QuestionContent:
    return prepare(content).content


OLD = ready(choice(1000, 0, 0))
NEW = ready(choice(0, 1000, 0))
NOTHING = Earned(mark=0, max_mark=1000)


def after(rule: KeyRule, keys: str, before: Earned = NOTHING, certainty=Certainty.NONE, **answer) -> tuple:
    change = Change(change_id=1, rule=rule, version_ids={1}, key=NEW)
    found = changed(change, OLD, {"keys": list(keys), **answer}, certainty, before, 1000)
    return found.mark, found.max_mark


@pytest.mark.parametrize(
    ("rule", "old", "new", "neither", "open_"),
    [
        (KeyRule.FULL, 1000, 1000, 1000, 1000),
        (KeyRule.EITHER, 1000, 1000, 0, 0),
        (KeyRule.NEW, 0, 1000, 0, 0),
    ],
)
def test_what_each_rule_gives_to_whom(rule, old, new, neither, open_):
    right = Earned(mark=1000, max_mark=1000)

    assert after(rule, "a", right) == (old, 1000)
    assert after(rule, "b") == (new, 1000)
    assert after(rule, "c") == (neither, 1000)
    assert after(rule, "") == (open_, 1000)


def test_a_dropped_question_is_worth_nothing_and_comes_back_whole():
    assert after(KeyRule.DROP, "a", Earned(mark=1000, max_mark=1000)) == (0, 0)
    assert after(KeyRule.EITHER, "b", Earned(mark=0, max_mark=0)) == (1000, 1000)
    assert after(KeyRule.FULL, "c", Earned(mark=0, max_mark=0)) == (1000, 1000)


def test_it_counts_how_sure_one_was_also_under_the_new_key():
    bad = Earned(mark=-2000, max_mark=1000)

    assert after(KeyRule.NEW, "b", bad, Certainty.COUNTS, sure=3) == (1000, 1000)
    assert after(KeyRule.NEW, "b", bad, Certainty.COUNTS, sure=1) == (333, 1000)
    assert after(KeyRule.NEW, "c", bad, Certainty.COUNTS, sure=2) == (-667, 1000)
    assert after(KeyRule.EITHER, "c", bad, Certainty.COUNTS, sure=3) == (-2000, 1000)


def test_what_waits_for_a_person_goes_on_waiting_unless_everybody_gets_it():
    essay = QuestionContent(kind=QuestionKind.ESSAY, text=Faces(en="Why?"))
    waiting = Earned(mark=None, max_mark=1000)

    def mark(rule: KeyRule) -> tuple:
        found = changed(
            Change(change_id=1, rule=rule, version_ids={1}, key=essay),
            essay,
            {"text": "x"},
            Certainty.NONE,
            waiting,
            1000,
        )
        return found.mark, found.max_mark

    assert [mark(rule) for rule in (KeyRule.FULL, KeyRule.DROP, KeyRule.NEW)] == [(1000, 1000), (0, 0), (None, 1000)]


LINE = 600


@pytest.mark.parametrize(
    ("before", "mark", "full", "passed"),
    [
        ((500, 1000, False), 600, 1000, True),
        ((500, 1000, False), 599, 1000, False),
        # Passed when the line lay lower: more marks take nothing away.
        ((400, 1000, True), 500, 1000, True),
        ((700, 1000, True), 599, 1000, False),
        # Failed when the line lay higher: fewer marks give nothing.
        ((700, 1000, False), 650, 1000, False),
        ((1000, 2000, True), 500, 1000, True),
        ((1000, 2000, False), 1000, 1000, True),
        ((0, 1000, False), 0, 0, None),
        ((500, 1000, True), None, 1000, None),
        ((None, 1000, None), 700, 1000, True),
    ],
)
def test_the_verdict_goes_the_way_of_the_mark(before, mark, full, passed):
    old = Verdicts(mark=before[0], max_mark=before[1], passed=before[2])

    assert judged(old, mark, full, LINE).passed is passed


def test_options_are_told_by_their_words_in_whatever_order():
    turned = ready(replace(choice(1000, 0, 0), options=list(reversed(choice(1000, 0, 0).options))))

    assert translated(OLD, turned, {"keys": ["a"], "sure": 2}) == {"keys": ["c"], "sure": 2}
    assert fits(OLD, turned)


def test_an_option_whose_words_were_mended_is_the_one_in_its_place():
    options = list(choice(1000, 0, 0).options)
    mended = ready(replace(choice(1000, 0, 0), options=[replace(options[0], text=Faces(zh="选项一")), *options[1:]]))

    assert translated(OLD, mended, {"keys": ["a"]}) == {"keys": ["a"]}
    assert fits(OLD, mended)


def test_another_question_marks_nothing():
    fewer = ready(choice(1000, 0))
    lines = QuestionContent(kind=QuestionKind.ESSAY, text=Faces(en="Why?"))

    assert not fits(OLD, fewer)
    assert not fits(OLD, ready(truth()))
    assert not fits(lines, lines)
    assert fits(ready(truth()), ready(truth(is_true=False)))
    assert fits(ready(short("a")), ready(short("b", "c")))


def pairs(*said: tuple[str, str]) -> QuestionContent:
    options = [Option(text=Faces(en=left), partner=Faces(en=right)) for left, right in said]
    return ready(QuestionContent(kind=QuestionKind.MATCHING, text=Faces(en="Match."), options=options))


def test_pairs_are_told_by_their_words():
    old, new = pairs(("A", "1"), ("B", "2")), pairs(("B", "1"), ("A", "2"))

    assert fits(old, new)
    # A with 1 and B with 2, in the keys of the new version.
    assert translated(old, new, {"pairs": {"a": "a", "b": "b"}}) == {"pairs": {"b": "a", "a": "b"}}
    assert not fits(old, pairs(("B", "1"), ("C", "2")))


def test_items_are_told_by_their_words():
    def line(*words: str) -> QuestionContent:
        options = [Option(text=Faces(en=word)) for word in words]
        return ready(QuestionContent(kind=QuestionKind.ORDERING, text=Faces(en="Order."), options=options))

    old, new = line("one", "two", "three"), line("two", "one", "three")

    assert fits(old, new)
    assert translated(old, new, {"places": {"a": 2, "b": 1, "c": 3}}) == {"places": {"b": 2, "a": 1, "c": 3}}
    assert not fits(old, line("one", "two"))


def test_gaps_go_by_their_names_and_menus_by_their_words():
    def gaps(word: str, *menu: str) -> QuestionContent:
        return ready(
            QuestionContent(
                kind=QuestionKind.CLOZE,
                text=Faces(en="[[1]] and [[2]]"),
                gaps=[
                    Gap(key="1", kind=QuestionKind.SHORT_ANSWER, options=(Option(fraction=1000, pattern=word),)),
                    Gap(
                        key="2",
                        kind=QuestionKind.SINGLE_CHOICE,
                        options=tuple(
                            Option(fraction=0 if place else 1000, text=Faces(en=one)) for place, one in enumerate(menu)
                        ),
                    ),
                ],
            )
        )

    old, new = gaps("x", "left", "right"), gaps("y", "right", "left")

    assert fits(old, new)
    assert translated(old, new, {"gaps": {"1": "y", "2": "b"}}) == {"gaps": {"1": "y", "2": "a"}}
    assert not fits(old, gaps("y", "up", "left"))
