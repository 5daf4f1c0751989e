"""Reading over two people without scripts: what is new, reacting, keeping, the order by support, the context."""

import re

import pytest

from tests.e2e.test_journeys import reply, start_thread


@pytest.mark.parametrize("width", [390, 1280])
def test_two_people_read_what_the_other_wrote(visit, width):
    word = f"kwreading{width}"
    asks = visit(width=width, scripts=False, language="en").sign_in_as("member")
    answers = visit(width=width, scripts=False, language="en").sign_in_as("instructor")
    thread = start_thread(asks, "general", f"How shall we read {word}?", "The opening words.")
    for text in ("A first answer.", "A second answer."):
        reply(answers, thread, text)

    # What the other wrote is new, and is so no more once it was read.
    page = asks.open("/forum/new")
    row = page.locator(".ledger li", has_text=word)
    assert "2 new" in row.inner_text()
    row.locator("h3 a").click()
    page.wait_for_url(re.compile(r"#p2$"))
    assert page.locator("article.post .by .new").count() == 2
    # Positions are written every three seconds.
    page = asks.open_until("/forum/new", page.locator(".ledger li", has_text=word), 0)

    # A reaction counts, and the order by support puts it first.
    page = asks.open(thread)
    post = page.locator("article.post", has_text="A second answer.")
    post.locator("details.react summary").click()
    post.locator("button", has_text="I agree").click()
    post = page.locator("article.post", has_text="A second answer.")
    assert post.locator("a[href$='/reactions']").inner_text().endswith("I agree 1")
    page = asks.open(f"{thread}?view=support")
    assert page.locator("article.post .no").all_inner_texts() == ["#1", "#3", "#2"]

    # Kept with a note, and found again.
    page.locator("article.post", has_text="A first answer.").get_by_text("Bookmark").click()
    page.fill("input[name=note]", f"Look again {word}")
    page.locator("main .btn.main").click()
    page = asks.open("/forum/bookmarks")
    assert f"Look again {word}" in page.locator("main").inner_text()

    # The context of a reply: the opening before it.
    page = asks.open(thread)
    page.locator("article.post", has_text="A first answer.").get_by_text("Context").click()
    assert page.locator("article.post .no").all_inner_texts() == ["#1", "#2"]
