"""Writes pictures into packages of QTI: where they lie, and how items show them."""

import re
from html import escape, unescape

from study.quiz.formats.entries import Entry, Shown

FOLDER = "media/"
_LINKED = re.compile(r"<a class=\"pic\" href=\"[^\"]*\">(<img [^<>]*>)</a>")
_PICTURE = re.compile(r"<img ([^<>]*)>")
_PLAYED = re.compile(r"<audio ([^<>]*)></audio> <a class=\"file\" [^<>]*>[^<>]*</a> \([^()<>]*\)")
_SAID = re.compile(r"\b(src|alt|title)=\"([^\"]*)\"")
_FIGURE = re.compile(r"(</?)figure>")


def place_of(picture: Shown) -> str:
    """Return where a picture lies, seen from an item."""
    return f"../{FOLDER}{picture.name}"


def plain_pictures(entry: Entry, html: str) -> str:
    """Return rendered HTML that shows pictures as they are, without links, small forms or figures.

    Recordings are objects, whose words say what they are.
    """
    if not entry.pictures:
        return html

    def shown(found: re.Match[str]) -> str:
        said = {name: unescape(value) for name, value in _SAID.findall(found[1])}
        address = entry.moved(said.get("src", "").removesuffix("/thumbnail"), place_of)
        return f'<img src="{escape(address)}" alt="{escape(said.get("alt", ""))}">'

    def played(found: re.Match[str]) -> str:
        said = {name: unescape(value) for name, value in _SAID.findall(found[1])}
        picture = entry.pictures.get(said.get("src", ""))
        if picture is None:
            return found[0]
        words = escape(said.get("title", ""), quote=False)
        return f'<object data="{escape(place_of(picture))}" type="{picture.media_type}">{words}</object>'

    html = _PLAYED.sub(played, html)
    return _FIGURE.sub(r"\1div>", _PICTURE.sub(shown, _LINKED.sub(r"\1", html)))
