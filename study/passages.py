"""The passages of a lesson, each with a way to the threads about it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup, escape

from core import passages
from core.documents import Place
from core.faces import Faces
from core.i18n import _
from core.passages import Passage
from study import annotating
from study.annotating import Address, Placed

_CLOSED_INSIDE = frozenset({"p", "h2", "h3", "h4", "h5", "h6"})
"""Blocks of one line of text: the way to the threads stands at its end."""


def passages_of(html: Faces) -> list[Passage]:
    """Return the passages of a lesson in all its languages."""
    return [one for face in (html.zh, html.en) if face for one in passages.passages_of(face)]


def in_both_languages(html: Faces, passage: Passage) -> Faces:
    """Return the words of a passage of a lesson in each language, where its faces say the same passage by passage."""
    zh, en = (passages.passages_of(face) for face in (html.zh, html.en))
    pairs = zip(zh, en, strict=True) if len(zh) == len(en) else ()
    found = (Faces(zh=one.quote, en=other.quote) for one, other in pairs if passage.mark in (one.mark, other.mark))
    return next(found, Faces(passage.quote))


def document_passages(parts: Iterable[str]) -> list[Passage]:
    """Return the passages of a document, each with the part on which it stands."""
    return numbered_passages(enumerate(parts, start=1))


def numbered_passages(parts: Iterable[tuple[int, str]]) -> list[Passage]:
    """Return the passages of some parts of a document, given with their numbers."""
    return [one._replace(page=number) for number, part in parts for one in passages.passages_of(part)]


PAGE = "page"
"""What stands before its number in the mark of a page."""


def page_passages(pages: Iterable[str]) -> list[Passage]:
    """Return the pages of a document that is shown by its words: each is one passage, named by its number."""
    return [
        Passage(f"{PAGE}{number}", " ".join(page.split()), f"page-{number}", is_lasting=True, page=number)
        for number, page in enumerate(pages, start=1)
    ]


def page_ways(
    shown: Iterable[int], threads: Mapping[int, int], talk: Address, notes: Placed, note: Address
) -> dict[int, Markup]:
    """Return for each page of a document that is shown the ways to the threads about it and to the reader's own note.

    Args:
        shown: the numbers of those pages.
        threads: how many there are by page, as ``threads_by_page`` says.
        talk: gives the address of the threads.
        notes: those of the reader.
        note: gives the address of one.
    """
    ways: dict[int, Markup] = {}
    for number in shown:
        mark = f"{PAGE}{number}"
        own, address = notes.at.get(mark), note(mark)
        links = _ways(threads.get(number, 0), talk(mark), annotating.link(own, address))
        ways[number] = Markup('<p class="talks">{}</p>').format(Markup(links))  # noqa: S704 -- escaped where made
        if own:
            ways[number] += annotating.shown(own, address, has_changed=notes.has_changed(mark))
    return ways


def threads_by_page(pages: Sequence[Passage], places: Iterable[Place]) -> dict[int, int]:
    """Return how many threads hang on each page of a document that is shown by its words, where any do."""
    counts = _counts(pages, places)
    return {one.page: counts[one.mark] for one in pages if counts[one.mark]}


def with_ways(
    html: str,
    places: Iterable[Place],
    talk: Address,
    notes: Placed,
    note: Address,
    whole: Sequence[Passage] | None = None,
) -> str:
    """Return the HTML of a lesson in which each passage leads to the threads about it and to the reader's own note.

    Args:
        html: as it was rendered, with anchors.
        places: on which passages threads hang; one that has changed since counts for what it is now.
        talk: gives the address of the threads for the mark of a passage.
        note: gives that of the note.
        notes: those of the reader; their passages are highlighted, and their words stand below.
        whole: all passages of the text of which this is a part.
    """
    blocks = list(passages.blocks_of(html))
    counts = _counts([block.passage for block in blocks] if whole is None else whole, places)
    pieces, done = [], 0
    for passage, tag, end in blocks:
        own = notes.at.get(passage.mark)
        if not (own or counts[passage.mark] or any(sign.isalpha() for sign in passage.text)):
            continue  # A lone number, as in the table of a slide, is nothing to talk about.
        links = _ways(counts[passage.mark], talk(passage.mark), annotating.link(own, note(passage.mark)))
        closing = f"</{tag}>"
        is_inside = tag in _CLOSED_INSIDE and html.endswith(closing, done, end)
        block = f"{html[done : end - len(closing)]} {links}{closing}" if is_inside else html[done:end]
        if own:
            block = annotating.highlighted(block, passage.place, own)
        pieces += [block] if is_inside else [block, f'\n<p class="talks">{links}</p>']
        if own:
            has_changed = notes.has_changed(passage.mark)
            pieces.append(annotating.shown(own, note(passage.mark), has_changed=has_changed))
        done = end
    return "".join([*pieces, html[done:]])


def _ways(threads: int, address: str, jot: str) -> str:
    words = escape(_("Discuss"))
    shown = f"{words} <b>{threads}</b>" if threads else words
    on = " on" if threads else ""
    return f'<span class="ways{on}"><a class="talk{on}" href="{escape(address)}">{shown}</a>{jot}</span>'


def _counts(found: Sequence[Passage], places: Iterable[Place]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for place in places:
        if now := passages.find_again(found, place.mark, place.quote):
            counts[now.mark] += place.threads
    return counts
