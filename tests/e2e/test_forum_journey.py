"""One thread's way through the forum: a phone without scripts, and a desk with them."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import NEW_PASSWORD
from tests.e2e.test_attachments import picture
from tests.e2e.test_journeys import start_thread

SCREENS = [
    pytest.param({"width": 390, "scripts": False, "language": "zh-Hans"}, id="phone-no-scripts"),
    pytest.param({"width": 1280, "scripts": True, "language": "en"}, id="desk-scripts"),
]
WORDS = {
    "zh-Hans": ("引用", "采纳这个回答", "先看结果", "确认执行", "投票"),
    "en": ("Quote", "Accept this answer", "Show what will happen", "Do it", "Vote"),
}
MEETINGS = re.compile("会务与账目|Meetings")


TEXT = "form.composer textarea[name=body]"


def send(page) -> None:
    """Send what was written."""
    page.locator("form.composer .btn.main").first.click()


def attach_picture(page, *, scripts: bool) -> None:
    """Put a picture with its words into the text."""
    if scripts:
        with page.expect_file_chooser() as chooser:
            page.get_by_role("toolbar").get_by_role("button", name="File").click()
        chooser.value.set_files([picture()])
        page.get_by_role("dialog").get_by_role("textbox").fill("The door")
        page.get_by_role("dialog").get_by_role("button", name="Add the picture").click()
    else:
        page.locator("details.attach summary").click()
        page.set_input_files("input[name=files]", picture())
        page.fill("input[name=alt]", "The door")
        page.locator("button[name=attach]").click()
    expect(page.locator(TEXT)).to_have_value(re.compile(r"!\[The door\]\(/forum/files/\d+\)"))


def arrange(page, thread: str, act: str, words: tuple[str, ...], other: str = "") -> None:
    """Bring a thread to the board of meetings or into another thread, and see that it is done."""
    page.goto(f"{thread}/arrange")
    form = page.locator(f"form[action$='/arrange/{act}']")
    if act == "move":
        board = form.locator("option", has_text=MEETINGS).get_attribute("value")
        form.locator("select").select_option(board)
    else:
        form.locator("input[name=merge-target]").fill(other)
    form.locator(f"[name={act}-reason]").fill("One place for it")
    form.get_by_role("button", name=words[2]).click()
    page.get_by_role("button", name=words[3], exact=True).click()
    expect(page.locator(".flash")).to_be_visible()


def thread_of(who) -> str:
    """Return the path of the thread that is open."""
    return re.match(r"/forum/threads/\d+", who.path())[0]


def ask(asker, word: str, *, scripts: bool) -> str:
    """Ask a question with a picture, by the buttons of the page, and return the thread's path."""
    page = asker.open("/forum/boards/general/new?kind=question")
    page.fill("input[name=title]", f"Where is the key {word}?")
    page.fill(TEXT, "The hall is locked.")
    attach_picture(page, scripts=scripts)
    send(page)
    expect(page.locator("#p1 img[alt='The door']")).to_be_visible()
    return thread_of(asker)


def answer(helper, thread: str, words: tuple[str, ...], name: str) -> str:
    """Quote the question, name who asked, and return the path of the answer."""
    page = helper.open(thread)
    page.locator("#p1").get_by_role("link", name=words[0]).click()
    area = page.locator(TEXT)
    expect(area).to_have_value(re.compile("> The hall is locked"))
    area.fill(f"{area.input_value()}\n\nI have it, @{name}.")
    send(page)
    expect(page.locator("#p2")).to_contain_text("I have it")
    expect(page.locator("#p2 blockquote")).to_contain_text("The hall is locked")
    link = page.locator("#p2 a[href^='/forum/posts/']").first.get_attribute("href")
    return re.match(r"/forum/posts/\d+", link)[0]


def read_and_accept(asker, word: str, words: tuple[str, ...]) -> None:
    """Find the answer among what is new since the last visit, accept it, and see that it is new no more."""
    page = asker.page
    rows = page.locator(".ledger li", has_text=word)
    asker.open_until("/forum/new", rows, 2)  # What was said to oneself, and the thread.
    rows.locator("h3 a[href^='/forum/threads/']").click()
    expect(page.locator("#p2 .by .new")).to_have_count(1)
    page.locator("#p2").get_by_role("button", name=words[1]).click()
    expect(page.locator("section.answer")).to_contain_text("I have it")
    asker.open_until("/forum/new", rows, 0)


def vote(author, voter, word: str, words: tuple[str, ...]) -> None:
    """Let one make a poll and the other vote in it."""
    page = author.open("/forum/boards/general/new?kind=poll")
    page.fill("input[name=title]", f"Who keeps the key {word}?")
    page.fill(TEXT, "Choose.")
    page.fill("textarea[name=poll_options]", "The porter\nThe chair")
    send(page)
    expect(page.locator("#poll")).to_be_visible()
    page = voter.open(thread_of(author))
    page.get_by_label("The porter").check()
    page.locator("#poll").get_by_role("button", name=words[4], exact=True).click()
    expect(page.locator("#poll tr.mine")).to_contain_text("100%")


@pytest.mark.parametrize("screen", SCREENS)
def test_a_thread_is_written_answered_polled_moved_merged_and_read(visit, screen):
    word, words = f"kwway{screen['width']}", WORDS[screen["language"]]
    asker, helper, moderator = (visit(**screen) for _number in range(3))
    name = asker.sign_up()
    asker.sign_in(name, NEW_PASSWORD)
    helper.sign_in_as("instructor")
    moderator.sign_in_as("moderator")

    thread = ask(asker, word, scripts=screen["scripts"])
    post = answer(helper, thread, words, name)
    read_and_accept(asker, word, words)
    vote(helper, asker, word, words)

    # Moved, then joined to another thread: all old addresses lead to where the words stand.
    other = start_thread(moderator, "general", f"All about keys {word}", "Here.")
    arrange(moderator.page, thread, "move", words)
    expect(asker.open(thread).locator("#p2")).to_contain_text("I have it")
    arrange(moderator.page, thread, "merge", words, other)
    for old in (thread, f"{thread}?post=2", post):
        asker.open(old)
        expect(asker.page).to_have_url(re.compile(re.escape(other) + r"(?:[?#].*)?$"))
    expect(asker.page.locator("article.post", has_text="I have it")).to_have_count(1)
    expect(asker.page.locator("img[alt='The door']").first).to_be_visible()
