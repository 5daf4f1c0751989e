"""A quiz from its author to the notebook of those who erred: written, taken past a cut of the network, handed in, read
again, its wrong key changed, its mistakes learned; all of it on a phone, with scripts and without."""

import re

import pytest
from playwright.sync_api import Error, expect

from tests.e2e.people import NEW_PASSWORD, press_on_paper
from tests.e2e.test_work_and_meetings import take

GIFT = """\
::灯油:: 灯油放在哪里？ {
=家里
~大厅
~路边
}
"""


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def scripts(request) -> bool:
    return request.param


def fits(page) -> None:
    """Expect nothing to stick out on the right."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def write_question(author, bank: str, text: str, right: str, wrong: str) -> None:
    """Write a question of one choice by hand."""
    page = author.open(f"{bank}/questions/new?kind=single_choice")
    page.fill("textarea[name=text_zh]", text)
    page.fill("input[name='options-0-text_zh']", right)
    page.fill("input[name='options-1-text_zh']", wrong)
    page.check("input[name=right][value='0']", force=True)
    fits(page)
    author.press("保存")
    expect(page).to_have_url(re.compile(r"/banks/\d+$"))


def write_quiz(author, slug: str) -> str:
    """Write a course with a quiz of three questions, the first from a file with a wrong key; return its lesson."""
    page = author.open("/study/manage/new")
    page.fill("input[name=slug]", slug)
    page.fill("input[name=title_zh]", f"课程 {slug}")
    page.locator("main form .btn.main").click()
    page.goto(f"/study/manage/courses/{slug}/banks")
    page.locator("main .head a.btn.main").click()
    page.set_input_files("input[type=file]", {"name": "灯.gift", "mimeType": "text/plain", "buffer": GIFT.encode()})
    page.locator("form[enctype] button").click()
    author.sees("灯油放在哪里？")
    fits(page)
    page.locator("main .head form .btn.main").click()
    page.goto(f"/study/manage/courses/{slug}/banks")
    bank = page.locator("main a[href*='/manage/banks/']").first.get_attribute("href")
    write_question(author, bank, "谁来剪灯芯？", "坐得最近的人", "椅子")
    write_question(author, bank, "几点熄灯？", "十点", "从不")
    page.goto(f"/study/manage/courses/{slug}/quizzes/new")
    page.fill("input[name=title_zh]", "灯的测验")
    author.press("保存")
    expect(page).to_have_url(re.compile(r"/quizzes/\d+$"))
    quiz = author.path().rpartition("/")[2]
    for box in page.locator("input[name=question]").all():
        box.check(force=True)
    fits(page)
    page.locator("form[action$='/slots'] .btn.main").click()
    expect(page.locator("main .ledger > li")).to_have_count(3)
    page.goto(f"/study/manage/courses/{slug}")
    page.fill("input[name=title_zh]", "第一单元")
    author.press("添加单元")
    page.locator("main a[href$='/lessons']").first.click()
    page.check("input[name=kind][value=quiz]", force=True)
    page.fill("input[name=title_zh]", "测验课")
    page.select_option("select[name=quiz_id]", quiz)
    author.press("保存")
    author.press("发布")
    return page.get_by_role("link", name="测验课", exact=True).get_attribute("href")


def place_of(page, words: str) -> int:
    """Return at which place of the paper a question stands."""
    section = page.locator("main .q", has_text=words).first
    return int(section.locator("input[type=radio]").first.get_attribute("name").removeprefix("q"))


def answer(page, words: str, chosen: str) -> int:
    """Choose an answer of a question and return the question's place."""
    section = page.locator("main .q", has_text=words).first
    section.get_by_label(chosen).check()
    return place_of(page, words)


def write_paper(member, scripts: bool) -> str:
    """Answer everything while the network goes and comes back, hand in, and return the address of the paper."""
    page = member.page
    page.locator("form[action$='/attempts'] button").first.click()
    expect(page).to_have_url(re.compile(r"/attempts/\d+$"))
    paper = member.path()
    fits(page)
    first = answer(page, "灯油放在哪里？", "大厅")
    if scripts:
        expect(page.locator(f".saved[data-q='{first}']")).to_contain_text("已保存")
    else:
        press_on_paper(page, "save")
    member.context.set_offline(True)
    second = answer(page, "谁来剪灯芯？", "椅子")
    if scripts:
        expect(page.locator(f".saved[data-q='{second}']")).to_contain_text("已存在本设备上")
        expect(page.locator("#ledger")).to_contain_text("没有网络，请继续作答")
        answer(page, "几点熄灯？", "十点")
        member.context.set_offline(False)
        expect(page.locator(f".saved[data-q='{second}']")).to_contain_text("已保存")
    else:
        # The form goes nowhere; what was saved before is there when the network comes back.
        with pytest.raises(Error):
            page.goto(paper)
        member.context.set_offline(False)
        page.goto(paper)
        expect(page.locator("main .q", has_text="灯油放在哪里？").get_by_label("大厅")).to_be_checked()
        answer(page, "谁来剪灯芯？", "椅子")
        answer(page, "几点熄灯？", "十点")
    press_on_paper(page, "end")
    expect(page.locator("main h1")).to_contain_text("33%")
    return paper


def change_key(author, scripts: bool, question: str) -> None:
    """Write the right key as a new version, see whom it moves, and apply it."""
    desk = author.open_until(f"/study/manage/questions/{question}/preview", author.page.locator("main .note.wait"), 1)
    author.sees("质疑此题答案")
    desk.goto(f"/study/manage/questions/{question}")
    desk.check("input[name=right][value='1']", force=True)
    author.press("保存")
    desk.goto(f"/study/manage/questions/{question}/preview")
    author.follow("更改已交答卷的答案")
    desk.locator("input[name=version][value='1']").check()
    desk.check("input[name=rule][value=new]")
    desk.select_option("select[name=key]", "2")
    author.press("查看影响")
    expect(desk.locator("main table")).to_contain_text("更改后")
    fits(desk)
    desk.fill("textarea[name=reason]", "灯油一直放在大厅。")
    author.press("更改答案")
    expect(desk).to_have_url(re.compile(r"/key-changes/\d+$"))
    author.open_until(author.path(), desk.locator("main .tag.ok"), 1)


def learn_mistake(member, scripts: bool) -> None:
    """Find the one real mistake in the notebook, answer it, and say that it was known."""
    page = member.open_until("/study/notebook/today", member.page.locator("#card"))
    expect(page.locator("#card")).to_contain_text("谁来剪灯芯？")
    page.locator("#card").get_by_label("坐得最近的人").check()
    page.locator("[data-check]").click()
    expect(page.locator(".rate")).to_have_count(4)
    fits(page)
    page.locator(".rate[value=easy]").click()
    expect(page.locator("h1")).to_have_text("今天的都做完了")


def test_a_quiz_from_its_author_to_the_notebook(visit, scripts):
    author, member = (visit(width=390, scripts=scripts) for _one in range(2))
    author.sign_in_as("instructor")
    slug = f"lamps-{scripts}".lower()
    lesson = write_quiz(author, slug)
    member.sign_in(member.sign_up(), NEW_PASSWORD)
    take(member, slug, lesson)
    paper = write_paper(member, scripts)

    page = member.page
    fits(page)
    wrong = page.locator("main section.q", has_text="灯油放在哪里？").first
    question = re.search(r"anchor=q(\d+)", wrong.locator("a[href*='anchor=q']").get_attribute("href"))[1]
    wrong.locator("form[action*='/doubts/'] button").click()
    page.locator("form.composer .btn.main").click()
    change_key(author, scripts, question)

    member.open_until("/inbox", page.locator("main li", has_text="答案已更改"), 1)
    page.goto(paper)
    expect(page.locator("main h1")).to_contain_text("66%")
    expect(page.locator("main section.q", has_text="灯油放在哪里？").locator("h3").first).to_contain_text("正确")
    learn_mistake(member, scripts)
