"""Changes of keys as rows of a table, in the reader's words, for files that are taken away."""

from collections.abc import Iterable, Iterator, Sequence

from core.i18n import _
from study.quiz.figures import figure
from study.quiz.queries.key_sheet import Sheet
from study.quiz.queries.keys import MovedPaper
from study.quiz.verdicts import Verdicts

Row = Sequence[object]


def sheet_rows(sheet: Sheet) -> Iterator[Row]:
    """Give every paper that a change would be about, those first that cross the line."""
    yield _head()
    still = sorted((line for line in sheet.lines if not line.has_moved), key=lambda line: (line.name, line.attempt_id))
    for line in (*sheet.moved, *still):
        yield _row(line.name, line.number, line.before, line.after)


def change_rows(papers: Iterable[MovedPaper]) -> Iterator[Row]:
    """Give every paper that a change did something to."""
    yield _head()
    for paper in papers:
        yield _row(paper.name, paper.number, paper.before, paper.after)


def _head() -> Row:
    return (
        _("Name"),
        _("Attempt"),
        _("Marks before"),
        _("of"),
        _("Passed before"),
        _("Marks after"),
        _("of"),
        _("Passed after"),
    )


def _row(name: str, number: int, before: Verdicts, after: Verdicts) -> Row:
    return (name, number, *_side(before), *_side(after))


def _side(one: Verdicts) -> Row:
    mark = "" if one.mark is None else figure(one.mark)
    return mark, figure(one.max_mark), {True: _("yes"), False: _("no"), None: ""}[one.passed]
