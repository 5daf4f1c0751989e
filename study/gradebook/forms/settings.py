"""What somebody types about weights and about columns of their own."""

from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional, ValidationError

from core.days import DayField, end_of, last_day
from core.forms import Form, face_line, faces_of, one_line, require_one_face
from core.i18n import _, _l
from study.enums import EmptyMark
from study.gradebook.queries.items import Book, Item
from study.gradebook.services.settling import Column, Settings, stamp_of
from study.gradebook.typed import read_thousandths
from study.models import GradeItem
from study.models.grades import FULL_MARK, MARK_MAX, WEIGHT_MAX
from study.quiz.figures import figure

TITLE_MAX = 120
EMPTY: dict[EmptyMark, Any] = {
    EmptyMark.OPEN: _l("Not yet. It does not count until there is a mark."),
    EmptyMark.ZERO: _l("Not yet, until it is due. From then on nothing handed in counts as 0."),
}


class WeightsForm(Form):
    """What an empty mark means; the weight of each column is put in by ``weights_form``."""

    empty = RadioField(
        _l("What an empty mark means"),
        choices=[SelectChoice(value.value, words) for value, words in EMPTY.items()],
        default=EmptyMark.OPEN.value,
    )
    seen = HiddenField()
    """What was settled when the page was shown."""
    items: tuple[Item, ...] = ()

    @property
    def lines(self) -> list[tuple[Item, Any, Any]]:
        """The columns, each with the field of its weight and the box that hides it."""
        return [(item, self[f"w-{item.key}"], self[f"h-{item.key}"]) for item in self.items]

    @property
    def settings(self) -> Settings:
        """What was typed. Meaningful only after validation."""
        return Settings(
            weights={item.key: read_thousandths(weight.data) for item, weight, _hidden in self.lines},
            hidden=frozenset(item.key for item, _weight, hidden in self.lines if hidden.data),
            empty=EmptyMark(self.empty.data),
        )


def weights_form(book: Book) -> WeightsForm:
    """Return the form of a gradebook, filled with what is settled."""

    class Made(WeightsForm):
        """The form with two fields for each column."""

    for item in book.items:
        label = _("Weight: %(title)s", title=item.title.pick())
        setattr(Made, f"w-{item.key}", StringField(label, filters=[one_line], validators=[_weight]))
        hidden = _("Hidden from learners: %(title)s", title=item.title.pick())
        setattr(Made, f"h-{item.key}", BooleanField(hidden))
    begin: dict[str, Any] = {"empty": book.empty.value}
    begin |= {f"w-{item.key}": figure(item.weight) for item in book.items}
    begin |= {f"h-{item.key}": item.is_hidden for item in book.items}
    form = Made(data=begin)
    form.items = tuple(book.items)
    if not form.is_submitted():
        form.seen.data = stamp_of(book)
    return form


def _weight(_form: Any, field: Any) -> None:
    try:
        fits = read_thousandths(field.data or "") <= WEIGHT_MAX
    except ValueError:
        fits = False
    if not fits:
        raise ValidationError(
            _("%(field)s. Enter a number from 0 to %(most)s.", field=field.label.text, most=figure(WEIGHT_MAX))
        )


class ColumnForm(Form):
    """A column of its own: what it is called, what it is marked out of, and by when."""

    title_zh = face_line(_l("Title in Chinese"), "zh", limit=TITLE_MAX)
    title_en = face_line(_l("Title in English"), "en", limit=TITLE_MAX)
    max_mark = StringField(_l("Full mark"), default=figure(FULL_MARK), filters=[one_line])
    due = DayField(_l("Last day"), validators=[Optional()])

    def validate_max_mark(self, field: StringField) -> None:
        """Check that it is a mark above nothing.

        Raises:
            ValidationError: it is not.
        """
        try:
            fits = 0 < read_thousandths(field.data or "") <= MARK_MAX
        except ValueError:
            fits = False
        if not fits:
            raise ValidationError(_("Enter a number above 0, up to %(most)s.", most=figure(MARK_MAX)))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check all fields, and that there is a title at all."""
        valid = super().validate(extra_validators)
        return require_one_face(self, "title") and valid

    def show(self, row: GradeItem) -> None:
        """Fill the fields with a column as it is."""
        self.title_zh.data, self.title_en.data = row.title.zh, row.title.en
        self.max_mark.data, self.due.data = figure(row.max_mark), last_day(row.due_at)

    @property
    def column(self) -> Column:
        """What was typed. Meaningful only after validation."""
        return Column(
            title=faces_of(self, "title"),
            max_mark=read_thousandths(self.max_mark.data or ""),
            due_at=end_of(self.due.data),
        )
