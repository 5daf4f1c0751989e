"""What moderators type to bring a thread into order."""

from typing import Any

from wtforms import IntegerField, SelectField, SelectMultipleField, StringField
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from core.forms import Form, NotBlank, one_line
from core.i18n import _l
from forum.models import REASON_MAX, TITLE_MAX
from forum.paths import NUMBER_MAX

CHOSEN_MAX = 200
ADDRESS_MAX = 300


def _line(label: Any, words: Any, longest: int) -> StringField:
    return StringField(label, filters=[one_line], validators=[NotBlank(words), Length(max=longest)])


def _reason() -> StringField:
    return _line(_l("Reason, for everybody to read"), _l("Say why: readers see the reason."), REASON_MAX)


def _title() -> StringField:
    return _line(_l("Title of the new thread"), _l("Give it a title."), TITLE_MAX)


def _number(label: Any) -> IntegerField:
    return IntegerField(label, validators=[Optional(), NumberRange(min=2, max=NUMBER_MAX)])


class MoveForm(Form):
    """To which board."""

    place = "board_id"
    board_id = SelectField(_l("Board"), coerce=int)
    reason = _reason()


class MergeForm(Form):
    """Into which thread."""

    place = "target"
    target = _line(_l("Number or address of the other thread"), _l("Say which thread."), ADDRESS_MAX)
    reason = _reason()


class SplitForm(Form):
    """Which posts, by boxes or by a range of numbers, and what the new thread is called."""

    place = "title"
    posts = SelectMultipleField(
        _l("Posts"),
        coerce=int,
        validate_choice=False,
        validators=[Length(max=CHOSEN_MAX)],
        option_widget=CheckboxInput(),
        widget=ListWidget(),
    )
    first = _number(_l("From number"))
    last = _number(_l("To number"))
    title = _title()
    reason = _reason()

    @property
    def chosen(self) -> list[int]:
        """Ids of the posts whose boxes are ticked; those that are too large for an id are none."""
        return [one for one in self.posts.data or [] if 0 < one < 2**31]

    @property
    def range(self) -> tuple[int, int] | None:
        """The first and the last number, where a range is given; one number alone is a range of one."""
        ends = [one for one in (self.first.data, self.last.data) if one]
        return (min(ends), max(ends)) if ends else None


class CopyForm(Form):
    """Which post goes where, and under which title."""

    place = "number"
    number = IntegerField(_l("Number of the post"), validators=[NumberRange(min=1, max=NUMBER_MAX)])
    board_id = SelectField(_l("Board"), coerce=int)
    title = _title()
    reason = _reason()
