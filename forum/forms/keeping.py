"""What a member notes about a post that is kept."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from wtforms import DateField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from core.forms import Form, Short, one_line
from core.i18n import _, _l
from forum.models import NOTE_MAX

FURTHEST: Final = timedelta(days=731)


class Remind(StrEnum):
    """When a member is reminded of a post."""

    NEVER = "never"
    TOMORROW = "tomorrow"
    WEEK = "week"
    DAY = "day"


class BookmarkForm(Form):
    """A note and a reminder, both if wanted."""

    note = StringField(_l("Note, for yourself only"), filters=[one_line], validators=[Short(NOTE_MAX)])
    remind = RadioField(
        _l("Remind me"),
        choices=[
            SelectChoice(Remind.NEVER.value, _l("Not at all")),
            SelectChoice(Remind.TOMORROW.value, _l("Tomorrow morning")),
            SelectChoice(Remind.WEEK.value, _l("In a week")),
            SelectChoice(Remind.DAY.value, _l("On this day")),
        ],
        default=Remind.NEVER.value,
    )
    day = DateField(_l("Day"), validators=[Optional()])

    def chosen_day(self, today: date) -> date | None:
        """Return the day of the reminder. Meaningful only after validation."""
        days: dict[Remind, date | None] = {
            Remind.NEVER: None,
            Remind.TOMORROW: today + timedelta(days=1),
            Remind.WEEK: today + timedelta(days=7),
            Remind.DAY: self.day.data,
        }
        return days[Remind(self.remind.data)]

    def is_to_come(self, today: date) -> bool:
        """Tell whether the day asked for is one of the next two years; adds what is wrong."""
        if Remind(self.remind.data) is not Remind.DAY:
            return True
        if self.day.data is None:
            self.add_error("day", _("Choose a day."))
        elif not today < self.day.data <= today + FURTHEST:
            self.add_error("day", _("Choose a day from tomorrow on, within two years."))
        return not self.day.errors
