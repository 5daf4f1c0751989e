"""``xuetan export course`` and ``xuetan import course``: a whole course as one ZIP."""

import json
from pathlib import Path

import click
from sqlalchemy import select

from accounts.actors import actor_for
from accounts.models import Branch, Grant, User
from core.db import db, transaction
from core.errors import Invalid
from core.i18n import in_language
from core.permissions import ROOT, Actor, Role
from study.course_files import keep_files, keep_pictures
from study.queries.courses import find_course
from study.services.course_imports import Taken, import_course, prepare_course
from study.transfer.archive import open_course_file
from study.transfer.reading import read_incoming
from study.transfer.writing import write_course


@click.command("course")
@click.argument("slug")
@click.argument("path", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else on standard output.")
def export_course(slug: str, path: Path, *, as_json: bool) -> None:
    """Write the course SLUG with its lessons, quizzes, questions and documents into the ZIP file PATH."""
    course = find_course(slug)
    if course is None:
        raise click.UsageError(f"There is no course {slug!r}.")
    # Beside the goal first, so that no half file is ever found under the name.
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("w+b") as out:
            write_course(out, course)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    size = path.stat().st_size
    said = {"course": slug, "file": str(path), "size": size}
    click.echo(json.dumps(said, ensure_ascii=False) if as_json else f"Wrote {slug} to {path} ({size:,} bytes).")


@click.command("course")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--branch", "branch_slug", required=True, help="Address of the branch that will answer for it.")
@click.option("--slug", default="", help="Another address than the file names.")
@click.option("--author", default="", help="User name of its author here; the first administrator when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else on standard output.")
def import_course_file(path: Path, branch_slug: str, slug: str, author: str, *, as_json: bool) -> None:
    """Take in the course of the ZIP file PATH as a draft: all of it or nothing.

    The same file twice changes nothing.
    """
    branch_id = db.session.scalar(select(Branch.id).where(Branch.slug == branch_slug))
    if branch_id is None:
        raise click.UsageError(f"There is no branch {branch_slug!r}.")
    actor = _author(author)
    db.session.rollback()  # Reading may take long; the database is not kept waiting for it.
    with in_language("en"):
        try:
            taken = _take(path, branch_id, actor, slug)
        except Invalid as error:
            if as_json:
                click.echo(json.dumps({"course": None, "imported": False, "error": str(error)}, ensure_ascii=False))
                click.get_current_context().exit(1)
            raise
    if as_json:
        click.echo(json.dumps({"course": taken.slug, "imported": taken.is_new, "error": None}))
    else:
        click.echo(f"Took in {taken.slug} as a draft." if taken.is_new else f"{taken.slug} is here already, unchanged.")


def _take(path: Path, branch_id: int, actor: Actor, slug: str) -> Taken:
    incoming = read_incoming(open_course_file(path))
    prepared = prepare_course(incoming, keep_files(incoming), keep_pictures(incoming))
    with transaction():
        return import_course(prepared, db.session.get_one(Branch, branch_id), actor, slug)


def _author(username: str) -> Actor:
    """Return who will have written the course."""
    if username:
        user_id = db.session.scalar(select(User.id).where(User.username == username))
    else:
        first = select(Grant.user_id).join(Branch, Branch.id == Grant.branch_id)
        user_id = db.session.scalar(
            first.where(Branch.path == ROOT, Grant.role == Role.ADMINISTRATOR).order_by(Grant.id).limit(1)
        )
    if user_id is None:
        raise click.UsageError(
            f"There is no member {username!r}." if username else "The site has no administrator yet."
        )
    actor = actor_for(user_id)
    if actor is None:
        raise click.UsageError("The author's account is closed.")
    return actor
