"""The mail port: SMTP, or a file and the console in development, or memory in tests.

Mail leaves from outbox handlers only, so a failing server delays it and loses nothing.
"""

import logging
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from flask import current_app

from core.clock import utcnow

log = logging.getLogger(__name__)

TIMEOUT_SECONDS = 20


@dataclass(frozen=True, kw_only=True)
class Mail:
    """One message to one person; ``html`` is optional, ``text`` never."""

    to: str
    subject: str
    text: str
    html: str | None = None


class Mailer(Protocol):
    """A way to send mail."""

    def send(self, message: EmailMessage) -> None:
        """Send it, or raise."""


class SmtpMailer:
    """Sends through a server given as ``smtp://user:password@host:port`` or ``smtps://…``; TLS where offered."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.host = parts.hostname or "localhost"
        self.secure = parts.scheme == "smtps"
        self.port = parts.port or (465 if self.secure else 25)
        self.user = unquote(parts.username or "")
        self.password = unquote(parts.password or "")

    def _connect(self) -> smtplib.SMTP:
        if self.secure:
            return smtplib.SMTP_SSL(self.host, self.port, timeout=TIMEOUT_SECONDS, context=ssl.create_default_context())
        return smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)

    def send(self, message: EmailMessage) -> None:
        """Hand the message to the server.

        Raises:
            OSError, smtplib.SMTPException: the server did not take it.
        """
        with self._connect() as server:
            if not self.secure and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if self.user:
                server.login(self.user, self.password)
            server.send_message(message)


class FileMailer:
    """Keeps each message as a file and prints it: for development."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage) -> None:
        """Write the message into the folder."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{utcnow():%Y%m%dT%H%M%S}-{message['Message-ID'].strip('<>').split('@')[0]}.eml"
        path = self.folder / name
        path.write_bytes(message.as_bytes())
        body = message.get_body(("plain",))
        log.warning(
            "Mail kept in %s\nTo: %s\nSubject: %s\n\n%s",
            path,
            message["To"],
            message["Subject"],
            body.get_content() if body else "",
        )


class MemoryMailer:
    """Keeps messages in a list: for tests."""

    def __init__(self) -> None:
        self.sent: list[EmailMessage] = []

    def send(self, message: EmailMessage) -> None:
        """Keep the message."""
        self.sent.append(message)


def one_line(text: str) -> str:
    """Return text fit for a header: no line breaks or other controls."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def mailer_for(smtp_url: str, folder: Path) -> Mailer:
    """Choose the way by setting: a server when one is named, else files."""
    return SmtpMailer(smtp_url) if smtp_url else FileMailer(folder)


def send(mail: Mail) -> None:
    """Send one message from the site's address."""
    message = EmailMessage()
    message["From"] = one_line(current_app.config["MAIL_FROM"])
    message["To"] = one_line(mail.to)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = formatdate(utcnow().timestamp())
    message["Message-ID"] = make_msgid(domain=urlsplit(current_app.config["BASE_URL"]).hostname or "localhost")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    mailer: Mailer = current_app.extensions["mailer"]
    mailer.send(message)
