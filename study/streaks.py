"""How many days in a row somebody studied: a pure rule."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Final

DAY: Final = timedelta(days=1)
ONE_FREE_IN: Final = 7
"""Days of which one may be free."""


def days_in_a_row(studied: Collection[date], today: date) -> int:
    """Count the days studied without a break up to today.

    One free day in any seven is forgiven and not counted; today may still come.
    """
    count, free = 0, None
    day = today if today in studied else today - DAY
    while True:
        if day in studied:
            count += 1
        elif day - DAY not in studied or (free is not None and (free - day).days < ONE_FREE_IN):
            return count
        else:
            free = day
        day -= DAY
