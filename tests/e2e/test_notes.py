"""Notes are written beside the passage, with and without scripts."""

import pytest

LESSON = "/study/lessons/2"


@pytest.mark.scripts
def test_a_note_is_written_where_it_belongs_without_leaving_the_page(visit):
    page = visit().sign_in_as("member").open(LESSON)
    page.evaluate("window.here = true")
    passage = page.locator(".lesson > p[id]").first
    passage.hover()
    passage.locator("a.jot").click()
    page.locator(".noting textarea").fill("看一遍再开会。")
    page.locator(".noting label", has_text="绿色").click()
    page.locator(".noting button.main").click()
    page.locator("aside.mine", has_text="看一遍再开会。").wait_for()
    assert page.evaluate("window.here") is True
    assert passage.get_attribute("data-hl") == "green"


def test_a_note_is_written_on_a_page_of_its_own_without_scripts(visit):
    page = visit(scripts=False, width=390).sign_in_as("member").open(LESSON)
    page.locator("a[href$='/notes/lesson']").click()
    page.locator("textarea").fill("整节都好。")
    page.locator("main button.main").click()
    assert page.locator("#mine", has_text="整节都好。").count() == 1
