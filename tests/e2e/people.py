"""Somebody in front of a screen: opens pages, signs in and up, reads the mail."""

import email
import re
import time
from email.policy import default
from itertools import count

from playwright.sync_api import Browser, Locator, Page, Response, expect

from app.sample.loader import PASSWORD, ROLES
from tests.e2e.serving import Served

PATIENCE_SECONDS = 60
"""How long anything is waited for: a busy machine is slow, not wrong."""

HEIGHTS = {320: 640, 390: 844, 1280: 900}
NEW_PASSWORD = "a sentence nobody guesses"

_numbers = count(1)


class Visit:
    """One browser window with its own cookies. Notes what went wrong on its pages."""

    def __init__(
        self,
        site: Served,
        browser: Browser,
        *,
        width: int = 1280,
        scripts: bool = True,
        language: str = "zh-Hans",
        theme: str = "light",
    ) -> None:
        self.site = site
        self.context = browser.new_context(
            base_url=site.base,
            viewport={"width": width, "height": HEIGHTS[width]},
            java_script_enabled=scripts,
            color_scheme=theme,
        )
        self.context.set_default_timeout(PATIENCE_SECONDS * 1000)
        self.context.add_cookies([{"name": "lang", "value": language, "url": site.base}])
        self.faults: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("response", self._note)

    def _note(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} {response.url}")

    def end(self) -> None:
        """Close the window; what broke meanwhile fails the test."""
        self.context.close()
        assert self.faults == []

    def open(self, path: str) -> Page:
        """Open a page of the site."""
        self.page.goto(path)
        return self.page

    def open_until(self, path: str, rows: Locator, number: int = 1) -> Page:
        """Open a page again and again until it has so many of the rows: some things follow within moments."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        self.open(path)
        while rows.count() != number and time.monotonic() < deadline:
            self.page.wait_for_timeout(250)
            self.open(path)
        expect(rows).to_have_count(number)
        return self.page

    def press(self, words: str) -> None:
        """Press the one button of the page's main part that says this."""
        self.page.locator("main").get_by_role("button", name=words, exact=True).click()

    def follow(self, words: str) -> None:
        """Follow a link of the page's main part."""
        self.page.locator("main").get_by_role("link", name=words).first.click()

    def sees(self, words: str) -> None:
        """Expect words in the page's main part or beside it."""
        expect(self.page.locator("body")).to_contain_text(words)

    def sees_not(self, words: str) -> None:
        """Expect words nowhere on the page."""
        expect(self.page.locator("body")).not_to_contain_text(words)

    def path(self) -> str:
        """Return the path of the page that is open."""
        return self.page.url.removeprefix(self.site.base)

    def sign_in(self, username: str, password: str = PASSWORD) -> "Visit":
        """Sign in through the page."""
        self.open("/account/sign-in")
        self.page.fill("input[name=name]", username)
        self.page.fill("input[name=password]", password)
        self.page.locator("main form .btn.main").click()
        expect(self.page.locator("header a[href='/inbox']")).to_be_visible()
        return self

    def sign_in_as(self, role: str) -> "Visit":
        """Sign in as the sample person who holds a role."""
        return self.sign_in(ROLES[role])

    def sign_out(self) -> None:
        """Sign out through the page."""
        self.open("/account/")
        self.page.locator("form[action='/account/sign-out'] button").click()

    def sign_up(self) -> str:
        """Join as a new person, confirm by mail, and return the user name. Does not sign in."""
        username = f"guest{next(_numbers)}x{time.time_ns() % 1_000_000}"
        address = f"{username}@example.org"
        page = self.open("/account/sign-up")
        page.fill("input[name=display_name]", f"Guest {username}")
        page.fill("input[name=username]", username)
        page.fill("input[name=email]", address)
        page.fill("input[name=password]", NEW_PASSWORD)
        # The last branch of the list: who joins one of the first ones is asked to study a course, and takes it at once.
        last = page.locator("select[name=branch] option").last
        page.select_option("select[name=branch]", last.get_attribute("value"))
        page.locator("main form .btn.main").click()
        page.goto(self.mailed_link(address))
        page.locator("main form .btn.main").click()
        return username

    def mailed_link(self, address: str, after: int = 0) -> str:
        """Wait for a mail to an address, the ``after``-th so far left out, and return the link in it."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = self._mails_to(address)
            if len(found) > after:
                return re.search(r"https?://\S+", found[-1])[0]
            time.sleep(0.1)
        raise AssertionError(f"No mail came to {address}.")

    def _mails_to(self, address: str) -> list[str]:
        letters = []
        for path in sorted((self.site.data / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
            letter = email.message_from_bytes(path.read_bytes(), policy=default)
            if letter["To"] == address:
                letters.append(letter.get_content())
        return letters


def press_on_paper(page, how: str) -> None:
    """Press a button of a paper and wait for its answer: with scripts the form leaves once all changes are kept."""
    with page.expect_navigation():
        page.locator(f"main button.btn[name=go][value={how}]").click()


def choose(page, select: str, words: str) -> None:
    """Choose what begins with these words; its type or place may follow."""
    found = page.locator(f"{select} option", has_text=re.compile(rf"^\s*{re.escape(words)}")).first
    page.select_option(select, found.get_attribute("value"))


def until(page: Page, words: str, of: str = "video") -> None:
    """Wait until something holds of the film; the page's own rules forbid the waiting of the library."""
    for _time in range(10 * PATIENCE_SECONDS):
        if page.evaluate(f"document.querySelector('{of}')?.{words}"):
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{words} did not come true")
