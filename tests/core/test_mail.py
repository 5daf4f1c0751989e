"""Mail: a real SMTP exchange, and headers that cannot be forged."""

import pytest
from aiosmtpd.controller import Controller

from core.mail import FileMailer, Mail, SmtpMailer, one_line, send
from tests.databases import free_port


class Postbox:
    """An SMTP server's handler that keeps what it is given."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, list[str], bytes]] = []

    async def handle_DATA(self, _server, _session, envelope) -> str:  # noqa: N802 -- the library's name
        self.letters.append((envelope.mail_from, envelope.rcpt_tos, envelope.content))
        return "250 OK"


@pytest.fixture
def server():
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller.port
    controller.stop()


def test_a_letter_reaches_a_real_server(app, server):
    box, port = server
    before = app.extensions["mailer"]
    app.extensions["mailer"] = SmtpMailer(f"smtp://127.0.0.1:{port}")
    try:
        send(Mail(to="wang@example.org", subject="会议通知", text="周六下午两点。"))
    finally:
        app.extensions["mailer"] = before

    sender, recipients, content = box.letters[0]
    assert (sender, recipients) == ("xuetan@xuetan.test", ["wang@example.org"])
    assert b"Auto-Submitted: auto-generated" in content


def test_line_breaks_in_a_subject_become_blanks(app, mailbox):
    send(Mail(to="a@example.org", subject="Hello\r\nBcc: everybody@example.org\u2028x", text="."))
    assert mailbox[0]["Subject"] == "Hello Bcc: everybody@example.org x"
    assert mailbox[0]["Bcc"] is None


def test_in_development_a_letter_is_kept_as_a_file(app, tmp_path):
    before = app.extensions["mailer"]
    app.extensions["mailer"] = FileMailer(tmp_path / "mail")
    try:
        send(Mail(to="a@example.org", subject="Link", text="https://example.org/x"))
    finally:
        app.extensions["mailer"] = before
    assert b"https://example.org/x" in next((tmp_path / "mail").iterdir()).read_bytes()


def test_one_line_drops_controls():
    assert one_line("a\x00b\tc  d\n") == "a b c d"
