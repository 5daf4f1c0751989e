"""Marks and shares, which are whole thousandths, as figures."""

from study.quiz.kinds.content import FULL


def figure(thousandths: int) -> str:
    """Return a mark or weight in thousandths as a figure without needless zeros."""
    whole, rest = divmod(abs(thousandths), FULL)
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{whole}.{rest:03d}".rstrip("0").rstrip(".")


def percent(thousandths: int) -> str:
    """Return a share in thousandths as a figure in per cent, without the sign."""
    return figure(thousandths * 100)
