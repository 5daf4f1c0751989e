"""A film from the author's disk to a member who watches it: nothing but what the browser itself can record."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import choose, until
from tests.e2e.test_accessibility import faults_here

SRT = "1\n00:00:00,500 --> 00:00:02,500\n会前七天发出通知\n\n2\n00:00:04,000 --> 00:00:06,000\n表决要记票数\n"


def author_course(author, slug: str, film: bytes) -> str:
    """Write a course with one film, by the buttons of the pages alone, and return the path of its lesson."""
    page = author.open("/study/manage/new")
    page.fill("input[name=slug]", slug)
    page.fill("input[name=title_zh]", f"怎样开会 {slug}")
    page.locator("main form .btn.main").click()
    page.goto(f"/study/manage/courses/{slug}/materials")
    page.set_input_files(
        "input[name=files]",
        [
            {"name": "meeting.webm", "mimeType": "video/webm", "buffer": film},
            {"name": "words.srt", "mimeType": "text/plain", "buffer": SRT.encode()},
        ],
    )
    page.locator("main form .btn.main").click()
    for _time in range(60):
        if page.locator(".tag.ok").count() == 2:
            break
        page.wait_for_timeout(500)
        page.reload()
    page.goto(f"/study/manage/courses/{slug}")
    page.fill("input[name=title_zh]", "第一单元")
    author.press("Add a module")
    page.get_by_role("link", name="Add a lesson").click()
    page.check("input[name=kind][value=video]", force=True)
    page.fill("input[name=title_zh]", "表决")
    choose(page, "select[name=media_id]", "meeting")
    choose(page, "select[name=subtitles_zh_id]", "words")
    page.fill("textarea[name=chapters]", "0:00 通知\n0:04 表决")
    author.press("Save")
    author.press("Publish")
    return page.get_by_role("link", name="表决", exact=True).get_attribute("href")


def take(member, slug: str, lesson: str):
    """Take the course and open the lesson."""
    member.open(f"/study/courses/{slug}")
    member.page.locator(f"form[action='/study/courses/{slug}/enrol'] button").first.click()
    return member.open(lesson)


@pytest.mark.scripts
def test_a_film_is_watched_and_goes_on_where_one_stopped(visit, film):
    author = visit(language="en").sign_in_as("instructor")
    lesson = author_course(author, "film-watched", film)
    member = visit(language="en").sign_in_as("member")
    page = take(member, "film-watched", lesson)
    expect(page.locator("#player label")).to_be_visible()
    until(page, "readyState >= 2")
    assert faults_here(page, "lesson with a film") == []

    page.locator(".cues a", has_text="表决要记票数").click()
    until(page, "currentTime > 4.2")
    expect(page.locator(".cues .now")).to_have_text(re.compile("表决要记票数"))
    expect(page.locator(".chapters .now")).to_have_text(re.compile("0:04"))
    until(page, "currentTime > 6")
    page.reload()
    until(page, "readyState >= 2")
    until(page, "currentTime > 5.9")
    page.evaluate("document.querySelector('video').play()")
    until(page, "currentTime > 6.2")
    page.evaluate("document.querySelector('video').pause()")
    expect(page.locator(".watched")).to_have_text(re.compile(r"Played: [123]\d% of the 90% needed\."))

    page.goto("/study/")
    page.goto(lesson)
    until(page, "readyState >= 2")
    assert re.search(r"#t=[56]$", page.locator("video").get_attribute("src"))
    page.get_by_role("link", name="From the beginning").click()
    page.wait_for_url("**?t=0#player")
    until(page, "readyState >= 2")
    page.select_option("#player select", "2")
    page.evaluate("document.querySelector('video').muted = true; document.querySelector('video').play()")
    until(page, "ended")
    expect(page.locator(".watched")).to_have_text("Played: 100%. That is enough.")
    page.wait_for_timeout(4000)
    page.goto("/study/progress")
    member.sees("watched 100%")


def test_a_film_is_found_by_what_is_said_and_needs_no_script(visit, film):
    author = visit(language="en").sign_in_as("instructor")
    lesson = author_course(author, "film-found", film)
    member = visit(scripts=False, width=390).sign_in_as("member")
    page = take(member, "film-found", lesson)
    for _time in range(60):
        page.goto("/search?q=表决要记票数")
        if (hit := page.locator(f"main a[href^='{lesson}?t=4']")).count():
            break
        page.wait_for_timeout(500)
    hit.first.click()
    assert page.locator("video").get_attribute("src").endswith("/file#t=4")
    expect(page.locator(".cues .now")).to_have_text(re.compile("表决要记票数"))
    by_hand = page.locator("noscript button, main form[action$='/read'] button")
    for _time in range(60):  # It is taken once the film can have been played.
        by_hand.first.click()
        expect(page.locator(".flash")).to_be_visible()
        page.goto(lesson)
        if not by_hand.count():
            break
        page.wait_for_timeout(500)
    member.sees("由本人标记为看完")
