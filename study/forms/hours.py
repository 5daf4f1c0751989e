"""Of which days somebody wants to see the hours."""

from datetime import date, timedelta

from wtforms.validators import InputRequired, ValidationError

from core.clock import utcnow
from core.days import DayField
from core.forms import Form
from core.i18n import _, _l, current_zone

LONGEST = timedelta(days=3660)


class HoursForm(Form):
    """A period; without one the present year so far."""

    class Meta:
        """Asked by GET: nothing is written."""

        csrf = False

    first = DayField(_l("From"), validators=[InputRequired(_l("Choose a day."))])
    last = DayField(_l("Until"), validators=[InputRequired(_l("Choose a day."))])

    def validate_last(self, field: DayField) -> None:
        """Check that the period is one.

        Raises:
            ValidationError: it ends before it begins, or is absurdly long.
        """
        if self.first.data and field.data and not timedelta(0) <= field.data - self.first.data <= LONGEST:
            raise ValidationError(_("Choose a day after the first, within ten years."))


def this_year() -> tuple[date, date]:
    """Return the first day of the present year and today, where the reader lives."""
    today = utcnow().astimezone(current_zone()).date()
    return today.replace(month=1, day=1), today


def usual_periods() -> list[tuple[str, date, date]]:
    """Return the periods that are often asked for, by name."""
    begin, today = this_year()
    month = today.replace(day=1)
    quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
    return [
        (_("This month"), month, today),
        (_("This quarter"), quarter, today),
        (_("This year"), begin, today),
        (_("Last year"), begin.replace(year=begin.year - 1), begin - timedelta(days=1)),
    ]
