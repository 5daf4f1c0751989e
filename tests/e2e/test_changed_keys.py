"""A wrong key, from the paper it was wrong on to the notice that it is put back; on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import NEW_PASSWORD

REASON = "章程 2025 年已修订，各种回答都算对。"


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def phone(request, visit):
    """Return ``phone()``: somebody on a narrow screen."""
    return lambda: visit(width=390, scripts=request.param)


def hand_in_nothing(member) -> str:
    """Take the course, leave a whole paper open, and return its address."""
    page = member.open("/study/courses/open-branch")
    page.locator("main form[action$='/enrol'] button").click()
    expect(page.locator("main form[action$='/enrol']")).to_have_count(0)
    page = member.open("/study/quizzes/1")
    page.locator("main .head form[action$='/attempts'] button").first.click()
    expect(page).to_have_url(re.compile(r"/attempts/\d+$"))
    paper = member.path()
    page.goto(f"{paper}?sure=1")
    page.locator("form.note.wait button").first.click()
    expect(page.locator("main h1")).to_contain_text("0%")
    return paper


def fits(page) -> None:
    """Expect nothing to stick out on the right."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_wrong_key_is_doubted_changed_told_and_put_back(phone):
    member, author = phone(), phone()
    member.sign_in(member.sign_up(), NEW_PASSWORD)
    author.sign_in_as("instructor")
    paper = hand_in_nothing(member)
    page = member.page
    question = re.search(r"anchor=q(\d+)", page.locator("main a[href*='anchor=q']").first.get_attribute("href"))[1]
    page.locator("form[action$='/doubts/1'] button").click()
    expect(page.locator("input[name=title]")).to_have_value("此题答案有误")

    desk = author.open_until(f"/study/manage/questions/{question}/preview", author.page.locator("main .note.wait"), 1)
    author.sees("质疑此题答案")
    author.follow("更改已交答卷的答案")
    desk.check("input[name=rule][value=full]")
    author.press("查看影响")
    expect(desk.locator("main table")).to_contain_text("更改后")
    fits(desk)
    desk.fill("textarea[name=reason]", REASON)
    author.press("更改答案")
    expect(desk).to_have_url(re.compile(r"/key-changes/\d+$"))
    change = author.path()
    author.open_until(change, desk.locator("main .tag.ok"), 1)
    fits(desk)

    member.open_until("/inbox", page.locator("main li", has_text="答案已更改"), 1)
    page.goto(paper)
    expect(page.locator("#q1 .note")).to_contain_text(REASON)
    expect(page.locator("#q1 h3")).to_contain_text("正确")
    fits(page)

    author.press("撤销这次更改")
    expect(desk.locator("main form[action$='/undo']")).to_have_count(0)
    member.open_until("/inbox", page.locator("main li", has_text="恢复为原来的答案"), 1)
    page.goto(paper)
    expect(page.locator("#q1 h3")).to_contain_text("没有作答")
    expect(page.locator("#q1 .note")).to_have_count(0)
