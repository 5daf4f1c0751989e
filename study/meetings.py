"""When a meeting is, and when its code counts. Pure rules: no rows, no words."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

CODE_BEFORE: Final = timedelta(minutes=15)
CODE_AFTER: Final = timedelta(minutes=30)
"""How long before the beginning and after the end the code counts."""
CODE_DIGITS: Final = 6


@dataclass(frozen=True)
class Times:
    """From when to when a meeting is; without a beginning it is still to be announced."""

    starts_at: datetime | None
    minutes: int

    @property
    def ends_at(self) -> datetime | None:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes) if self.starts_at else None

    def is_over(self, now: datetime) -> bool:
        """Tell whether it is over."""
        return self.ends_at is not None and now >= self.ends_at

    def takes_code(self, now: datetime) -> bool:
        """Tell whether the code counts at a moment."""
        if self.starts_at is None or self.ends_at is None:
            return False
        return self.starts_at - CODE_BEFORE <= now <= self.ends_at + CODE_AFTER


def new_code() -> str:
    """Draw a code that is easy to say: six digits."""
    return "".join(secrets.choice("0123456789") for _place in range(CODE_DIGITS))


def read_code(typed: str) -> str:
    """Return the digits of what somebody typed, whatever stands between them; digits of other scripts count too."""
    return "".join(str(int(sign)) for sign in typed if sign.isdecimal())
