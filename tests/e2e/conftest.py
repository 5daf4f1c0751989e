"""One served sample site and one browser for all browser tests of a worker."""

import pytest
from playwright.sync_api import expect

from tests.e2e.people import PATIENCE_SECONDS, Visit
from tests.e2e.serving import chromium, served_demo

expect.set_options(timeout=PATIENCE_SECONDS * 1000)


def pytest_collection_modifyitems(items):
    """Everything in this folder needs a browser."""
    for item in items:
        if "/e2e/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def served(try_scripts):
    """The sample site, served as ``xuetan run`` serves it, with scripts if they can be built."""
    with served_demo() as site:
        yield site


@pytest.fixture(scope="session")
def browser():
    """Chromium."""
    with chromium() as found:
        yield found


@pytest.fixture
def visit(served, browser):
    """Return ``visit(width=…, scripts=…, …) -> Visit``: somebody in front of a screen; all leave when the test ends."""
    visits = []

    def begin(**wishes) -> Visit:
        visits.append(Visit(served, browser, **wishes))
        return visits[-1]

    yield begin
    for one in visits:
        one.end()
