"""Every kind of question: what it needs, how it is read from a form, what an answer earns. No database."""

import random
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.faces import Faces
from core.i18n import in_language
from core.markup import render
from study.enums import QuestionKind
from study.errors import QuestionIncomplete
from study.models import QuestionVersion
from study.quiz.forms.gaps import read_answers, write_answers
from study.quiz.kinds import (
    FULL,
    KINDS,
    Band,
    Gap,
    Given,
    Option,
    QuestionContent,
    Scoring,
    Settings,
    accepted_by,
    bands_for,
    cloze,
    fraction_of,
    kind_of,
    remarks_on,
)
from study.quiz.kinds.numbers import parse
from study.quiz.kinds.short import normalise_answer
from study.quiz.services.preparing import prepare, rendered_inline
from study.quiz.showing import ShownQuestion, to_author
from tests.factories.quiz import short

pytestmark = pytest.mark.no_database


def asked(kind: QuestionKind, *options: Option, text: str = "？", gaps=(), bands=(), **settings) -> QuestionContent:
    content = QuestionContent(
        kind=kind, text=Faces(zh=text), options=options, gaps=gaps, bands=bands, settings=Settings(**settings)
    )
    return prepare(content).content


def number(*accepted: tuple[str, str], **settings) -> QuestionContent:
    options = [Option(pattern=pattern, tolerance=width, fraction=FULL) for pattern, width in accepted]
    return asked(QuestionKind.NUMERICAL, *options, **settings)


def pairs(*texts: str, **settings) -> QuestionContent:
    options = [
        Option(text=Faces(zh=left), partner=Faces(zh=right)) for left, right in (one.split("-") for one in texts)
    ]
    return asked(QuestionKind.MATCHING, *options, **settings)


def items(*texts: str, **settings) -> QuestionContent:
    return asked(QuestionKind.ORDERING, *(Option(text=Faces(zh=text)) for text in texts), **settings)


def capitals(**settings) -> QuestionContent:
    gaps = [
        Gap(key="1", kind=QuestionKind.SHORT_ANSWER, options=(Option(pattern="北京", fraction=FULL),)),
        Gap(key="2", kind=QuestionKind.NUMERICAL, weight=2, options=(Option(pattern="34", fraction=FULL),)),
        Gap(
            key="3",
            kind=QuestionKind.SINGLE_CHOICE,
            options=(Option(text=Faces(zh="长江"), fraction=FULL), Option(text=Faces(zh="黄河"), fraction=0)),
        ),
    ]
    return asked(QuestionKind.CLOZE, text="首都是[[1]]，有[[2]]个省级行政区，最长的河是[[3]]。", gaps=gaps, **settings)


@pytest.mark.parametrize(
    ("scoring", "chosen", "earned"),
    [
        ("shares", "ab", 1000),
        ("shares", "ac", 0),
        ("shares", "c", 0),
        ("negative", "c", -500),
        ("negative", "cd", -1000),
        ("negative", "abcd", 0),
        ("no_wrong", "a", 500),
        ("no_wrong", "ac", 0),
        ("no_wrong", "abc", 0),
        ("no_wrong", "ab", 1000),
        ("all_or_nothing", "a", 0),
        ("all_or_nothing", "ab", 1000),
        ("all_or_nothing", "abc", 0),
        ("negative", "", 0),
    ],
)
def test_several_choices_are_scored_in_four_ways(scoring, chosen, earned):
    options = [Option(text=Faces(zh=str(n)), fraction=n) for n in (500, 500, -500, -500)]
    content = asked(QuestionKind.MULTIPLE_CHOICE, *options, scoring=Scoring(scoring))

    assert fraction_of(content, {"keys": list(chosen)}) == earned


@pytest.mark.parametrize(
    ("typed", "value", "rest"),
    [
        ("3.14", "3.14", ""),
        ("－３．５ km", "-3.5", " km"),
        ("−2", "-2", ""),
        ("1,234.5", "1234.5", ""),
        (".5", "0.5", ""),
        ("6.02e23", "6.02E+23", ""),
        ("1.2×10^3 m", "1.2E+3", " m"),
        ("1.2 x 10^-3", "0.0012", ""),
        ("5 m", "5", " m"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, value, rest):
    found = parse(typed)

    assert (str(found[0]), found[1]) == (value, rest)


@pytest.mark.parametrize("typed", ["", "three", "3,14", "1.2.3", "1,23", "1e999999999", "nan", "inf", "--3", "9" * 400])
def test_what_is_no_number_earns_nothing(typed):
    assert fraction_of(number(("3", "2"), ("14", "")), {"text": typed}) == 0


@pytest.mark.parametrize(
    ("pattern", "tolerance", "typed", "right"),
    [
        ("3.14", "0.01", "3.15", True),
        ("3.14", "0.01", "3.1500000000000001", False),
        ("0.3", "", "0.30", True),
        ("0.1", "0.2", "0.3", True),
        ("200", "2%", "196", True),
        ("200", "2%", "195.999", False),
        ("-200", "2 %", "-204", True),
        ("1..5", "", "5", True),
        ("5..1", "", "0.99", False),
        ("1e3", "", "1,000", True),
    ],
)
def test_tolerances_and_ranges_are_exact(pattern, tolerance, typed, right):
    assert (fraction_of(number((pattern, tolerance)), {"text": typed}) == FULL) is right


@pytest.mark.parametrize(
    ("typed", "earned"), [("2 km", 1000), ("2000m", 1000), ("2,000 ｍ", 1000), ("2000", 600), ("2 mi", 0), ("2 m", 0)]
)
def test_units_are_worth_what_they_are_and_a_missing_one_costs(typed, earned):
    content = number(("2000", ""), units=(("m", "1"), ("km", "1000")), unit_cost=400)

    assert fraction_of(content, {"text": typed}) == earned


def test_a_number_without_units_takes_none_and_a_star_takes_the_rest():
    options = [
        Option(pattern="7", fraction=FULL),
        Option(pattern="*", fraction=0, feedback=Faces(zh="再算一次。")),
    ]
    content = asked(QuestionKind.NUMERICAL, *options)

    assert [fraction_of(content, {"text": typed}) for typed in ("7", "7 m", "")] == [1000, 0, 0]
    assert remarks_on(content, {"text": "8"}) == [Faces(zh="再算一次。")]


@pytest.mark.parametrize(
    ("settings", "typed", "same"),
    [
        ({}, "ｂｅｉ  JING", True),
        ({"case_counts": True}, "Bei jing", False),
        ({"width_counts": True}, "ｂei jing", False),
        ({"spaces_count": True}, "bei  jing", False),
        ({"case_counts": True, "width_counts": True, "spaces_count": True}, "bei jing", True),
    ],
)
def test_what_matters_in_a_short_answer_is_chosen(settings, typed, same):
    content = asked(QuestionKind.SHORT_ANSWER, Option(pattern="bei jing", fraction=FULL), **settings)

    assert (fraction_of(content, {"text": typed}) == FULL) is same


def test_traditional_signs_are_simplified_ones_where_the_author_says_so():
    strict, kind = (
        asked(QuestionKind.SHORT_ANSWER, Option(pattern="汉语", fraction=FULL), variants_match=match)
        for match in (False, True)
    )

    assert [fraction_of(one, {"text": "漢語"}) for one in (strict, kind)] == [0, FULL]
    assert normalise_answer("漢 語", kind.settings) == "汉语"


@pytest.mark.parametrize(
    ("scoring", "told", "earned"),
    [
        ("shares", {"a": "a", "b": "b", "c": "c"}, 1000),
        ("shares", {"a": "a"}, 333),
        ("shares", {"a": "a", "b": "b", "c": "d"}, 667),
        ("negative", {"a": "a", "b": "c"}, 0),
        ("negative", {"b": "c", "c": "b"}, -667),
        ("no_wrong", {"a": "a"}, 333),
        ("no_wrong", {"a": "a", "b": "c"}, 0),
        ("all_or_nothing", {"a": "a", "b": "b"}, 0),
    ],
)
def test_pairs_earn_their_share(scoring, told, earned):
    content = pairs("法国-巴黎", "日本-东京", "埃及-开罗", "-罗马", scoring=Scoring(scoring))

    assert fraction_of(content, {"pairs": told}) == earned


def test_two_texts_with_one_partner_share_it_and_the_order_hides_the_pairs():
    content = pairs("鲸-哺乳动物", "蛇-爬行动物", "猫-哺乳动物")
    texts, partners = kind_of(content.kind).order(content, None)

    assert texts == ["a", "b", "c"]
    assert sorted(partners) == ["a", "b"]
    assert partners != ["a", "b"]
    given = Given(parts={"1": str(partners.index("a") + 1), "2": str(partners.index("b") + 1), "3": "9", "x": "1"})
    assert kind_of(content.kind).read(content, [texts, partners], given) == {"pairs": {"a": "a", "b": "b"}}
    assert fraction_of(content, {"pairs": {"a": "a", "b": "b", "c": "a"}}) == FULL


@pytest.mark.parametrize(
    ("places", "earned"),
    [
        ({"a": 1, "b": 2, "c": 3, "d": 4}, 1000),
        ({"a": 1, "b": 2, "c": 4, "d": 3}, 500),
        ({"a": 1}, 250),
        ({"a": 1, "b": 1, "c": 1, "d": 1}, 0),
        ({"a": 2, "b": 3, "c": 4, "d": 1}, 0),
    ],
)
def test_items_at_their_place_earn_their_share_and_one_place_for_all_earns_nothing(places, earned):
    assert fraction_of(items("一", "二", "三", "四"), {"places": places}) == earned


@settings(deadline=None)
@given(st.integers(2, 26), st.integers())
def test_items_are_never_shown_in_the_right_order(count, seed):
    content = items(*(str(n) for n in range(count)))
    keys = [option.key for option in content.options]

    for rng in (None, random.Random(seed)):
        order = kind_of(content.kind).order(content, rng)
        assert order != keys
        assert sorted(order) == keys


def test_gaps_earn_by_their_weight():
    content = capitals()
    kind = kind_of(content.kind)
    order = kind.order(content, None)

    answer = kind.read(content, order, Given(parts={"1": " 北京 ", "2": "34.0", "3": "2", "9": "x"}))

    assert answer == {"gaps": {"1": "北京", "2": "34.0", "3": "b"}}
    assert fraction_of(content, answer) == 750
    assert fraction_of(replace(content, settings=Settings(scoring=Scoring.NO_WRONG)), answer) == 0
    assert fraction_of(content, {"gaps": {"1": "北京", "2": "34", "3": "a"}}) == FULL
    assert fraction_of(content, {"gaps": {}}) == 0


@pytest.mark.parametrize("text", ["![[[1]]](/x.png)", "`[[1]]`", "$x = [[1]]$", "[a [[1]]](/x)", "[[1]] [[1]]", "x"])
def test_a_gap_that_cannot_be_filled_in_is_refused(text):
    gap = Gap(key="1", kind=QuestionKind.SHORT_ANSWER, options=(Option(pattern="x", fraction=FULL),))

    with pytest.raises(QuestionIncomplete):
        asked(QuestionKind.CLOZE, text=text, gaps=[gap])


def test_gaps_stand_in_the_html_and_nowhere_in_names():
    content = capitals()

    assert [key for _html, key in cloze.pieces(content.html.zh)] == ["1", "2", "3", ""]
    assert prepare(replace(content, name="")).name == "首都是____，有____个省级行政区，最长的河是____。"


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        (QuestionKind.SINGLE_CHOICE, [Option(fraction=FULL, text=Faces(zh="一"))]),
        (QuestionKind.NUMERICAL, [Option(fraction=FULL, pattern="abc")]),
        (QuestionKind.NUMERICAL, [Option(fraction=FULL, pattern="*")]),
        (QuestionKind.NUMERICAL, [Option(fraction=FULL, pattern="3", tolerance="x")]),
        (QuestionKind.NUMERICAL, []),
        (QuestionKind.MATCHING, [Option(text=Faces(zh="一"), partner=Faces(zh="1"))]),
        (QuestionKind.MATCHING, [Option(text=Faces(zh=str(n)), partner=Faces(zh="1")) for n in range(3)]),
        (QuestionKind.MATCHING, [Option(text=Faces(zh=str(n))) for n in range(3)]),
        (QuestionKind.ORDERING, [Option(text=Faces(zh="一"))]),
        (QuestionKind.CLOZE, []),
        (QuestionKind.SHORT_ANSWER, [Option(fraction=500, pattern="x")]),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(kind, options):
    with in_language("en"), pytest.raises(QuestionIncomplete) as caught:
        asked(kind, *options)

    assert str(caught.value)


def test_the_highest_band_that_was_reached_speaks():
    bands = [Band(least=1000, feedback=Faces(zh="很好")), Band(least=300, feedback=Faces(zh="差一点"))]
    content = asked(QuestionKind.ORDERING, *(Option(text=Faces(zh=one)) for one in "一二三"), bands=bands)

    said = [bands_for(content, {"places": places}) for places in ({"a": 1, "b": 2, "c": 3}, {"a": 1}, {"a": 2})]

    assert said == [[Faces(zh="很好")], [Faces(zh="差一点")], []]


EXAMPLES = [
    asked(QuestionKind.SINGLE_CHOICE, Option(text=Faces(zh="一"), fraction=FULL), Option(text=Faces(en="two"))),
    asked(QuestionKind.MULTIPLE_CHOICE, *(Option(text=Faces(zh=str(n)), fraction=n) for n in (600, 400, -100))),
    asked(QuestionKind.TRUE_FALSE, Option(fraction=FULL), Option()),
    asked(QuestionKind.SHORT_ANSWER, Option(pattern="a*", fraction=FULL), Option(pattern="b", fraction=500)),
    number(("3", "1"), ("1..2", ""), units=(("m", "1"),), unit_cost=500),
    pairs("a-1", "b-2", "-3", scoring=Scoring.NEGATIVE),
    items("x", "y", "z", scoring=Scoring.NO_WRONG),
    capitals(scoring=Scoring.NEGATIVE),
    asked(QuestionKind.ESSAY),
    asked(QuestionKind.DESCRIPTION),
]


def test_there_is_an_example_of_every_kind():
    assert {one.kind for one in EXAMPLES} == set(QuestionKind) == set(KINDS)


@pytest.mark.parametrize("content", EXAMPLES, ids=lambda one: one.kind.value)
def test_a_question_comes_back_from_its_row(content):
    version = QuestionVersion(**QuestionVersion.columns_of(prepare(content).content))

    stored, written = version.content, prepare(content).content
    for name in ("kind", "text", "html", "feedback", "feedback_html", "settings", "digest"):
        assert getattr(stored, name) == getattr(written, name)
    for name in ("options", "gaps", "bands"):
        assert list(getattr(stored, name)) == list(getattr(written, name))
    assert version.content_hash == written.digest


@settings(deadline=None)
@given(st.sampled_from(EXAMPLES), st.data())
def test_whatever_a_page_sends_is_read_and_marked(content, data):
    kind = kind_of(content.kind)
    seed = data.draw(st.one_of(st.none(), st.integers()))
    order = kind.order(content, None if seed is None else random.Random(seed))
    words = st.one_of(st.sampled_from(["1", "2", "3", "34", "北京", "a", "0", "-1", "²", "３"]), st.text(max_size=12))
    sent = Given(
        chosen=data.draw(st.lists(st.integers(-2, 30), max_size=6)),
        text=data.draw(words),
        parts=data.draw(st.dictionaries(st.one_of(st.sampled_from("123"), st.text(max_size=3)), words, max_size=6)),
    )

    answer = kind.read(content, order, sent)

    earned = fraction_of(content, answer)
    assert earned is None if content.kind is QuestionKind.ESSAY and answer["text"].strip() else -FULL <= earned <= FULL
    if content.settings.scoring is not Scoring.NEGATIVE and earned is not None:
        assert earned >= 0
    shown = replace(to_author(content), order=order, answer=answer)
    assert kind.read(content, order, _sent_again(shown)) == answer
    assert [part.right for part in shown.parts if not part.right] == []
    assert all(remark in _written(content) for remark in remarks_on(content, answer))


def _sent_again(shown: ShownQuestion) -> Given:
    """Return what the page sends that shows an answer, when nobody touches it."""
    return Given(
        chosen=[option.number for option in shown.options if option.chosen],
        text=str(shown.answer.get("text", "")),
        parts={part.name: part.value for part in shown.parts},
    )


def _written(content: QuestionContent) -> list[Faces]:
    found = [*content.options, *(option for gap in content.gaps for option in gap.options)]
    return [option.feedback_html for option in found if option.feedback_html]


@pytest.mark.parametrize("kind", [QuestionKind.ORDERING, QuestionKind.MATCHING])
def test_one_mixed_question_does_not_give_away_the_order_of_another(kind):
    orders = set()
    for number in range(12):
        words = [f"{number}{place}" for place in range(5)]
        options = [Option(text=Faces(zh=one), partner=Faces(zh=f"p{one}")) for one in words]
        content = prepare(asked(kind, *options)).content
        assert kind_of(kind).order(content, None) == kind_of(kind).order(content, None)
        orders.add(str(kind_of(kind).order(content, None)))

    assert len(orders) > 6


@pytest.mark.parametrize(("scoring", "earned"), [(Scoring.SHARES, 500), (Scoring.ALL_OR_NOTHING, 0)])
def test_of_one_choice_half_an_answer_is_nothing_where_only_the_whole_counts(scoring, earned):
    options = [Option(text=Faces(zh=str(share)), fraction=share) for share in (FULL, 500, 0)]
    content = prepare(asked(QuestionKind.SINGLE_CHOICE, *options, scoring=scoring)).content

    assert [fraction_of(content, {"keys": [key]}) for key in "abc"] == [FULL, earned, 0]


LINE = (
    st.one_of(
        st.text(st.characters(exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=12),
        st.text(st.sampled_from("ab50% =\\#|.-中"), max_size=12),
    )
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)


@settings(deadline=None)
@given(st.lists(st.tuples(LINE, st.sampled_from([1000, 0, 500, -333]), st.one_of(st.just(""), LINE)), min_size=1))
def test_answers_of_a_gap_come_back_as_they_were_typed(lines):
    for kind in (QuestionKind.SHORT_ANSWER, QuestionKind.SINGLE_CHOICE):
        is_menu = kind is QuestionKind.SINGLE_CHOICE
        options = tuple(
            Option(
                fraction=fraction,
                feedback=Faces(zh=remark),
                **({"text": Faces(zh=words)} if is_menu else {"pattern": words}),
            )
            for words, fraction, remark in lines
        )
        assert read_answers(kind, write_answers(kind, options)) == options


def test_a_number_in_a_gap_is_typed_with_its_tolerance():
    options = read_answers(QuestionKind.NUMERICAL, "3.14 ± 0.01 # 很好 | Well done\n50% 3 +/- 5%\n1..2")

    assert options == (
        Option(pattern="3.14", tolerance="0.01", fraction=FULL, feedback=Faces(zh="很好", en="Well done")),
        Option(pattern="3", tolerance="5%", fraction=500),
        Option(pattern="1..2", fraction=FULL),
    )


@settings(deadline=None)
@given(st.text(alphabet="ab1É国 .,?;，。（）》_-*", max_size=14))
@example("5.")
@example("1. a")
@example("www.a")
@example("e\u0301")
def test_words_without_signs_are_shown_as_rendering_them_would(source):
    html = render(source, heading=4).html.strip()
    frame = html.startswith("<p>") and html.endswith("</p>") and html.count("<p>") == 1

    assert rendered_inline(Faces(en=source)).en == (html[3:-4] if frame and source else html)


@pytest.mark.parametrize(
    ("patterns", "shown"),
    [
        (("重新算", "*重新*", "counted anew"), ["重新算", "counted anew"]),
        (("*重新*", "*"), ["*重新*"]),
        (("2\\*3", "*"), ["2*3"]),
    ],
)
def test_learners_see_answers_and_patterns_only_where_there_is_nothing_else(patterns, shown):
    assert accepted_by(short(*patterns)) == shown
