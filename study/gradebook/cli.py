"""``xuetan export grades``: the gradebook of a course as a file."""

import json
from pathlib import Path

import click

from core.i18n import in_language
from core.tables import as_csv, as_xlsx
from study.gradebook.queries.items import book_of
from study.gradebook.sheets import table_of
from study.queries.courses import find_course

ENDINGS = (".csv", ".xlsx")


@click.command("grades")
@click.argument("path", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--course", "slug", required=True, help="Address of the course.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else on standard output.")
def export_grades(path: Path, slug: str, *, as_json: bool) -> None:
    """Write the gradebook of a course into the file PATH, CSV or XLSX by its name.

    Marks that are given without names are left empty as long as the names are hidden.
    """
    if path.suffix.lower() not in ENDINGS:
        raise click.UsageError("The file is called something.csv or something.xlsx.")
    course = find_course(slug)
    if course is None:
        raise click.UsageError(f"There is no course {slug!r}.")
    with in_language("en"):
        rows = table_of(book_of(course))
        title = course.title.pick()
    content = as_xlsx({title: rows}) if path.suffix.lower() == ".xlsx" else as_csv(rows).encode()
    path.write_bytes(content)
    said = {"course": slug, "learners": len(rows) - 1, "file": str(path)}
    words = f"Wrote the marks of {len(rows) - 1} learners to {path}."
    click.echo(json.dumps(said, ensure_ascii=False) if as_json else words)
