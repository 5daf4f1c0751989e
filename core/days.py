"""Calendar days as people type and read them: a day ends when it is over where the reader lives."""

from datetime import date, datetime, time, timedelta
from typing import Any, overload

from wtforms import DateField
from wtforms.validators import ValidationError

from core.clock import utcnow
from core.i18n import _, current_zone, day_words

FURTHEST = timedelta(days=3660)


class DayField(DateField):
    """A calendar day; browsers that know no calendar show a line of text."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read the day.

        Raises:
            ValueError: it is none.
        """
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write the day like this: 2026-12-31.")) from error


def from_today(_form: Any, field: Any) -> None:
    """Check that a day is not past, where the reader lives, and not absurdly far.

    Raises:
        ValidationError: it is.
    """
    if field.data is None:
        return  # It was no day, which is said already.
    today = utcnow().astimezone(current_zone()).date()
    if not today <= field.data <= today + FURTHEST:
        raise ValidationError(_("Choose a day from today on, within ten years."))


def end_of(day: date | None) -> datetime | None:
    """Return the moment at which a day is over where the reader lives."""
    return None if day is None else datetime.combine(day + timedelta(days=1), time(), current_zone())


@overload
def last_day(moment: datetime) -> date: ...


@overload
def last_day(moment: None) -> None: ...


def last_day(moment: datetime | None) -> date | None:
    """Return the day of which ``end_of`` gives the moment."""
    return None if moment is None else (moment - timedelta(seconds=1)).astimezone(current_zone()).date()


def last_day_words(moment: datetime) -> str:
    """Return that day in words."""
    return day_words(moment - timedelta(seconds=1))
