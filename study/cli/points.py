"""``xuetan study rebuild-points``."""

import json
import sys

import click

from core.i18n import _
from study.cli.progress import study
from study.pointing import are_on
from study.pointing import rebuild_points as rebuild


@study.command("rebuild-points")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rebuild_points(as_json: bool) -> None:
    """Derive all points from the ledgers again; right ones come out as they were."""
    if not are_on():
        raise click.UsageError("This site gives no points: XUETAN_POINTS is off.")
    hidden = not sys.stderr.isatty()
    with click.progressbar(length=1, label=_("Counting points anew"), file=sys.stderr, hidden=hidden) as bar:

        def move(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        changed = rebuild(on_progress=move)
    click.echo(json.dumps({"changed": changed}) if as_json else f"The points of {changed} people were put right.")
