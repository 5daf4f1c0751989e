"""Reports as rows of a table, in the reader's words, for files that are taken away."""

from collections.abc import Iterator, Sequence

from accounts.models import Branch
from core.i18n import _
from study.queries.quarters import Sheet
from study.queries.reports import BranchLine, CourseLine, Line
from study.tallying import SMALLEST_SAMPLE

Row = Sequence[object]


def report_rows(
    branch: Branch, members: int, courses: Sequence[CourseLine], below: Sequence[BranchLine]
) -> Iterator[Row]:
    """Give the branch itself and those directly below, each with every course; shares of few people stay empty."""
    yield (
        _("Branch"),
        _("Members"),
        _("Course"),
        _("Taking it"),
        _("Not begun"),
        _("Under way"),
        _("Done"),
        _("Overdue"),
        _("Share done in %"),
    )
    for course in courses:
        yield _row(branch.name.pick(), members, course, course)
    for line in below:
        for course in courses:
            if course.id in line.cells:
                yield _row(line.name.pick(), line.members, course, line.cells[course.id])


def _row(branch: str, members: int, course: CourseLine, line: Line) -> Row:
    counts = line.counts
    share = "" if line.share is None else line.share
    return (branch, members, course.title.pick(), counts.taking, *counts, share)


def sheet_rows(branch: Branch, sheet: Sheet) -> Iterator[Row]:
    """Give the quarterly sheet: first the branch, then its courses."""
    yield _("Quarterly sheet"), branch.name.pick()
    yield _("Quarter"), f"{sheet.quarter.first} – {sheet.quarter.last}"
    for words, number in (
        (_("Members"), sheet.members),
        (_("Members who take a course"), sheet.learners),
        (_("Coverage in %"), sheet.coverage),
        (_("Members who studied in the quarter"), sheet.active),
        (_("Activity in %"), sheet.activity),
        (_("Hours studied"), sheet.hours),
        (_("Courses begun"), sheet.begun),
        (_("Courses finished"), sheet.finished),
        (_("Overdue today"), sheet.overdue),
    ):
        yield words, "–" if number is None else number
    yield ()
    yield (
        _("Course"),
        _("Taking it"),
        _("Begun in the quarter"),
        _("Finished in the quarter"),
        _("Done by now"),
        _("Overdue"),
        _("Share done in %"),
    )
    for line in sheet.lines:
        if line.is_shown:
            done, overdue = line.counts.done, line.counts.overdue
            yield line.title.pick(), line.taking, line.begun, line.finished, done, overdue, line.share
        else:
            yield line.title.pick(), FEW, *["–"] * 5


FEW = f"< {SMALLEST_SAMPLE}"
