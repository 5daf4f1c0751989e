"""Passages are told apart by what they say, and found again when that has changed."""

import pytest

from core.markup import render
from core.passages import QUOTE_MAX, Passage, blocks_of, find_again, find_quoted, passages_of

pytestmark = pytest.mark.no_database

TEXT = """## Money

The treasurer **counts** the cash every Friday.[^1]

- one
- two

---

> Quoted words.

```
code
```

Last words of the lesson.

[^1]: A note.
"""


def of(source):
    return passages_of(render(source, heading=2, anchors=True).html)


def test_every_block_with_words_is_a_passage_and_notes_are_not():
    found = of(TEXT)
    assert [one.text for one in found] == [
        "Money",
        "The treasurer counts the cash every Friday.",
        "one two",
        "Quoted words.",
        "code",
        "Last words of the lesson.",
    ]
    assert [one.place for one in found] == ["p1", "p2", "p3", "p5", "p6", "p7"]


def test_a_text_without_blocks_has_no_passages():
    assert (passages_of(""), passages_of("<p>No anchor.</p>"), of("![](x)")) == ([], [], [])


def test_a_block_ends_where_its_html_ends():
    html = render("one\n\n- a\n\ntwo", anchors=True).html
    assert [html[: block.end].rsplit("<", 1)[1] for block in blocks_of(html)] == ["/p>", "/ul>", "/p>"]


def test_marks_stay_when_other_passages_change():
    before, after = of(TEXT), of("A new beginning.\n\n" + TEXT.replace("- one", "- three"))
    kept = {one.mark for one in before} & {one.mark for one in after}
    assert len(kept) == 5


def test_a_passage_that_was_moved_is_found_by_its_mark():
    old = of(TEXT)[1]
    now = find_again(of("A new beginning.\n\n" + TEXT), old.mark, old.quote)
    assert (now.text, now.place) == (old.text, "p3")


def test_a_passage_that_was_changed_is_found_by_what_it_is_like():
    old = of(TEXT)[1]
    now = find_again(of(TEXT.replace("Friday", "Monday evening")), old.mark, old.quote)
    assert now.text == "The treasurer counts the cash every Monday evening."
    chinese = of("每周五由出纳清点现金。")[0]
    assert find_again(of("别的话。\n\n每周一由出纳清点现金。"), chinese.mark, chinese.quote).place == "p2"


def test_a_passage_that_was_taken_out_is_not_found():
    old = of(TEXT)[1]
    assert find_again(of("Something else altogether."), old.mark, old.quote) is None
    assert find_again([], old.mark, old.quote) is None
    assert find_again(of("x"), "", "") is None


def test_lasting_passages_are_found_by_their_mark_only():
    lasting = [Passage("q1", "Which one is it?", is_lasting=True)]
    assert find_again(lasting, "q1", "What was it?") == lasting[0]
    assert find_again(lasting, "q2", "Which one is it?") is None


def test_words_of_a_passage_lead_to_it():
    assert find_quoted(of(TEXT), "counts the cash").place == "p2"
    assert (find_quoted(of(TEXT), "never said"), find_quoted(of(TEXT), "")) == (None, None)


def test_a_long_passage_is_quoted_in_part_and_not_within_a_word():
    (long,) = of("words " * 200)
    assert (len(long.text), len(long.quote), long.quote[-6:]) == (1199, 497, " words")
    assert of("字" * 600)[0].quote == "字" * QUOTE_MAX
    assert of("x" * 600)[0].quote == "x" * QUOTE_MAX
    (just,) = of("a" * 494 + " words")
    assert just.quote == just.text
