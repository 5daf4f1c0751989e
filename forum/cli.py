"""Commands of the forum."""

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

import click
from sqlalchemy import func, select

from accounts.actors import actor_named
from accounts.errors import UnknownMember
from core.addresses import absolute
from core.db import db, transaction
from core.i18n import _
from core.permissions import VISITOR, Actor
from forum import queries, rerendering
from forum.exporting import thread_to_markdown
from forum.importing import sources
from forum.importing.lines import Fault, Line, LineRefused, batches
from forum.importing.rendering import renderer
from forum.importing.spool import Spool, spooling
from forum.importing.wishes import Wishes
from forum.importing.writing import Result, render_new, write_batch
from forum.models import Post, Thread
from forum.own_posts import write_zip
from forum.queries import exports
from forum.services import checking, citations
from forum.services.counters import recount_boards, recount_threads
from forum.services.reactions import recount_reactions_of
from forum.services.tags import recount_tags

POSTS_A_BATCH = 1_000
ID_MAX = 2**31 - 1
THREADS_A_BATCH = 200
POSTS_RENDERED_A_BATCH = 200


@click.command("threads")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--board", "slug", required=True, help="Slug of the board that takes the threads.")
@click.option("--format", "form", type=click.Choice(("auto", *sources.READERS)), default="auto", show_default=True)
@click.option("--site", default="", help="Name of the other forum, where several of one kind are taken in.")
@click.option("--base", default="", help="Address of the other forum, from which its links start.")
@click.option("--forum", "only", multiple=True, help="Number of a forum or category there; without it, all are taken.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def import_threads(*, file: Path, slug: str, form: str, as_json: bool, **wishes: Any) -> None:
    """Take in threads from another forum.

    jsonl: one JSON object a line with thread_id, post_id, parent_id, author, created_at, title, body, format (html,
    markdown or text). discourse: its topics as JSON documents, in a file, folder or ZIP. phpbb: a MySQL dump. mbox: the
    archive of a mailing list. What was taken in before is skipped, so a source may be given again when it has grown;
    posts with faults are named and the others kept.
    """
    if queries.find_board(slug) is None:
        raise click.UsageError(_("There is no board “%(slug)s”.", slug=slug))
    try:
        result = _import(file, slug, form, Wishes(**wishes))
    except sources.UnknownFormat as error:
        raise click.UsageError(_("What this file holds is not clear; say it with --format.")) from error
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False))
    else:
        _report(result)
    sys.exit(1 if result.refused else 0)


def _import(file: Path, slug: str, form: str, wishes: Wishes) -> Result:
    result, began = Result(), time.monotonic()
    with spooling() as spool:
        result.refused.extend(_put_by(spool, sources.read(file, form, wishes)))
        threads, posts = spool.counts()
        bar = click.progressbar(length=threads, label=_("Importing"), file=sys.stderr)
        with renderer(posts) as workers, bar:
            for batch in batches(spool.threads(), POSTS_A_BATCH):
                ready, refused = render_new(batch, workers)
                result.refused.extend(refused)
                with transaction():
                    board = queries.find_board(slug)
                    if board is None:
                        raise click.ClickException(_("There is no board “%(slug)s”.", slug=slug))
                    write_batch(board, batch, ready, result)
                db.session.expunge_all()
                bar.update(len(batch))
    result.seconds = time.monotonic() - began
    return result


def _put_by(spool: Spool, found: Iterable[Line | Fault]) -> Iterator[Fault]:
    for one in found:
        if isinstance(one, Fault):
            yield one
            continue
        try:
            spool.add(one)
        except LineRefused as refusal:
            yield one.fault(str(refusal))


def _report(result: Result) -> None:
    click.echo(
        _(
            "%(threads)s threads and %(posts)s posts taken in, %(skipped)s were there already.",
            threads=result.threads,
            posts=result.posts,
            skipped=result.skipped,
        )
    )
    if result.posts:
        click.echo(_("%(number)s posts a second.", number=round(result.posts / max(result.seconds, 0.001))), err=True)
    for line, words, where in sorted(result.refused):
        place = _("Line %(line)s: %(error)s", line=line, error=words)
        click.echo(f"{where}: {words}" if where else place, err=True)


@click.group("forum")
def forum() -> None:
    """Look after boards, threads and posts."""


@forum.command("recount")
def recount() -> None:
    """Count replies, threads and posts anew."""
    total = db.session.scalar(select(func.count()).select_from(Thread)) or 0
    last = 0
    with click.progressbar(length=total, label=_("Counting"), file=sys.stderr) as bar:
        while ids := _thread_ids(last):
            with transaction():
                recount_threads(ids)
                recount_reactions_of(ids)
            last = ids[-1]
            bar.update(len(ids))
    with transaction():
        recount_boards()
        recount_tags()
    click.echo(_("%(number)s threads counted.", number=total))


def _thread_ids(after: int) -> list[int]:
    return list(
        db.session.scalars(select(Thread.id).where(Thread.id > after).order_by(Thread.id).limit(THREADS_A_BATCH))
    )


@forum.command("check")
@click.option("--repair", is_flag=True, help="Put right what is wrong.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check(*, repair: bool, as_json: bool) -> None:
    """Look whether numbers, trees and counters are right, and name all that is not."""
    found: list[checking.Fault] = []
    last = 0
    while ids := _thread_ids(last):
        found += _looked_at(partial(checking.find_faults, ids))
        last = ids[-1]
    found += _looked_at(checking.find_board_faults)
    if repair and found:
        _repair(found)
    named = [fault.named() for fault in found]
    if as_json:
        click.echo(json.dumps({"faults": named, "repaired": repair}))
    else:
        for one in named:
            click.echo(" ".join(f"{name} {value}" for name, value in one.items()))
        click.echo(_("%(number)s faults found.", number=len(found)))
    sys.exit(1 if found and not repair else 0)


def _looked_at(look: Callable[[], list[checking.Fault]]) -> list[checking.Fault]:
    """Return what is found by counting anew, and take the counting back."""
    found: list[checking.Fault] = []
    with suppress(checking.OnlyLooked), transaction():
        found = look()
        raise checking.OnlyLooked
    return found


def _repair(faults: list[checking.Fault]) -> None:
    for thread_id in sorted({fault.thread_id for fault in faults if fault.thread_id}):
        with transaction():
            checking.repair_thread(thread_id)
    with transaction():
        recount_boards()


@forum.command("rerender")
@click.option("--all", "everything", is_flag=True, help="Also posts that are of the present version.")
def rerender(*, everything: bool) -> None:
    """Render posts again that an older version of the renderer made. The worker does so by itself, more slowly."""
    last, only = 0, () if everything else (rerendering.OLD,)
    total = rerendering.count_posts(everything=everything)
    with click.progressbar(length=total, label=_("Rendering"), file=sys.stderr) as bar:
        while rows := rerendering.list_posts(*only, Post.id > last, limit=POSTS_RENDERED_A_BATCH):
            rerendering.render_posts(rows)
            last = rows[-1].id
            bar.update(len(rows))
    click.echo(_("%(number)s posts rendered.", number=total))


@forum.command("recite")
def recite() -> None:
    """Find anew which threads cite which."""
    last, total = 0, 0
    highest = db.session.scalar(select(func.max(Post.id))) or 0
    with click.progressbar(length=highest, label=_("Finding citations"), file=sys.stderr) as bar:
        while ids := list(
            db.session.scalars(select(Post.id).where(Post.id > last).order_by(Post.id).limit(citations.BATCH))
        ):
            if changed := citations.needs_reciting(ids, absolute("")):
                with transaction():
                    citations.recite(changed, absolute(""))
            bar.update(ids[-1] - last)
            last, total = ids[-1], total + len(ids)
    click.echo(_("%(number)s posts read.", number=total))


@forum.group("export")
def export() -> None:
    """Write threads, or the posts of one member, to files."""


@export.command("thread")
@click.argument("thread_id", metavar="ID", type=click.IntRange(1, ID_MAX))
@click.option("--as", "username", default="", help="What this member may read; else what visitors may.")
@click.option("--to", "file", type=click.File("w", encoding="utf-8", lazy=True, atomic=True), default="-")
def export_thread(thread_id: int, username: str, file: IO[str]) -> None:
    """Write the thread with this ID as Markdown, to standard output or the file of --to."""
    reader = _actor(username) if username else VISITOR
    thread = exports.get_thread_to_export(thread_id, reader)
    for part in thread_to_markdown(thread, exports.each_post(thread.id), exports.find_poll_to_export(thread, reader)):
        file.write(part)


@export.command("member")
@click.argument("name")
@click.option("--to", "file", type=click.File("wb", lazy=True, atomic=True), default="-")
def export_member(name: str, file: IO[bytes]) -> None:
    """Write all that the member NAME wrote as a ZIP, to standard output or the file of --to."""
    actor = _actor(name)
    with write_zip(exports.each_own_post(actor.id or 0), actor) as archive:
        shutil.copyfileobj(archive, file)


def _actor(username: str) -> Actor:
    actor = actor_named(username)
    if actor is None:
        raise UnknownMember(name=username)
    return actor
