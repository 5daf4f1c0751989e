"""Refuses a question over somebody else's later version, once, and says what would be lost; see ``study.forms.saving``.

Two versions are compared by what they say, not field by field: a form has rows and fields that a kind does not use.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from wtforms import HiddenField

from core.differences import compare, shortened
from core.forms import Form
from core.i18n import _
from study.forms.saving import ChangedMeanwhile, Difference
from study.quiz.differing import texts_of
from study.quiz.kinds import QuestionContent


@dataclass(frozen=True, kw_only=True)
class Saying:
    """All that the form of a question writes: as it is stored, or as somebody typed it."""

    name: str
    content: QuestionContent
    cited: str
    """The address of the paragraph it rests on; empty for none."""

    @property
    def mark(self) -> str:
        """A short mark, another for every other question."""
        told = repr((self.name, self.content.digest, self.cited))
        return blake2b(told.encode("utf-8", "replace"), digest_size=12).hexdigest()

    def texts(self) -> dict[str, str]:
        """Return what it says, by the label of each part."""
        ends = {_("Short name"): self.name, _("What it rests on"): self.cited}
        return texts_of(self.content) | {label: words for label, words in ends.items() if words}


class SeenFields(Form):
    """The part of a form that knows which version it was made from."""

    seen = HiddenField()
    differences: tuple[Difference, ...] = ()

    def remember(self, stored: Saying) -> None:
        """Note what the question says now."""
        self.seen.data = stored.mark

    def check(self, stored: Saying, typed: Saying) -> None:
        """Do nothing where the question still says what it said when the form was made, or just what was typed.

        Raises:
            ChangedMeanwhile: it says something else by now; the next save goes through.
        """
        if self.seen.data and stored.mark not in (self.seen.data, typed.mark):
            raise ChangedMeanwhile(list(_differences(stored.texts(), typed.texts())))

    def refuse(self, error: ChangedMeanwhile, stored: Saying) -> None:
        """Show what would be lost, and let the next save go through."""
        self.differences = tuple(error.differences)
        self.remember(stored)


def _differences(now: dict[str, str], typed: dict[str, str]) -> Iterator[Difference]:
    for label in dict.fromkeys([*now, *typed]):
        old, new = now.get(label, ""), typed.get(label, "")
        if old != new:
            yield Difference(label, shortened(compare(old, new)))
