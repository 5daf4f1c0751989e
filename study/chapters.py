"""Moments of a film in words: ``1:23``, the chapters an author types a line each, and subtitles as WebVTT."""

import html
import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from study.extraction.parts import Cue

TITLE_MAX: Final = 200
CHAPTERS_MAX: Final = 300
HOURS_MAX: Final = 48

_LINE: Final = re.compile(r"^(?:(\d{1,2}):)?(\d{1,3}):([0-5]\d)(?:[.,]\d+)?[\s\-–—.:：、]+(\S.*)$")


class Chapter(NamedTuple):
    """From which second on a part of a film is about what."""

    second: int
    title: str


class NotAChapter(ValueError):
    """A line that is none; carries its number and what stands there."""

    def __init__(self, number: int, line: str) -> None:
        super().__init__(line)
        self.number = number
        self.line = line


def parse_chapters(text: str) -> list[Chapter]:
    """Return the chapters, one a line, in the order of time; blank lines are nothing.

    Raises:
        NotAChapter: a line has no time or no title, or its second is taken.
    """
    found: dict[int, Chapter] = {}
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line:
            continue
        match = _LINE.match(line)
        second = _second(match) if match else -1
        if match is None or second in found or len(match[4]) > TITLE_MAX or len(found) >= CHAPTERS_MAX:
            raise NotAChapter(number, line)
        found[second] = Chapter(second, " ".join(match[4].split()))
    return [found[second] for second in sorted(found)]


def _second(match: re.Match[str]) -> int:
    hours, minutes, seconds = int(match[1] or 0), int(match[2]), int(match[3])
    return (hours * 60 + minutes) * 60 + seconds


def chapters_text(chapters: Iterable[Sequence[object]]) -> str:
    """Return chapters as an author types them."""
    return "\n".join(f"{clock(int(str(second)))} {title}" for second, title in chapters)


def clock(seconds: int) -> str:
    """Return a moment as players show it: ``1:23`` or ``1:02:03``."""
    minutes, rest = divmod(max(0, seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def as_webvtt(cues: Iterable[Cue]) -> str:
    """Return cues as a WebVTT file, their words escaped."""
    blocks = [
        f"{_stamp(cue.start)} --> {_stamp(max(cue.end, cue.start + 1))}\n{html.escape(cue.text, quote=False)}\n"
        for cue in cues
    ]
    return "\n".join(["WEBVTT\n", *blocks])


def _stamp(milliseconds: int) -> str:
    seconds, fraction = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{fraction:03}"


def chapter_cues(chapters: Sequence[Chapter], length_ms: int) -> list[Cue]:
    """Return chapters as cues, each up to the next."""
    if not chapters:
        return []
    ends = [chapter.second * 1000 for chapter in chapters[1:]]
    last = max(length_ms, chapters[-1].second * 1000 + 1000)
    return [
        Cue(chapter.second * 1000, end, chapter.title) for chapter, end in zip(chapters, [*ends, last], strict=True)
    ]
