"""Takes the files out of Moodle XML and lets the texts name them by what they hold."""

import re
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote

from study.quiz.formats.enclosed import NOT_THERE, Enclosures, NotEnclosed, from_base64
from study.quiz.formats.items import ItemFault

if TYPE_CHECKING:
    from lxml.etree import _Element

_PACKED = re.compile(rb"(<(file|image_base64)\b[^<>]*>)([A-Za-z0-9+/=\s]{200,}+)(</\2\s*>)")
_ASIDE = re.compile(r"aside-(\d+)")
PLUGIN = "@@PLUGINFILE@@/"
_ADDRESS = re.compile(rf"{PLUGIN}([^\s\"'<>()\\#~}}]*)")


class MoodleFiles:
    """The files of one Moodle XML; what is packed in it is set aside, so that no parser has to hold it."""

    def __init__(self) -> None:
        self.enclosures = Enclosures()
        self._aside: list[bytes] = []

    def set_aside(self, data: bytes) -> bytes:
        """Return the XML with a mark in place of what each file holds."""

        def mark(found: re.Match[bytes]) -> bytes:
            self._aside.append(found[3])
            return found[1] + f"aside-{len(self._aside) - 1}".encode() + found[4]

        return _PACKED.sub(mark, data)

    def settle(self, question: "_Element") -> None:
        """Let the texts of a question name its files by what they hold."""
        for text in question.iter("text"):
            if text.text and (PLUGIN in text.text or ";base64," in text.text):
                text.text = self._settled(text)
        self._settle_old(question)

    def _settled(self, text: "_Element") -> str:
        """Return a text; the files stand beside it in the same element."""
        beside = text.getparent()
        files = {} if beside is None else {_path(file): file.text or "" for file in beside.iterchildren("file")}

        def named(found: re.Match[str]) -> str:
            path = unquote(unescape(found[1]).partition("?")[0])

            def read() -> bytes:
                if path not in files:
                    raise ItemFault(NOT_THERE)
                return self._unpacked(files[path])

            return self.enclosures.take(path.rsplit("/", 1)[-1], read)

        # Wherever it stands: gaps write pictures in a way of their own.
        return self.enclosures.settled(_ADDRESS.sub(named, text.text or ""), _nowhere)

    def _unpacked(self, packed: str) -> bytes:
        found = _ASIDE.fullmatch(packed.strip())
        place = int(found[1]) if found else len(self._aside)
        return from_base64(self._aside[place] if place < len(self._aside) else packed)

    def _settle_old(self, question: "_Element") -> None:
        """Put the one picture that old files have beside the text at its end."""
        name, packed = ((question.findtext(tag) or "").strip() for tag in ("image", "image_base64"))
        text = question.find("questiontext/text")
        if not packed or text is None:
            return
        address = self.enclosures.take(name or "image", lambda: self._unpacked(packed))
        is_markdown = question.find("questiontext[@format='markdown']") is not None
        shown = f"\n\n![]({address})" if is_markdown else f'<p><img src="{address}" alt=""></p>'
        text.text = (text.text or "") + shown
        # Words without a format are read as HTML wherever they hold any.
        if (plain := question.find("questiontext[@format='plain_text']")) is not None:
            plain.set("format", "moodle_auto_format")


def _path(file: "_Element") -> str:
    return f"{file.get('path', '/')}{file.get('name', '')}".lstrip("/")


def _nowhere(_address: str) -> bytes | None:
    """Say that an address is no file of these questions."""
    raise NotEnclosed
