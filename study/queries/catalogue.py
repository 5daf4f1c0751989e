"""Finds courses in the catalogue: words, filters and how many courses each filter leaves."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from core.folding import fold_script
from study.enums import Level
from study.queries.courses import CatalogueLine

WORDS_MAX: Final = 200
A_PAGE: Final = 24

TIMES: Final[Mapping[str, range]] = {
    "short": range(61),
    "medium": range(61, 301),
    "long": range(301, 1_000_000),
}
"""Lengths of a course in minutes: up to an hour, up to five, more."""

_HAN: Final = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What somebody looks for. Empty names mean that anything will do."""

    words: str = ""
    category: str = ""
    level: str = ""
    time: str = ""
    language: str = ""

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Wish":
        """Read a wish from the address of the page; what makes no sense is left out."""
        level, time = asked.get("level", ""), asked.get("time", "")
        return cls(
            words=" ".join(asked.get("q", "")[:WORDS_MAX].split()),
            category=asked.get("category", ""),
            level=level if level in set(Level) else "",
            time=time if time in TIMES else "",
            language=asked.get("language", ""),
        )

    @property
    def filters(self) -> dict[str, str]:
        """Return what stands in the address, words first."""
        return {
            "q": self.words,
            "category": self.category,
            "level": self.level,
            "time": self.time,
            "language": self.language,
        }

    @property
    def is_empty(self) -> bool:
        """Tell whether all courses are wanted."""
        return not any(self.filters.values())

    def fits(self, line: CatalogueLine) -> bool:
        """Tell whether a course passes the filters, its words apart."""
        return all(_PASSES[name](line, wanted) for name, wanted in self.filters.items() if wanted and name != "q")

    def sift(self, lines: Sequence[CatalogueLine]) -> list[CatalogueLine]:
        """Return the courses that fit, those first whose title holds the words."""
        fitting = [line for line in lines if self.fits(line)]
        if not self.words:
            return fitting
        wanted = _folded(self.words).split()
        ranked = [(_rank(line, wanted), place, line) for place, line in enumerate(fitting)]
        return [line for rank, _place, line in sorted(ranked, key=lambda one: one[:2]) if rank < _NO_HIT]

    def without(self, name: str) -> "Wish":
        """Return the wish with one filter open, as the counts beside that filter need it."""
        return self.but(**{name: ""})

    def but(self, **changes: str) -> "Wish":
        """Return the wish with some filters set otherwise."""
        return replace(self, **{"words" if name == "q" else name: value for name, value in changes.items()})


_PASSES: Final[Mapping[str, Callable[[CatalogueLine, str], bool]]] = {
    "category": lambda line, wanted: line.category_slug == wanted,
    "level": lambda line, wanted: line.level == wanted,
    "time": lambda line, wanted: line.minutes in TIMES[wanted],
    "language": lambda line, wanted: wanted in line.languages,
}

_IN_TITLE, _IN_TEXT, _NEAR_TITLE, _NO_HIT = range(4)


def _folded(text: str) -> str:
    return fold_script(text).casefold()


def _rank(line: CatalogueLine, wanted: Sequence[str]) -> int:
    title = _folded(line.title.all())
    if all(word in title for word in wanted):
        return _IN_TITLE
    others = (line.summary, line.outcomes, line.category_name, line.branch_name)
    text = title + "\n" + _folded("\n".join(faces.all() for faces in others))
    if all(word in text for word in wanted):
        return _IN_TEXT
    # Chinese is typed without blanks: "winter safety" finds "safety on roads in winter" by its signs.
    near = all(word in text or (_HAN.fullmatch(word) and set(word) <= set(title)) for word in wanted)
    return _NEAR_TITLE if near else _NO_HIT


@dataclass(frozen=True, kw_only=True)
class Choice:
    """One filter as a link."""

    words: str
    wish: Wish
    count: int
    is_chosen: bool


def choices(
    wish: Wish, lines: Sequence[CatalogueLine], name: str, values: Iterable[tuple[str, Any]], words_for_all: str
) -> list[Choice]:
    """Return the values of one filter that leave anything, each with how many courses; none where none differ."""
    open_ = wish.without(name)
    found = open_.sift(lines)
    chosen = wish.filters[name]
    some = [
        Choice(words=str(words), wish=open_.but(**{name: value}), count=count, is_chosen=value == chosen)
        for value, words in values
        if (count := sum(_PASSES[name](line, value) for line in found)) or value == chosen
    ]
    if not some:
        return []
    return [Choice(words=words_for_all, wish=open_, count=len(found), is_chosen=not chosen), *some]
