"""Things that belong together."""

import random
from collections.abc import Sequence
from typing import Any

from core.faces import Faces
from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.kinds.base import Answer, Given, Kind, Order, Part, by_parts, mixed, place_in
from study.quiz.kinds.content import Option, QuestionContent


class Matching(Kind):
    """Each text belongs to a partner; partners without a text only distract.

    Answer: ``{"pairs": {key of the text: key of the partner}}``. Order of a paper: ``[texts, partners]``.
    """

    kind = QuestionKind.MATCHING

    def problem(self, content: QuestionContent) -> Any:
        """Ask for two pairs, each whole."""
        if any(not option.partner for option in content.options):
            return _l("Each text needs its partner.")
        asked = _asked(content)
        if len(asked) < 2:
            return _l("A matching question needs at least two pairs.")
        if len({option.partner for option in content.options}) < 2:
            return _l("The partners are all the same.")
        return None

    def order(self, content: QuestionContent, rng: random.Random | None) -> list[Any]:
        """Mix the partners always, and the texts where quiz and question let them."""
        asked = [option.key for option in _asked(content)]
        if rng and not content.settings.keep_order:
            rng.shuffle(asked)
        return [asked, mixed(sorted(set(_partners(content).values())), rng, content)]

    def read(self, content: QuestionContent, order: Order, given: Given) -> dict[str, Any]:
        """Return which partner was chosen for which text."""
        asked, partners = order
        pairs = {}
        for place, key in enumerate(asked, start=1):
            if number := place_in(given.parts.get(str(place), ""), len(partners)):
                pairs[key] = partners[number - 1]
        return {"pairs": dict(sorted(pairs.items()))}

    def is_answered(self, answer: Answer) -> bool:
        """Tell whether any partner is chosen."""
        return bool(answer.get("pairs"))

    def fraction(self, content: QuestionContent, answer: Answer) -> int:
        """Return what the right pairs earn, each the same."""
        right, said = _partners(content), answer.get("pairs", {})
        asked = _asked(content)
        good = sum(said.get(option.key) == right[option.key] for option in asked)
        told = sum(option.key in said for option in asked)
        return by_parts(good, told - good, len(asked), content.settings.scoring)

    def remarks(self, content: QuestionContent, answer: Answer) -> list[Faces]:
        """Return nothing: the remark of a pair stands beside it."""
        return []

    def parts(self, content: QuestionContent, order: Order, answer: Answer) -> list[Part]:
        """Return the texts, each with all partners to choose from."""
        asked, partners = order
        by_key = {option.key: option for option in content.options}
        choices = [(str(number), by_key[key].partner_html) for number, key in enumerate(partners, start=1)]
        right, said = _partners(content), answer.get("pairs", {})
        found = []
        for place, key in enumerate(asked, start=1):
            chosen = said.get(key)
            found.append(
                Part(
                    name=str(place),
                    html=by_key[key].html,
                    choices=choices,
                    value=str(partners.index(chosen) + 1) if chosen in partners else "",
                    said=by_key[chosen].partner_html if chosen in by_key else Faces(),
                    right=by_key[key].partner_html,
                    is_right=chosen == right[key],
                    feedback=by_key[key].feedback_html,
                )
            )
        return found


def _asked(content: QuestionContent) -> Sequence[Option]:
    return [option for option in content.options if option.text]


def _partners(content: QuestionContent) -> dict[str, str]:
    """Return the key of the partner of each option: two options with the same partner share one."""
    first: dict[Faces, str] = {}
    return {option.key: first.setdefault(option.partner, option.key) for option in content.options}
