"""Addresses of passages: read, and found in a lesson."""

import pytest

from core.passages import Passage, passages_of
from study.citing import Spot, find_at, read_spot

pytestmark = pytest.mark.no_database

HOSTS = {"study.example"}
MARK = "t0123456789abcdef"


@pytest.mark.parametrize(
    ("address", "spot"),
    [
        ("/study/lessons/7#p3", Spot(7, place="p3")),
        ("  /study/lessons/7#p3 ", Spot(7, place="p3")),
        ("https://study.example/study/lessons/7#p3", Spot(7, place="p3")),
        ("//study.example/study/lessons/7?page=2#p3", Spot(7, place="p3", page=2)),
        ("/study/lessons/7?page=x#page-2", Spot(7, place="page-2")),
        (f"/study/lessons/7/passages/{MARK}", Spot(7, mark=MARK)),
        (f"http://study.example/study/lessons/7/notes/{MARK}", Spot(7, mark=MARK)),
        (f"/forum/discuss/lesson/7?anchor={MARK}&title=a", Spot(7, mark=MARK)),
    ],
)
def test_an_address_names_a_passage(address, spot):
    assert read_spot(address, HOSTS) == spot


@pytest.mark.parametrize(
    "address",
    [
        "",
        "p3",
        "/study/lessons/7",
        "/study/lessons/7#",
        "/study/lessons/7#top",
        "/study/lessons/99999999999#p3",
        "/study/lessons/7/read#p3",
        "/study/quizzes/7#p3",
        "/forum/discuss/lesson/7",
        f"/forum/discuss/quiz/7?anchor={MARK}",
        "https://elsewhere.example/study/lessons/7#p3",
        "https://study.example@elsewhere.example/study/lessons/7#p3",
        "javascript:/study/lessons/7#p3",
        "http://[/study/lessons/7#p3",
        "/study/lessons/七#p3",
        "/study/lessons/7#p" + "9" * 5000,
    ],
)
def test_what_names_no_passage_of_ours_is_none(address):
    assert read_spot(address, HOSTS) is None


def test_a_passage_is_found_by_mark_by_anchor_and_by_page():
    body = passages_of('<p id="p1">One.</p><p id="p2">Two.</p>')
    document = [Passage("ta", "A.", "p1", page=1), Passage("tb", "B.", "p2", page=2)]
    pages = [Passage("page1", "P.", "page-1", is_lasting=True, page=1)]
    whole = [*body, *document, *pages]
    spots = [
        Spot(1, mark=body[1].mark),
        Spot(1, place="p1"),
        Spot(1, place="p2", page=2),
        Spot(1, place="page-1"),
        Spot(1, place="p9"),
        Spot(1, place="p1", page=2),
    ]
    found = [find_at(whole, spot) for spot in spots]
    assert [one and one.text for one in found] == ["Two.", "One.", "B.", "P.", None, None]
