"""``xuetan study …``: looking after what is derived."""

import json

import click

from core.db import transaction
from core.i18n import _
from study.services import progress
from study.timers import render_old_lessons


@click.group("study")
def study() -> None:
    """Look after courses and progress."""


@study.command("rebuild-progress")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rebuild_progress(as_json: bool) -> None:
    """Derive all progress from its ledger again; right rows come out as they were."""
    with transaction():
        count = progress.rebuild()
    click.echo(json.dumps({"rebuilt": count}) if as_json else f"Rebuilt {count} rows of progress.")


@study.command("rerender")
def rerender() -> None:
    """Render lessons again that an older version of the renderer made. The worker does so by itself, more slowly."""
    total = 0
    while done := render_old_lessons():
        total += done
    click.echo(_("%(number)s lessons rendered.", number=total))
