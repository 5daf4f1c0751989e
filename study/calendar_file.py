"""Writes calendars as RFC 5545 asks: CRLF, lines of at most 75 octets, escaped text, moments in UTC."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

MEDIA_TYPE = "text/calendar"
LINE_OCTETS = 75


@dataclass(frozen=True, kw_only=True)
class CalendarEvent:
    """One moment or day in a calendar. ``uid`` stays the same whenever the file is fetched."""

    uid: str
    at: datetime | date
    """A date without a time is the whole of that day."""
    stamp: datetime
    title: str
    text: str
    url: str
    minutes: int = 0
    """How long it takes; 0 for a moment."""
    remind_before: str = ""
    """A duration such as ``P1D``; empty for no reminder."""


def write_calendar(name: str, language: str, events: Iterable[CalendarEvent]) -> str:
    """Return a whole calendar."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Xuetan//Study//" + language.upper(),
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        *(line for event in events for line in _event(event)),
        "END:VCALENDAR",
    ]
    return "".join(part + "\r\n" for line in lines for part in _folded(line))


def _event(event: CalendarEvent) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_moment(event.stamp)}"
    yield f"DTSTART:{_moment(event.at)}" if isinstance(event.at, datetime) else f"DTSTART;VALUE=DATE:{event.at:%Y%m%d}"
    if event.minutes:
        yield f"DURATION:PT{event.minutes}M"
    yield f"SUMMARY:{_escaped(event.title)}"
    if event.text:
        yield f"DESCRIPTION:{_escaped(event.text)}"
    yield f"URL:{event.url}"
    yield "TRANSP:TRANSPARENT"
    if event.remind_before:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(event.title)}")
        yield from (f"TRIGGER:-{event.remind_before}", "END:VALARM")
    yield "END:VEVENT"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Yield the parts of a line: later ones begin with a blank, and no character is cut in two."""
    part, size = "", 0
    for sign in line:
        octets = len(sign.encode("utf-8", "replace"))
        if size + octets > LINE_OCTETS:
            yield part
            part, size = " ", 1
        part += sign
        size += octets
    yield part
