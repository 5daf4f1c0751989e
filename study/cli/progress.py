"""``xuetan study …``: looking after what is derived."""

import json
import sys

import click

from core.db import db
from core.i18n import _
from study.counting import count_all
from study.enums import MaterialState
from study.file_reading import read_file
from study.queries.readings import list_outdated
from study.rebuilding import rebuild_progress as rebuild
from study.timers import render_old_lessons

DOCUMENTS_A_TURN = 100


@click.group("study")
def study() -> None:
    """Look after courses and progress."""


@study.command("rebuild-progress")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rebuild_progress(as_json: bool) -> None:
    """Derive all progress from its ledger again; right rows come out as they were."""
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=1, label=_("Counting progress anew"), file=sys.stderr, hidden=hidden) as bar:

        def move(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        count = rebuild(on_progress=move)
    count_all()
    click.echo(json.dumps({"rebuilt": count}) if as_json else f"Rebuilt {count} rows of progress.")


@study.command("rerender")
def rerender() -> None:
    """Render lessons again that an older version of the renderer made. The worker does so by itself, more slowly."""
    total = 0
    while done := render_old_lessons():
        total += done
    click.echo(_("%(number)s lessons rendered.", number=total))


@study.command("read-documents")
def read_documents() -> None:
    """Read documents again that stand as plain words but could be shown with headings, tables and pictures."""
    done = failed = last = 0
    while ids := list_outdated(last, DOCUMENTS_A_TURN):
        db.session.rollback()
        for last in ids:
            was_read = read_file(last, state=MaterialState.READY)
            done, failed = done + was_read, failed + (not was_read)
            click.echo(".", nl=False, err=True)
    click.echo(_("%(number)s documents were read, %(failed)s could not be.", number=done, failed=failed))
    sys.exit(1 if failed else 0)
