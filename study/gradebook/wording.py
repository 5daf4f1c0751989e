"""Turns marks, states and acts, which are data, into the reader's words."""

from typing import Any

from core.i18n import _, _l
from study.enums import GradeAct, GradeKind, GradeState, Grading
from study.gradebook.adding import Cell, rounded
from study.gradebook.forms.settings import EMPTY
from study.quiz.figures import figure
from study.quiz.kinds.content import FULL

__all__ = ["EMPTY", "figure"]

NONE = "–"
"""Where there is nothing; never 0."""

STATES: dict[GradeState, Any] = {
    GradeState.MARKED: _l("counts"),
    GradeState.WAITING: _l("waits to be marked"),
    GradeState.OPEN: _l("not yet"),
    GradeState.MISSED: _l("not handed in, counts as 0"),
    GradeState.HELD: _l("results not released yet"),
    GradeState.SEALED: _l("marked without names"),
}
TAGS = {
    GradeState.WAITING: "wait",
    GradeState.OPEN: "",
    GradeState.MISSED: "late",
    GradeState.HELD: "wait",
    GradeState.SEALED: "wait",
}
KINDS: dict[GradeKind, Any] = {
    GradeKind.QUIZ: _l("Quiz"),
    GradeKind.ASSIGNMENT: _l("Assignment"),
    GradeKind.OWN: _l("Own column"),
}
COUNTED: dict[Grading, Any] = {
    Grading.BEST: _l("the best attempt counts"),
    Grading.LAST: _l("the last attempt counts"),
    Grading.FIRST: _l("the first attempt counts"),
    Grading.MEAN: _l("the mean of all attempts counts"),
}
ACTS: dict[GradeAct, Any] = {
    GradeAct.GIVEN: _l("given"),
    GradeAct.IMPORTED: _l("from a file"),
    GradeAct.UNDONE: _l("taken back"),
}


def percent(thousandths: int) -> str:
    """Return a share in thousandths as a figure in per cent, with its sign."""
    return f"{figure(thousandths * 100)}%"


def share(exact: Any) -> str:
    """Return an exact share in per cent, to one place."""
    return percent(rounded(exact * FULL))


def points(exact: Any) -> str:
    """Return an exact share of the whole in points of a hundred, to two places; what it adds to a total."""
    return figure(rounded(exact * FULL * 10) * 10)


def mark(cell: Cell) -> str:
    """Return the mark of a cell, to one place; nothing where there is none."""
    if cell.share is None:
        return NONE
    return figure(rounded(cell.share * cell.max_mark / 100) * 100)


def total(thousandths: int | None) -> str:
    """Return a total in per cent; nothing where nothing counts."""
    return NONE if thousandths is None else percent(thousandths)


def said(thousandths: int | None) -> str:
    """Return a mark as somebody gave it; nothing where it was left to what was handed in."""
    return NONE if thousandths is None else figure(thousandths)


def counting(cell: Cell) -> str:
    """Say whether and why a mark counts."""
    if cell.counting is not None:
        return str(STATES[cell.state])
    if cell.state is GradeState.MARKED:
        return _("has no weight")
    return str(STATES[cell.state])
