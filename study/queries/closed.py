"""Finds out which lessons and materials are not open to a reader, for any number of them at once."""

from collections.abc import Collection, Iterator

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.permissions import Actor
from core.refs import Ref
from study.completion import Lock
from study.models import Course, Gate, Lesson, Material, Module
from study.queries.outlines import Outline, outlines_of


def locked_among(refs: Collection[Ref], reader: Actor) -> dict[Ref, tuple[Lock, Outline]]:
    """Return those of the lessons and materials that are locked, each with why. A material is open with any lesson.

    Whoever may not pass a gate finds nothing behind it in the first place, but for the staff who do not teach; asked
    once more here it is what opening says. Asks one question where no course among them has a gate or is taken in
    order, and nothing about other things.
    """
    lessons = [ref.id for ref in refs if ref.kind == "lesson"]
    materials = [ref.id for ref in refs if ref.kind == "material"]
    if not lessons and not materials:
        return {}
    holding = select(Module.course_id).join(Lesson, Lesson.module_id == Module.id).where(Lesson.id.in_(lessons))
    owning = select(Material.course_id).where(Material.id.in_(materials))
    courses = db.session.scalars(
        select(Course)
        .options(joinedload(Course.branch))
        .where(
            or_(Course.in_order, exists().where(Gate.course_id == Course.id)),
            or_(Course.id.in_(holding), Course.id.in_(owning)),
        )
        .order_by(Course.id)
    ).all()
    wanted = set(refs)
    found = (one for outline in (outlines_of(courses, reader) if courses else ()) for one in _locked(outline))
    return {ref: why for ref, why in found if ref in wanted}


def _locked(outline: Outline) -> Iterator[tuple[Ref, tuple[Lock, Outline]]]:
    for ident, lock in outline.locks.items():
        yield Ref("lesson", ident), (lock, outline)
    shown = [lesson for lesson in outline.lessons if lesson.material_id]
    opened = {lesson.material_id for lesson in shown if lesson.id not in outline.locks}
    for lesson in shown:
        if lesson.material_id and lesson.material_id not in opened:
            yield Ref("material", lesson.material_id), (outline.locks[lesson.id], outline)
