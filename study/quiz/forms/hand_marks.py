"""What those who mark by hand type."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from wtforms import HiddenField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError

from core.forms import Form, Short, one_line, strip
from core.i18n import _, _l
from core.text import normalise
from study.models.hand_marks import COMMENT_MAX
from study.quiz.figures import figure
from study.quiz.hand_marking import mark_by
from study.quiz.kinds import FULL
from study.quiz.kinds.numbers import decimal_of
from study.quiz.queries.hand_marks import HandAnswer
from study.quiz.services.hand_marks import Given
from study.rubric import Mark

CLICKED_MAX = 10
"""Criteria of so many points are clicked; of more they are typed."""


class HandMarkForm(Form):
    """A comment; the points of each criterion, or the mark where there are none, are put in by ``hand_mark_form``."""

    comment = TextAreaField(_l("Comment"), filters=[strip], validators=[Optional(), Short(COMMENT_MAX)])
    seen = HiddenField()
    """The stamp of the marks as the one who marks saw them."""
    rubric: Sequence[tuple[int, str]] = ()
    max_mark = 0

    @property
    def point_fields(self) -> list[Any]:
        """The fields of the criteria, in order."""
        return [field for field in self if field.name.startswith("points")]

    @property
    def points(self) -> list[Mark]:
        """What was given by criteria. Meaningful only after validation."""
        fields = zip(self.point_fields, self.rubric, strict=True) if self.point_fields else ()
        return [Mark(int(field.data), most, title) for field, (most, title) in fields]

    @property
    def given(self) -> int:
        """The mark in thousandths. Meaningful only after validation."""
        return mark_by(self.points, self.max_mark) if self.point_fields else _thousandths(self["mark"].data)

    def fill(self, given: Given) -> None:
        """Put in what was typed into another form of the same answer."""
        self.comment.data = given.comment
        for field, mark in zip(self.point_fields, given.points, strict=False):
            field.data = mark.points
        if not self.point_fields:
            self["mark"].data = figure(given.mark)


def hand_mark_form(answer: HandAnswer, marker_id: int, *, decides: bool) -> HandMarkForm:
    """Return the form of one answer, filled with what this person gave it before."""
    rubric = () if decides else answer.content.settings.rubric
    marks, most = answer.marks, answer.slot.max_mark

    class Made(HandMarkForm):
        """The form with a field for each criterion, or one for the mark."""

    for number, (points, title) in enumerate(rubric):
        setattr(Made, f"points{number}", _points(points, title))
    if not rubric:
        Made.mark = _mark(most)
    turn = marks.turn_of(marker_id, decides=decides)
    held = next((one for one in marks.given if one.turn is turn), None)
    begin: dict[str, Any] = {"comment": held.comment if held else ""}
    known = {title: got for got, _most, title in held.points} if held else {}
    begin |= {f"points{number}": known.get(title) for number, (_points_, title) in enumerate(rubric)}
    usual = held.mark if held else marks.mean if decides else None
    begin["mark"] = figure(usual) if usual is not None else ""
    form = Made(**begin)
    form.rubric, form.max_mark = rubric, most
    if not form.is_submitted():
        form.seen.data = marks.stamp(marker_id, decides=decides)
    return form


def _points(most: int, title: str) -> Any:
    words = _("Choose how many points this earns.")
    label = _("%(title)s, 0 to %(most)s points", title=title, most=most)
    if most <= CLICKED_MAX:
        choices = [SelectChoice(number, str(number)) for number in range(most + 1)]
        # What was never chosen stays None, whatever the choices are made of.
        return RadioField(label, choices=choices, coerce=_whole, validators=[InputRequired(words)])
    words = _("Enter a number from 0 to %(most)s.", most=most)
    return IntegerField(label, validators=[InputRequired(words), NumberRange(0, most, message=words)])


def _whole(value: Any) -> int | None:
    return int(value) if value not in (None, "", "None") else None


def _mark(most: int) -> StringField:
    def check(_form: Any, field: StringField) -> None:
        try:
            fits = 0 <= _thousandths(field.data) <= most
        except ValueError:
            fits = False
        if not fits:
            raise ValidationError(_("Enter a number from 0 to %(most)s.", most=figure(most)))

    label = _("Marks, 0 to %(most)s", most=figure(most))
    return StringField(label, filters=[one_line], validators=[check])


def _thousandths(typed: str | None) -> int:
    """Return a mark as typed in thousandths; a comma is a point.

    Raises:
        ValueError: it is none, finer than a thousandth, or of a size that no mark has.
    """
    value = decimal_of(normalise(typed or "").replace(",", ".").replace("，", "."))
    mark = Fraction(value) * FULL if value is not None else None
    if mark is None or mark.denominator != 1:
        raise ValueError(typed)
    return mark.numerator
