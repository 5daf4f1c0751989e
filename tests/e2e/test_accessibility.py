"""Every kind of page against axe-core's rules, in both languages, light and dark, on phone and desk."""

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.e2e.people import HEIGHTS, NEW_PASSWORD, press_on_paper

LANGUAGES = ("zh-Hans", "en")
# Style sheets are fetched anew for no rule that is on, so only what plays is looked into beforehand.
ALL = {"resultTypes": ["violations"], "preload": {"assets": ["media"]}}
CONTRAST = {**ALL, "runOnly": ["color-contrast"]}
# Colours do not move anything: in the dark only contrast can differ. Between the two languages every page is looked at
# on both screens in both lights.
LOOKS = {
    "zh-Hans": ((1280, "light", ALL), (390, "dark", CONTRAST)),
    "en": ((390, "light", ALL), (1280, "dark", CONTRAST)),
}
RUN = """options => axe.run(options).then(
    found => found.violations.flatMap(one => one.nodes.map(node => one.id + ": " + node.html.slice(0, 160))))"""

START = {
    "visitor": ("/", "/search?q=会费", "/search?q=zzzzzz", "/account/reset"),
    "member": ("/", "/inbox", "/account/", "/study/progress", "/branches/"),
    "administrator": (
        "/",
        "/admin/",
        "/study/manage/",
        "/study/reports/",
        "/moderation/queue",
        "/account/applications",
    ),
}
"""Where each reader begins; from there every link is followed, one for each kind of page."""

OF_OFFICES = {
    "moderator": ("/moderation/queue",),
    "instructor": ("/study/manage/", "/study/manage/courses/open-branch"),
    "officer": (
        "/study/reports/",
        "/study/reports/lakeside?course=open-branch",
        "/study/reports/lakeside/quarter",
        "/study/assigned/",
        "/study/assigned/new",
        "/study/assigned/1",
        "/study/assigned/1/edit",
        "/account/applications",
    ),
}

NAMED = re.compile(r"(?<=/)(boards|certificates|courses|members|branches|reports|people)/[^/?]+")
LEFT_OUT = re.compile(r"/file|\.(csv|pdf|docx|zip|epub|xlsx)|/certificates/[^/]+/(pdf|badge)|/static/|download|/export")


def kind_of(path: str) -> str:
    """Return what pages of one kind share: the path without numbers and names, and the names of what is asked."""
    parts = urlsplit(path)
    asked = "&".join(sorted(name for name, _value in parse_qsl(parts.query, keep_blank_values=True)))
    return re.sub(r"\d+", "0", NAMED.sub(r"\1/x", parts.path)) + ("?" + asked if asked else "")


def faults_here(page, path: str) -> list[str]:
    """Return what axe-core finds wrong on the open page, in the light and in the dark."""
    if page.evaluate("typeof axe") == "undefined":  # Pages of other tests do not bring it along.
        page.evaluate(Axe().axe_script)
    faults = []
    for width, theme, options in LOOKS[page.locator("html").get_attribute("lang")]:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        page.emulate_media(color_scheme=theme)
        faults += [f"{path} at {width} px, {theme}: {fault}" for fault in page.evaluate(RUN, options)]
    return faults


def faults_from(page, start: tuple[str, ...]) -> list[str]:
    """Follow the links of the site, one for each kind of page, and return dead ends and what axe-core finds."""
    waiting, seen, faults = list(start), {kind_of(path) for path in start}, []
    while waiting:
        path = waiting.pop(0)
        answer = page.goto(path)
        if answer.status != 200:
            faults.append(f"{path}: {answer.status}")
            continue
        if "text/html" not in answer.headers["content-type"]:  # A feed, say, is nothing for axe-core.
            continue
        faults += faults_here(page, path)
        for link in page.locator("a[href^='/']").evaluate_all("all => all.map(one => one.getAttribute('href'))"):
            target = link.split("#")[0]
            if kind_of(target) not in seen and not LEFT_OUT.search(target):
                seen.add(kind_of(target))
                waiting.append(target)
    return faults


@pytest.fixture
def visit(visit):
    """Return ``visit(…) -> Visit`` as everywhere; every page brings axe-core along, which is quicker."""
    script = Axe().axe_script

    def begin(**wishes):
        found = visit(**wishes)
        found.context.add_init_script(script)
        return found

    return begin


@pytest.fixture(params=LANGUAGES)
def look(request) -> dict:
    """The language of the pages."""
    return {"language": request.param}


def test_faults_that_are_planted_are_found(visit, look):
    page = visit(**look).open("/nowhere")
    page.evaluate("""() => { const main = document.querySelector("main"), grey = document.createElement("p");
        main.append(new Image(), grey); grey.textContent = "grey";
        grey.style.color = "#999"; grey.style.backgroundColor = "#aaa"; }""")
    found = [re.sub(r"^.* px, | <.*$", "", fault) for fault in faults_here(page, "/nowhere")]

    assert found == ["light: color-contrast:", "light: image-alt:", "dark: color-contrast:"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("reader", "language"),
    # What members and staff share is looked at in both languages; to go everywhere twice would take minutes.
    [("administrator", "en"), ("member", "zh-Hans"), ("visitor", "en"), ("visitor", "zh-Hans")],
)
def test_every_kind_of_page_passes(visit, reader, language):
    visitor = visit(language=language)
    if reader != "visitor":
        visitor.sign_in_as(reader)

    assert faults_from(visitor.page, START[reader]) == []


@pytest.mark.parametrize("role", OF_OFFICES)
def test_pages_of_an_office_pass(visit, look, role):
    page = visit(**look).sign_in_as(role).page
    faults = []
    for path in OF_OFFICES[role]:
        page.goto(path)
        faults += faults_here(page, path)

    assert faults == []


def test_pages_that_say_no_pass(visit, look):
    """What is not found, what is not allowed, and forms with faults."""
    guest, member = visit(**look), visit(**look).sign_in_as("member")
    faults = faults_here(guest.open("/nowhere"), "/nowhere")
    faults += faults_here(member.open("/admin/"), "/admin/ as a member")
    for who, path, button in (
        (guest, "/account/sign-in", "main form .btn.main"),
        (guest, "/account/sign-up", "main form .btn.main"),
        (member, "/forum/boards/general/new", "form.composer .btn.main"),
    ):
        page = who.open(path)
        page.locator("main form").evaluate_all("all => all.forEach(one => { one.noValidate = true; })")
        page.locator(button).click()
        page.locator(".errsum").wait_for()
        faults += faults_here(page, f"{path} with faults")

    assert faults == []


def test_a_quiz_and_its_result_pass(visit, look):
    member = visit(**look)
    member.sign_in(member.sign_up(), NEW_PASSWORD)
    page = member.open("/study/courses/open-branch")
    page.locator("main form[action$='/enrol'] button").click()
    page.goto("/study/quizzes/1")
    page.locator("main .head form button").first.click()
    page.wait_for_url("**/study/attempts/*")
    faults = faults_here(page, "paper")
    while page.locator("button[name=go][value=on]").count():
        press_on_paper(page, "on")
    press_on_paper(page, "end")
    faults += faults_here(page, "paper with open questions")
    with page.expect_navigation():
        page.locator("form.note button").click()
    faults += faults_here(page, "result")

    assert faults == []


@pytest.mark.parametrize("width", [320, 390])
def test_nothing_is_wider_than_a_phone(visit, width):
    guest, member = visit(width=width), visit(width=width).sign_in_as("member")
    wide = [
        path
        for who, paths in ((guest, WIDE_FOR_GUESTS), (member, WIDE_FOR_MEMBERS))
        for path in paths
        if who.open(path).evaluate("document.documentElement.scrollWidth") > width
    ]

    assert wide == []


WIDE_FOR_GUESTS = ("/", "/forum/", "/forum/boards/general", "/forum/threads/1", "/study/", "/study/courses/open-branch",
                   "/study/lessons/1", "/search?q=会费", "/account/sign-up", "/moderation/log")  # fmt: skip
WIDE_FOR_MEMBERS = ("/", "/inbox", "/study/progress", "/study/quizzes/1", "/forum/boards/general/new", "/account/")
