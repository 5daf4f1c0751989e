"""Finding and ranking inside one snapshot.

Who may read is decided first: every document set below is cut to what the reader's audience tokens allow before it is
counted, scored or compared. A term's list is read whole (``Part.postings``) and scored term at a time, rarest first.
"""

import heapq
import math
from array import array
from bisect import bisect_left
from dataclasses import dataclass, field
from datetime import UTC, datetime

from search.engines import Found, Hit, Request, Sort
from search.engines.whoosh import facets
from search.engines.whoosh.postings import Postings
from search.engines.whoosh.reading import Part, Snapshot
from search.engines.whoosh.signals import K1, B, add_text_signals
from search.engines.whoosh.spelling import WORDS_MAX, is_guessable, is_unknown, nearest
from search.parsing import Phrase

RARITY = 1.15
"""What is rare counts a little more than the logarithm says."""

ENOUGH = 10
"""With fewer documents that have every word, those with most of the words are found as well."""

FEW_WORDS = 3
"""A longer query is a question, and never needs all its words."""

WORTH = 0.3
"""Such a document counts as found from this share of the best score on."""

ALL_WORDS_BONUS = 0.15
"""What having every word of a short query adds, in shares of the best score."""

LOOKED_AT = 200
"""The best so many are compared by their text as well."""

GUESSED = 0.5
"""Weight of a word that was not asked for but is spelled much like one that nothing has."""

MASKS_KEPT = 64


@dataclass
class Scope:
    """One segment as one reader may see it."""

    part: Part
    allowed: bytearray
    """One byte a document: may it be found at all?"""

    scores: dict[int, float] = field(default_factory=dict)


def _mark(mask: bytearray, numbers: "Postings") -> None:
    for number in numbers.ids:
        mask[number] = 1


def _audience_mask(part: Part, tokens: frozenset[str]) -> bytearray:
    """Return what an audience may see of a segment, kept for the next query: segments never change."""
    mask = part.masks.get(tokens)
    if mask is None:
        mask = bytearray(part.size)
        for token in tokens:
            _mark(mask, part.postings("audience", token))
        if len(part.masks) >= MASKS_KEPT:
            part.masks.clear()
        part.masks[tokens] = mask
    return mask


def _both(one: bytearray, two: bytearray) -> bytearray:
    size = len(one)
    return bytearray((int.from_bytes(one, "big") & int.from_bytes(two, "big")).to_bytes(size, "big"))


def _filter_mask(part: Part, name: str, value: str) -> bytearray:
    """Return which documents of a segment have what a query is limited to."""
    if name in ("after", "before"):
        moment = datetime.fromisoformat(value)
        edge = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
        return bytearray((created >= edge) is (name == "after") for created in part.created)
    mask = bytearray(part.size)
    _mark(mask, part.postings(name, value))
    return mask


def _scope(part: Part, gone: frozenset[int], request: Request) -> Scope:
    allowed = bytearray(_audience_mask(part, request.tokens))
    for number in gone:
        allowed[number] = 0
    for course in request.passed_over:
        for number in part.postings("course", course).ids:
            allowed[number] = 0
    for name, value in request.query.filters:
        allowed = _both(allowed, _filter_mask(part, name, value))
    return Scope(part, allowed)


def _postings(part: Part, term: str) -> Postings:
    """Return the list of a term; a single Chinese character is in every pair that begins with it."""
    if len(term) > 1 or ord(term) < 0x3000:
        return part.postings("terms", term)
    return part.merged(term)


def _having(scope: Scope, terms: tuple[str, ...]) -> set[int]:
    """Return the allowed documents that have all these terms."""
    lists = sorted((_postings(scope.part, term).ids for term in set(terms)), key=len)
    if not lists or not lists[0]:
        return set()
    allowed = scope.allowed
    found = {number for number in lists[0] if allowed[number]}
    for ids in lists[1:]:
        if not found:
            break
        if len(found) * 20 < len(ids):
            found = {number for number in found if _holds(ids, number)}
        else:
            found.intersection_update(ids)
    return found


def _holds(ids: "array[int]", number: int) -> bool:
    at = bisect_left(ids, number)
    return at < len(ids) and ids[at] == number


def _with_phrase(scope: Scope, phrase: Phrase) -> set[int]:
    """Return the allowed documents in which the words of a phrase follow each other."""
    found = _having(scope, phrase.terms)
    if not phrase.canon:
        return found
    if len(phrase.terms) == 1 and phrase.canon.strip() == phrase.terms[0]:
        return found
    return {number for number in found if phrase.canon in scope.part.canon(number)}


class Ranking:
    """One search in one snapshot."""

    def __init__(self, snapshot: Snapshot, request: Request) -> None:
        self.snapshot = snapshot
        self.request = request
        self.query = request.query
        self.scopes = [_scope(part, gone, request) for part, gone in snapshot.parts]
        self.idf: dict[str, float] = {}
        self.guesses = self._guess()
        weights = self.query.weights | dict.fromkeys(self.guesses.values(), GUESSED)
        for term, weight in weights.items():
            held = sum(_postings(part, term).without(gone) for part, gone in snapshot.parts)
            if held:
                rarity = math.log(1 + (snapshot.size - held + 0.5) / (held + 0.5))
                self.idf[term] = weight * rarity**RARITY

    def _guess(self) -> dict[str, str]:
        """Return for each word that nothing has the nearest one that something has."""
        words = [word for word in self.query.words if word.needed and is_guessable(word.terms[0])]
        unknown = [word for word in words if is_unknown(self.scopes, word.terms[0])][:WORDS_MAX]
        return {word.text: near for word in unknown if (near := nearest(self.scopes, word.terms[0]))}

    def find(self) -> Found:
        """Return the page of results that was asked for."""
        self._narrow()
        complete = [self._complete(scope) for scope in self.scopes]
        if self._is_strict(sum(map(len, complete))):
            for scope, numbers in zip(self.scopes, complete, strict=True):
                scope.scores = dict.fromkeys(numbers, 0.0)
            self._score_known()
        else:
            self._score_any(complete)
        sorted_ = [facets.sort_out(scope.part, scope.scores.keys(), self.request) for scope in self.scopes]
        total = sum(len(found.passed) for found in sorted_)
        if not self.request.counted:
            return Found(total, tuple(self._page(sorted_)), guesses=self.guesses)
        parts = zip((scope.part for scope in self.scopes), sorted_, strict=True)
        counts = facets.count(parts, self.request)
        return Found(total, tuple(self._page(sorted_)), counts, self.guesses)

    def _is_strict(self, complete: int) -> bool:
        """Tell whether only documents with every word count as found: of a question nobody expects that."""
        return not self.query.words or (self._has_few_words and complete >= ENOUGH)

    @property
    def _has_few_words(self) -> bool:
        return sum(word.needed for word in self.query.words) <= FEW_WORDS

    def _narrow(self) -> None:
        """Cut every scope to documents with all phrases and without the unwanted ones."""
        for scope in self.scopes:
            for group in (*((phrase,) for phrase in self.query.phrases), *self.query.either):
                mask = bytearray(scope.part.size)
                for phrase in group:
                    for number in _with_phrase(scope, phrase):
                        mask[number] = 1
                scope.allowed = mask
            for phrase in self.query.without:
                for number in _with_phrase(scope, phrase):
                    scope.allowed[number] = 0

    def _complete(self, scope: Scope) -> set[int]:
        """Return the documents that have every needed word."""
        if not self.query.words:
            return {number for number, is_allowed in enumerate(scope.allowed) if is_allowed}
        terms = [term for word in self.query.words if word.needed for term in word.terms]
        return _having(scope, tuple(terms))

    def _by_rarity(self) -> list[tuple[str, float]]:
        return sorted(self.idf.items(), key=lambda item: -item[1])

    def _score_known(self) -> None:
        """Score documents already chosen."""
        for term, idf in self.idf.items():
            for scope in self.scopes:
                self._add_to_known(scope, term, idf)

    def _add_to_known(self, scope: Scope, term: str, idf: float) -> None:
        scores, found = scope.scores, _postings(scope.part, term)
        ids = found.ids
        if not scores or not ids:
            return
        impacts = found.impacts(scope.part, self.snapshot.average_length, K1, B)
        if len(scores) * 12 < len(ids):
            for number in scores:
                at = bisect_left(ids, number)
                if at < len(ids) and ids[at] == number:
                    scores[number] += idf * impacts[at]
            return
        for number, impact in zip(ids, impacts, strict=True):
            if number in scores:
                scores[number] += idf * impact

    def _score_any(self, complete: list[set[int]]) -> None:
        """Score every document with any of the words, as far as it can still reach a worthy score."""
        ordered = self._by_rarity()
        left = sum(idf for _term, idf in ordered) * (K1 + 1)
        best, is_open = 0.0, True
        for term, idf in ordered:
            left -= idf * (K1 + 1)
            for scope in self.scopes:
                if is_open:
                    self._add_to_all(scope, term, idf)
                else:
                    self._add_to_known(scope, term, idf)
            best = max((max(scope.scores.values(), default=0.0) for scope in self.scopes), default=0.0)
            # What comes now alone could never be worth showing: only known documents go on.
            is_open = left >= WORTH * best
            floor = WORTH * best - left
            if floor > 0:
                for scope in self.scopes:
                    scope.scores = {number: score for number, score in scope.scores.items() if score >= floor}
        if self._has_few_words:
            self._put_first(complete, best)

    def _put_first(self, complete: list[set[int]], best: float) -> None:
        """Let what has every word come first, and count whatever its score."""
        for scope, numbers in zip(self.scopes, complete, strict=True):
            for number in numbers:
                scope.scores[number] = scope.scores.get(number, 0.0) + ALL_WORDS_BONUS * best

    def _add_to_all(self, scope: Scope, term: str, idf: float) -> None:
        found = _postings(scope.part, term)
        scores, allowed, get = scope.scores, scope.allowed, scope.scores.get
        impacts = found.impacts(scope.part, self.snapshot.average_length, K1, B)
        for number, impact in zip(found.ids, impacts, strict=True):
            if allowed[number]:
                scores[number] = get(number, 0.0) + idf * impact

    def _page(self, sorted_: list[facets.Sorted]) -> list[Hit]:
        end = self.request.offset + self.request.limit
        found = [
            (scope.scores[number], at, number) for at, scope in enumerate(self.scopes) for number in sorted_[at].passed
        ]
        # Without words nothing is nearer than anything else.
        if self.request.sort is Sort.NEWEST or not self.idf:
            best = heapq.nlargest(end, found, key=lambda hit: (self.scopes[hit[1]].part.created[hit[2]], hit[0]))
        else:
            best = heapq.nlargest(max(end, LOOKED_AT), found)
            best[:LOOKED_AT] = add_text_signals(self, best[:LOOKED_AT])
        return [
            Hit(self.scopes[at].part.state(number)[0], round(score, 3))
            for score, at, number in best[self.request.offset : end]
        ]
