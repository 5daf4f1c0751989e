"""An assignment handed in and marked, a meeting signed up for and attended: by the buttons of the pages alone."""

from datetime import datetime, timedelta, timezone

import pytest
from playwright.sync_api import expect

from tests.e2e.test_accessibility import faults_here

SHANGHAI = timezone(timedelta(hours=8))


def new_lesson(author, slug: str, kind: str, title: str, **fields: str) -> str:
    """Write a published course with one lesson of a kind and return the path of the lesson."""
    page = author.open("/study/manage/new")
    page.fill("input[name=slug]", slug)
    page.fill("input[name=title_zh]", f"课程 {slug}")
    page.locator("main form .btn.main").click()
    page.goto(f"/study/manage/courses/{slug}")
    page.fill("input[name=title_zh]", "第一单元")
    author.press("Add a module")
    page.get_by_role("link", name="Add a lesson").click()
    page.check(f"input[name=kind][value={kind}]", force=True)
    page.fill("input[name=title_zh]", title)
    page.fill("textarea[name=body_zh]", "照着做。")
    for name, value in fields.items():
        page.fill(f"[name={name}]", value)
    assert faults_here(page, f"form of a lesson: {kind}") == []
    author.press("Save")
    author.press("Publish")
    return page.get_by_role("link", name=title, exact=True).get_attribute("href")


def take(member, slug: str, lesson: str):
    """Take the course and open the lesson."""
    page = member.open(f"/study/courses/{slug}")
    page.locator(f"form[action='/study/courses/{slug}/enrol'] button").first.click()
    return member.open(lesson)


@pytest.mark.parametrize("scripts", [True, False])
def test_work_is_handed_in_marked_and_accepted(visit, scripts):
    slug = f"work-{scripts}".lower()
    author = visit(language="en").sign_in_as("instructor")
    lesson = new_lesson(author, slug, "assignment", "写会议记录", rubric="60 事实准确\n40 写得清楚")
    member = visit(scripts=scripts, width=390).sign_in_as("member")
    page = take(member, slug, lesson)
    assert not scripts or faults_here(page, "assignment") == []
    page.fill("textarea[name=body]", "会议记录：同意公布账目。")
    page.set_input_files("input[name=files]", {"name": "记录.txt", "mimeType": "text/plain", "buffer": "附件".encode()})
    page.locator("button[value=save]").click()
    member.sees("记录.txt")
    page.locator("button[value=hand_in]").click()
    member.sees("等待评分")

    author.open(lesson)
    author.follow("Work handed in")
    assert faults_here(author.page, "list of work") == []
    author.page.locator("main .ledger a").first.click()
    author.sees("会议记录：同意公布账目。")
    author.page.fill("input[name=points0]", "50")
    author.page.fill("input[name=points1]", "30")
    author.page.fill("textarea[name=comment]", "清楚。")
    assert faults_here(author.page, "marking") == []
    author.press("Save the mark")

    member.open(lesson)
    member.sees("已通过")
    member.sees("清楚。")
    assert not scripts or faults_here(page, "marked assignment") == []
    for _time in range(60):
        if member.open("/inbox").locator("main", has_text="写会议记录").count():
            break
        page.wait_for_timeout(500)
    member.sees("已通过，得分 80%")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_meeting_is_signed_up_for_and_attended_by_its_code(visit, scripts):
    slug = f"meeting-{scripts}".lower()
    author = visit(language="en").sign_in_as("instructor")
    begins = datetime.now(SHANGHAI) + timedelta(minutes=2)
    when = {"meets_on": f"{begins:%Y-%m-%d}", "meets_at": f"{begins:%H:%M}"}
    lesson = new_lesson(author, slug, "meeting", "线下交流", place="东湖活动室", seats="1", **when)
    member = visit(scripts=scripts, width=390).sign_in_as("member")
    page = take(member, slug, lesson)
    page.locator("form[action$='/sign-up'] button").click()
    member.sees("你已报名。")
    assert not scripts or faults_here(page, "meeting") == []

    author.open(lesson)
    author.follow("Code and attendance")
    assert faults_here(author.page, "leading a meeting") == []
    code = author.page.locator(".code").inner_text()
    page.fill("input[name=code]", "x")
    page.locator("form[action$='/attend'] button").click()
    member.sees("签到码不对。")
    page.fill("input[name=code]", f"{code[:3]} {code[3:]}")
    page.locator("form[action$='/attend'] button").click()
    member.sees("已签到。")
    author.page.reload()
    expect(author.page.locator("input[name=present]")).to_be_checked()
