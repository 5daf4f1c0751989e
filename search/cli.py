"""The search commands of ``xuetan``."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from accounts.actors import actor_named
from accounts.errors import UnknownMember
from core.errors import Conflict, NotFound
from core.i18n import _l
from core.outbox import waiting
from core.permissions import VISITOR, Actor, finding
from search import queries, services
from search.engines import IndexBusy, IndexMissing, Request
from search.limits import resolved
from search.parsing import parse
from search.scoring import DEPTH, read_judgments, score


class Busy(Conflict):
    """Another process holds the index."""

    message = _l("Another process writes the index. Try again when it has ended.")


class Missing(NotFound):
    """There is no index."""

    message = _l("There is no index yet. Build it with “xuetan search rebuild”.")


@click.group()
def search() -> None:
    """Search, and look after the index."""


def _actor(username: str) -> Actor:
    if not username:
        return VISITOR
    actor = actor_named(username)
    if actor is None:
        raise UnknownMember(name=username)
    return actor


@search.command("query")
@click.argument("text")
@click.option("--as", "username", default="", help="Search as this member; else as a visitor.")
@click.option("--kind", default="", help="Only this kind, for example post, thread, lesson, material.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def query_command(text: str, username: str, kind: str, limit: int, *, as_json: bool) -> None:
    """Find TEXT."""
    narrowing = queries.Narrowing(chosen={"kind": kind} if kind else {})
    found = queries.search(text, _actor(username), narrowing, limit=limit)
    if as_json:
        click.echo(json.dumps(found.as_json(), ensure_ascii=False))
        return
    for hit in found.hits:
        click.echo(f"{hit.ref}  {''.join(piece.text for piece in hit.title)}  {hit.url}")
        click.echo(f"    {hit.snippet}")
    click.echo(f"{found.total} found in {found.took_ms} ms")


@search.command("queries")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--as", "username", default="", help="Search as this member; else as a visitor.")
@click.option("--limit", default=10, show_default=True, type=click.IntRange(1, 100))
@click.option(
    "--judged",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Table of query, document and grade: print how good the answers are instead.",
)
def queries_command(file: Path, username: str, limit: int, judged: Path | None) -> None:
    """Find every query of FILE (JSON lines: id, text) and print one JSON line each, for measuring."""
    answers = _answers(file, _actor(username), max(limit, DEPTH) if judged else limit)
    if judged is None:
        for answer in answers:
            click.echo(json.dumps(answer, ensure_ascii=False))
        return
    try:
        judgments = read_judgments(judged.read_text("utf-8").splitlines())
    except ValueError as error:
        raise click.BadParameter("no table of query, document and grade", param_hint="--judged") from error
    found = {str(answer["id"]): [hit["external_id"] for hit in answer["hits"]] for answer in answers}
    click.echo(json.dumps(score(found, judgments).as_json()))


def _answers(file: Path, actor: Actor, limit: int) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            asked: dict[str, Any] = json.loads(line)
            name, text = asked["id"], str(asked["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise click.BadParameter(f"line {number} is no object with id and text", param_hint="FILE") from error
        yield {"id": name, **_measured(text, actor, limit)}


def _measured(text: str, actor: Actor, limit: int) -> dict[str, Any]:
    started, actor = time.perf_counter(), finding(actor)
    try:
        found = services.engine().find(Request(query=resolved(parse(text)), tokens=actor.tokens, limit=limit))
    except IndexMissing as error:
        raise Missing from error
    documents = queries.documents_of(found.hits, actor)
    hits = [
        {"external_id": documents[hit.ref].external_id, "kind": hit.ref.kind, "id": hit.ref.id, "score": hit.score}
        for hit in found.hits
        if hit.ref in documents
    ]
    return {"hits": hits, "total": found.total, "took_ms": round((time.perf_counter() - started) * 1000, 2)}


@search.command("rebuild")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def rebuild_command(*, as_json: bool) -> None:
    """Build a fresh index beside the live one, then swap it in."""
    started = time.perf_counter()
    total = services.count_documents()
    try:
        with click.progressbar(length=total, label="Indexing", file=sys.stderr) as bar:
            size = services.rebuild(bar.update)
    except IndexBusy as error:
        raise Busy from error
    seconds = round(time.perf_counter() - started, 1)
    if as_json:
        click.echo(json.dumps({"documents": size, "seconds": seconds}))
    else:
        click.echo(f"Indexed {size} documents in {seconds} s.")


@search.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def check_command(*, as_json: bool) -> None:
    """Name every difference between database and index; exit status 1 when there is any."""
    try:
        with click.progressbar(length=services.count_documents(), label="Comparing", file=sys.stderr) as bar:
            found = services.compare(bar.update)
    except IndexMissing as error:
        raise Missing from error
    waits = waiting()[0]
    if as_json:
        click.echo(json.dumps({"ok": not found, **found.as_json(), "outbox_waiting": waits}))
    else:
        for state, refs in found.as_json().items():
            for ref in refs:
                click.echo(f"{state} {ref}")
        click.echo("Database and index are equal." if not found else f"They differ; {waits} changes wait.")
    sys.exit(1 if found else 0)


@search.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def status_command(*, as_json: bool) -> None:
    """Show how large the index is and whether it can be used."""
    fault = services.index_fault()
    figures = {"fault": fault} if fault else {"fault": "", **services.engine().status()}
    click.echo(json.dumps(figures) if as_json else "\n".join(f"{name}: {value}" for name, value in figures.items()))
    sys.exit(1 if fault else 0)
