"""Tags: making, naming and merging them, and putting them on threads."""

from collections.abc import Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from core.db import db
from core.events import ContentEvent
from core.faces import Faces
from core.outbox import announce, announce_all
from core.permissions import Actor, require
from core.text import slugify
from core.upserts import upsert
from forum import queries
from forum.errors import MergedIntoItself, TagTaken, UnknownTags
from forum.events import TagChanged
from forum.models import SLUG_MAX, Tag, Thread, ThreadTag
from forum.permissions import ForumPermission
from forum.sorting import stored_face

BATCH = 200
RESERVED = frozenset({"new"})
"""Addresses that the site may want for itself."""


def create_tag(actor: Actor, name: Faces, scope: str) -> Tag:
    """Make a tag, which any thread may then carry.

    Raises:
        Denied: the person holds no office at ``scope``.
        TagTaken: another tag is called so in one of the languages.
    """
    require(actor, ForumPermission.TAG, scope)
    _require_free(name, None)
    tag = Tag(slug=_free_slug(name), name=name)
    try:
        with db.session.begin_nested():
            db.session.add(tag)
    except IntegrityError as error:
        # Somebody else makes the same one at this moment.
        raise TagTaken(name=name) from error
    return tag


def _require_free(name: Faces, own_id: int | None) -> None:
    known = queries.tags_by_name()
    for text in (name.zh, name.en):
        other = known.get(text.casefold()) if text else None
        if other is not None and other.id != own_id:
            raise TagTaken(name=text)


def _free_slug(name: Faces) -> str:
    slug = slugify(name.en or name.zh, SLUG_MAX - 4) or "tag"
    taken = set(db.session.scalars(select(Tag.slug).where(Tag.slug.startswith(slug, autoescape=True))))
    number, wanted = 1, slug
    while wanted in taken or wanted in RESERVED:
        number += 1
        wanted = f"{slug}-{number}"
    return wanted


def edit_tag(tag: Tag, actor: Actor, name: Faces) -> None:
    """Call a tag otherwise; its address stays, so links keep working.

    Raises:
        Denied: tags are everybody's, so only moderators of the site name them.
        TagTaken: another tag is called so in one of the languages.
    """
    require(actor, ForumPermission.MODERATE)
    if tag.name == name:
        return
    _require_free(name, tag.id)
    tag.name = name
    db.session.flush()
    announce(TagChanged(tag_id=tag.id))


def merge_tag(tag: Tag, actor: Actor, target: Tag) -> None:
    """Let another tag take the threads of a tag over; the old address leads there for good.

    Raises:
        Denied: as ``edit_tag``.
        MergedIntoItself: both are the same.
    """
    require(actor, ForumPermission.MODERATE)
    if target.id == tag.id:
        raise MergedIntoItself
    # What was merged into the tag before goes along: no address leads over two steps.
    db.session.execute(
        update(Tag).where((Tag.id == tag.id) | (Tag.merged_into_id == tag.id)).values(merged_into_id=target.id)
    )
    db.session.flush()
    announce(TagChanged(tag_id=tag.id))


def put_tags(thread: Thread, actor: Actor, names: Sequence[str], scope: str) -> bool:
    """Let a thread carry exactly the tags of these names; tell whether that was a change. The caller checks rights.

    Whoever holds an office at ``scope`` makes the tags that are new.

    Raises:
        UnknownTags: some do not exist, and this person may not make any.
    """
    if not names and not thread.tags:
        return False
    known = queries.tags_by_name()
    unknown = [name for name in names if name.casefold() not in known]
    if unknown and not actor.may(ForumPermission.TAG, scope):
        raise UnknownTags(names=", ".join(unknown))
    made = {name: create_tag(actor, Faces.of(name, language_of_name(name)), scope) for name in unknown}
    wanted = {tag.id: tag for tag in (made.get(name) or known[name.casefold()] for name in names)}
    before = set(db.session.scalars(select(ThreadTag.tag_id).where(ThreadTag.thread_id == thread.id)))
    if before == set(wanted):
        return False
    _count(before - set(wanted), -1)
    _count(set(wanted) - before, 1)
    db.session.execute(
        delete(ThreadTag).where(ThreadTag.thread_id == thread.id, ThreadTag.tag_id.in_(before - set(wanted)))
    )
    db.session.add_all(ThreadTag(thread_id=thread.id, tag_id=tag_id) for tag_id in sorted(set(wanted) - before))
    thread.tags = [shown_tag(tag) for tag in wanted.values()]
    db.session.flush()
    return True


def language_of_name(name: str) -> str:
    """Return which face of a tag a name is typed for."""
    return "zh" if any("\u3400" <= sign <= "\u9fff" for sign in name) else "en"


def shown_tag(tag: Tag) -> dict[str, str]:
    """Return what a thread's row keeps of a tag."""
    return {"slug": tag.slug, **stored_face(tag.name)}


def _count(tag_ids: set[int], change: int) -> None:
    if tag_ids:
        db.session.execute(
            update(Tag)
            .where(Tag.id.in_(sorted(tag_ids)))
            .values(thread_count=Tag.thread_count + change)
            .execution_options(synchronize_session=False)
        )


def refresh_threads(tag_id: int, after: int) -> int:
    """Bring the next threads that carry a tag up to date with its name, or move them to the tag that took it over.

    Returns the id of the last thread, 0 when none was left. Safe to repeat.
    """
    tag = db.session.get(Tag, tag_id)
    if tag is None:
        return 0
    thread_ids = list(
        db.session.scalars(
            select(ThreadTag.thread_id)
            .where(ThreadTag.tag_id == tag_id, ThreadTag.thread_id > after)
            .order_by(ThreadTag.thread_id)
            .limit(BATCH)
        )
    )
    if not thread_ids:
        return 0
    if tag.merged_into_id is not None:
        _move(tag_id, tag.merged_into_id, thread_ids)
    _rewrite(thread_ids)
    return thread_ids[-1]


def _move(tag_id: int, target_id: int, thread_ids: list[int]) -> None:
    values = [{"thread_id": thread_id, "tag_id": target_id} for thread_id in thread_ids]
    db.session.execute(upsert(ThreadTag, values, conflict=["thread_id", "tag_id"]))
    db.session.execute(delete(ThreadTag).where(ThreadTag.tag_id == tag_id, ThreadTag.thread_id.in_(thread_ids)))
    recount_tags([tag_id, target_id])


def _rewrite(thread_ids: list[int]) -> None:
    """Let these threads show their tags as they are now, and have them indexed again."""
    rows = db.session.execute(
        select(ThreadTag.thread_id, Tag)
        .join(Tag, Tag.id == ThreadTag.tag_id)
        .where(ThreadTag.thread_id.in_(thread_ids))
    ).all()
    now: dict[int, dict[str, dict[str, str]]] = {}
    for thread_id, tag in rows:
        now.setdefault(thread_id, {})[tag.slug] = shown_tag(tag)
    threads = db.session.scalars(
        select(Thread).where(Thread.id.in_(thread_ids)).order_by(Thread.id).with_for_update()
    ).all()
    for thread in threads:
        left = now.get(thread.id, {})
        order = [one["slug"] for one in thread.tags if one["slug"] in left]
        thread.tags = [left[slug] for slug in [*order, *(slug for slug in left if slug not in order)]]
    db.session.flush()
    announce_all(ContentEvent(subject=thread.ref) for thread in threads)


def recount_tags(tag_ids: Sequence[int] | None = None) -> None:
    """Set how many threads carry these tags, or all of them."""
    carried = select(func.count()).where(ThreadTag.tag_id == Tag.id).scalar_subquery()
    statement = update(Tag).values(thread_count=carried).execution_options(synchronize_session=False)
    db.session.execute(statement if tag_ids is None else statement.where(Tag.id.in_(tag_ids)))
