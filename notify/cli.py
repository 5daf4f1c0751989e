"""Commands for the inbox."""

import click

from core.db import transaction
from notify import services


@click.group("inbox")
def inbox() -> None:
    """Care for the inboxes."""


@inbox.command("recount")
def recount() -> None:
    """Count everybody's unread notices anew."""
    with transaction():
        people = services.recount()
    click.echo(f"Counted the unread notices of {people} people.")
