"""What a reader typed, read as words, phrases and words not wanted.

There is no syntax to get wrong: what is no operator (``search/operators.py``) is read as plain words.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from core.folding import fold_script
from core.text import normalise
from search.analysis import canonical_phrase, pairs, pieces, query_terms
from search.operators import take_apart
from search.words import cut

QUERY_MAX = 200
"""Characters of a query that are read; the rest is left out."""

TERMS_MAX = 64
PHRASES_MAX = 8

LINKING = 0.7
ASKING = 0.3
"""Weights of pairs across the edge of two words, and of words as common as those of questions."""

HAN_FIRST = "\u3000"

# Words so common in questions that a document need not have them.
_COMMON_ENGLISH = (
    "a an and any are as at be but by can could did do does for from had has have how i if in into is it its many "
    "may me more most much my no not of on or our shall should so some such than that the their them there these "
    "they this those to was we were what when where which who whom whose why will with would you your"
)
_COMMON_CHINESE = (
    "什么 怎么 怎样 如何 为何 为什么 是否 哪些 哪个 哪里 多少 可以 能否 请问 以及 或者 还是 我们 你们 他们 一个 这个 "
    "那个 有没有 是不是 能不能 可不可以 怎么办"
)
_COMMON = frozenset([*_COMMON_ENGLISH.split(), *_COMMON_CHINESE.split()])

_PARTICLES = frozenset("的了是在和与及或把被让对为从到吗呢吧啊着过地得之也都就还又再")


@dataclass(frozen=True)
class Word:
    """One word of a query with the terms that find it; all of them must be there."""

    text: str
    terms: tuple[str, ...]
    needed: bool = True


@dataclass(frozen=True)
class Phrase:
    """Words that must follow each other, in canonical form, with the terms by which candidates are found."""

    canon: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """A query as the engine takes it.

    ``links`` are pairs of characters across the edge of two words, and identifiers as a whole: they raise what has
    the words together, as ``stressed`` phrases do. Of each group in ``either`` a document must have one; a phrase
    without canonical form is words in any order. ``filters`` are names of fields, each with the value it must have.
    """

    words: tuple[Word, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    without: tuple[Phrase, ...] = ()
    either: tuple[tuple[Phrase, ...], ...] = ()
    stressed: tuple[Phrase, ...] = ()
    filters: tuple[tuple[str, str], ...] = ()
    links: tuple[str, ...] = ()
    text: str = field(default="", compare=False)

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases or self.either or self.filters)

    @property
    def terms(self) -> tuple[str, ...]:
        """All terms that raise a document, each once."""
        wanted = [word for word in self.words if word.needed or len(word.terms[0]) > 1]
        found = [term for word in wanted for term in word.terms]
        found += [term for phrase in self.phrases for term in phrase.terms]
        found += [term for group in self.either for phrase in group for term in phrase.terms]
        return tuple(dict.fromkeys([*found, *self.links]))[:TERMS_MAX]

    @property
    def characters(self) -> tuple[str, ...]:
        """The Chinese characters asked for, each once."""
        return tuple(dict.fromkeys(sign for term in self.terms for sign in term if sign > HAN_FIRST))

    @property
    def weights(self) -> dict[str, float]:
        """What each term counts beside its rarity: words most, what only joins them or asks little."""
        core = {term for word in self.words if word.needed for term in word.terms}
        core.update(term for phrase in self.phrases for term in phrase.terms)
        core.update(term for group in self.either for phrase in group for term in phrase.terms)
        links = {link for link in self.links if link[0] >= HAN_FIRST}
        return {term: 1.0 if term in core else LINKING if term in links else ASKING for term in self.terms}

    @property
    def neighbours(self) -> tuple[tuple[str, str], ...]:
        """Pairs of English words that follow each other, as they stand in the index."""
        stems = [word.terms[0] if word.needed and word.text < HAN_FIRST else "" for word in self.words]
        return tuple(dict.fromkeys((one, two) for one, two in pairwise(stems) if one and two))


def _phrase(text: str, *, loose: bool = False) -> Phrase | None:
    canon = canonical_phrase(text)
    terms: list[str] = []
    for run, word in pieces(text):
        terms += pairs(run) if run else query_terms(word)[0]
    return Phrase("" if loose else canon, tuple(dict.fromkeys(terms))[:TERMS_MAX]) if canon else None


def _phrases(texts: Iterable[str]) -> tuple[Phrase, ...]:
    return tuple(phrase for text in texts if (phrase := _phrase(text)))[:PHRASES_MAX]


def _chinese_words(run: str) -> list[Word]:
    """Cut a run into words; characters left single next to each other are taken as one word, a name perhaps."""
    words: list[str] = []
    last_is_single = False
    for word in cut(run):
        single = len(word) == 1 and word not in _PARTICLES
        if single and last_is_single:
            words[-1] += word
        else:
            words.append(word)
        last_is_single = single
    if all(len(word) == 1 for word in words):
        words = [run]
    return [Word(word, tuple(pairs(word)), (len(word) > 1 or word == run) and word not in _COMMON) for word in words]


def _links(words: list[Word]) -> list[str]:
    return [one.text[-1] + two.text[0] for one, two in pairwise(words)]


def _plain(text: str) -> tuple[list[Word], list[str]]:
    words: list[Word] = []
    links: list[str] = []
    for run, word in pieces(text):
        if run:
            inside = _chinese_words(run)
            words += inside
            links += _links(inside)
        else:
            terms, whole = query_terms(word)
            words.append(Word(word, terms, word.lower() not in _COMMON))
            links += whole
    if not any(word.needed for word in words):
        words = [Word(word.text, word.terms) for word in words]
    return words, links


def parse(text: str) -> Query:
    """Read a query. Whatever was typed gives a query; an empty one finds nothing."""
    asked = normalise(text[: QUERY_MAX * 4])[:QUERY_MAX].strip()
    found = take_apart(asked)
    either = [[_phrase(one, loose=not exact) for one, exact in group] for group in found.either]
    words, links = _plain(found.plain)
    query = Query(
        words=tuple(dict.fromkeys(words))[:TERMS_MAX],
        phrases=_phrases(found.exact),
        without=_phrases(found.unwanted),
        either=tuple(tuple(filter(None, group)) for group in either if any(group))[:PHRASES_MAX],
        stressed=_phrases(found.stressed),
        filters=tuple(dict.fromkeys(found.filters)),
        links=tuple(dict.fromkeys(links)),
        text=asked,
    )
    if query or not query.without:
        return query
    # Only unwanted words: nothing could be found, so they are read as plain words.
    words, links = _plain(asked)
    return Query(words=tuple(dict.fromkeys(words))[:TERMS_MAX], links=tuple(dict.fromkeys(links)), text=asked)


def folded(text: str) -> str:
    """Return text as it is compared for marking: folded and lower case."""
    return fold_script(text).lower()
