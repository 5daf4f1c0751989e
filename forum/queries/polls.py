"""Polls as their readers see them.

Who may vote is fixed when the thread is opened: whoever was registered by then, or for the poll of a branch belonged to
it or to a branch below it. Who joins later reads but does not vote, so nobody is let in to turn a result. Participants
of a course and holders of offices are not known by date; of them those who read the board and were registered may vote.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, String, and_, bindparam, exists, func, literal, select
from sqlalchemy.orm import aliased

from accounts.models import Branch, Membership, User, UserState
from core.clock import utcnow
from core.db import db, read_rows
from core.faces import Faces
from core.pages import Page, page_of
from core.permissions import MEMBERS, PUBLIC, ROOT, Actor, branch_audience
from forum.enums import ThreadKind, ThreadState
from forum.models import Ballot, Poll, PollOption, Thread, Vote
from forum.queries.receipts import in_audience
from forum.queries.shown import SHOWN_THREAD

NAMES_A_PAGE = 50
SMALL = 5
"""Of a branch with fewer voters the turnout is not told by itself: it would name them."""

ENDED_A_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing that can be chosen."""

    id: int
    words: str
    vote_count: int
    mine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PollView:
    """A poll as it stands at this moment for one reader."""

    audience: str
    choices_max: int
    secret: bool
    closes_at: datetime | None
    closed_by: str
    """Who closed it before its time; empty: nobody, or it is open."""
    ballot_count: int
    options: tuple[Option, ...]
    over: bool
    """Its time is up, by the clock of this reading."""
    voted: bool
    eligible: bool
    open_here: bool
    """The thread takes votes: shown, not locked, on a board that is not archived."""

    @property
    def may_vote(self) -> bool:
        """Tell whether the reader can vote now, or choose again."""
        return self.open_here and not self.over and self.eligible and not (self.secret and self.voted)

    @property
    def shows_result(self) -> bool:
        """Tell whether the reader sees the votes.

        Of an open poll: after the own vote, when it is over, or who has no vote in it. Of a secret one only when it is
        over: whoever watched the sums beside the turnout could tell what the last voter chose.
        """
        return self.over or (not self.secret and (self.voted or not self.may_vote))


_closer = aliased(User)
_me: Any = bindparam("user_id")
# The branch stands in the audience, so one statement serves every poll.
_of_branch: ColumnElement[str] = func.substr(Poll.audience, len("branch:") + 1, type_=String)
_in_branch = Branch.path.like(literal("%/").concat(_of_branch).concat("/%"))
_joined = (
    select(func.min(Membership.joined_at))
    .join(Branch, Branch.id == Membership.branch_id)
    .where(Membership.user_id == _me, _in_branch)
    .correlate(Poll)
    .scalar_subquery()
)
_POLL = (
    select(
        Poll.audience,
        Poll.choices_max,
        Poll.secret,
        Poll.closes_at,
        Poll.ballot_count,
        _closer.display_name.label("closed_by"),
        PollOption.id,
        PollOption.words,
        PollOption.vote_count,
        exists().where(Vote.option_id == PollOption.id, Vote.user_id == _me).label("mine"),
        exists().where(Ballot.thread_id == Poll.thread_id, Ballot.user_id == _me).label("voted"),
        select(User.created_at).where(User.id == _me).scalar_subquery().label("registered_at"),
        _joined.label("joined_at"),
    )
    .join(PollOption, PollOption.thread_id == Poll.thread_id)
    .outerjoin(_closer, _closer.id == Poll.closed_by_id)
    .where(Poll.thread_id == bindparam("thread_id"))
    .order_by(PollOption.position)
)


def find_poll(thread: Any, actor: Actor, *, archived: bool) -> PollView | None:
    """Return the poll of a thread, or of a row of its page, for one reader; None where there is none."""
    if thread.kind is not ThreadKind.POLL:
        return None
    rows = read_rows(_POLL, {"thread_id": thread.id, "user_id": actor.id or 0}).all()
    if not rows:
        return None
    first = rows[0]
    return PollView(
        audience=first.audience,
        choices_max=first.choices_max,
        secret=first.secret,
        closes_at=first.closes_at,
        closed_by=first.closed_by or "",
        ballot_count=first.ballot_count,
        options=tuple(Option(id=row.id, words=row.words, vote_count=row.vote_count, mine=row.mine) for row in rows),
        over=first.closes_at is not None and first.closes_at <= utcnow(),
        voted=first.voted,
        eligible=_is_eligible(first, thread.created_at, actor),
        open_here=thread.state is ThreadState.OPEN
        and thread.hidden_at is None
        and thread.deleted_at is None
        and not archived,
    )


def _is_eligible(row: Row[*tuple[Any, ...]], opened_at: datetime, actor: Actor) -> bool:
    if actor.id is None or row.registered_at is None:
        return False
    if row.audience.startswith("branch:"):
        return row.joined_at is not None and row.joined_at <= opened_at
    return actor.can_read(row.audience) and row.registered_at <= opened_at


def voting_branch(audience: str, opened_at: datetime, user_id: int) -> int | None:
    """Return the branch whose turnout somebody's ballot counts for: the first one joined that the poll is for."""
    statement = (
        select(Membership.branch_id)
        .join(Branch, Branch.id == Membership.branch_id)
        .where(Membership.user_id == user_id, *_member(audience, opened_at))
    )
    return db.session.scalar(statement.order_by(Membership.id).limit(1))


def _member(audience: str, opened_at: datetime) -> tuple[ColumnElement[bool], ...]:
    return Membership.joined_at <= opened_at, in_audience(audience)


@dataclass(frozen=True, slots=True, kw_only=True)
class Turnout:
    """How many of those who may vote have voted, in one branch; ``name`` is None for all small ones together."""

    name: Faces | None
    eligible: int
    voted: int


def list_turnout(thread: Thread, audience: str) -> list[Turnout]:
    """Return the turnout by branch, small branches summed up; nothing where voters are not known by branch.

    One small branch alone could be worked out from the total, so the next smallest is summed up with it.
    """
    if audience not in {PUBLIC, MEMBERS} and not audience.startswith("branch:"):
        return []
    first = (
        select(func.min(Membership.id).label("id"))
        .join(Branch, Branch.id == Membership.branch_id)
        .join(User, User.id == Membership.user_id)
        .where(User.state == UserState.ACTIVE, User.created_at <= thread.created_at)
        .where(*_member(audience, thread.created_at))
        .group_by(Membership.user_id)
        .subquery()
    )
    voted = (
        select(Ballot.branch_id, func.count().label("voted"))
        .where(Ballot.thread_id == thread.id)
        .group_by(Ballot.branch_id)
        .subquery()
    )
    statement = (
        select(Branch.name, func.count(), func.coalesce(func.max(voted.c.voted), 0))
        .join(Membership, Membership.branch_id == Branch.id)
        .join(first, first.c.id == Membership.id)
        .outerjoin(voted, voted.c.branch_id == Branch.id)
        .group_by(Branch.id)
        .order_by(Branch.path)
    )
    # Who left a branch after voting still counts as one who could.
    rows = [Turnout(name=row[0], eligible=max(row[1], row[2]), voted=row[2]) for row in db.session.execute(statement)]
    return _summed_up(rows)


def _summed_up(rows: list[Turnout]) -> list[Turnout]:
    by_size = sorted(rows, key=lambda row: row.eligible)
    small = [row for row in by_size if row.eligible < SMALL]
    if not small:
        return rows
    for row in by_size[len(small) :]:
        if len(small) > 1 and sum(one.eligible for one in small) >= SMALL:
            break
        small.append(row)
    others = Turnout(name=None, eligible=sum(one.eligible for one in small), voted=sum(one.voted for one in small))
    hidden = {id(row) for row in small}
    return [*(row for row in rows if id(row) not in hidden), others]


def list_voters(thread_id: int, *, cursor: str | None) -> Page[Row[*tuple[Any, ...]]]:
    """Return one page of those who voted in an open poll: id, username, display_name, state.

    Raises:
        NotFound: the cursor is none of ours.
    """
    statement = (
        select(User.id, User.username, User.display_name, User.state)
        .join(Ballot, Ballot.user_id == User.id)
        .join(Poll, Poll.thread_id == Ballot.thread_id)
        .where(Ballot.thread_id == thread_id, Poll.secret.is_(False))
    )
    return page_of(statement, order=[User.id], cursor=cursor, limit=NAMES_A_PAGE, descending=False)


def choices_of(thread_id: int, user_ids: Sequence[int]) -> dict[int, list[str]]:
    """Return user id → the words of what each chose in an open poll."""
    rows = db.session.execute(
        select(Vote.user_id, PollOption.words)
        .join(PollOption, PollOption.id == Vote.option_id)
        .where(PollOption.thread_id == thread_id, Vote.user_id.in_(user_ids))
        .order_by(PollOption.position)
    )
    found: dict[int, list[str]] = {}
    for user_id, words in rows:
        found.setdefault(user_id, []).append(words)
    return found


def list_voters_to_choose(actor: Actor, audience: str) -> list[tuple[str, Faces | None]]:
    """Return for whom this author may open a poll on a board of an audience: the board's own readers first.

    The others are branches within the board's audience to which the author belongs. None stands for the readers.
    """
    widest = MEMBERS if audience == PUBLIC else audience
    kind, _sign, board_branch = audience.partition(":")
    ids = [int(token.partition(":")[2]) for token in actor.tokens if token.startswith("branch:") and token != audience]
    inside = Branch.path.contains(f"/{board_branch}/", autoescape=True) if kind == "branch" else Branch.path != ROOT
    if not ids or kind not in {PUBLIC, MEMBERS, "branch"}:
        return [(widest, None)]
    rows = db.session.execute(select(Branch.id, Branch.name).where(Branch.id.in_(ids), inside).order_by(Branch.path))
    return [(widest, None), *((branch_audience(row.id), row.name) for row in rows)]


def list_ended_polls() -> list[int]:
    """Return the ids of threads whose polls have ended without anybody having been told."""
    statement = (
        select(Poll.thread_id)
        .join(Thread, and_(Thread.id == Poll.thread_id, SHOWN_THREAD))
        .where(Poll.told_at.is_(None), Poll.closes_at <= utcnow())
        .order_by(Poll.thread_id)
        .limit(ENDED_A_BATCH)
    )
    return list(db.session.scalars(statement))


def list_ballot_casters(thread_id: int) -> list[int]:
    """Return the ids of those who have voted."""
    return list(db.session.scalars(select(Ballot.user_id).where(Ballot.thread_id == thread_id)))


def recounted(thread_id: int) -> dict[int, int]:
    """Return option id → votes of an open poll, counted anew from the votes themselves."""
    rows = db.session.execute(
        select(PollOption.id, func.count(Vote.user_id))
        .outerjoin(Vote, Vote.option_id == PollOption.id)
        .where(PollOption.thread_id == thread_id)
        .group_by(PollOption.id)
    )
    return {row[0]: row[1] for row in rows}
