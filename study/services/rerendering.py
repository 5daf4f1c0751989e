"""Lessons that an older version of the renderer made, rendered again in small batches."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import select, update

from core.db import db, lock
from core.faces import Faces
from core.markup import RENDER_VERSION
from core.outbox import announce_all
from core.refs import Ref
from study.events import PassagesChanged
from study.models import Lesson, Module
from study.services.courses import rendered_lesson

BATCH: Final = 20


def list_old() -> Sequence[Any]:
    """Return a few lessons of an older version. A site has some hundreds: no index is needed to find them."""
    return db.session.execute(
        select(Lesson.id, Lesson.body, Lesson.html, Module.course_id)
        .join(Module, Module.id == Lesson.module_id)
        .where(Lesson.render_version < RENDER_VERSION)
        .order_by(Lesson.id)
        .limit(BATCH)
    ).all()


def render_rows(rows: Sequence[Any]) -> list[tuple[Any, Faces]]:
    """Render lessons. Comes before the transaction: it is slow."""
    return [(row, rendered_lesson(row.body, row.course_id)) for row in rows]


def keep(fresh: Sequence[tuple[Any, Faces]]) -> None:
    """Store what was rendered, without counting it as a change by the author; the index hears of what differs.

    A lesson that was changed since it was read has rendered itself.
    """
    ids = [row.id for row, _html in fresh]
    now = lock(select(Lesson.id, Lesson.body).where(Lesson.id.in_(ids)).order_by(Lesson.id))
    bodies = {row.id: row.body for row in db.session.execute(now)}
    for row, html in fresh:
        if bodies.get(row.id) == row.body:
            db.session.execute(
                update(Lesson)
                .where(Lesson.id == row.id)
                .values(html=html, render_version=RENDER_VERSION, updated_at=Lesson.updated_at)
                .execution_options(synchronize_session=False)
            )
    announce_all(PassagesChanged(subject=Ref("lesson", row.id)) for row, html in fresh if html != row.html)
