"""An author writes a lesson with a picture and a question; a visitor without scripts looks at it and answers."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import choose
from tests.e2e.test_attachments import picture


@pytest.mark.scripts
def test_a_lesson_gets_a_picture_and_a_question_that_a_visitor_answers(visit):
    author = visit(language="en").sign_in_as("instructor")
    page = author.open("/study/manage/courses/notice-board")
    page = author.open(page.locator("a[href*='/manage/modules/'][href*='/lessons']").first.get_attribute("href"))
    page.fill("input[name=title_en]", "How the hall looks")
    area = page.locator("textarea[name=body_en]")
    area.fill("Look:\n\n")
    with page.expect_file_chooser() as chooser:
        page.locator("markdown-toolbar[for=body_en]").get_by_role("button", name="Picture").click()
    chooser.value.set_files([picture()])
    page.get_by_role("dialog").get_by_role("textbox").fill("The hall")
    page.get_by_role("dialog").get_by_role("button", name="Add the picture").click()
    expect(area).to_have_value(re.compile(r"Look:\n\n!\[The hall\]\(/study/pictures/\d+\)"))
    page.locator("details.pick summary").click()
    choose(page, "select[name=question_id]", "For how many days")
    page.locator("button[name=ask][value=en]").click()
    expect(area).to_have_value(re.compile(r"\n:::question \d+ "))
    page.locator("form.of-kind .btn.main").click()
    page.wait_for_url(re.compile(r"/study/manage/courses/notice-board"))
    page.get_by_role("link", name="How the hall looks").first.click()
    page.wait_for_url(re.compile(r"/study/(manage/)?lessons/\d+"))
    lesson = re.search(r"lessons/(\d+)", page.url)[1]

    guest = visit(width=390, scripts=False, language="en").open(f"/study/lessons/{lesson}")
    expect(guest.locator("figure .pic img")).to_have_attribute("alt", "The hall")
    guest.locator(".ask input[type=radio]").nth(1).check()
    guest.locator(".ask button").click()
    guest.wait_for_url(re.compile(rf"/study/lessons/{lesson}\?q\d+=2#p\d+"))
    expect(guest.locator(".ask .opt.right")).to_contain_text("thirty")
