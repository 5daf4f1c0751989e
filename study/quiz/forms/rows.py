"""The rows of a question's form: options, gaps, and what is said for a band of marks."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import wtforms
from wtforms import Field, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice

from core.faces import Faces
from core.forms import Short, face_line, one_line, strip
from core.i18n import _, _l
from study.enums import QuestionKind
from study.quiz.forms.gaps import read_answers, write_answers
from study.quiz.kinds import ANSWER_MAX, FULL, Band, Gap, Option

OPTION_MAX = 2000
GAP_MAX = 4000
GAP_KINDS = {
    QuestionKind.SHORT_ANSWER: _l("words"),
    QuestionKind.NUMERICAL: _l("a number"),
    QuestionKind.SINGLE_CHOICE: _l("a menu"),
}


class WeightWrong(ValueError):
    """A weight is no number or out of range; the message says which."""


def thousandths(typed: str | None, usual: int) -> int:
    """Return a share typed in per cent as thousandths, or the usual one where nothing was typed.

    Raises:
        WeightWrong: it is none.
    """
    words = (typed or "").rstrip("% ％").strip()
    if not words:
        return usual
    try:
        percent = Decimal(words)
    except InvalidOperation as error:
        raise WeightWrong(_("“%(text)s” is not a weight. Enter a number from -100 to 100.", text=words)) from error
    if not percent.is_finite() or abs(percent) > 100:
        raise WeightWrong(_("“%(text)s” is not a weight. Enter a number from -100 to 100.", text=words))
    return int((percent * 10).to_integral_value())


def percent(share: int) -> str:
    """Return a share in thousandths as it is typed."""
    return f"{Decimal(share) / 10:f}"


class Row(wtforms.Form):
    """A row with pairs of fields for two faces."""

    def faces(self, name: str) -> Faces:
        """Return both faces of a pair of fields."""
        return Faces(zh=self[f"{name}_zh"].data or "", en=self[f"{name}_en"].data or "")

    def fill(self, name: str, faces: Faces) -> None:
        """Fill both fields of a pair."""
        self[f"{name}_zh"].data, self[f"{name}_en"].data = faces.zh, faces.en


class OptionForm(Row):
    """One row: an option, an accepted answer, a pair, an item."""

    text_zh = face_line(_l("Answer in Chinese"), "zh", limit=OPTION_MAX)
    text_en = face_line(_l("Answer in English"), "en", limit=OPTION_MAX)
    partner_zh = face_line(_l("Belongs to, in Chinese"), "zh", limit=OPTION_MAX)
    partner_en = face_line(_l("Belongs to, in English"), "en", limit=OPTION_MAX)
    pattern = StringField(_l("Accepted answer"), filters=[one_line], validators=[Short(ANSWER_MAX)])
    tolerance = StringField(_l("Tolerance"), filters=[one_line], validators=[Short(40)])
    weight = StringField(_l("Weight in %"), filters=[one_line], validators=[Short(12)])
    feedback_zh = face_line(_l("Remark in Chinese"), "zh", limit=OPTION_MAX)
    feedback_en = face_line(_l("Remark in English"), "en", limit=OPTION_MAX)

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing was typed that makes it an answer."""
        return not (self.faces("text") or self.faces("partner") or self.pattern.data)

    def show(self, option: Option, usual: int, *, weighed: bool) -> None:
        """Fill the row with an option as it is."""
        for name in ("text", "partner", "feedback"):
            self.fill(name, getattr(option, name))
        self.pattern.data, self.tolerance.data = option.pattern, option.tolerance
        if weighed and option.fraction != usual:
            self.weight.data = percent(option.fraction)

    def option(self, kind: QuestionKind, usual: int) -> Option:
        """Return what was typed, as far as the kind has it.

        Raises:
            WeightWrong: the weight is no number.
        """
        told: dict[str, Any] = {name: getattr(self, name).data or "" for name in TYPED_FIELDS.get(kind, ())}
        told |= {name: self.faces(name) for name in FACE_FIELDS.get(kind, ())}
        share = thousandths(self.weight.data, usual) if kind in WEIGHED else usual
        return Option(fraction=share, feedback=self.faces("feedback"), **told)


TYPED_FIELDS: dict[QuestionKind, Sequence[str]] = {
    QuestionKind.SHORT_ANSWER: ("pattern",),
    QuestionKind.NUMERICAL: ("pattern", "tolerance"),
}
FACE_FIELDS: dict[QuestionKind, Sequence[str]] = {
    QuestionKind.SINGLE_CHOICE: ("text",),
    QuestionKind.MULTIPLE_CHOICE: ("text",),
    QuestionKind.MATCHING: ("text", "partner"),
    QuestionKind.ORDERING: ("text",),
}
WEIGHED = frozenset(
    {
        QuestionKind.SINGLE_CHOICE,
        QuestionKind.MULTIPLE_CHOICE,
        QuestionKind.SHORT_ANSWER,
        QuestionKind.NUMERICAL,
    }
)


class GapForm(Row):
    """One gap of a cloze."""

    key = StringField(_l("Name of the gap"), filters=[one_line], validators=[Short(8)])
    kind = SelectField(
        _l("Filled with"),
        choices=[SelectChoice(kind.value, words) for kind, words in GAP_KINDS.items()],
        default=QuestionKind.SHORT_ANSWER.value,
    )
    weight = StringField(_l("Counts as"), filters=[one_line], validators=[Short(3)])
    answers = TextAreaField(_l("Answers, one a line"), filters=[strip], validators=[Short(GAP_MAX)])

    @property
    def is_blank(self) -> bool:
        """Tell whether no answer was typed."""
        return not self.answers.data

    def show(self, gap: Gap) -> None:
        """Fill the row with a gap as it is."""
        self.key.data, self.kind.data = gap.key, gap.kind.value
        self.weight.data = str(gap.weight) if gap.weight != 1 else ""
        self.answers.data = write_answers(gap.kind, gap.options)

    def gap(self, number: int) -> Gap:
        """Return what was typed. A gap without a name is called by its number, a weight that is none weighs nothing."""
        kind = QuestionKind(self.kind.data)
        weight = self.weight.data or "1"
        return Gap(
            key=self.key.data or str(number),
            kind=kind,
            weight=int(weight) if weight.isdecimal() else 0,
            options=read_answers(kind, self.answers.data or ""),
        )


class BandForm(Row):
    """What is said to whoever earned at least so much."""

    least = StringField(_l("Earned at least, in %"), filters=[one_line], validators=[Short(12)])
    text_zh = face_line(_l("What is said, in Chinese"), "zh", limit=OPTION_MAX)
    text_en = face_line(_l("What is said, in English"), "en", limit=OPTION_MAX)

    def show(self, band: Band) -> None:
        """Fill the row with a band as it is."""
        self.least.data = percent(band.least)
        self.fill("text", band.feedback)

    def band(self) -> Band | None:
        """Return what was typed, None where nothing is said.

        Raises:
            WeightWrong: the limit is no number.
        """
        said = self.faces("text")
        return Band(least=thousandths(self.least.data, FULL), feedback=said) if said else None


class RightField(Field):
    """The places of the right options: radio buttons or check boxes beside the rows."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Take the places that were marked."""
        self.data = {int(value) for value in valuelist if value.isdecimal() and len(value) < 4}
