"""Commands about people."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from accounts import passwords
from accounts.errors import LineRefused
from accounts.roster import read_roster
from accounts.services import entering
from accounts.services.setting_up import set_up_link
from core.db import transaction
from core.errors import DomainError, NotFound
from core.permissions import Role

BATCH = 200


@click.group()
def users() -> None:
    """Enter people, one by one or from a list."""


@users.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.MEMBER.value, show_default=True)
@click.option("--branch", required=True, metavar="SLUG", help="Which branch they belong to.")
@click.option("--display-name", default="", help="How they are shown; by default as the user name.")
@click.option("--email", default="", help="For forgotten passwords.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def add(
    name: str, role: str, branch: str, display_name: str, email: str, *, password_stdin: bool, as_json: bool
) -> None:
    """Make an account. Without a password, print a one-time link on which its owner chooses one."""
    new_hash = _password_hash(name, email) if password_stdin else None
    with transaction():
        user = entering.enter_person(
            name,
            role=Role(role),
            branch_slug=branch,
            display_name=display_name,
            email=email,
            password_hash=new_hash,
        )
        made: dict[str, Any] = {"id": user.id, "username": user.username}
        if new_hash is None:
            made["link"] = set_up_link(user)
    if as_json:
        click.echo(json.dumps(made, ensure_ascii=False))
    else:
        click.echo(f"{made['username']} is entered." + (f" Set-up link: {made['link']}" if "link" in made else ""))


def _password_hash(*known: str) -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    passwords.check_new(password, *known)
    return passwords.hash_password(password)


@users.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def import_users(ctx: click.Context, file: Path, *, as_json: bool) -> None:
    """Enter the people of a CSV or XLSX list.

    Columns: username, display_name, email, branch, role; or 用户名, 姓名, 邮箱, 支部, 角色.

    Good lines are kept, refused ones named. The same list twice adds nothing.
    """
    report: dict[str, list[dict[str, Any]]] = {"imported": [], "known": [], "refused": []}
    lines = list(read_roster(file.read_bytes(), file.name))
    hidden = as_json or not sys.stderr.isatty()
    with click.progressbar(length=len(lines), label="Entering", file=sys.stderr, hidden=hidden) as bar:
        for start in range(0, len(lines), BATCH):
            with transaction():
                for line in lines[start : start + BATCH]:
                    _enter(line, report)
            bar.update(len(lines[start : start + BATCH]))
    _print(report, as_json=as_json)
    if report["refused"]:
        ctx.exit(1)


def _enter(line: Any, report: dict[str, list[dict[str, Any]]]) -> None:
    row = {"line": line.line, "username": line.username}
    try:
        user = entering.enter_line(line)
    except NotFound:
        report["refused"].append({**row, "error": str(LineRefused(branch=line.get("branch")[:60]))})
    except DomainError as fault:
        report["refused"].append({**row, "error": str(fault)})
    else:
        if user is None:
            report["known"].append(row)
        else:
            report["imported"].append({**row, "link": set_up_link(user)})


def _print(report: dict[str, list[dict[str, Any]]], *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for row in report["imported"]:
        click.echo(f"{row['username']}\t{row['link']}")
    for row in report["refused"]:
        click.echo(f"Line {row['line']} ({row['username'][:40]}): {row['error']}", err=True)
    counts = {name: len(rows) for name, rows in report.items()}
    click.echo("{imported} entered, {known} known already, {refused} refused.".format(**counts))
