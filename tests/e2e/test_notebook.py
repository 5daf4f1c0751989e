"""The notebook of mistakes on a phone: what went wrong in a quiz is asked again, by thumb without scripts, by keys."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import press_on_paper

TODAY = "/study/notebook/today"


@pytest.fixture
def mistaken(visit):
    """Somebody with a phone whose first answer in a quiz was wrong, in front of the card that it became."""

    def begin(username: str, *, scripts: bool):
        somebody = visit(width=390, scripts=scripts).sign_in(username)
        page = somebody.open("/study/courses/open-branch")
        enrol = page.locator("form[action$='/enrol'] button")
        if enrol.count():
            enrol.first.click()
            expect(page.locator("form[action$='/enrol']")).to_have_count(0)
        somebody.open("/study/quizzes/1")
        page.locator("form[action$='/attempts'] button").first.click()
        expect(page).to_have_url(re.compile(r"/attempts/\d+$"))
        page.locator("input[name=q1][value='1']").check()
        press_on_paper(page, "end")
        expect(page).to_have_url(re.compile(r"sure=1"))
        somebody.press("仍然交卷")
        expect(page.locator("h1")).to_contain_text("%")
        somebody.open_until(TODAY, page.locator("#card"))
        return somebody

    return begin


def test_a_card_is_answered_rated_and_taken_back_without_scripts(mistaken):
    somebody = mistaken("chenyulan", scripts=False)
    page = somebody.page
    expect(page.locator("[data-preset]")).to_have_count(0)
    page.locator("#card input[name=q1]").first.check()
    page.locator("[data-check]").click()
    expect(page.locator(".rate")).to_have_count(4)
    expect(page.locator("#card")).to_contain_text("正确答案")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator(".rate").first.bounding_box()["height"] >= 44
    page.locator(".rate[value=easy]").click()
    expect(page).to_have_url(re.compile(f"{TODAY}$"))
    expect(page.locator("h1")).to_have_text("今天的都做完了")
    page.locator("form[action='/study/notebook/undo'] button").click()
    expect(page).to_have_url(re.compile(r"/notebook/cards/\d+$"))
    expect(page.locator("#card input[name=q1]").first).to_be_visible()


@pytest.mark.scripts
def test_a_card_is_answered_and_rated_by_keys(mistaken):
    somebody = mistaken("sunli", scripts=True)
    page = somebody.page
    first = page.locator("#card input[name=q1]").first
    page.keyboard.press("1")
    expect(first).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator(".rate")).to_have_count(4)
    page.keyboard.press("4")
    expect(page).to_have_url(re.compile(f"{TODAY}$"))
    expect(page.locator("h1")).to_have_text("今天的都做完了")
    page.keyboard.press("u")
    expect(page).to_have_url(re.compile(r"/notebook/cards/\d+$"))
    page.keyboard.press("?")
    expect(page.locator("dialog[open]")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator("#card input:checked")).to_have_count(0)
    page.locator("dialog button[data-on]").click()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.keyboard.press("1")
    page.keyboard.press("u")
    expect(page.locator("#card input:checked")).to_have_count(0)
