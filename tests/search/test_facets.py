"""What results are narrowed by: every count is that of the page behind it, and tells nothing of what is not open."""

from datetime import UTC, datetime

import pytest

from search.engines import FACETS
from tests.factories.search import document

CANARY = "canary"


@pytest.fixture
def shelf_of_many(put):
    put(
        document(1, "账目 一", board="finance", author="li", language="zh-Hans", branch="1"),
        document(2, "账目 二", board="finance", author="zhao", language="zh-Hant", branch="1", solved=True),
        document(3, "账目 three", board="general", author="li", language="en", branch="2"),
        document(4, "账目 四", course="open", author="li", branch="2", created_at=datetime(2020, 1, 1, tzinfo=UTC)),
        document(5, "别的", board="finance", author="li"),
    )


def test_every_value_found_is_counted(shelf_of_many, find):
    counts = find("账目").counts

    assert counts["board"] == {"finance": 2, "general": 1}
    assert counts["author"] == {"li": 3, "zhao": 1}
    assert counts["language"] == {"zh-Hans": 2, "zh-Hant": 1, "en": 1}
    assert counts["solved"] == {"yes": 1}
    assert counts["branch"] == {"1": 2, "2": 2}


def test_each_count_is_the_number_behind_its_link(shelf_of_many, find):
    for chosen in ({}, {"author": "li"}, {"board": "finance"}, {"author": "li", "language": "zh-Hans"}):
        counts = find("账目", **chosen).counts
        for facet in FACETS:
            for value, number in counts[facet].items():
                assert find("账目", **{**chosen, facet: value}).total == number, (chosen, facet, value)


def test_periods_are_counted_from_their_beginning(shelf_of_many, find):
    beginning = datetime(2026, 1, 1, tzinfo=UTC)

    found = find("账目", periods={"year": beginning})

    assert found.counts["period"] == {"year": 3}
    assert find("账目", after=beginning).total == 3
    assert find("账目", after=beginning, periods={"year": beginning}).counts["period"] == {"year": 3}


@pytest.mark.parametrize(
    "text",
    ["账目", f"{CANARY}", f"账目 OR {CANARY}", f"author:{CANARY}", f'"{CANARY}" OR 账目', f"board:{CANARY} 账目"],
)
def test_nothing_of_what_may_not_be_read_is_counted_or_named(put, find, text):
    put(document(1, "账目"))
    alone = find(text, periods={"ever": datetime(2000, 1, 1, tzinfo=UTC)})

    put(
        document(
            9,
            f"账目 {CANARY}",
            f"{CANARY}",
            audience="branch:7",
            board=CANARY,
            course=CANARY,
            branch=CANARY,
            author=CANARY,
            language=CANARY,
            solved=True,
        )
    )
    beside = find(text, periods={"ever": datetime(2000, 1, 1, tzinfo=UTC)})

    assert (beside.total, beside.counts) == (alone.total, alone.counts)
    assert [hit.ref for hit in beside.hits] == [hit.ref for hit in alone.hits]
    assert CANARY not in repr(beside)
    assert find(text, tokens={"public", "branch:7"}).total > alone.total
