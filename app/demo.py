"""The sample organisation: filled into an empty site, its accounts printed."""

import click

from accounts.queries import has_people
from app.sample.loader import SampleAccount, fill
from core import settings
from core.db import transaction
from core.errors import Conflict
from core.i18n import _l


class SiteNotEmpty(Conflict):
    """The sample never mixes with real data."""

    message = _l("This site is not empty; the sample organisation is for a new one.")


def is_empty() -> bool:
    """Tell whether nobody has an account yet."""
    return not has_people()


def fill_site() -> list[SampleAccount]:
    """Fill an empty site and index it.

    Raises:
        SiteNotEmpty: there are people already.
    """
    if not is_empty():
        raise SiteNotEmpty
    people = fill()
    with transaction():
        settings.put("demo", [[a.username, a.name, a.role, a.password] for a in people])
    return people


def print_accounts(rows: list[list[str]]) -> None:
    """Print the sample accounts as a small table on standard output."""
    click.echo("Sample accounts (user name, person, office, password):")
    for username, name, role, password in rows:
        click.echo(f"  {username:<14} {name:<16} {role:<36} {password}")


def fill_empty() -> None:
    """Fill the site if it is empty; print the accounts of a sample site either way."""
    if is_empty():
        fill_site()
    rows = settings.get("demo")
    if rows:
        print_accounts(rows)


@click.command()
def demo() -> None:
    """Fill an empty site with the sample organisation and print its accounts."""
    from app.commands import migrate_database  # noqa: PLC0415 -- see app/cli.py

    migrate_database()
    fill_site()
    print_accounts(settings.get("demo", []))
