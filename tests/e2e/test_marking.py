"""Essays and files in a quiz: written, handed in, marked on a phone and read, by the buttons of the pages alone."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import press_on_paper
from tests.e2e.test_accessibility import faults_here
from tests.e2e.test_work_and_meetings import take


def fits(page) -> None:
    """Expect nothing to stick out on the right."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def new_quiz(author, slug: str) -> str:
    """Write a published course with a quiz of one essay and return the path of its lesson."""
    page = author.open("/study/manage/new")
    page.fill("input[name=slug]", slug)
    page.fill("input[name=title_zh]", f"课程 {slug}")
    page.locator("main form .btn.main").click()
    page.goto(f"/study/manage/courses/{slug}/banks")
    page.fill("input[name=name]", "题库")
    page.locator("main form .btn").first.click()
    expect(page).to_have_url(re.compile(r"/banks/\d+$"))
    page.goto(f"{author.path()}/questions/new?kind=essay")
    page.fill("textarea[name=text_zh]", "为什么要公布账目？")
    page.fill("textarea[name=rubric]", "4 论点\n20 论据")
    page.fill("textarea[name=guide]", "只给批阅人看")
    page.fill("input[name=files]", "1")
    assert faults_here(page, "form of an essay") == []
    author.press("Save")
    expect(page).to_have_url(re.compile(r"/banks/\d+$"))
    page.goto(f"/study/manage/courses/{slug}/quizzes/new")
    page.fill("input[name=title_zh]", "论述题测验")
    author.press("Save")
    expect(page).to_have_url(re.compile(r"/quizzes/\d+$"))
    quiz = author.path().rpartition("/")[2]
    page.check("input[name=question]", force=True)
    author.press("Add the chosen ones")
    expect(page.locator("main .ledger > li")).to_have_count(1)
    page.goto(f"/study/manage/courses/{slug}")
    page.fill("input[name=title_zh]", "第一单元")
    author.press("Add a module")
    page.get_by_role("link", name="Add a lesson").click()
    page.check("input[name=kind][value=quiz]", force=True)
    page.fill("input[name=title_zh]", "论述题")
    page.select_option("select[name=quiz_id]", quiz)
    author.press("Save")
    author.press("Publish")
    return page.get_by_role("link", name="论述题", exact=True).get_attribute("href")


@pytest.mark.parametrize("scripts", [True, False])
def test_an_essay_with_a_file_is_written_marked_and_read_on_a_phone(visit, scripts):
    slug = f"essay-{scripts}".lower()
    author = visit(language="en").sign_in_as("instructor")
    lesson = new_quiz(author, slug)
    member = visit(scripts=scripts, width=390).sign_in_as("member")
    page = take(member, slug, lesson)
    page.locator("form[action$='/attempts'] button").click()
    expect(page).to_have_url(re.compile(r"/attempts/\d+$"))
    attempt = member.path()
    page.fill("textarea[name=q1]", "为了让大家放心。")
    page.set_input_files("input[name=f1]", {"name": "账目.txt", "mimeType": "text/plain", "buffer": "附件".encode()})
    page.locator("button[value='file:1']").click()
    expect(page.locator("input[name=drop]")).to_have_count(1)
    expect(page.locator("textarea[name=q1]")).to_have_value("为了让大家放心。")
    assert not scripts or faults_here(page, "paper with an essay") == []
    fits(page)
    press_on_paper(page, "end")
    member.sees("等待批阅")
    member.sees_not("未通过")
    member.sees_not("只给批阅人看")

    marker = visit(scripts=scripts, width=390, language="en").sign_in_as("administrator")
    desk = marker.open(f"/study/manage/courses/{slug}/marking")
    assert not scripts or faults_here(desk, "list of quizzes to mark") == []
    desk.locator("main .ledger a").first.click()
    marker.sees("All answers to one question in a row.")
    desk.locator("main .ledger a").first.click()
    marker.sees("只给批阅人看")
    marker.sees("账目.txt")
    assert not scripts or faults_here(desk, "desk") == []
    fits(desk)
    desk.locator("main form#marking .btn.main").click()
    marker.sees("Choose how many points this earns.")
    desk.get_by_role("radio", name="3", exact=True).check()
    desk.fill("input[name=points1]", "15")
    desk.fill("textarea[name=comment]", "**清楚**")
    desk.locator("main form#marking .btn.main").click()
    marker.sees("nothing for you")

    member.open(attempt)
    member.sees("测验结果：75%")
    member.sees("3 / 4")
    expect(page.locator("strong", has_text="清楚")).to_be_visible()
    member.sees_not("只给批阅人看")
    assert not scripts or faults_here(page, "marked paper") == []
    fits(page)
