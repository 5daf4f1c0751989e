"""Files that pages of the study room hand out."""

from collections.abc import Iterable, Sequence

from flask import Response

from core.tables import as_csv


def csv_answer(name: str, rows: Iterable[Sequence[object]]) -> Response:
    """Return a table to keep, under a plain file name."""
    answer = Response(as_csv(rows), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer
