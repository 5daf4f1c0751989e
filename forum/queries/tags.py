"""Tags as lists and forms need them. There are few: only those who hold an office make them."""

from sqlalchemy import select

from core.db import db
from core.errors import NotFound
from forum.errors import UnknownTags
from forum.models import Tag


def list_tags(limit: int | None = None) -> list[Tag]:
    """Return the tags in use, those that most threads carry first; at most ``limit``, if given."""
    return list(
        db.session.scalars(
            select(Tag).where(Tag.merged_into_id.is_(None)).order_by(Tag.thread_count.desc(), Tag.slug).limit(limit)
        )
    )


def tags_by_name() -> dict[str, Tag]:
    """Return name in either language, or address, in small letters → the tag; merged ones mean what took them over."""
    tags = {tag.id: tag for tag in db.session.scalars(select(Tag).order_by(Tag.id.desc()))}
    found: dict[str, Tag] = {}
    # Tags in use come last, so that their names win.
    for tag in sorted(tags.values(), key=lambda one: one.merged_into_id is None):
        meant = tags[tag.merged_into_id] if tag.merged_into_id is not None else tag
        found |= {text.casefold(): meant for text in (tag.slug, tag.name.en, tag.name.zh) if text}
    return found


def get_tag(slug: str, *, lock: bool = False) -> Tag:
    """Return a tag by its address, a merged one too; ``lock`` holds it until commit.

    Raises:
        NotFound: there is none.
    """
    statement = select(Tag).where(Tag.slug == slug)
    found = db.session.scalars(statement.with_for_update() if lock else statement).one_or_none()
    if found is None:
        raise NotFound
    return found


def get_tag_by_id(tag_id: int) -> Tag:
    """Return a tag that another row names."""
    return db.session.get_one(Tag, tag_id)


def get_tag_named(name: str) -> Tag:
    """Return the tag somebody means by a name.

    Raises:
        UnknownTags: there is none.
    """
    found = tags_by_name().get(name.casefold())
    if found is None:
        raise UnknownTags(names=name)
    return found
