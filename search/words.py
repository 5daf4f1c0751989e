"""Where one Chinese word of a query ends and the next begins.

The cut with the highest product of word frequencies, found by dynamic programming over the words that can begin at
each character. Words and their frequencies are those of jieba, kept in a trie of 1.7 MB that is mapped from its file:
processes share it, and none holds the 32 MB that a segmenter of its own would take.
"""

import logging
import math
import os
import subprocess
import sys
from functools import cache
from importlib.resources import files
from pathlib import Path

import marisa_trie

log = logging.getLogger(__name__)

WORDS = Path(__file__).with_name("words.trie")
"""Made when the application is set up; whoever finds it missing makes it."""

_RECORD = "<f"
_LONGEST_WORD = 16
_UNKNOWN = "?"
"""Stands for a character that no word begins with; no run has it."""


def build(target: Path) -> int:
    """Write the trie, each word with the logarithm of its share in all text, and return how many words it has."""
    lines = files("jieba_pyfast").joinpath("dict.txt").read_text("utf-8").splitlines()
    counts = {word: max(int(count), 1) for word, count, _kind in (line.split(" ") for line in lines)}
    whole = math.log(sum(counts.values()))
    costs = [(word, (math.log(count) - whole,)) for word, count in counts.items()]
    trie = marisa_trie.RecordTrie(_RECORD, [*costs, (_UNKNOWN, (-whole,))])
    fresh = target.with_suffix(f".{os.getpid()}")
    trie.save(str(fresh))
    fresh.replace(target)
    return len(counts)


@cache
def _words() -> tuple[marisa_trie.RecordTrie, float] | None:
    """Return the trie and what a character costs that no word begins with; None where it cannot be made here."""
    if not WORDS.exists():
        try:
            # In a process of its own: what building takes is given back.
            subprocess.run([sys.executable, "-m", "search.words", str(WORDS)], cwd=WORDS.parent.parent, check=True)
        except (OSError, subprocess.SubprocessError):
            log.exception("The words that cut Chinese queries are missing (python -m search.words makes them)")
            return None
    trie = marisa_trie.RecordTrie(_RECORD).mmap(str(WORDS))
    return trie, trie[_UNKNOWN][0][0]


def cut(run: str) -> list[str]:
    """Cut a run of Chinese characters into words; joined they are the run again.

    Without the dictionary the run is one word, and its pairs of characters are found all the same.
    """
    found = _words()
    if found is None:
        return [run] if run else []
    trie, unknown = found
    length = len(run)
    best, end = [0.0] * (length + 1), [0] * length
    for at in range(length - 1, -1, -1):
        best[at], end[at] = best[at + 1] + unknown, at + 1
        for word in trie.prefixes(run[at : at + _LONGEST_WORD]):
            reached = at + len(word)
            value = trie[word][0][0] + best[reached]
            if value >= best[at]:
                best[at], end[at] = value, reached
    words: list[str] = []
    at = 0
    while at < length:
        words.append(run[at : end[at]])
        at = end[at]
    return words


if __name__ == "__main__":
    print(f"{build(Path(*sys.argv[1:2]) if sys.argv[1:] else WORDS)} words")
