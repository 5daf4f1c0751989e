"""What a reader may have meant."""

import re
from collections.abc import Iterable, Mapping

from core.documents import Document
from search.analysis import word_stems

_WORD = re.compile(r"[A-Za-z]+")
READ_MAX = 20_000
"""Characters of a text in which the word is looked for."""


def meant(text: str, guesses: Mapping[str, str], documents: Iterable[Document]) -> str | None:
    """Return the query with its unknown words put right, as documents the reader sees spell them; None without any."""
    wanted = set(guesses.values())
    spelled: dict[str, str] = {}
    for document in documents:
        if wanted <= spelled.keys():
            break
        for word in _WORD.findall(f"{document.title}\n{document.text[:READ_MAX]}"):
            for stem in word_stems(word):
                if stem in wanted:
                    spelled.setdefault(stem, word.lower())
    right = text
    for word, stem in guesses.items():
        right = right.replace(word, spelled.get(stem, word))
    return right if right != text else None
