"""Writes what is known of time in materials, and what a lesson shows beside its player."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, delete, or_, select

from core.db import db
from core.events import ContentEvent
from core.outbox import announce_all
from core.refs import Ref
from study.chapters import Chapter
from study.enums import PLAYED, MaterialState
from study.events import MaterialFileArrived
from study.extraction import Extracted
from study.models import Lesson, LessonMedia, Material, Timing


def keep_timing(material_id: int, found: Extracted | None) -> None:
    """Keep what a file says of time, or forget what was known; whoever shows it as subtitles is read again."""
    db.session.execute(delete(Timing).where(Timing.material_id == material_id))
    if found is not None and (found.cues or found.length_ms):
        cues = [list(cue) for cue in found.cues]
        db.session.add(Timing(material_id=material_id, length_ms=found.length_ms, cues=cues))
        db.session.flush()
    shown = select(LessonMedia.lesson_id).where(_shows(material_id))
    announce_all(ContentEvent(subject=Ref("lesson", ident)) for ident in db.session.scalars(shown))


def find_shown(material_id: int) -> Lesson | None:
    """Return a lesson that shows a material as its content or as subtitles; None when none does."""
    as_subtitles = select(LessonMedia.lesson_id).where(_shows(material_id))
    return db.session.scalars(
        select(Lesson).where(or_(Lesson.material_id == material_id, Lesson.id.in_(as_subtitles))).limit(1)
    ).one_or_none()


def _shows(material_id: int) -> ColumnElement[bool]:
    return or_(LessonMedia.subtitles_zh_id == material_id, LessonMedia.subtitles_en_id == material_id)


def set_media(lesson: Lesson, chapters: Iterable[Chapter], zh_id: int | None, en_id: int | None) -> None:
    """Put chapters and subtitles to a lesson that is played; one of another kind has none."""
    row = db.session.get(LessonMedia, lesson.id)
    before = _ids(row.subtitles_zh_id, row.subtitles_en_id) if row else set()
    if lesson.kind not in PLAYED:
        chapters, zh_id, en_id = (), None, None
        if row is None:
            return
    if row is None:
        row = LessonMedia(lesson_id=lesson.id)
        db.session.add(row)
    row.chapters = [list(chapter) for chapter in chapters]
    row.subtitles_zh_id, row.subtitles_en_id = zh_id, en_id
    db.session.flush()
    after = _ids(zh_id, en_id)
    # Subtitles are found as part of the lesson that shows them, and alone only while none does.
    announce_all(ContentEvent(subject=Ref("material", ident)) for ident in sorted(before ^ after))
    _read_untimed(after)


def _ids(*found: int | None) -> set[int]:
    return {ident for ident in found if ident is not None}


def _read_untimed(material_ids: Iterable[int]) -> None:
    """Have subtitles read again that were read before times were kept."""
    untimed = db.session.scalars(
        select(Material)
        .outerjoin(Timing, Timing.material_id == Material.id)
        .where(Material.id.in_(list(material_ids)), Timing.material_id.is_(None), Material.state == MaterialState.READY)
    ).all()
    for material in untimed:
        material.state = MaterialState.WAITING
    db.session.flush()
    announce_all(MaterialFileArrived(material_id=material.id) for material in untimed)
