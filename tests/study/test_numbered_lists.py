"""Numbered lists of DOCX: each paragraph has the number that Word shows."""

import re

import pytest

from core.media_types import DOCX
from study.extraction import enrich
from tests.factories.documents import W, drawing, word_bytes, words

pytestmark = pytest.mark.no_database


def item(text: str, number: int = 1, level: int | None = 0, style: str = "") -> str:
    """Return a paragraph of a list."""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    place = "" if level is None else f'<w:ilvl w:val="{level}"/>'
    own = f'<w:numPr>{place}<w:numId w:val="{number}"/></w:numPr>' if number >= 0 else ""
    return f"<w:p><w:pPr>{named}{own}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def level(number: int, more: str = "", form: str = "decimal", start: int = 1) -> str:
    """Return how a level counts."""
    return f'<w:lvl w:ilvl="{number}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}</w:lvl>'


def numbering(*lists: str, numbers: str = "") -> str:
    """Return lists by their levels, one numbering for each, and more numberings."""
    abstract = "".join(f'<w:abstractNum w:abstractNumId="{n}">{one}</w:abstractNum>' for n, one in enumerate(lists, 1))
    own = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(1, len(lists) + 1))
    return f"<w:numbering {W}>{abstract}{own}{numbers}</w:numbering>"


@pytest.fixture
def counted(kept):
    """Return each word in a list with the number that a browser shows before it, nested ones after their list."""

    def read(body: str, *, numbering: str) -> list[tuple[str, int]]:
        shown = enrich(kept(word_bytes(body, numbering=numbering)), DOCX)
        found: list[tuple[str, int]] = []
        depth: list[int] = []
        for mark, start, said in re.findall(
            r'<(/?(?:ol|ul|li))(?:[^<>]*?start="(\d+)")?[^<>]*>([^<]*)', shown.parts[0]
        ):
            if mark in ("ol", "ul"):
                depth.append(int(start or 1) - 1)
            elif mark in ("/ol", "/ul"):
                depth.pop()
            elif mark == "li":
                depth[-1] += 1
                found.append((said, depth[-1]))
        return found

    return read


TWO = level(0) + level(1)


def test_a_list_goes_on_after_a_paragraph_a_picture_and_another_list(counted):
    body = (
        item("Open")
        + item("inside", level=1)
        + drawing("Here")
        + item("Look")
        + item("Close")
        + words("End")
        + item("point", 2)
        + item("Go")
    )
    assert counted(body, numbering=numbering(TWO, level(0, form="bullet"))) == [
        ("Open", 1), ("inside", 1), ("Look", 2), ("Close", 3), ("point", 1), ("Go", 4),
    ]  # fmt: skip


def test_two_lists_that_follow_each_other_each_begin_where_they_say(counted):
    body = item("a") + item("b") + item("c", 2) + item("d", 2) + item("e")
    made = numbering(level(0), level(0, start=7))
    assert counted(body, numbering=made) == [("a", 1), ("b", 2), ("c", 7), ("d", 8), ("e", 3)]


def test_a_numbering_of_the_same_list_goes_on_unless_it_says_where_to_begin(counted):
    more = (
        '<w:num w:numId="8"><w:abstractNumId w:val="1"/></w:num><w:num w:numId="9"><w:abstractNumId w:val="1"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    body = item("a") + item("b", 8) + words("x") + item("c", 9) + item("d", 9) + words("y") + item("e", 9)
    assert counted(body, numbering=numbering(level(0), numbers=more)) == [
        ("a", 1), ("b", 2), ("c", 1), ("d", 2), ("e", 3),
    ]  # fmt: skip


def test_a_deeper_level_begins_anew_unless_it_says_never(counted):
    anew = item("a") + item("a1", level=1) + item("a2", level=1) + item("b") + item("b1", level=1)
    assert counted(anew, numbering=numbering(TWO)) == [("a", 1), ("a1", 1), ("a2", 2), ("b", 2), ("b1", 1)]
    never = numbering(level(0) + level(1, '<w:lvlRestart w:val="0"/>'))
    assert counted(anew, numbering=never)[-2:] == [("b", 2), ("b1", 3)]


def test_a_nested_list_goes_on_inside_its_item(counted):
    body = item("a") + item("a1", level=1) + item("p", 2, level=1) + item("a2", level=1)
    made = numbering(TWO, level(0, form="bullet") + level(1, form="bullet"))
    assert counted(body, numbering=made) == [("a", 1), ("a1", 1), ("p", 1), ("a2", 2)]


def test_a_style_brings_its_list_and_its_level(counted):
    made = numbering(level(0, '<w:pStyle w:val="Steps"/>') + level(1, '<w:pStyle w:val="Small"/>'))
    body = item("a", -1, style="Steps") + words("x") + item("b", -1, style="Steps") + item("b1", 1, 1, "Small")
    assert counted(body, numbering=made) == [("a", 1), ("b", 2), ("b1", 1)]


def test_what_counts_no_longer_is_no_list(counted):
    assert counted(item("a") + item("b", 0) + item("c"), numbering=numbering(level(0))) == [("a", 1), ("c", 2)]
