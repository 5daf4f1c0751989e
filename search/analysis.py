"""What a text is found by: one analysis for documents and queries.

Chinese is indexed as overlapping pairs of characters, so that every word of two characters is found whatever a
dictionary would make of the sentence, and new words and names need no dictionary at all. Queries alone are cut into
words, to know which pairs matter. English is stemmed, accents are folded, identifiers kept whole and in parts.

Traditional characters, full-width forms and capitals are folded, so each form finds the other.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

import Stemmer

from core.folding import fold_script

ANALYSIS_VERSION = 1
"""Raise it when terms change: an index of another version is rebuilt."""

HAN = "\u3005-\u3007\u3041-\u30ff\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
"""Characters written without spaces between words."""

# A run of characters without spaces, or a word with the signs that hold identifiers and numbers together.
_PIECE = re.compile(rf"([{HAN}]+)|([^\W_{HAN}]+(?:[._'’+#/@-]+[^\W_{HAN}]+)*(?:\+\+|#)?)")
_PART = re.compile(r"[^\W_]+")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

_IDENTIFIER = re.compile(r"[._@#+]")
"""Signs that make one thing of the parts of a word; hyphens and apostrophes do not."""

_stem_word = Stemmer.Stemmer("english").stemWord
_LONGEST_WORD = 64


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """Return what a word of letters and digits is indexed as: lower case, no accents, English stem."""
    lower = word.lower()
    if not lower.isascii():
        lower = "".join(sign for sign in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(sign))
    return str(_stem_word(lower[:_LONGEST_WORD]))


@lru_cache(maxsize=65536)
def _word_terms(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the stems of a word's parts, and the further terms that keep an identifier whole."""
    parts = _PART.findall(word)
    stems = tuple(stem(part) for part in parts)
    extra: list[str] = []
    if _IDENTIFIER.search(word):
        extra.append(word.lower().replace("’", "'")[:_LONGEST_WORD])
    for part in parts:
        humps = _CAMEL.findall(part) if part.isascii() and not (part.islower() or part.isupper()) else ()
        if len(humps) > 1:
            extra += [stem(hump) for hump in humps]
    return stems, tuple(extra)


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """Yield (run, "") for a run of Chinese characters and ("", word) for any other word, in order."""
    for match in _PIECE.finditer(fold_script(text)):
        yield match[1] or "", match[2] or ""


def pairs(run: str) -> list[str]:
    """Return the overlapping pairs of a run; of one character, the character."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def analyse(text: str) -> tuple[Counter[str], str]:
    """Return the terms of a text with their counts, and its canonical form.

    The canonical form is the text as phrases are compared: folded, words stemmed and parted by single spaces, runs of
    Chinese characters unbroken. The last character of each run is a term of its own: together with the pairs that
    begin with it, every single character can be found.
    """
    terms: list[str] = []
    canon: list[str] = []
    for run, word in pieces(text):
        if run:
            canon.append(run)
            terms += [run[at : at + 2] for at in range(len(run) - 1)]
            terms.append(run[-1])
        else:
            stems, extra = _word_terms(word)
            canon += stems
            terms += stems
            terms += extra
    return Counter(terms), f" {' '.join(canon)} "


def canonical_phrase(text: str) -> str:
    """Return a phrase as it stands in a canonical text; words keep their edges, Chinese runs need none."""
    _terms, canon = analyse(text)
    inner = canon.strip()
    if not inner:
        return ""
    return ("" if re.match(rf"[{HAN}]", inner) else " ") + inner + ("" if re.search(rf"[{HAN}]\Z", inner) else " ")


def word_stems(word: str) -> tuple[str, ...]:
    """Return the stems of the parts of one word of the text."""
    return _word_terms(word)[0]


def query_terms(word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the terms a document must have for one word of a query, and those that only raise it.

    Of ``foo_bar`` or ``3.11`` the parts are needed; of ``C++`` the whole, since ``c`` alone says little.
    """
    stems, extra = _word_terms(word)
    if len(stems) == 1 and word[-1:] in ("+", "#"):
        return (extra[0],), stems
    return stems, extra
