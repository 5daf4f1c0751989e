"""What a reader typed, read as words, phrases and words not wanted.

There is no syntax to get wrong: what is not a complete ``"phrase"`` or ``-word`` is read as plain words.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

from core.folding import fold_script
from core.text import normalise
from search.analysis import canonical_phrase, pairs, pieces, query_terms
from search.words import cut

QUERY_MAX = 200
"""Characters of a query that are read; the rest is left out."""

TERMS_MAX = 64
PHRASES_MAX = 8

_QUOTED = re.compile(r'(?<!\S)(-?)["“”]([^"“”]+)["“”]|["“”]([^"“”]+)["“”]')
_WITHOUT = re.compile(r"(?<!\S)[-－]([^\s-]\S*)")

# Words so common in questions that a document need not have them.
_COMMON_ENGLISH = (
    "a an and any are as at be but by can could did do does for from had has have how i if in into is it its may me my "
    "no not of on or our shall should so than that the their them there these they this those to was we were what when "
    "where which who whom whose why will with would you your"
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
    the words together.
    """

    words: tuple[Word, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    without: tuple[Phrase, ...] = ()
    links: tuple[str, ...] = ()
    text: str = field(default="", compare=False)

    def __bool__(self) -> bool:
        return bool(self.words or self.phrases)

    @property
    def terms(self) -> tuple[str, ...]:
        """All terms that raise a document, each once."""
        wanted = [word for word in self.words if word.needed or len(word.terms[0]) > 1]
        found = [term for word in wanted for term in word.terms]
        found += [term for phrase in self.phrases for term in phrase.terms]
        return tuple(dict.fromkeys([*found, *self.links]))[:TERMS_MAX]

    @property
    def characters(self) -> tuple[str, ...]:
        """The Chinese characters asked for, each once."""
        return tuple(dict.fromkeys(sign for term in self.terms for sign in term if ord(sign) > 0x3000))

    @property
    def long_words(self) -> tuple[str, ...]:
        """The Chinese words of three characters and more."""
        return tuple(dict.fromkeys(w.text for w in self.words if len(w.text) > 2 and ord(w.text[0]) > 0x3000))


def _phrase(text: str) -> Phrase | None:
    canon = canonical_phrase(text)
    terms: list[str] = []
    for run, word in pieces(text):
        terms += pairs(run) if run else query_terms(word)[0]
    return Phrase(canon, tuple(dict.fromkeys(terms))[:TERMS_MAX]) if canon else None


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
    wanted: list[Phrase | None] = []
    unwanted: list[Phrase | None] = []

    def take_quoted(match: re.Match[str]) -> str:
        (unwanted if match[1] else wanted).append(_phrase(match[2] or match[3]))
        return " "

    def take_unwanted(match: re.Match[str]) -> str:
        unwanted.append(_phrase(match[1]))
        return " "

    rest = _WITHOUT.sub(take_unwanted, _QUOTED.sub(take_quoted, asked))
    words, links = _plain(rest)
    query = Query(
        words=tuple(dict.fromkeys(words))[:TERMS_MAX],
        phrases=tuple(phrase for phrase in wanted if phrase)[:PHRASES_MAX],
        without=tuple(phrase for phrase in unwanted if phrase)[:PHRASES_MAX],
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
