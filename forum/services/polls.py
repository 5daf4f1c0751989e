"""Polls: opening, voting, closing.

What a secret poll keeps, and why nobody's choice can be read from it:

- A ballot says that somebody has voted, not what. Options only have sums; there is no row a vote, no event, no notice.
- One UPDATE touches every option of the poll, the chosen ones by one and the others by nothing, so that neither a
  column nor the database's own mark of the writing transaction on the rows tells which options went with a ballot.
- A ballot is dated by its day, so that no log of requests can be laid beside a change of the sums, and the sums are
  shown to nobody, the author included, before the poll is over (``PollView.shows_result``).
- Because nobody can say which vote was whose, a vote cannot be changed or taken back.

Left over is what no software can hide: when all who voted chose the same, the result says so; and who may read the raw
files of a running database again and again sees sums change.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, delete, insert, select, update

from core.clock import utcnow
from core.db import db
from core.errors import Denied
from core.permissions import Actor
from core.text import is_blank
from forum import queries
from forum.enums import ThreadKind
from forum.errors import AlreadyVoted, NotEligible, PollHasVotes, PollMisshapen, PollOver, TooFewVotes, WrongChoice
from forum.models import OPTION_MAX, Ballot, Poll, PollOption, Thread, Vote
from forum.permissions import ForumPermission
from forum.services.moderating import tell_log

OPTIONS_MIN, OPTIONS_MAX = 2, 20


@dataclass(frozen=True, kw_only=True)
class PollPlan:
    """What the author of a poll decides."""

    options: tuple[str, ...]
    audience: str
    choices_max: int = 1
    secret: bool = False
    closes_at: datetime | None = None


def _require_shape(plan: PollPlan) -> None:
    """Refuse what no form lets through."""
    options = plan.options
    right = (
        OPTIONS_MIN <= len(options) <= OPTIONS_MAX
        and len({words.casefold() for words in options}) == len(options)
        and all(len(words) <= OPTION_MAX and not is_blank(words) for words in options)
        and 1 <= plan.choices_max <= len(options)
        and (plan.closes_at is None or plan.closes_at > utcnow())
    )
    if not right:
        raise PollMisshapen


def _require_audience(actor: Actor, thread: Thread, audience: str) -> None:
    if audience not in dict(queries.list_voters_to_choose(actor, thread.audience)):
        raise Denied


def _set_options(thread_id: int, options: Sequence[str]) -> None:
    rows = [
        {"thread_id": thread_id, "position": at, "words": words, "vote_count": 0} for at, words in enumerate(options)
    ]
    db.session.execute(insert(PollOption), rows)


def add_poll(thread: Thread, actor: Actor, plan: PollPlan | None) -> None:
    """Give a new thread its poll.

    Raises:
        Denied: the author may not ask those people.
        PollMisshapen: there are too few or too many options, two are the same, or its time is over already.
    """
    if plan is None:
        raise PollMisshapen
    _require_shape(plan)
    _require_audience(actor, thread, plan.audience)
    db.session.add(
        Poll(
            thread_id=thread.id,
            audience=plan.audience,
            choices_max=plan.choices_max,
            secret=plan.secret,
            closes_at=plan.closes_at,
        )
    )
    db.session.flush()
    _set_options(thread.id, plan.options)


def _held(thread: Thread) -> Poll:
    """Return a thread's poll, held until commit: votes of one poll come one after the other."""
    if thread.kind is not ThreadKind.POLL:
        raise PollOver
    poll: Poll | None = db.session.scalars(
        select(Poll).where(Poll.thread_id == thread.id).with_for_update()
    ).one_or_none()
    if poll is None:
        raise PollOver
    return poll


def _view(thread: Thread, actor: Actor) -> queries.PollView:
    found = queries.find_poll(thread, actor, archived=thread.board.archived)
    assert found is not None  # noqa: S101 -- its row is held
    return found


def change_poll(thread: Thread, actor: Actor, plan: PollPlan) -> None:
    """Change a poll in which nobody has voted yet.

    Raises:
        Denied: somebody else asks, or the author may not ask those people.
        PollHasVotes: somebody has voted meanwhile.
        PollMisshapen: as ``add_poll``.
        PollOver: it has ended, or the thread takes no votes.
    """
    poll = _held(thread)
    if thread.author_id != actor.id:
        raise Denied
    view = _view(thread, actor)
    if view.over or not view.open_here:
        raise PollOver
    if poll.ballot_count:
        raise PollHasVotes
    _require_shape(plan)
    _require_audience(actor, thread, plan.audience)
    poll.audience, poll.choices_max, poll.secret = plan.audience, plan.choices_max, plan.secret
    poll.closes_at = plan.closes_at
    db.session.execute(delete(PollOption).where(PollOption.thread_id == thread.id))
    _set_options(thread.id, plan.options)
    db.session.flush()


def cast_vote(thread: Thread, actor: Actor, chosen: Collection[int]) -> None:
    """Vote, or in an open poll vote anew; sending the same vote of an open poll twice changes nothing.

    Args:
        thread: with its board loaded.
        actor: who votes.
        chosen: ids of options.

    Raises:
        AlreadyVoted: in a secret poll every vote counts once and for good.
        NotEligible: the poll asks others, or the person came after it was opened.
        PollOver: it has ended, or the thread takes no votes.
        WrongChoice: nothing was chosen, too much, or what is no option of this poll.
    """
    poll = _held(thread)
    view = _view(thread, actor)
    if view.over or not view.open_here:
        raise PollOver
    if not view.eligible:
        raise NotEligible
    if view.secret and view.voted:
        raise AlreadyVoted
    wanted = set(chosen)
    if not 1 <= len(wanted) <= poll.choices_max or not wanted <= {option.id for option in view.options}:
        raise WrongChoice
    assert actor.id is not None  # noqa: S101 -- nobody else is eligible
    mine = {option.id for option in view.options if option.mine}
    _count(thread.id, added=wanted - mine, taken=mine - wanted)
    if not poll.secret:
        _keep_votes(actor.id, added=wanted - mine, taken=mine - wanted)
    if not view.voted:
        _keep_ballot(poll, thread, actor.id)


def _count(thread_id: int, *, added: set[int], taken: set[int]) -> None:
    """Change the sums of all options of a poll in one statement."""
    change: Any = case((PollOption.id.in_(added), 1), (PollOption.id.in_(taken), -1), else_=0)
    db.session.execute(
        update(PollOption)
        .where(PollOption.thread_id == thread_id)
        .values(vote_count=PollOption.vote_count + change)
        .execution_options(synchronize_session=False)
    )


def _keep_votes(user_id: int, *, added: set[int], taken: set[int]) -> None:
    if taken:
        db.session.execute(delete(Vote).where(Vote.user_id == user_id, Vote.option_id.in_(taken)))
    if added:
        db.session.execute(insert(Vote), [{"option_id": number, "user_id": user_id} for number in sorted(added)])


def _keep_ballot(poll: Poll, thread: Thread, user_id: int) -> None:
    now = utcnow()
    moment = now.replace(hour=0, minute=0, second=0, microsecond=0) if poll.secret else now
    values = {
        "thread_id": thread.id,
        "user_id": user_id,
        "branch_id": queries.voting_branch(poll.audience, thread.created_at, user_id),
        "cast_at": moment,
    }
    db.session.execute(insert(Ballot), [values])
    poll.ballot_count += 1
    db.session.flush()


def may_close_poll(author_id: int, scope: str, actor: Actor) -> bool:
    """Tell whether a person may end a poll before its time: who asks may, and moderators."""
    return actor.id is not None and (actor.id == author_id or actor.may(ForumPermission.MODERATE, scope))


def close_poll(thread: Thread, actor: Actor, reason: str = "") -> None:
    """End a poll now. The poll says who did; what a moderator does stands in the public log besides, with its reason.

    Raises:
        Denied: the person neither asks nor moderates.
        PollOver: it has ended already.
        TooFewVotes: it is secret, and its sums would name those who have voted.
    """
    poll = _held(thread)
    if not may_close_poll(thread.author_id, thread.board.branch.path, actor):
        raise Denied
    if _view(thread, actor).over:
        raise PollOver
    if poll.secret and 0 < poll.ballot_count < queries.SMALL:
        raise TooFewVotes
    poll.closes_at, poll.closed_by_id = utcnow(), actor.id
    db.session.flush()
    if actor.id != thread.author_id:
        tell_log(thread, actor, "close_poll", reason)


def note_ended(thread_id: int) -> bool:
    """Note that people are told of the end of a poll; False when that was done before."""
    poll = db.session.scalars(select(Poll).where(Poll.thread_id == thread_id).with_for_update()).one()
    if poll.told_at is not None:
        return False
    poll.told_at = utcnow()
    db.session.flush()
    return True
