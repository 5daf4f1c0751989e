"""Keeps files of materials that are replaced, where somebody has opened them."""

from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from study.enums import ProgressKind
from study.models import Lesson, Material, MaterialVersion, ProgressEvent


def keep_version(material_id: int) -> None:
    """Keep the file that a material has now, before another takes its place; one that nobody opened is let go."""
    old = db.session.execute(
        select(Material.version, Material.file_id, Material.checksum).where(Material.id == material_id)
    ).one()
    if old.file_id is None or not _was_opened(material_id, old.version):
        return
    db.session.add(
        MaterialVersion(
            material_id=material_id,
            number=old.version,
            file_id=old.file_id,
            checksum=old.checksum,
            replaced_at=utcnow(),
        )
    )
    db.session.flush()


def _was_opened(material_id: int, version: int) -> bool:
    opened = (
        select(ProgressEvent.id)
        .join(Lesson, Lesson.id == ProgressEvent.lesson_id)
        .where(
            Lesson.material_id == material_id,
            ProgressEvent.kind == ProgressKind.OPENED,
            ProgressEvent.detail["version"].as_integer() == version,
        )
    )
    return db.session.scalar(opened.limit(1)) is not None
