"""One served sample site and one browser for all browser tests of a worker."""

import pytest
from playwright.sync_api import expect

from tests.e2e.people import Visit
from tests.e2e.serving import chromium, served_demo

# As long as people of the tests wait for anything else: a busy machine is slow, not wrong.
expect.set_options(timeout=15_000)


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
