"""Marks and weights as people type them: full-width digits, a comma for a point, blanks; pure, no database."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

from study.quiz.kinds.content import FULL

_NUMBER = re.compile(r"\d{1,9}(?:\.\d{0,40})?|\.\d{1,40}")


def read_thousandths(typed: str, *, in_percent: bool = False) -> int:
    """Return a number as typed in thousandths; finer ones are rounded, half a thousandth up.

    Args:
        typed: what stands in the field or cell.
        in_percent: whether a sign for per cent may follow.

    Raises:
        ValueError: it is no number, or less than nothing.
    """
    plain = unicodedata.normalize("NFKC", typed).strip().replace("，", ".").replace(",", ".")
    plain = plain.removesuffix("%" if in_percent else "分").strip()
    if not _NUMBER.fullmatch(plain):
        raise ValueError(typed)
    return int((Decimal(plain) * FULL).quantize(Decimal(1), rounding=ROUND_HALF_UP))
