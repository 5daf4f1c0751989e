"""The passages of a lesson, each with a way to the threads about it."""

from collections import Counter
from collections.abc import Callable, Iterable

from markupsafe import escape

from core import passages
from core.documents import Place
from core.faces import Faces
from core.i18n import _
from core.passages import Passage

_CLOSED_INSIDE = frozenset({"p", "h2", "h3", "h4", "h5", "h6"})
"""Blocks of one line of text: the way to the threads stands at its end."""


def passages_of(html: Faces) -> list[Passage]:
    """Return the passages of a lesson in all its languages."""
    return [one for face in (html.zh, html.en) if face for one in passages.passages_of(face)]


def with_discussions(html: str, places: Iterable[Place], address: Callable[[str], str]) -> str:
    """Return the HTML of a lesson with a link after each passage that leads to the threads about it.

    Args:
        html: as it was rendered, with anchors.
        places: on which passages threads hang; one that has changed since counts for what it is now.
        address: gives the address for the mark of a passage.
    """
    blocks = list(passages.blocks_of(html))
    counts = _counts([block.passage for block in blocks], places)
    words, pieces, done = escape(_("Discuss")), [], 0
    for passage, tag, end in blocks:
        number = counts[passage.mark]
        shown = f"{words} <b>{number}</b>" if number else words
        link = f'<a class="talk{" on" if number else ""}" href="{escape(address(passage.mark))}">{shown}</a>'
        closing = f"</{tag}>"
        if tag in _CLOSED_INSIDE and html.endswith(closing, done, end):
            pieces += [html[done : end - len(closing)], " ", link, closing]
        else:
            pieces += [html[done:end], f'\n<p class="talks">{link}</p>']
        done = end
    return "".join([*pieces, html[done:]])


def _counts(found: list[Passage], places: Iterable[Place]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for place in places:
        if now := passages.find_again(found, place.mark, place.quote):
            counts[now.mark] += place.threads
    return counts
