"""``xuetan import materials``: a file, a folder or JSON lines into a course, idempotent by name and checksum."""

import json
import os
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import click

from core import files
from core.db import db, transaction
from core.errors import Invalid
from core.i18n import in_language
from core.media_types import BINARY
from study.enums import ExtractionFault
from study.extraction import ENDINGS, IN_CHILD, Extracted, Unreadable, extract, runner
from study.models.materials import EXTERNAL_ID_MAX, ORIGIN_MAX
from study.queries.courses import find_course
from study.queries.materials import Known, list_known
from study.services.materials import Arrival, Outcome, list_good, take_in, text_arrival
from study.services.readings import keep_pictures
from study.services.uploads import kind_of
from study.wording import FAULTS

LINES_A_BATCH = 500
FILES_A_BATCH = 50
LINES = (".jsonl", ".ndjson")


@dataclass
class Report:
    """What became of everything that came in."""

    imported: int = 0
    unchanged: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)

    def count(self, outcomes: Iterable[Outcome]) -> None:
        """Add a batch."""
        for outcome in outcomes:
            if outcome is Outcome.UNCHANGED:
                self.unchanged += 1
            else:
                self.imported += 1


@click.command("materials")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--course", "slug", required=True, help="Address of the course, such as open-branch.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else on standard output.")
def import_materials(path: Path, slug: str, as_json: bool) -> None:
    """Import PATH into a course: a file, a folder with all below it, or JSON lines (id, title, text, optional lang).

    What was imported before and did not change is left alone; what changed becomes a new version of the same material.
    """
    course = find_course(slug)
    if course is None:
        raise click.UsageError(f"There is no course {slug!r}.")
    course_id, report = course.id, Report()
    with in_language("en"):
        if path.suffix.lower() in LINES:
            _import_lines(path, course_id, report)
        else:
            _import_files(path, course_id, report)
    _print(report, as_json)
    sys.exit(1 if report.refused else 0)


def _print(report: Report, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(vars(report), ensure_ascii=False))
        return
    click.echo(f"Imported {report.imported}, unchanged {report.unchanged}, refused {len(report.refused)}.")
    for refusal in report.refused:
        click.echo(f"  {refusal.get('file') or 'line ' + str(refusal['line'])}: {refusal['error']}", err=True)


def _bar(length: int, label: str) -> Any:
    """A progress bar on a terminal; silent elsewhere, and never on standard output."""
    return click.progressbar(length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty())


def _import_lines(path: Path, course_id: int, report: Report) -> None:
    """Take in JSON lines, some hundreds a transaction; the bar counts bytes, so the file is read once."""
    with path.open("rb") as lines, _bar(path.stat().st_size, "Importing") as bar:
        numbered = enumerate(lines, start=1)
        while batch := list(islice(numbered, LINES_A_BATCH)):
            arrivals: list[Arrival] = []
            for number, line in batch:
                try:
                    if arrival := _read_line(line):
                        arrivals.append(arrival)
                except ValueError as error:
                    report.refused.append({"line": number, "error": str(error)})
            with transaction():
                report.count(take_in(course_id, arrivals, None))
            bar.update(sum(len(line) for _number, line in batch))


def _read_line(line: bytes) -> Arrival | None:
    """Read one line; blank lines are nothing.

    Raises:
        ValueError: with what is wrong, in words.
    """
    if not line.strip():
        return None
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError("The line is not JSON in UTF-8.") from error
    if not isinstance(row, dict):
        raise ValueError("The line is not a JSON object.")  # noqa: TRY004 -- all faults of a line are one kind
    ident, title, text = _text_of(row, "id"), _text_of(row, "title"), _text_of(row, "text")
    if not ident.isprintable() or not 0 < len(ident) <= EXTERNAL_ID_MAX:
        raise ValueError(f"“id” must have 1 to {EXTERNAL_ID_MAX} printable characters.")
    if not title and not text:
        raise ValueError("“title” and “text” are both empty.")
    return text_arrival(ident, title or text.strip().splitlines()[0], text, _language_of(_text_of(row, "lang")))


def _language_of(tag: str) -> str:
    """Return the language a line names, as far as it is one we know; else it is told by the text."""
    return tag if tag in ("zh-Hans", "zh-Hant", "en") else ""


def _text_of(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str):
        raise ValueError(f"“{name}” is not text.")  # noqa: TRY004 -- as above
    return value


def _found(path: Path) -> tuple[Path, list[Path]]:
    """Return the folder that names are relative to and the files, in the order of their names."""
    if path.is_file():
        return path.parent, [path]
    return path, sorted(
        one for one in path.rglob("*") if one.is_file() and not any(part.startswith(".") for part in one.parts[-1:])
    )


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A file on its way in."""

    path: Path
    name: str
    origin: str
    checksum: str
    media_type: str
    fault: ExtractionFault | None = None
    """Why it cannot be read, where its type says so already."""


def _import_files(path: Path, course_id: int, report: Report) -> None:
    """Take in files, read by a few processes at once, some dozens a transaction."""
    folder, paths = _found(path)
    known = list_known(course_id)
    origin = path.resolve().name[:ORIGIN_MAX] if path.is_dir() else ""
    db.session.rollback()  # Reading files may take long; the database is not kept waiting for it.
    with _bar(len(paths), "Importing") as bar, ThreadPoolExecutor(os.cpu_count() or 2) as readers:
        for batch in _batches(paths, FILES_A_BATCH):
            candidates = _candidates(batch, folder, origin, known, report)
            _take_files(_read_all(candidates, readers), course_id, report)
            bar.update(len(batch))


def _batches(items: Sequence[Path], size: int) -> Iterator[Sequence[Path]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _name(inside: str, origin: str, known: Mapping[str, Known]) -> str:
    """Return the name of a file: its path inside the folder, or where another folder has one of that path, both."""
    there = known.get(inside[:EXTERNAL_ID_MAX])
    name = f"{origin}/{inside}" if there and origin and there.origin not in ("", origin) else inside
    return name[:EXTERNAL_ID_MAX]


def _candidates(
    paths: Sequence[Path], folder: Path, origin: str, known: Mapping[str, Known], report: Report
) -> list[Candidate]:
    """Leave out what is unchanged and refuse what is none of ours."""
    found: list[Candidate] = []
    for path in paths:
        inside = path.relative_to(folder).as_posix()
        if path.suffix.lower() not in ENDINGS:
            _refuse(report, inside, str(FAULTS[ExtractionFault.KIND_REFUSED]))
            continue
        digest = sha256(path.read_bytes()).hexdigest()
        name = _name(inside, origin, known)
        if name in known and known[name].checksum == digest:
            report.unchanged += 1
            continue
        media_type, fault = _kind(path)
        found.append(
            Candidate(path=path, name=name, origin=origin, checksum=digest, media_type=media_type, fault=fault)
        )
    return found


def _kind(path: Path) -> tuple[str, ExtractionFault | None]:
    with path.open("rb") as stream:
        try:
            return kind_of(stream, path.name), None
        except files.FileNotWhatItSays:
            return BINARY, ExtractionFault.OTHER_KIND


def _refuse(report: Report, name: str, words: str) -> None:
    report.refused.append({"file": name, "error": words})


def _read(candidate: Candidate) -> Extracted:
    if candidate.fault:
        raise Unreadable(candidate.fault)
    reader = runner.read if candidate.media_type in IN_CHILD else extract
    return reader(candidate.path, candidate.media_type)


def _read_all(
    candidates: Sequence[Candidate], readers: ThreadPoolExecutor
) -> Iterator[tuple[Candidate, "Future[Extracted]"]]:
    """Yield candidates with what is read from them, in order, as it becomes ready."""
    running = deque((candidate, readers.submit(_read, candidate)) for candidate in candidates)
    while running:
        yield running.popleft()


def _take_files(read: Iterable[tuple[Candidate, "Future[Extracted]"]], course_id: int, report: Report) -> None:
    """Take in what was read; what could not be read is named, and kept where nothing readable has its name."""
    arrivals: list[Arrival] = []
    unread: list[Arrival] = []
    for candidate, future in read:
        found, fault = _outcome(future)
        try:
            with candidate.path.open("rb") as stream:
                file = files.store_as(stream, candidate.path.name, candidate.media_type)
        except Invalid as error:
            _refuse(report, candidate.name, str(error))
            continue
        if fault is not None:
            _refuse(report, candidate.name, str(FAULTS[fault]))
            unread.append(_unread(candidate, fault, file))
        elif found is not None:
            arrivals.append(_arrival(candidate, found, file))
    with transaction():
        report.count(take_in(course_id, arrivals, None))
        good = list_good(course_id, [one.external_id for one in unread])
        take_in(course_id, [one for one in unread if one.external_id not in good], None)


def _outcome(future: "Future[Extracted]") -> tuple[Extracted | None, ExtractionFault | None]:
    try:
        return future.result(), None
    except Unreadable as error:
        return None, error.fault


def _unread(candidate: Candidate, fault: ExtractionFault, file: files.File) -> Arrival:
    return Arrival(
        external_id=candidate.name,
        origin=candidate.origin,
        title=candidate.path.stem,
        checksum=candidate.checksum,
        file=file,
        fault=fault,
    )


def _arrival(candidate: Candidate, found: Extracted, file: files.File) -> Arrival:
    return Arrival(
        external_id=candidate.name,
        origin=candidate.origin,
        title=found.title or candidate.path.stem,
        checksum=candidate.checksum,
        text=found.text,
        page_count=len(found.pages),
        file=file,
        found=found,
        pictures=keep_pictures(found),
    )
