"""First views stay light: they come over slow links to cheap phones."""

import gzip
import re
from urllib.parse import urljoin

import pytest

PAGES = ("/", "/forum/", "/forum/boards/general", "/study/", "/study/courses/open-branch", "/search",
         "/account/sign-in", "/account/sign-up", "/moderation/log")  # fmt: skip
LIMIT = 14 * 1024
THREAD_LIMIT = 30 * 1024
SCRIPTS_LIMIT = 15 * 1024
WRITING_SCRIPTS_LIMIT = 30 * 1024
REQUESTS = 4


def packed(answer) -> int:
    """Return how many bytes a body takes on the way; the client unpacks it, so it is packed again as the site does."""
    return len(gzip.compress(answer.body(), 5 if "html" in answer.headers["content-type"] else 9))


def weigh(page, path: str) -> int:
    """Return the bytes of a page and its style sheets."""
    html = page.request.get(path)
    assert html.headers["content-encoding"] == "gzip"
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', html.text())
    answers = [page.request.get(urljoin(html.url, sheet)) for sheet in sheets]
    assert [answer.headers["content-encoding"] for answer in answers] == ["gzip"] * len(answers)
    return packed(html) + sum(map(packed, answers))


def scripts_of(page, path: str) -> int:
    """Return the bytes of the scripts of a page, each of which must wait for the page and come packed."""
    html = page.request.get(path)
    # What tells search machines of a thread is data in a script element, and nothing that runs.
    loaded = re.findall(r'<script\b(?! type="application/ld\+json")[^>]*>', html.text())
    assert [
        element for element in loaded if not re.fullmatch(r'<script src="/static/dist/[^"]+" defer>', element)
    ] == []
    answers = [page.request.get(urljoin(html.url, re.search('src="([^"]+)"', element)[1])) for element in loaded]
    assert [answer.headers["content-encoding"] for answer in answers] == ["gzip"] * len(answers)
    return sum(map(packed, answers))


@pytest.mark.scripts
@pytest.mark.parametrize("path", [*PAGES, "/forum/threads/1", "/help/keys"])
def test_scripts_of_reading_pages_are_light(visit, path):
    assert 0 < scripts_of(visit().page, path) <= SCRIPTS_LIMIT


@pytest.mark.scripts
@pytest.mark.parametrize("path", ["/forum/threads/1", "/forum/boards/general/new", "/forum/posts/1/reply"])
def test_scripts_of_writing_pages_are_light(visit, path):
    assert 0 < scripts_of(visit().sign_in_as("member").page, path) <= WRITING_SCRIPTS_LIMIT


@pytest.mark.parametrize("path", PAGES)
def test_a_first_view_weighs_little(visit, path):
    assert weigh(visit().page, path) <= LIMIT


def test_a_thread_weighs_little(visit):
    guest = visit()
    page = guest.open("/forum/boards/general")
    threads = {link.get_attribute("href") for link in page.locator("main .ledger h3 a").all()}

    assert {path: size for path in threads if (size := weigh(page, path)) > THREAD_LIMIT} == {}


@pytest.mark.parametrize("path", [*PAGES, "/forum/threads/1"])
def test_a_first_view_takes_few_requests(visit, path):
    guest = visit()
    requests = []
    guest.page.on("request", lambda request: requests.append(request.url))

    guest.page.goto(path, wait_until="networkidle")

    assert len(requests) <= REQUESTS, requests


@pytest.mark.parametrize("path", PAGES)
def test_a_first_view_needs_no_script(visit, path):
    """The same words and controls stand there whether scripts run or not, apart from what a script adds."""
    plain, scripted = visit(scripts=False), visit(scripts=True)
    without, with_scripts = "", "-"

    # Others write at the same time and minutes pass: two looks at one moment agree, if not the first then a later pair.
    for _look in range(4):
        without = plain.open(path).locator("main").inner_text()
        with_scripts = scripted.open(path).locator("main").inner_text()
        if without.split() == with_scripts.split():
            break

    assert without.split() == with_scripts.split()
