"""Things to be put in order."""

import random
from typing import Any

from core.faces import Faces
from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.kinds.base import Answer, Given, Kind, Order, Part, by_parts, mixed, place_in
from study.quiz.kinds.content import QuestionContent


class Ordering(Kind):
    """Each item gets a place. Answer: ``{"places": {key: place from 1}}``."""

    kind = QuestionKind.ORDERING

    def problem(self, content: QuestionContent) -> Any:
        """Ask for two items, each with a text."""
        if len([option for option in content.options if option.text]) < 2:
            return _l("Give at least two items to put in order.")
        return None

    def order(self, content: QuestionContent, rng: random.Random | None) -> list[Any]:
        """Mix the items, always."""
        return mixed([option.key for option in content.options], rng, content)

    def read(self, content: QuestionContent, order: Order, given: Given) -> dict[str, Any]:
        """Return the places that were given."""
        places = {}
        for number, key in enumerate(order, start=1):
            if place := place_in(given.parts.get(str(number), ""), len(order)):
                places[key] = place
        return {"places": dict(sorted(places.items()))}

    def is_answered(self, answer: Answer) -> bool:
        """Tell whether any place is given."""
        return bool(answer.get("places"))

    def fraction(self, content: QuestionContent, answer: Answer) -> int:
        """Return what the items at their right place earn, each the same. A place given twice is no answer."""
        said = answer.get("places", {})
        good = sum(_is_right(content, option.key, said) for option in content.options)
        told = sum(option.key in said for option in content.options)
        return by_parts(good, told - good, len(content.options), content.settings.scoring)

    def remarks(self, content: QuestionContent, answer: Answer) -> list[Faces]:
        """Return nothing: the remark on an item stands beside it."""
        return []

    def parts(self, content: QuestionContent, order: Order, answer: Answer) -> list[Part]:
        """Return the items, each with all places to choose from."""
        by_key = {option.key: option for option in content.options}
        right = {option.key: place for place, option in enumerate(content.options, start=1)}
        said = answer.get("places", {})
        choices = [(str(place), _number(place)) for place in range(1, len(order) + 1)]
        return [
            Part(
                name=str(number),
                html=by_key[key].html,
                choices=choices,
                value=str(said.get(key, "")),
                said=_number(said[key]) if key in said else Faces(),
                right=_number(right[key]),
                is_right=_is_right(content, key, said),
                feedback=by_key[key].feedback_html,
            )
            for number, key in enumerate(order, start=1)
        ]


def _is_right(content: QuestionContent, key: str, said: dict[str, int]) -> bool:
    place = said.get(key)
    keys = [option.key for option in content.options]
    return place == keys.index(key) + 1 and list(said.values()).count(place) == 1


def _number(place: int) -> Faces:
    return Faces(zh=str(place), en=str(place))
