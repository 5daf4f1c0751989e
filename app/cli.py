"""The command line ``xuetan``: one group, the rooms bring their commands.

Exit status: 0 done, 1 done in part or refused, 2 wrong usage.
"""

import importlib
import logging
import sys
from typing import Any

import click

from app.config import Config, ConfigError
from core.errors import DomainError


class Site(click.Group):
    """The root group: makes the application once and turns refusals into exit status 1."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; domain errors become a line on standard error."""
        try:
            return super().invoke(ctx)
        except DomainError as error:
            click.echo(f"xuetan: {error}", err=True)
            ctx.exit(1)
        except ConfigError as error:
            for fault in error.faults:
                click.echo(f"xuetan: {fault}", err=True)
            ctx.exit(2)


@click.group(cls=Site)
@click.version_option(package_name="xuetan")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Study, discuss and find in one place."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    if ctx.invoked_subcommand in ("run", "check", "render") or ctx.resilient_parsing:
        return
    from app import create_app  # noqa: PLC0415 -- building the application takes a second; --help should not
    from app.worker import catch_up  # noqa: PLC0415 -- as above

    logging.getLogger("alembic").setLevel(logging.WARNING)
    config = Config.from_env()
    ctx.with_resource(create_app(config).app_context())
    if ctx.invoked_subcommand in WRITERS:
        ctx.call_on_close(lambda: catch_up(config.data))


WRITERS = frozenset({"demo", "import", "users", "forum", "study"})
"""Commands after which the outbox is worked off, so that what they wrote is found at once."""


@cli.group("import")
def import_() -> None:
    """Take in questions, materials or threads from files."""


@cli.group()
def export() -> None:
    """Write courses, questions and marks into files."""


# Group, module of the room, name there.
COMMANDS: tuple[tuple[click.Group, str, str], ...] = (
    (cli, "app.commands", "run"),
    (cli, "app.commands", "init"),
    (cli, "app.demo", "demo"),
    (cli, "app.commands", "worker"),
    (cli, "app.commands", "check"),
    (cli, "app.commands", "render_command"),
    (cli, "accounts.cli", "users"),
    (cli, "forum.cli", "forum"),
    (cli, "study.cli", "study"),
    (cli, "search.cli", "search"),
    (cli, "notify.cli", "inbox"),
    (export, "study.cli", "export_course"),
    (export, "study.cli", "export_grades"),
    (export, "study.cli", "export_questions"),
    (import_, "study.cli", "import_course_file"),
    (import_, "study.cli", "import_questions"),
    (import_, "study.cli", "import_materials"),
    (import_, "forum.cli", "import_threads"),
)


def attach_all() -> click.Group:
    """Add the rooms' commands and return the root group."""
    for group, module, name in COMMANDS:
        command: click.Command = getattr(importlib.import_module(module), name)
        group.add_command(command)
    return cli


def main() -> None:
    """Run the command line."""
    attach_all().main(prog_name="xuetan")
