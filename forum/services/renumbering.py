"""Taking along who has read what when posts get other numbers, as they do when threads are merged or split."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select

from core.db import db
from core.upserts import upsert
from forum import runs
from forum.models import ReadPosition
from forum.services.reading import ROWS_A_STATEMENT, Place, locked_rows, make_rows, runs_of, values_of


@dataclass(frozen=True, slots=True)
class _Block:
    """Posts that stay neighbours: numbers ``first`` to ``last`` of one thread come to stand ``shift`` further."""

    first: int
    last: int
    thread_id: int
    shift: int


def renumber_positions(places: Mapping[Place, Place]) -> None:
    """Count each post as read by those who have read it, wherever it stands afterwards.

    Call it inside the transaction that gives the posts their new places, before it does: what a floor counts as read
    is looked up by the old ones. In the threads as they become, numbers must go with time as everywhere.

    Args:
        places: (thread, number) → new (thread, number) of every post of every thread that takes part, also of those
            posts that keep their place.
    """
    blocks = _blocks(places)
    old, new = sorted(blocks), sorted({thread_id for thread_id, _number in places.values()})
    people = list(
        db.session.scalars(
            select(ReadPosition.user_id)
            .where(ReadPosition.thread_id.in_(old))
            .distinct()
            .order_by(ReadPosition.user_id)
        )
    )
    step = max(1, ROWS_A_STATEMENT // max(1, len(old)))
    for start in range(0, len(people), step):
        _renumber_for(people[start : start + step], blocks, old, new)
    gone = sorted(set(old) - set(new))
    db.session.execute(delete(ReadPosition).where(ReadPosition.thread_id.in_(gone)))


def _renumber_for(people: list[int], blocks: Mapping[int, list[_Block]], old: list[int], new: list[int]) -> None:
    keys = [(person, thread_id) for person in people for thread_id in old]
    make_rows(keys)
    read: dict[Place, list[runs.Run]] = {(person, thread_id): [] for person in people for thread_id in new}
    for row in locked_rows(keys):
        for thread_id, run in _moved(runs_of(row), blocks[row.thread_id]):
            read[row.user_id, thread_id].append(run)
    rows = [values_of(person, thread_id, runs.united(found)) for (person, thread_id), found in sorted(read.items())]
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        some = rows[start : start + ROWS_A_STATEMENT]
        columns = ("last_number", "ahead", "read_count")
        db.session.execute(upsert(ReadPosition, some, conflict=["user_id", "thread_id"], update=columns))


def _blocks(places: Mapping[Place, Place]) -> dict[int, list[_Block]]:
    """Return, by old thread, the posts that stay neighbours: few, unless two threads are woven into each other."""
    found: dict[int, list[_Block]] = defaultdict(list)
    for (old_thread, number), (thread_id, new_number) in sorted(places.items()):
        blocks, shift = found[old_thread], new_number - number
        if blocks and (blocks[-1].last + 1, blocks[-1].thread_id, blocks[-1].shift) == (number, thread_id, shift):
            blocks[-1] = _Block(blocks[-1].first, number, thread_id, shift)
        else:
            blocks.append(_Block(number, number, thread_id, shift))
    return found


def _moved(read: Iterable[runs.Run], blocks: Iterable[_Block]) -> Iterable[tuple[int, runs.Run]]:
    """Yield the parts of what was read, each with its new thread and numbers."""
    for first, last in read:
        for block in blocks:
            low, high = max(first, block.first), min(last, block.last)
            if low <= high:
                yield block.thread_id, (low + block.shift, high + block.shift)
