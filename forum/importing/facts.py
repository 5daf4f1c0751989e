"""What a source says of whole threads beside their posts: tags, and which post is the answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update

from core.db import db
from core.faces import Faces
from core.text import detect_language, slugify
from forum.enums import ThreadKind
from forum.models import SLUG_MAX, Tag, Thread, ThreadTag


def accept(answers: Mapping[int, int]) -> None:
    """Mark posts, by thread, as the accepted answer where there is none yet."""
    for thread_id, post_id in answers.items():
        db.session.execute(
            update(Thread)
            .where(Thread.id == thread_id, Thread.accepted_post_id.is_(None))
            .values(accepted_post_id=post_id, kind=ThreadKind.QUESTION, updated_at=Thread.updated_at)
            .execution_options(synchronize_session=False)
        )


def tag(names: Mapping[int, Sequence[str]]) -> None:
    """Put tags, by their names, on threads that have none; new tags are made."""
    by_thread = {thread_id: _slugs(words) for thread_id, words in names.items() if words}
    tags = _tags({slug: name for words in by_thread.values() for slug, name in words.items()})
    rows: list[dict[str, Any]] = []
    for thread_id, words in by_thread.items():
        found = [tags[slug] for slug in words]
        shown = [{"slug": one.slug, "zh": one.name.zh, "en": one.name.en} for one in found]
        db.session.execute(
            update(Thread)
            .where(Thread.id == thread_id)
            .values(tags=shown, updated_at=Thread.updated_at)
            .execution_options(synchronize_session=False)
        )
        for one in found:
            one.thread_count += 1
            rows.append({"thread_id": thread_id, "tag_id": one.id})
    if rows:
        db.session.execute(insert(ThreadTag), rows)


def _slugs(names: Sequence[str]) -> dict[str, str]:
    # Without a word for them, the tags of three programming languages would become one.
    slugs = {slugify(name.replace("#", "-sharp").replace("+", "-plus"), SLUG_MAX): name for name in names}
    slugs.pop("", None)
    return slugs


def _tags(wanted: Mapping[str, str]) -> dict[str, Tag]:
    found = {one.slug: one for one in db.session.scalars(select(Tag).where(Tag.slug.in_(sorted(wanted))))}
    for slug, name in wanted.items():
        if slug not in found:
            chinese = detect_language(name) in ("zh-Hans", "zh-Hant")
            found[slug] = Tag(slug=slug, name=Faces(name, "") if chinese else Faces("", name), thread_count=0)
            db.session.add(found[slug])
    db.session.flush()
    return found
