"""Writes documents as they are read on a page, the pictures in them, and where readers stopped."""

import io
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, or_, select

from core import files
from core.db import db
from core.files import File
from core.upserts import upsert
from study.extraction import RICH_VERSION, Extracted
from study.models import Lesson, MaterialPicture, Reading, ReadingPlace

Pair = tuple[File, File]
"""A picture as it was, and its form for slow links; unsaved rows."""


def keep_pictures(found: Extracted | None) -> list[Pair]:
    """Keep the pictures of a document on disk. Do it before the transaction."""
    if found is None or found.rich is None:
        return []
    return [
        (
            files.store_as(io.BytesIO(one.content), f"{number}", one.media_type),
            files.store_as(io.BytesIO(one.small), f"{number}", one.small_type),
        )
        for number, one in enumerate(found.rich.pictures, start=1)
    ]


def keep_reading(material_id: int, found: Extracted | None, pictures: Sequence[Pair] = ()) -> None:
    """Keep a document as HTML with its pictures, or forget what was kept."""
    forget(material_id)
    if found is None or found.rich is None:
        return
    db.session.add(
        Reading(
            material_id=material_id,
            parts=list(found.rich.parts),
            contents=[list(entry) for entry in found.rich.contents],
            made_by=RICH_VERSION,
        )
    )
    db.session.add_all([one for pair in pictures for one in pair])
    db.session.flush()
    db.session.add_all(
        MaterialPicture(material_id=material_id, number=number, file_id=full.id, small_id=small.id)
        for number, (full, small) in enumerate(pictures, start=1)
    )
    db.session.flush()


def forget(material_id: int) -> None:
    """Delete a document as HTML with its pictures; their files go as well, unless a copy of the course shows them."""
    old = db.session.execute(
        select(MaterialPicture.file_id, MaterialPicture.small_id).where(MaterialPicture.material_id == material_id)
    ).all()
    db.session.execute(delete(Reading).where(Reading.material_id == material_id))
    db.session.execute(delete(MaterialPicture).where(MaterialPicture.material_id == material_id))
    if old:
        shown = or_(MaterialPicture.file_id == File.id, MaterialPicture.small_id == File.id)
        unseen = ~select(MaterialPicture.number).where(shown).correlate(File).exists()
        ids = [ident for row in old for ident in row]
        db.session.execute(delete(File).where(File.id.in_(ids), unseen).execution_options(synchronize_session=False))


Places = Mapping[tuple[int, int], tuple[int, datetime]]
"""Member and lesson → page and when."""


def note_places(places: Places) -> None:
    """Keep where members stopped reading. A lesson that was deleted meanwhile is passed over.

    So is what is older than the place that is kept, which another process may have written or be writing now.
    """
    wanted = {lesson_id for _user_id, lesson_id in places}
    there = set(db.session.scalars(select(Lesson.id).where(Lesson.id.in_(wanted))))
    rows = [
        {"user_id": user_id, "lesson_id": lesson_id, "page": page, "read_at": at}
        for (user_id, lesson_id), (page, at) in sorted(places.items())
        if lesson_id in there
    ]
    if rows:
        key, told = ["user_id", "lesson_id"], ["page", "read_at"]
        db.session.execute(upsert(ReadingPlace, rows, key, update=told, newest_by="read_at"))
