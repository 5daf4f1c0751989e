"""``make shots``: screenshots of every kind of page, by role, width, theme and language."""

import sys
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from tests.e2e.serving import chromium, served_demo

WIDTHS = {390: 844, 1280: 900}
LANGUAGES = ("zh-Hans", "en")
THEMES = ("light", "dark")

PAGES: dict[str, tuple[str, ...]] = {
    "": ("/", "/forum/", "/forum/boards/general", "/forum/threads/1", "/study/", "/study/courses/open-branch",
         "/study/lessons/1", "/search", "/search?q=账目", "/search?q=zzzzzz", "/account/sign-in", "/account/sign-up",
         "/account/reset", "/moderation/log", "/nowhere"),
    "member": ("/", "/forum/", "/forum/new", "/forum/boards/general", "/forum/boards/general/new", "/forum/threads/1",
               "/study/", "/study/courses/open-branch", "/study/lessons/1", "/study/lessons/2", "/study/quizzes/1",
               "/study/progress", "/inbox", "/account/", "/account/settings", "/account/sessions", "/branches/",
               "/members/liwen", "/study/materials/1"),
    "instructor": ("/study/manage/", "/study/manage/courses/open-branch", "/study/manage/courses/open-branch/banks"),
    "moderator": ("/moderation/queue", "/forum/threads/1"),
    "officer": ("/study/reports/", "/account/applications"),
    "administrator": ("/admin/", "/admin/people", "/admin/branches"),
}  # fmt: skip


def sign_in(context: BrowserContext, base: str, username: str, password: str) -> None:
    """Sign a browser in through the page."""
    page = context.new_page()
    page.goto(base + "/account/sign-in")
    page.fill("input[name=name]", username)
    page.fill("input[name=password]", password)
    page.click("main button.main")
    page.wait_for_load_state()
    page.close()


def shoot(browser: Browser, base: str, role: str, account: tuple[str, str] | None, folder: Path) -> None:
    """Take all pictures of one role."""
    for width, language, theme in product(WIDTHS, LANGUAGES, THEMES):
        context = browser.new_context(viewport={"width": width, "height": WIDTHS[width]}, color_scheme=theme)
        context.add_cookies([{"name": "lang", "value": language, "url": base}])
        if account:
            sign_in(context, base, *account)
        page = context.new_page()
        for path in PAGES[role]:
            page.goto(base + path)
            name = f"{role or 'visitor'}{path.replace('/', '_').replace('?', '_')}-{language[:2]}-{width}-{theme}.png"
            page.screenshot(path=folder / name, full_page=True)
        context.close()


def main() -> None:
    """Write pictures into the folder named on the command line."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    from app.sample.loader import PASSWORD, ROLES

    with served_demo() as site, chromium() as browser:
        for role in PAGES:
            account = (ROLES[role], PASSWORD) if role else None
            shoot(browser, site.base, role, account, folder)


if __name__ == "__main__":
    main()
