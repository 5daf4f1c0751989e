"""From the last lesson of a course to its certificate, the check page, the files, and the course taken along."""

import re
import zipfile

import pypdfium2
import pytest
from playwright.sync_api import expect

from tests.e2e.test_accessibility import faults_here

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])


def author_course(author, slug: str) -> None:
    """Write a course of one page that gives a certificate, by the buttons of the pages alone."""
    page = author.open("/study/manage/new")
    page.fill("input[name=slug]", slug)
    page.fill("input[name=title_zh]", f"会议记录 {slug}")
    page.fill("input[name=title_en]", f"Minutes {slug}")
    page.locator("main form .btn.main").click()
    page.fill("input[name=title_zh]", "第一单元")
    author.press("Add a module")
    page.get_by_role("link", name="Add a lesson").click()
    page.check("input[name=kind][value=page]", force=True)
    page.fill("input[name=title_zh]", "记什么")
    page.fill("textarea[name=body_zh]", "应到、实到、委托各多少人。")
    author.press("Save")
    author.press("Publish")
    page.goto(f"/study/manage/courses/{slug}/certificate")
    page.check("input[name=is_on]", force=True)
    page.fill("input[name=hours]", "1.5")
    author.press("Save")


def earn(member, slug: str):
    """Take the course, read its lesson, and open the certificate once it is there."""
    page = member.open(f"/study/courses/{slug}")
    page.locator(f"form[action='/study/courses/{slug}/enrol'] button").first.click()
    page.locator("main .ledger a").first.click()
    page.locator("main form[action$='/read'] button").click()
    own = page.locator("main a[href^='/study/progress/certificates/']", has_text=slug)
    member.open_until("/study/progress", own)
    own.click()
    return page


@SCRIPTS
def test_a_certificate_is_earned_checked_and_revoked(visit, scripts, tmp_path):
    slug = f"certified-{'with' if scripts else 'without'}"
    author = visit(language="en", scripts=scripts).sign_in_as("instructor")
    author_course(author, slug)
    member = visit(language="en", scripts=scripts, width=390).sign_in_as("member")
    page = earn(member, slug)
    number = re.search(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){3}", page.url)[0]

    with page.expect_download() as saved:
        page.get_by_role("link", name="Download as PDF").click()
    saved.value.save_as(tmp_path / "certificate.pdf")
    text = pypdfium2.PdfDocument(tmp_path / "certificate.pdf")[0].get_textpage().get_text_range()
    assert f"《会议记录 {slug}》" in text
    assert number in text

    stranger = visit(language="en", scripts=scripts)
    stranger.open("/study/certificates/")
    stranger.page.fill("input[name=number]", number.lower().replace("-", " "))
    stranger.press("Check")
    stranger.sees("Valid. We issued this certificate and it holds.")
    expect(stranger.page.locator("main")).not_to_contain_text("李文")
    page.check("input[name=name]", force=True)
    member.press("Save")
    stranger.page.reload()
    expect(stranger.page.locator("main")).to_contain_text("李文")
    if scripts:
        assert faults_here(stranger.page, "check of a certificate") == []

    author.open(f"/study/manage/courses/{slug}/certificates")
    author.follow("李文")
    author.page.fill("textarea[name=reason]", "Issued by mistake.")
    author.press("Revoke")
    stranger.page.reload()
    stranger.sees("It does not hold any more.")
    page.reload()
    member.sees("Issued by mistake.")


@SCRIPTS
def test_a_course_taken_along_opens_from_a_folder_and_asks_for_nothing(visit, browser, scripts, tmp_path):
    visitor = visit(scripts=scripts)
    page = visitor.open("/study/courses/open-branch/offline")
    with page.expect_download() as saved:
        page.locator("a[href$='offline.zip?files=1']").click()
    saved.value.save_as(tmp_path / "course.zip")
    zipfile.ZipFile(tmp_path / "course.zip").extractall(tmp_path / "course")

    asked: list[str] = []
    reader = browser.new_page(java_script_enabled=scripts, offline=True)
    reader.on("request", lambda request: asked.append(request.url))
    reader.goto((tmp_path / "course" / "index.html").as_uri())
    expect(reader.locator("h1")).to_have_text("办好一个开放的支部")
    reader.locator("ol a").first.click()
    while reader.locator("a[rel=next]").count():
        reader.locator("a[rel=next]").click()
    reader.locator(".kick a").click()
    expect(reader.locator("h1")).to_have_text("办好一个开放的支部")
    reader.close()

    assert [one for one in asked if not one.startswith("file://")] == []
    assert len(asked) > 30
