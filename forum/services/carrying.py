"""What hangs on a thread and not on its posts goes along when posts change their thread.

Reactions, bookmarks, attachments, translations, revisions and reports hang on posts and need nothing.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, delete, insert, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import aliased

from core.db import db
from forum.enums import SubscriptionLevel
from forum.models import (
    BoardFloor,
    Citation,
    Poll,
    ReadPosition,
    SavedDraft,
    Subscription,
    Tag,
    Thread,
    ThreadChoice,
    ThreadTag,
)
from forum.runs import united
from forum.services.reading import ROWS_A_STATEMENT, make_rows, mark_seen, runs_of, store, values_of


def _insert_new(model: type[Any], names: Sequence[str], rows: Select[*tuple[Any, ...]], **changes: Any) -> None:
    """Insert selected rows; one that is there already stays, or takes the ``changes``."""
    dialect = db.session.get_bind().dialect.name
    new: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = new(model).from_select(list(names), rows)
    if changes:
        keys = [column.name for column in model.__table__.primary_key]
        statement = statement.on_conflict_do_update(index_elements=keys, set_=changes)
    else:
        statement = statement.on_conflict_do_nothing()
    db.session.execute(statement)


def keep_read_on(thread: Thread) -> None:
    """Before a thread goes to another board: write down for whom the floor of the old one counts what as read.

    Those who mark the new board as read count the thread in from then on, as any other thread of it.
    """
    people = db.session.scalars(select(BoardFloor.user_id).where(BoardFloor.board_id == thread.board_id)).all()
    for start in range(0, len(people), ROWS_A_STATEMENT):
        make_rows([(user_id, thread.id) for user_id in people[start : start + ROWS_A_STATEMENT]])


def follow_audience(thread: Thread, old: str) -> None:
    """Let those vote who may read the thread now, where those voted who could read it before."""
    db.session.execute(
        update(Poll)
        .where(Poll.thread_id == thread.id, Poll.audience == old)
        .values(audience=thread.audience)
        .execution_options(synchronize_session=False)
    )


def drop_choices(thread: Thread) -> None:
    """Forget what a thread chose in the fields of its board: another board has others."""
    db.session.execute(delete(ThreadChoice).where(ThreadChoice.thread_id == thread.id))
    thread.fields = {}


def join_positions(source_id: int, target_id: int, last: int) -> None:
    """Before the posts of the source go behind the ``last`` posts of the target: what was read of either stays read."""
    mark_seen(
        {
            (row.user_id, target_id): [(first + last, end + last) for first, end in runs_of(row)]
            for row in _positions(source_id)
        }
    )
    db.session.execute(delete(ReadPosition).where(ReadPosition.thread_id == source_id))


def share_positions(source_id: int, target_id: int, taken: Sequence[int]) -> None:
    """Let what was read stay read in both threads; ``taken`` are the old numbers of what was taken out, ascending."""
    left, moved = [], []
    for row in _positions(source_id):
        read = runs_of(row)
        gone = [(bisect_left(taken, first) + 1, bisect_right(taken, end)) for first, end in read]
        stay = [(first - bisect_left(taken, first), end - bisect_right(taken, end)) for first, end in read]
        moved.append(values_of(row.user_id, target_id, united(gone)))
        left.append(values_of(row.user_id, source_id, united(stay)))
    store(left)
    if moved:
        db.session.execute(insert(ReadPosition), moved)


def _positions(thread_id: int) -> Sequence[Any]:
    columns = (ReadPosition.user_id, ReadPosition.last_number, ReadPosition.ahead)
    statement = select(*columns).where(ReadPosition.thread_id == thread_id).order_by(ReadPosition.user_id)
    return db.session.execute(statement.with_for_update()).all()


def share_followers(source_id: int, target_id: int) -> None:
    """Let those who watch one thread watch another, unless they have decided about it."""
    rows = select(Subscription.user_id, literal(target_id), Subscription.level).where(
        Subscription.thread_id == source_id, Subscription.level == SubscriptionLevel.WATCHING
    )
    _insert_new(Subscription, ["user_id", "thread_id", "level"], rows)


def drop_followers(source_id: int) -> None:
    """Forget who followed a thread that is only a signpost now."""
    db.session.execute(delete(Subscription).where(Subscription.thread_id == source_id))


def join_citations(source: Thread, target: Thread) -> None:
    """Let what pointed at one thread point at the other."""
    if not source.is_cited:
        return
    rows = select(literal(target.id), Citation.post_id).where(Citation.thread_id == source.id)
    _insert_new(Citation, ["thread_id", "post_id"], rows)
    db.session.execute(delete(Citation).where(Citation.thread_id == source.id))
    target.is_cited, source.is_cited = True, False


def share_tags(source: Thread, target: Thread) -> None:
    """Let a thread that was split off carry the same tags."""
    tag_ids = list(db.session.scalars(select(ThreadTag.tag_id).where(ThreadTag.thread_id == source.id)))
    for tag_id in tag_ids:
        db.session.add(ThreadTag(thread_id=target.id, tag_id=tag_id))
    _count_tags(tag_ids, 1)
    target.tags = list(source.tags)


def drop_tags(thread: Thread) -> None:
    """Take all tags off a thread that is only a signpost now."""
    tag_ids = list(db.session.scalars(select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread.id)))
    db.session.execute(delete(ThreadTag).where(ThreadTag.thread_id == thread.id))
    _count_tags(tag_ids, -1)
    thread.tags = []


def _count_tags(tag_ids: Sequence[int], change: int) -> None:
    if tag_ids:
        db.session.execute(
            update(Tag)
            .where(Tag.id.in_(tag_ids))
            .values(thread_count=Tag.thread_count + change)
            .execution_options(synchronize_session=False)
        )


def move_drafts(source_id: int, target_id: int) -> None:
    """Let answers that are begun go to the joined thread; who has begun one there as well keeps both."""
    other = aliased(SavedDraft)
    there = select(other.user_id).where(other.place == f"thread:{target_id}")
    db.session.execute(
        update(SavedDraft)
        .where(SavedDraft.place == f"thread:{source_id}", SavedDraft.user_id.not_in(there))
        .values(place=f"thread:{target_id}")
        .execution_options(synchronize_session=False)
    )
