"""The time somebody really reads is counted by a script, and the end of a text is noticed."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.scripts

LESSON = "/study/lessons/2"


def sent(page) -> list[str]:
    """Return what the page has sent about active time; it is written down from now on."""
    found: list[str] = []
    page.on("request", lambda one: found.append(one.post_data or "") if one.url.endswith("/active") else None)
    return found


def test_an_open_page_that_nobody_touches_counts_for_a_minute_only(visit):
    page = visit().sign_in_as("member").page
    page.clock.install()
    page.goto(LESSON)
    messages = sent(page)
    page.clock.run_for(10 * 60 * 1000)
    seconds = [int(one.split("seconds=")[1].split("&")[0]) for one in messages]
    assert 55 <= sum(seconds) <= 61


def test_reading_on_counts_on_and_the_end_is_said_once_it_is_seen(visit):
    page = visit().sign_in_as("member").page
    page.clock.install()
    page.goto(LESSON)
    messages = sent(page)
    for _step in range(4):
        page.mouse.wheel(0, 40)
        page.clock.run_for(40 * 1000)
    assert not any("end=1" in one for one in messages)
    page.locator("#end").scroll_into_view_if_needed()
    page.keyboard.press("End")
    expect(page.locator("#end")).to_be_attached()
    page.wait_for_timeout(200)
    page.clock.run_for(3000)
    assert sum("end=1" in one for one in messages) >= 1
    seconds = [int(one.split("seconds=")[1].split("&")[0]) for one in messages]
    assert 130 <= sum(seconds) <= 170
