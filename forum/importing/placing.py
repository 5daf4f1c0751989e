"""Where imported posts come to stand: numbers by time, places in the tree by whom they answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.i18n import _
from forum import paths
from forum.importing.lines import Fault, Line


@dataclass(frozen=True, slots=True)
class Known:
    """A post that is in the database already."""

    id: int
    path: str
    thread_id: int


@dataclass(slots=True)
class Placed:
    """A line with its number and path; ``parent`` is the post_id it answers, None for the thread itself."""

    line: Line
    number: int
    path: str
    parent: str | None


def place(lines: Sequence[Line], known: Mapping[str, Known], last_number: int) -> tuple[list[Placed], list[Fault]]:
    """Order the new posts of one thread after its ``last_number`` and refuse those that answer nothing there is.

    The opening post comes first, then time decides, then the file; but nothing comes before what it answers.
    """
    new = {line.post_id: line for line in lines if line.post_id not in known}
    refused: list[Fault] = []
    for line in new.values():
        _choose_parent(line, new, known)
    taken = [line for line in new.values() if _is_rooted(line, new, known, refused)]
    if not last_number:
        opening = min((line for line in taken if line.parent_id is None), key=_order, default=None)
        if opening is None:
            return [], [*refused, *(line.fault(_("Its thread has no opening post.")) for line in taken)]
        taken = [opening, *(line for line in taken if line is not opening)]
    ordered = _ordered(taken, 0 if last_number else 1)
    numbers = {line.post_id: last_number + place for place, line in enumerate(ordered, start=1)}
    found: dict[str, str] = {}
    return [
        Placed(line, numbers[line.post_id], _path(line, new, known, numbers, found), line.parent_id) for line in ordered
    ], refused


def _ordered(lines: Sequence[Line], first: int) -> list[Line]:
    """Order by time all but the ``first`` lines; one that claims to be older than what it answers waits for that."""
    found, later = list(lines[:first]), sorted(lines[first:], key=_order)
    there, to_come = {line.post_id for line in found}, {line.post_id for line in later}
    waiting: dict[str, list[Line]] = {}
    for line in later:
        if line.parent_id in to_come and line.parent_id not in there:
            waiting.setdefault(str(line.parent_id), []).append(line)
            continue
        follow = [line]
        for here in follow:  # It grows on the way.
            found.append(here)
            there.add(here.post_id)
            follow += waiting.pop(here.post_id, ())
    return found


def _choose_parent(line: Line, new: Mapping[str, Line], known: Mapping[str, Known]) -> None:
    """Let a post answer the nearest one above it that is there."""
    if line.parent_id is None or line.parent_id in new or line.parent_id in known:
        return
    found = next((name for name in line.ancestors if name in new or name in known), None)
    if found is not None or line.loose:
        line.parent_id = found


def _order(line: Line) -> tuple[object, int]:
    return line.created_at, line.number


def _is_rooted(line: Line, new: Mapping[str, Line], known: Mapping[str, Known], refused: list[Fault]) -> bool:
    """Tell whether the chain of answers leads to the thread; adds the fault where it does not."""
    seen: set[str] = set()
    here = line
    while here.parent_id is not None and here.parent_id not in known:
        if here.post_id in seen:
            refused.append(line.fault(_("The post answers itself.")))
            return False
        seen.add(here.post_id)
        above = new.get(here.parent_id)
        if above is None:
            refused.append(line.fault(_("It answers “%(id)s”, which is not there.", id=here.parent_id)))
            return False
        here = above
    return True


def _path(
    line: Line,
    new: Mapping[str, Line],
    known: Mapping[str, Known],
    numbers: Mapping[str, int],
    found: dict[str, str],
) -> str:
    """Return the path of a post, finding those above it first; a chain may be longer than the stack is deep."""
    chain = [line]
    while (parent := chain[-1].parent_id) is not None and parent not in known and parent not in found:
        chain.append(new[parent])
    for here in reversed(chain):
        number, parent = numbers[here.post_id], here.parent_id
        above = "" if parent is None else known[parent].path if parent in known else found[parent]
        found[here.post_id] = paths.child(above, number) if number > 1 else ""
    return found[line.post_id]
