"""Who has confirmed an announcement: for its reader, its author, and the officers of a branch."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, false, func, or_, select, true

from accounts.models import Branch, Membership, User, UserState
from core.db import db, read_rows
from core.pages import Page, page_of
from core.permissions import MEMBERS, PUBLIC
from forum.enums import ThreadKind
from forum.models import Receipt, Thread

NAMES_A_PAGE = 50
NAMES_A_BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReceipt:
    """What an announcement says to one reader about its receipts."""

    confirmed_at: datetime | None
    count: int
    reminded_at: datetime | None


_of_thread = Receipt.thread_id == Thread.id
_OWN = select(
    select(Receipt.confirmed_at).where(_of_thread, Receipt.user_id == bindparam("user_id")).scalar_subquery(),
    select(func.count()).where(_of_thread).scalar_subquery(),
    Thread.reminded_at,
).where(Thread.id == bindparam("thread_id"))


def find_receipt(thread: Any, user_id: int | None) -> OwnReceipt | None:
    """Return what a reader needs to know of the receipts of a thread's head row; None where it is no announcement."""
    if thread.kind is not ThreadKind.ANNOUNCEMENT:
        return None
    row = read_rows(_OWN, {"thread_id": thread.id, "user_id": user_id or 0}).one()
    return OwnReceipt(confirmed_at=row[0], count=row[1], reminded_at=row[2])


def in_audience(audience: str) -> ColumnElement[bool]:
    """Return the condition that membership in a ``Branch`` puts somebody into an audience.

    Participants of a course and holders of offices are not known by their branch: nobody is expected there.
    """
    kind, _sign, branch_id = audience.partition(":")
    if audience in {PUBLIC, MEMBERS}:
        return true()
    return Branch.path.contains(f"/{branch_id}/", autoescape=True) if kind == "branch" else false()


def _below(scopes: Sequence[str]) -> ColumnElement[bool]:
    return or_(false(), *(Branch.path.startswith(path, autoescape=True) for path in scopes))


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchReceipts:
    """How many of a branch's own members have confirmed."""

    id: int
    name: Any
    path: str
    expected: int
    confirmed: int


def list_branch_receipts(thread: Thread, scopes: Sequence[str]) -> list[BranchReceipts]:
    """Return the branches at and below ``scopes`` with how many should confirm and how many have."""
    statement = (
        select(Branch.id, Branch.name, Branch.path, func.count(User.id), func.count(Receipt.user_id))
        .join(Membership, Membership.branch_id == Branch.id)
        .join(User, User.id == Membership.user_id)
        .outerjoin(Receipt, and_(Receipt.user_id == User.id, Receipt.thread_id == thread.id))
        .where(_below(scopes), in_audience(thread.audience), *_expected(thread))
        .group_by(Branch.id)
        .order_by(Branch.path)
    )
    return [
        BranchReceipts(id=row[0], name=row[1], path=row[2], expected=row[3], confirmed=row[4])
        for row in db.session.execute(statement)
    ]


def _expected(thread: Thread) -> tuple[ColumnElement[bool], ...]:
    return User.state == UserState.ACTIVE, User.id != thread.author_id


def _names(thread: Thread, scopes: Sequence[str]) -> Select[*tuple[Any, ...]]:
    people = (
        select(Membership.user_id)
        .join(Branch, Branch.id == Membership.branch_id)
        .where(_below(scopes), in_audience(thread.audience))
    )
    return (
        select(User.id, User.username, User.display_name, Receipt.confirmed_at)
        .outerjoin(Receipt, and_(Receipt.user_id == User.id, Receipt.thread_id == thread.id))
        .where(User.id.in_(people), *_expected(thread))
    )


def list_receipts(
    thread: Thread, scopes: Sequence[str], *, confirmed: bool, cursor: str | None
) -> Page[Row[*tuple[Any, ...]]]:
    """Return one page of those who have confirmed, or have not: id, username, display_name, confirmed_at.

    Raises:
        NotFound: the cursor is none of ours.
    """
    state = Receipt.confirmed_at.is_not(None) if confirmed else Receipt.confirmed_at.is_(None)
    statement = _names(thread, scopes).where(state)
    return page_of(statement, order=[User.id], cursor=cursor, limit=NAMES_A_PAGE, descending=False)


def list_all_receipts(thread: Thread, scopes: Sequence[str]) -> Sequence[Row[*tuple[Any, ...]]]:
    """Return everybody who should confirm, with the moment when they did: for a file."""
    return db.session.execute(_names(thread, scopes).order_by(User.id)).all()


def batches_of_silent(thread: Thread) -> Iterator[list[int]]:
    """Yield the ids of those whom the announcement is for and who have not confirmed, some at a time."""
    people = select(User.id).where(
        *_expected(thread), User.id.not_in(select(Receipt.user_id).where(Receipt.thread_id == thread.id))
    )
    if thread.audience not in {PUBLIC, MEMBERS}:
        members = select(Membership.user_id).join(Branch, Branch.id == Membership.branch_id)
        people = people.where(User.id.in_(members.where(in_audience(thread.audience))))
    last = 0
    while ids := list(db.session.scalars(people.where(User.id > last).order_by(User.id).limit(NAMES_A_BATCH))):
        yield ids
        last = ids[-1]
