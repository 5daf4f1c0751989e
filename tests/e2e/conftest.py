"""One served sample site and one browser for all browser tests of a worker."""

import base64

import pytest
from playwright.sync_api import expect

from tests.e2e.people import PATIENCE_SECONDS, Visit
from tests.e2e.serving import chromium, served_demo

RECORD = """async () => {
  const canvas = document.createElement("canvas");
  canvas.width = 320; canvas.height = 180;
  const pen = canvas.getContext("2d");
  let number = 0;
  const draw = () => {
    pen.fillStyle = `hsl(${number * 7 % 360}, 60%, 40%)`;
    pen.fillRect(0, 0, 320, 180);
    pen.fillStyle = "#fff"; pen.font = "48px sans-serif"; pen.fillText(String(number++), 120, 100);
  };
  draw();
  const timer = setInterval(draw, 40);
  const recorder = new MediaRecorder(canvas.captureStream(25), {mimeType: "video/webm"});
  const parts = [];
  recorder.ondataavailable = event => parts.push(event.data);
  recorder.start(500);
  await new Promise(done => setTimeout(done, 8000));
  await new Promise(done => { recorder.onstop = done; recorder.stop(); });
  clearInterval(timer);
  const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
  return btoa(Array.from(bytes, byte => String.fromCharCode(byte)).join(""));
}"""

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


@pytest.fixture(scope="session")
def film(browser) -> bytes:
    """Eight seconds of a counter, recorded from a canvas."""
    page = browser.new_page()
    page.goto("data:text/html,<title>x</title>")
    recorded = base64.b64decode(page.evaluate(RECORD))
    page.close()
    return recorded


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
