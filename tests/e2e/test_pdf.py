"""A PDF read page by page in a browser: drawn, selected, found, and gone on with where one stopped."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.pdf_fonts import SAMPLE, fonts, numbers, renumbered
from tests.e2e.people import choose
from tests.e2e.test_accessibility import faults_here
from tests.study.test_extraction import pdf_bytes

PAGES = ("Bring the minutes", "Publish the accounts", "Count the votes")


@pytest.mark.scripts
def test_a_pdf_is_read_by_page_and_goes_on_where_one_stopped(visit):
    author = visit(language="en").sign_in_as("instructor")
    page = author.open("/study/manage/courses/open-branch/materials")
    file = {"name": "drawn.pdf", "mimeType": "application/pdf", "buffer": pdf_bytes(*PAGES)}
    page.set_input_files("input[name=files]", [file])
    page.locator("main form .btn.main").click()
    material = page.get_by_role("link", name="drawn", exact=True).get_attribute("href")
    page.goto("/study/manage/courses/open-branch")
    page.get_by_role("link", name="Add a lesson").first.click()
    page.check("input[name=kind][value=document]", force=True)
    page.fill("input[name=title_en]", "Drawn")
    choose(page, "select[name=material_id]", "drawn")
    author.press("Save")
    lesson = page.get_by_role("link", name="Drawn", exact=True).first.get_attribute("href")

    member = visit(language="en", width=390).sign_in_as("member")
    page = member.open(lesson)
    expect(page.locator(".textLayer span").first).to_have_text(PAGES[0])
    expect(page.locator("#words")).to_be_hidden()
    assert page.locator(".pdf-sheet canvas").evaluate(
        "one => one.width > 0 && one.getBoundingClientRect().width <= 390"
    )
    assert faults_here(page, "lesson with a PDF") == []

    page.locator("h1").click()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".textLayer span").first).to_have_text(PAGES[1])
    page.fill("[name=find]", "votes")
    page.get_by_role("button", name="Find", exact=True).click()
    expect(page.locator(".textLayer mark")).to_have_text("votes")
    expect(page).to_have_url(re.compile("#page-3$"))

    page.goto("/study/")
    # Written at once; and the page at which an address opens the file is none that the reader turned to.
    page.goto(f"{lesson}#page-1")
    expect(page.locator(".textLayer span").first).to_have_text(PAGES[0])
    page.goto("/study/")
    page.goto(lesson)
    expect(page.locator(".textLayer span").first).to_have_text(PAGES[2])
    page.get_by_role("button", name="Read as text").click()
    expect(page.locator("#words")).to_be_visible()
    page.goto(f"{material}#page-2")
    expect(page.locator("#page-2")).to_be_visible()
    page.get_by_role("button", name="Show the printed pages").click()
    expect(page.locator(".textLayer span").first).to_have_text(PAGES[1])


def test_the_fonts_of_the_sample_number_their_signs_as_its_pages_say_them():
    for font in fonts(SAMPLE.read_bytes()):
        names = numbers(font)
        assert names == [".notdef", *(f"cid{place:05d}" for place in range(1, len(names)))]


DRAWN = "() => document.querySelector('.pdf-sheet canvas').toDataURL()"


@pytest.mark.scripts
def test_signs_of_a_font_that_are_said_by_their_place_are_drawn_right(visit):
    author = visit(language="en").sign_in_as("instructor")
    page = author.open("/study/manage/courses/open-branch/materials")
    content = SAMPLE.read_bytes()
    drawn = []
    for name, buffer in (("said", content), ("placed", renumbered(content, 1000))):
        page.goto("/study/manage/courses/open-branch/materials")
        file = {"name": f"{name}.pdf", "mimeType": "application/pdf", "buffer": buffer}
        page.set_input_files("input[name=files]", [file])
        page.locator("main form .btn.main").click()
        page.goto(page.get_by_role("link", name=name, exact=True).get_attribute("href"))
        expect(page.locator(".textLayer span").first).to_be_attached()
        drawn.append(page.evaluate(DRAWN))
    assert drawn[0] == drawn[1]
