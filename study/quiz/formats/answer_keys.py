"""The list of answers at the end of a text: ``1-5 ABCDA``, ``3 ABD``; by part, where each part counts anew."""

import re
from collections import Counter
from collections.abc import Sequence

_LIST = re.compile(
    r"(\d{1,4})\s*+(?:[-–—~～至]\s*+(\d{1,4}))?\s*+[.．、:：)）]?\s*+"
    r"([A-Za-z]+(?:[\s,，]+[A-Za-z]+)*|[√×✓✗对错]+)"
)
_KEY = re.compile(
    r"^(?:\d{1,4}\s*+(?:[-–—~～至]\s*+\d{1,4})?\s*+[.．、:：)）]?\s*+[A-Za-z√×✓✗对错]{1,12}(?:[\s,，;；]++|$))+$"
)
_BETWEEN = re.compile(r"[\s,，]+")


def is_key(words: str) -> bool:
    """Tell whether a line is nothing but numbers with their answers."""
    return _KEY.match(words) is not None


def answers_several(said: str) -> bool:
    """Tell whether what stands after ``答案：`` answers more than the question above."""
    pairs = _LIST.findall(said)
    return bool(pairs) and (len(pairs) > 1 or bool(pairs[0][1]))


class AnswerKey:
    """What a list says: the letters by part of the text and number."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str], str] = {}

    def __bool__(self) -> bool:
        return bool(self._said)

    def take(self, section: str, words: str) -> None:
        """Read a line of the list that speaks of one part: ``1-5 ABCDA`` a letter each, ``3 ABD`` all for one."""
        for first, last, letters in _LIST.findall(words):
            numbers = range(int(first), int(last or first) + 1)
            if len(numbers) <= 1:
                self._said[section, str(int(first))] = _BETWEEN.sub("", letters)
                continue
            apart = _BETWEEN.split(letters)
            marks = apart if len(apart) == len(numbers) else list(_BETWEEN.sub("", letters))
            self._said |= {(section, str(number)): mark for number, mark in zip(numbers, marks, strict=False)}

    def answers(self, asked: Sequence[tuple[str, str]]) -> list[str | None]:
        """Return what is said for each question, named by part and number.

        Where part and list do not name each other, a number counts if both have it once: wrong is worse than none.
        """
        numbers = [(section, str(int(label))) for section, label in asked]
        once = Counter(number for _section, number in numbers)
        told = Counter(number for _section, number in self._said)
        alone = {number: said for (_section, number), said in self._said.items() if told[number] == once[number] == 1}
        return [self._said.get(name) or alone.get(name[1]) for name in numbers]
