"""Atom documents (RFC 4287) from rows: strings in, one string out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

MEDIA_TYPE: Final = "application/atom+xml"

# What XML 1.0 cannot hold, escaped or not.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OWN: Final = re.compile(r'(<(?:a|img)\b[^>]*? (?:href|src)=")(/(?!/)|#)')


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that was published."""

    address: str
    title: str
    author: str
    html: str
    language: str
    published: datetime
    updated: datetime
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class Feed:
    """What a feed says of itself. ``address`` is where it is read, ``page`` what a person would open."""

    title: str
    address: str
    page: str
    name: str
    """What stays the same wherever the feed is read: its id. It holds no secret."""
    updated: datetime
    entries: Sequence[Entry]
    language: str


def to_atom(feed: Feed, base: str) -> str:
    """Return the document; links within texts begin with the address of the site."""
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang={_quoted(feed.language)} xml:base={_quoted(base + "/")}>'
        f"<id>{_text(feed.name)}</id><title>{_text(feed.title)}</title><updated>{_moment(feed.updated)}</updated>"
        f'<link rel="self" type="{MEDIA_TYPE}" href={_quoted(feed.address)}/>'
        f'<link rel="alternate" type="text/html" href={_quoted(feed.page)}/>'
        "<generator>Xuetan</generator>"
    ]
    parts += [_entry(entry, base) for entry in feed.entries]
    return _NO_XML.sub("", "\n".join([*parts, "</feed>\n"]))


def _entry(entry: Entry, base: str) -> str:
    language = f" xml:lang={_quoted(entry.language)}" if entry.language != "und" else ""
    category = f"<category term={_quoted(entry.category)}/>" if entry.category else ""
    return (
        f"<entry{language}><id>{_text(entry.address)}</id><title>{_text(entry.title)}</title>"
        f'<link rel="alternate" type="text/html" href={_quoted(entry.address)}/>'
        f"<author><name>{_text(entry.author)}</name></author>"
        f"<published>{_moment(entry.published)}</published><updated>{_moment(entry.updated)}</updated>{category}"
        f'<content type="html">{_text(_absolute(entry.html, base, entry.address))}</content></entry>'
    )


def _absolute(html: str, base: str, here: str) -> str:
    return _OWN.sub(lambda found: found[1] + (f"{base}/" if found[2] == "/" else f"{here}#"), html)


def _text(words: Any) -> str:
    return escape(str(words))


def _quoted(words: Any) -> str:
    return quoteattr(_NO_XML.sub("", str(words)))


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
