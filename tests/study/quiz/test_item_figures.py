"""The published tables of item statistics, to all printed digits; what cannot be known is None."""

import pytest

from study.quiz.item_figures import of_items, of_papers

MARKS = {"1": 1, "0": 0, "h": 0.5, "8": 0.8, "t": 0.3333333}
# Moodle's test of its own statistics: 25 attempts at 7 questions of one mark each.
TABLE_A = """
1111101 1111h10 1111h01 0011100 101001h 1111h0h 0111h1h 1110h1h 1011111 0110h1h 8011h1h 1110h11 1011h1h 101110h
0011011 1010h11 8011h01 101101h 1011h0h 0110h10 11t1h0h 1110h0h 111101h 0010h11 0011111
"""
# A table for KR-20, which is α where marks are 0 or 1: 12 papers of 11 questions.
TABLE_B = """
11111111111 11111111010 10111111100 11101101100 11111000100 01101111000 11110010000 11111000000 01011000010
10010100000 11100000000 10010000000
"""
TABLE_C = "111 110 100 100"
ITEMS_A = [
    (0.704, 0.4513682901, -7.0650767526, -9.4550536967, 21.2922742344),
    (0.48, 0.5099019514, -28.8982125772, -36.7834118938, 18.8979800309),
    (0.973333332, 0.13333334, -9.1230674268, -21.6545012165, 4.443012573),
    (0.68, 0.4760952286, -22.6306444113, -31.4411395613, 18.9347251357),
    (0.52, 0.3055050463, -17.6997047674, -21.1794802584, 11.1450138688),
    (0.64, 0.4898979486, -45.3785178421, -56.9365974439, 9.8081339177),
    (0.62, 0.331662479, -5.6543166602, -6.5043742058, 15.4788602394),
]


def papers(table: str) -> list[dict[int, float]]:
    return [{item: MARKS[sign] for item, sign in enumerate(row, start=1)} for row in table.split()]


def printed(*values: float | None) -> tuple[float | None, ...]:
    return tuple(None if value is None else round(value, 10) for value in values)


@pytest.mark.parametrize("item", range(1, 8))
def test_each_question_of_the_published_table_comes_out(item):
    found = of_items(papers(TABLE_A), dict.fromkeys(range(1, 8), 1))[item]

    said = printed(found.facility, found.deviation, found.discrimination, found.efficiency, found.weight)
    assert (found.count, said) == (25, ITEMS_A[item - 1])


def test_the_published_table_comes_out_as_a_whole():
    found = of_papers(papers(TABLE_A))

    assert printed(found.mean, found.median, found.deviation) == (4.617333332, 4.5, 0.8117265554)
    assert printed(found.skewness, found.kurtosis) == (-0.092502502, -0.7073968557)
    assert printed(found.alpha, found.error_ratio, found.standard_error) == (
        -87.2230935542,
        136.8294900795,
        1.1106813066,
    )


def test_alpha_of_right_and_wrong_alone_is_kr_20_with_one_kind_of_variance_throughout():
    found = of_papers(papers(TABLE_B))

    assert printed(found.alpha / 100, found.standard_error) == (0.7380191693, 1.3651506743)
    # Scripts that mix variances of the sample and of the population give this.
    assert round(found.alpha / 100, 7) != 0.7681842


def test_alpha_does_not_depend_on_which_variance_is_taken():
    assert round(of_papers(papers(TABLE_C)).alpha / 100, 7) == 0.5454545


def test_whole_thousandths_give_the_same_as_whole_marks():
    marks = papers(TABLE_B)
    thousandths = [{item: int(mark * 1000) for item, mark in paper.items()} for paper in marks]

    small = of_items(marks, dict.fromkeys(range(1, 12), 1))
    large = of_items(thousandths, dict.fromkeys(range(1, 12), 1000))

    for item, one in small.items():
        other = large[item]
        assert printed(one.facility, one.discrimination, one.efficiency, one.weight) == printed(
            other.facility, other.discrimination, other.efficiency, other.weight
        )
    assert printed(of_papers(marks).alpha) == printed(of_papers(thousandths).alpha)


@pytest.mark.parametrize(
    ("table", "known"),
    [
        ("", ()),
        ("110", ("mean", "median")),
        ("111 111", ("mean", "median", "deviation")),
        ("110 100", ("mean", "median", "deviation", "alpha", "error_ratio", "standard_error")),
        ("1 0 0", ("mean", "median", "deviation", "skewness")),
        (
            "110 100 000",
            ("mean", "median", "deviation", "skewness", "alpha", "error_ratio", "standard_error"),
        ),
    ],
)
def test_of_the_whole_nothing_is_told_that_cannot_be_known(table, known):
    found = of_papers(papers(table))

    told = {name for name in found.__dataclass_fields__ if getattr(found, name) is not None}
    assert told == {"count", *known}


@pytest.mark.parametrize(
    ("table", "known"),
    [
        ("11", {"facility"}),
        ("11 10", {"facility", "deviation"}),  # The rest of the paper is all alike for question 2.
        ("11 11", {"facility", "deviation"}),
        ("11 00", {"facility", "deviation", "discrimination", "efficiency", "weight"}),
    ],
)
def test_of_a_question_nothing_is_told_that_cannot_be_known(table, known):
    found = of_items(papers(table), {1: 1, 2: 1})[2]

    told = {name for name in found.__dataclass_fields__ if getattr(found, name) is not None}
    assert told - {"count"} == known | ({"weight"} if table == "11 10" else set())


def test_questions_that_only_some_papers_asked_are_told_by_those_and_alpha_is_not():
    found = of_items([{1: 1, 2: 1}, {1: 0, 3: 0}, {1: 1, 2: 0}], {1: 1, 2: 1, 3: 1})

    assert [(one.count, one.facility) for one in found.values()] == [(3, 2 / 3), (2, 0.5), (1, 0.0)]
    assert of_papers([{1: 1, 2: 1}, {1: 0, 3: 0}]).alpha is None
