"""What follows a post: those whom it concerns are told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import aliased

from accounts.events import UserErased, UserRenamed, UserSuspended
from accounts.readers import readers_among
from core.addresses import absolute
from core.db import db, transaction
from core.events import ContentEvent
from core.notifications import NoticeKind, tell
from core.outbox import announce_all, on
from core.refs import Ref
from core.subjects import subject_for
from forum import notices, queries, rerendering, services, urls
from forum.enums import SubscriptionLevel
from forum.events import PollEnded, PostEdited, PostPublished, ReadersReminded, RepliesTouched, TagChanged
from forum.models import Post, Thread
from forum.queries.levels import LOUDNESS
from forum.queries.shown import SHOWN_POST, SHOWN_THREAD
from forum.services import citations
from forum.services.tags import refresh_threads

REREAD_BATCH = 1000
LOUDEST = LOUDNESS[SubscriptionLevel.WATCHING]
QUIETEST = LOUDNESS[SubscriptionLevel.MUTED]

Told = tuple[NoticeKind, Collection[int]]


@on(PostPublished)
def tell_of_posts(events: Sequence[PostPublished]) -> None:
    """Tell those mentioned, the one answered and those who watch, each once, of what they may read and have not muted.

    A new thread is told to those who watch its board, one of its tags or its course; a reply to those who watch the
    thread.
    """
    for event in events:
        if post := _shown(event.post_id):
            _tell(post, [*_personal(post, event), _watching(post)])


@on(PostEdited)
def tell_of_mentions(events: Sequence[PostEdited]) -> None:
    """Tell those whom an edit mentions for the first time; the key spares those told before."""
    for event in events:
        if post := _shown(event.post_id):
            _tell(post, [told for told in _personal(post, event) if told[0] is not notices.REPLY])


def _shown(post_id: int) -> Row[*tuple[Any, ...]] | None:
    parent = aliased(Post)
    return db.session.execute(
        select(
            Post.id,
            Post.thread_id,
            Post.author_id,
            Thread.title,
            Thread.audience,
            Thread.board_id,
            Thread.course_id,
            Post.number,
            parent.author_id.label("answered_id"),
        )
        .join(Thread, Thread.id == Post.thread_id)
        .outerjoin(parent, parent.id == Post.parent_id)
        .where(Post.id == post_id, SHOWN_POST, SHOWN_THREAD)
    ).one_or_none()


def _personal(post: Row[*tuple[Any, ...]], event: PostPublished | PostEdited) -> list[Told]:
    return [
        (notices.MENTION, event.mentioned_ids),
        (notices.REPLY, [post.answered_id] if post.answered_id else []),
        (notices.BRANCH, queries.list_branch_members(event.branch_ids)),
    ]


def _watching(post: Row[*tuple[Any, ...]]) -> Told:
    if post.number > 1:
        return notices.NEW_POST, queries.list_watchers(post.thread_id)
    return notices.NEW_THREAD, [person for person, heard in _loudness(post).items() if heard == LOUDEST]


def _loudness(post: Row[*tuple[Any, ...]], among: Collection[int] = ()) -> Mapping[int, int]:
    return queries.levels_for(post.thread_id, board_id=post.board_id, course_id=post.course_id, among=among)


def _tell(post: Row[*tuple[Any, ...]], wanted: Sequence[Told]) -> None:
    """Tell each person once, of the most personal thing, whoever may read it and has not muted it."""
    everybody = {person for _kind, people in wanted for person in people}
    muted = {person for person, heard in _loudness(post, everybody).items() if heard == QUIETEST}
    left = readers_among(everybody - muted, post.audience) - {post.author_id}
    with transaction():
        for kind, people in wanted:
            told = left.intersection(people)
            left -= told
            tell(
                told,
                kind.code,
                subject=Ref("post", post.id),
                url=urls.for_post(post.id),
                actor_id=post.author_id,
                key=f"forum.post:{post.id}",
                title=post.title,
            )


@on(ContentEvent)
def follow_subjects(events: Sequence[ContentEvent]) -> None:
    """Let threads about a thing be seen by those who may see the thing now."""
    touched: dict[str, set[int]] = defaultdict(set)
    for event in events:
        if subject_for(event.subject.kind):
            touched[event.subject.kind].add(event.subject.id)
    for kind, ids in touched.items():
        subjects = subject_for(kind)
        audiences = subjects.audiences(ids) if subjects else {}
        boards = subjects.board_audiences(ids) if subjects else {}
        with transaction():
            services.follow_subjects(kind, audiences, boards)


@on(RepliesTouched)
def reread_replies(events: Sequence[RepliesTouched]) -> None:
    """Have the replies of threads read again, some hundreds at a time, so that no writer waits for long."""
    wanted: dict[int, int] = {}
    for event in events:
        wanted[event.thread_id] = min(event.after, wanted.get(event.thread_id, event.after))
    for thread_id, after in wanted.items():
        last = after
        while rows := queries.list_replies_after(thread_id, last, REREAD_BATCH):
            with transaction():
                announce_all(ContentEvent(subject=Ref("post", row.id)) for row in rows)
            last = rows[-1].number


@on(UserRenamed)
def reread_renamed(events: Sequence[UserRenamed]) -> None:
    """Have everything a renamed person wrote read again: copies carry the name."""
    _reread_authors({event.user_id for event in events})


@on(UserErased)
def reread_erased(events: Sequence[UserErased]) -> None:
    """Have everything an erased person wrote read again: no copy keeps the name."""
    _reread_authors({event.user_id for event in events})


@on(UserErased)
def remove_files(events: Sequence[UserErased]) -> None:
    """Remove the files that an erased person has sent; their posts stay and say that a file is gone."""
    with transaction():
        post_ids = services.remove_of({event.user_id for event in events})
    rerendering.render_posts_by_id(post_ids)


def _reread_authors(user_ids: set[int]) -> None:
    written = select(Post.id, Post.number, Post.thread_id).where(Post.author_id.in_(user_ids)).order_by(Post.id)
    refs = [
        Ref("thread", row.thread_id) if row.number == 1 else Ref("post", row.id) for row in db.session.execute(written)
    ]
    for start in range(0, len(refs), REREAD_BATCH):
        with transaction():
            announce_all(ContentEvent(subject=ref) for ref in refs[start : start + REREAD_BATCH])


@on(ContentEvent)
def cite(events: Sequence[ContentEvent]) -> None:
    """Keep who cites whom as the posts are now."""
    posts = {event.subject.id for event in events if event.subject.kind == "post"}
    threads = [event.subject.id for event in events if event.subject.kind == "thread"]
    if threads:
        posts.update(citations.opening_ids(threads))
    base = absolute("")
    if changed := citations.needs_reciting(posts, base):
        with transaction():
            citations.recite(changed, base)


@on(UserSuspended)
def end_feeds_of_suspended(events: Sequence[UserSuspended]) -> None:
    """Let nobody read on who was kept out, also when they are let in again."""
    with transaction():
        services.revoke_feed_tokens({event.user_id for event in events})


@on(UserErased)
def end_feeds_of_erased(events: Sequence[UserErased]) -> None:
    """Let nothing be left of the feeds of an erased person."""
    with transaction():
        services.revoke_feed_tokens({event.user_id for event in events})


@on(ReadersReminded)
def remind_readers(events: Sequence[ReadersReminded]) -> None:
    """Remind those whom an announcement is for and who have not confirmed it yet."""
    for event in events:
        thread = _thread(event.thread_id)
        for people in queries.batches_of_silent(thread) if thread else ():
            with transaction():
                _tell_of_thread(thread, people, notices.REMIND, f"forum.remind:{event.thread_id}:{event.turn}")


@on(PollEnded)
def tell_of_ended_polls(events: Sequence[PollEnded]) -> None:
    """Tell who asked, who voted and who follows that a poll is over, as far as they may still read it."""
    for event in events:
        if thread := _thread(event.thread_id):
            concerned = {thread.author_id, *queries.list_ballot_casters(thread.id), *queries.list_watchers(thread.id)}
            people = readers_among(concerned, thread.audience)
            with transaction():
                _tell_of_thread(thread, people, notices.POLL_ENDED, f"forum.poll:{thread.id}", by_author=False)


def _thread(thread_id: int) -> Thread | None:
    return db.session.scalars(select(Thread).where(Thread.id == thread_id, SHOWN_THREAD)).one_or_none()


def _tell_of_thread(
    thread: Thread | None, people: Iterable[int], kind: NoticeKind, key: str, *, by_author: bool = True
) -> None:
    assert thread is not None  # noqa: S101 -- the caller has looked
    tell(
        people,
        kind.code,
        subject=thread.ref,
        url=urls.for_thread(thread.id),
        actor_id=thread.author_id if by_author else None,
        key=key,
        title=thread.title,
    )


@on(TagChanged)
def refresh_tagged(events: Sequence[TagChanged]) -> None:
    """Let the threads of a tag show its new name, or go over to the tag that took them, a batch at a time."""
    for tag_id in sorted({event.tag_id for event in events}):
        last = -1
        while last:
            with transaction():
                last = refresh_threads(tag_id, max(last, 0))
