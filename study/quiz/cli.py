"""``xuetan import questions`` and ``xuetan export questions``: a question file into a bank of a course, and back."""

import json
import sys
from pathlib import Path

import click

from core.db import db
from core.i18n import in_language
from study.models import Course, Question, QuestionVersion
from study.models.questions import BANK_NAME_MAX
from study.queries.courses import find_course
from study.quiz.formats import AUTO, FORMATS, FileRefused, Refused, read
from study.quiz.queries.banks import find_bank
from study.quiz.services.batches import Batch, prepare_batch
from study.quiz.services.exports import WRITERS, entries_of, export
from study.quiz.services.imports import Report, preview
from study.quiz.taking_in import AT_ONCE, take_in


@click.command("questions")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--course", "slug", required=True, help="Address of the course, such as open-branch.")
@click.option("--bank", "bank_name", default="", help="Name of the question bank; the name of the file when left out.")
@click.option("--format", "format_name", type=click.Choice([AUTO, *FORMATS]), default=AUTO, show_default=True)
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else on standard output.")
def import_questions(path: Path, slug: str, bank_name: str, format_name: str, *, dry_run: bool, as_json: bool) -> None:
    """Import the questions of PATH into a bank of a course.

    Good questions are kept, refused ones named with line and reason. The same file imported twice adds nothing.
    """
    course = find_course(slug)
    if course is None:
        raise click.UsageError(f"There is no course {slug!r}.")
    name = (bank_name.strip() or path.stem)[:BANK_NAME_MAX]
    with in_language("en"):
        try:
            batch = prepare_batch(read(path.read_bytes(), path.name, format_name), course.id)
        except FileRefused as error:
            # The file as a whole is what was refused: number 0.
            line = int(str(error.words.get("line", 1)))
            batch = Batch(refused=[Refused(number=0, line=line, error=str(error))])
        report = preview(find_bank(course, name), course, batch) if dry_run else _store(course, name, batch, path.name)
        db.session.rollback()
        _print(report, as_json=as_json, dry_run=dry_run)
    sys.exit(1 if report.refused or report.file_faults else 0)


@click.command("questions")
@click.argument("path", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--course", "slug", required=True, help="Address of the course, such as open-branch.")
@click.option("--bank", "bank_name", required=True, help="Name of the question bank.")
@click.option("--format", "format_name", type=click.Choice(list(WRITERS)), default="moodle-xml", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else on standard output.")
def export_questions(path: Path, slug: str, bank_name: str, format_name: str, *, as_json: bool) -> None:
    """Write the questions of a bank into the file PATH, and name those that the format cannot hold."""
    course = find_course(slug)
    bank = find_bank(course, bank_name) if course else None
    if bank is None:
        raise click.UsageError(f"There is no question bank {bank_name!r} in a course {slug!r}.")
    with in_language("en"):
        made = export(entries_of(bank), format_name)
    path.write_bytes(made.data)
    if as_json:
        left = [{"name": entry.name, "error": why} for entry, why in made.left]
        told = {"whole": len(made.whole), "changed": [entry.name for entry in made.changed], "left_out": left}
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for entry, why in made.left:
            click.echo(f"{entry.name}: {why}", err=True)
        click.echo(f"{len(made.whole)} whole, {len(made.changed)} changed, {len(made.left)} left out.")
    sys.exit(1 if made.left else 0)


def _store(course: Course, bank_name: str, batch: Batch, file_name: str) -> Report:
    def held() -> Course:
        found = find_course(course.slug)
        if found is None:
            raise click.ClickException("The course was deleted meanwhile.")
        return found

    parts = take_in(batch, bank_name, None, file_name, held)
    report = next(parts)
    with click.progressbar(
        parts,
        length=-(-len(batch.candidates) // AT_ONCE),
        label="Questions",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        for report in bar:  # noqa: B007 -- the last one is whole
            # Else every commit looks again at all rows so far.
            _forget_questions()
    return report


def _forget_questions() -> None:
    for row in list(db.session):
        if isinstance(row, Question | QuestionVersion):
            db.session.expunge(row)


def _print(report: Report, *, as_json: bool, dry_run: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.to_json(), ensure_ascii=False))
        return
    for one in report.refused:
        place = f"line {one.line}, question {one.number}" if one.number else f"line {one.line}"
        click.echo(f"{place}: {one.error}", err=True)
    for fault in report.file_faults:
        click.echo(f"line {fault.line}, question {fault.number}: {fault.name}: {fault.error}", err=True)
    done = "would be imported" if dry_run else "imported"
    click.echo(f"{len(report.imported)} {done}, {len(report.unchanged)} there before, {len(report.refused)} refused.")
