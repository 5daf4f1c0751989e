"""Reads subtitles: SubRip (.srt), WebVTT (.vtt) and the plain form of video sites (.sbv).

WebVTT: https://www.w3.org/TR/webvtt1/. The other two have no specification; they are read as players read them.
"""

import html
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from core.text import normalise
from study.enums import ExtractionFault
from study.extraction.parts import Cue, Extracted, Unreadable, clean_page
from study.extraction.texts import decode

_CLOCK: Final = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})"
_SPAN: Final = re.compile(rf"^\s*{_CLOCK}\s*(?:-->|,)\s*{_CLOCK}(?:\s.*)?$")
_TAG: Final = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")


def parse_cues(source: str) -> tuple[Cue, ...]:
    """Return the cues of a subtitle file in their order; blocks without a time, such as notes, are left out."""
    found: list[Cue] = []
    for block in re.split(r"\n[ \t]*\n", normalise(source).strip("\n")):
        lines = block.split("\n")
        for index, line in enumerate(lines[:2]):  # A number or a name may stand before the time.
            if times := _SPAN.match(line):
                words = tuple(_words(lines[index + 1 :]))
                start, end = _milliseconds(*times.groups()[:4]), _milliseconds(*times.groups()[4:])
                if words and end >= start:
                    found.append(Cue(start, end, "\n".join(words)))
                break
    return tuple(found)


def _milliseconds(hours: str | None, minutes: str, seconds: str, fraction: str) -> int:
    return ((int(hours or 0) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(fraction.ljust(3, "0"))


def _words(lines: list[str]) -> Iterator[str]:
    for line in lines:
        words = " ".join(html.unescape(_TAG.sub("", line)).split())
        if words:
            yield words


def read_subtitles(path: Path) -> Extracted:
    """Return what is said, a line for each line of the subtitles; lines shown twice in a row stand once.

    Raises:
        Unreadable: it is no text, or there is no time in it.
    """
    cues = parse_cues(decode(path.read_bytes()))
    if not cues:
        raise Unreadable(ExtractionFault.BROKEN)
    return Extracted((clean_page("\n".join(line for _start, line in said_in(cues))),), cues=cues)


def said_in(cues: Iterable[Cue]) -> Iterator[tuple[int, str]]:
    """Yield each line that is said and when it begins, in milliseconds."""
    shown: frozenset[str] = frozenset()
    for cue in cues:
        lines = cue.text.split("\n")
        # Automatic captions roll: each cue repeats the line above.
        for line in lines:
            if line not in shown:
                yield cue.start, line
        shown = frozenset(lines)
