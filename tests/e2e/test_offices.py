"""What instructors and officers come for."""

import re

import pytest
from playwright.sync_api import expect

SCREENS = [
    pytest.param({"width": 390, "scripts": False}, id="390px-no-scripts"),
    pytest.param({"width": 1280, "scripts": True}, id="1280px-scripts"),
]

GIFT = """\
::Lamp:: Who trims the lamp? {
=The one who sits nearest. # Nobody has to get up.
~The chair. # The chair has enough to do.
}

::Broken:: This one never ends {
=yes

::Oil:: Oil is kept in the hall. {TRUE}
"""


@pytest.fixture(params=SCREENS)
def screen(request) -> dict:
    """How wide the screen is and whether scripts run."""
    return request.param


def save(page) -> None:
    """Press the main button of the page's form."""
    page.locator("main form .btn.main").last.click()


def test_an_instructor_builds_a_course(visit, screen):
    teacher, reader = visit(**screen).sign_in_as("instructor"), visit(**screen).sign_in_as("member")
    slug = f"lamps-{screen['width']}"
    page = teacher.open("/study/manage/new")
    page.fill("input[name=slug]", slug)
    page.select_option("select[name=branch]", index=0)
    page.fill("input[name=title_zh]", "灯怎样点")
    page.fill("input[name=title_en]", "How lamps are lit")
    page.select_option("select[name=audience]", "public")
    save(page)

    manage = f"/study/manage/courses/{slug}"
    page.goto(manage)
    page.fill("input[name=title_zh]", "第一单元")
    page.locator(f"form[action='{manage}/modules'] button").click()
    expect(page.locator("section.module h2")).to_contain_text("第一单元")

    page.goto(f"{manage}/materials")
    page.set_input_files(
        "input[type=file]", [{"name": "lamps.md", "mimeType": "text/markdown", "buffer": "# 灯油\n\n三两。".encode()}]
    )
    page.locator("form[enctype] button").click()
    expect(page.locator("main .ledger > li")).to_have_count(1)

    page.goto(manage)
    page.locator("main a[href$='/lessons']").first.click()
    page.fill("input[name=title_zh]", "先倒油")
    page.check("input[name=kind][value=page]")
    page.fill("input[name=minutes]", "5")
    page.fill("textarea[name=body_zh]", "油要**三两**。")
    save(page)

    import_questions(page, manage)
    add_quiz(page, manage)
    page.goto(manage)
    page.locator("button[name=state][value=published]").click()
    expect(page.locator("button[name=state][value=draft]")).to_be_visible()

    reader.open(f"/study/courses/{slug}")
    expect(reader.page.locator("main .ledger > li")).to_have_count(2)
    reader.page.locator("main .ledger h3 a").first.click()
    expect(reader.page.locator(".prose strong")).to_have_text("三两")


def import_questions(page, manage: str) -> None:
    """Import a file of three questions, of which one is faulty."""
    page.goto(f"{manage}/banks")
    page.locator("main .head a.btn.main").click()
    page.set_input_files(
        "input[type=file]", [{"name": "lamps.gift", "mimeType": "text/plain", "buffer": GIFT.encode()}]
    )
    page.locator("form[enctype] button").click()
    expect(page.locator("main h1")).to_contain_text("2")
    expect(page.locator("main .tag.late")).to_have_count(1)
    page.locator("main .head form .btn.main").click()
    page.goto(f"{manage}/banks")
    expect(page.locator("main .ledger li").first).to_contain_text("2")


def add_quiz(page, manage: str) -> None:
    """Make a quiz of all questions and show it in a lesson."""
    page.goto(f"{manage}/quizzes/new")
    page.fill("input[name=title_zh]", "点灯测验")
    page.check("input[name=grading] >> nth=0")
    save(page)
    page.goto(f"{manage}/quizzes")
    page.locator("main .ledger h2 a").first.click()
    page.locator("main .filters a").first.click()
    for box in page.locator("input[name=question]").all():
        box.check()
    page.locator("form[action$='/slots'] .btn.main").click()

    page.goto(manage)
    page.locator("main a[href$='/lessons']").first.click()
    page.fill("input[name=title_zh]", "测验")
    page.check("input[name=kind][value=quiz]")
    page.fill("input[name=minutes]", "5")
    page.select_option("select[name=quiz_id]", index=1)
    save(page)


def test_an_officer_sees_the_own_branches_and_no_others(visit, screen):
    officer, member = visit(**screen).sign_in_as("officer"), visit(**screen).sign_in_as("member")

    page = officer.open("/study/reports/")
    expect(page).to_have_url(re.compile(r"/study/reports/lakeside"))
    page.locator("main a[href^='/study/reports/east-lake']").first.click()
    expect(page.locator("main table").first).to_be_visible()

    assert officer.page.request.get("/study/reports/north-hill").status in (403, 404)
    assert member.page.request.get("/study/reports/east-lake").status in (403, 404)
