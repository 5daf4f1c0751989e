"""What browsers say of themselves, in words."""

import pytest

from accounts import devices
from core.i18n import in_language
from tests.accounts.conftest import PASSWORD

MOZILLA = "Mozilla/5.0"
KIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (f"{MOZILLA} (X11; Linux x86_64) {KIT} Chrome/141.0.0.0 Safari/537.36", "Chrome · Linux"),
        (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {KIT} Chrome/141.0 Safari/537.36 Edg/141.0", "Edge · Windows"),
        (f"{MOZILLA} (X11; Ubuntu; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox · Linux"),
        (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {KIT} Version/18.0 Safari/605.1.15", "Safari · macOS"),
        (f"{MOZILLA} (iPhone; CPU iPhone OS 18_0 like Mac OS X) {KIT} CriOS/141.0 Safari/604.1", "Chrome · iPhone"),
        (f"{MOZILLA} (iPad; CPU OS 18_0 like Mac OS X) {KIT} Version/18.0 Safari/604.1", "Safari · iPad"),
        (f"{MOZILLA} (Linux; Android 15) {KIT} Chrome/130.0 Mobile MicroMessenger/8.0", "WeChat · Android"),
        (f"{MOZILLA} (PlayStation 5)", "Unknown device"),
        ("curl/8.0", "Unknown device"),
        ("", "Unknown device"),
        ("Wget (Linux)", "Linux"),
    ],
)  # fmt: skip
def test_browser_and_system_are_named(app, agent, words):
    with app.test_request_context(), in_language("en"):
        assert devices.words(agent) == words


def test_list_shows_words_not_what_the_browser_sent(app, member, with_password):
    client = app.test_client()
    with_password(member)
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36"
    client.post("/account/sign-in", data={"name": "member", "password": PASSWORD}, headers={"User-Agent": agent})

    page = client.get("/account/sessions").text

    assert "Chrome · Linux" in page
    assert "Mozilla" not in page
    assert "/end" not in page  # The one in use is marked, and left by signing out.
