"""What follows for questions when the lessons change that they rest on, run by the worker."""

from collections.abc import Iterable, Sequence

from core.db import db, transaction
from core.outbox import on
from study.events import LessonCited, PassagesChanged
from study.queries.citations import list_moved
from study.services.citations import note_looks


@on(PassagesChanged)
def look_again(events: Sequence[PassagesChanged]) -> None:
    """Flag the questions that rest on passages which say something else now."""
    ids = {kind: {one.subject.id for one in events if one.subject.kind == kind} for kind in ("lesson", "material")}
    _look(ids["lesson"], ids["material"])


@on(LessonCited)
def look_at_once(events: Sequence[LessonCited]) -> None:
    """Flag the questions whose passages changed just when an author chose them."""
    _look({event.lesson_id for event in events})


def _look(lesson_ids: Iterable[int], material_ids: Iterable[int] = ()) -> None:
    looks = list_moved(lesson_ids, material_ids)
    db.session.rollback()
    if looks:
        with transaction():
            note_looks(looks)
