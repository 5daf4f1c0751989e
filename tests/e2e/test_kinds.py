"""Questions, polls and announcements, on a phone without scripts."""

import re

import pytest
from playwright.sync_api import expect

BOARD = "/forum/boards/general/new"


@pytest.fixture
def phone(visit):
    """Return ``phone(username)``: somebody signed in, on a narrow screen without scripts."""
    return lambda username: visit(width=390, scripts=False).sign_in(username)


def write(person, kind: str, title: str, text: str):
    """Fill in the form of a new thread and return its page; nothing is sent yet."""
    page = person.open(f"{BOARD}?kind={kind}")
    page.fill("input[name=title]", title)
    page.fill("textarea[name=body]", text)
    return page


def publish(page, person) -> str:
    """Send the form and return the path of the thread."""
    page.locator("form.composer .btn.main").click()
    expect(page).to_have_url(re.compile(r"/forum/threads/\d+$"))
    return person.path()


def fits(page) -> None:
    """Expect nothing to stick out on the right."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_question_is_asked_answered_and_solved(phone):
    asker, helper = phone("liwen"), phone("wangfang")
    url = publish(write(asker, "question", "活动室的钥匙在谁那里？", "周六要用。"), asker)

    page = helper.open(url)
    page.fill("textarea[name=body]", "在何玉那里，门卫也有一把。")
    page.locator("#reply .btn.main").click()
    expect(page.locator("#p2")).to_contain_text("门卫也有一把")
    expect(page.get_by_role("button", name="采纳这个回答")).to_have_count(0)

    page = asker.open(url)
    page.get_by_role("button", name="采纳这个回答").click()
    expect(page.locator("section.answer")).to_contain_text("门卫也有一把")
    expect(page.locator(".kick")).to_contain_text("已解决")
    fits(page)
    asker.open("/forum/boards/general?filter=solved")
    asker.sees("活动室的钥匙在谁那里？")


def test_a_poll_is_made_voted_and_read(phone):
    author, voter = phone("zhaomin"), phone("heyu")
    page = write(author, "poll", "冬天的例会几点开始？", "公开投票。")
    page.fill("textarea[name=poll_options]", "下午两点\n下午四点")
    url = publish(page, author)

    page = voter.open(url)
    expect(page.locator("#poll table")).to_have_count(0)
    page.get_by_label("下午四点").check()
    page.locator("#poll .btn.main").click()
    line = page.locator("#poll tr.mine")
    expect(line).to_contain_text("下午四点 · 您选的")
    expect(line).to_contain_text("100%")
    fits(page)
    voter.follow("投票率与详情")
    voter.sees("各支部投票率")


def test_an_announcement_is_confirmed_and_counted(phone):
    announcer, reader, officer = phone("sunli"), phone("liwen"), phone("chenyulan")
    page = write(announcer, "announcement", "周五停水半天", "上午八点到十二点。")
    page.select_option("select[name=office]", index=1)
    url = publish(page, announcer)

    page = reader.open(url)
    page.get_by_role("button", name="我已阅读").click()
    reader.sees("您已确认阅读：")
    page = announcer.open(url)
    announcer.sees("1 人已确认")
    announcer.press("提醒未确认的人")
    announcer.sees("将提醒还没有确认的人。")
    page = officer.open(f"{url}/receipts?state=confirmed")
    officer.sees("李文")
    fits(page)
