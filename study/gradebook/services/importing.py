"""Takes marks from a file: writes what a plan says would change, and takes it back as a whole."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from core.clock import utcnow
from core.db import db, lock
from core.errors import Denied
from core.permissions import Actor
from study.enums import GradeAct
from study.errors.grades import GradeMeanwhile, GradesMeanwhile, ImportUndone
from study.gradebook.adding import UNSAID, Said
from study.gradebook.queries.cells import LEARNERS_AT_ONCE, sealed_for
from study.gradebook.queries.items import Item, book_of
from study.gradebook.services.grading import Change, Way, write
from study.gradebook.services.planning import Plan
from study.models import Course, Grade, GradeImport, GradeItem
from study.models.grades import FILE_NAME_MAX
from study.permissions import StudyPermission, require_in_course


def take_in(course: Course, actor: Actor, plan: Plan, *, accepted: str, token: str, file_name: str) -> GradeImport:
    """Write what a file changes; the same preview accepted twice is taken in once.

    Args:
        course: comes with its branch.
        actor: whoever takes it in.
        plan: what the file would change now.
        accepted: the digest of the plan that was looked at.
        token: names the preview.
        file_name: as it was sent.

    Raises:
        Denied: the actor does not mark in this course.
        GradesMeanwhile: the file would change something else by now.
    """
    require_in_course(actor, StudyPermission.GRADE, course)
    if actor.id is None:
        raise Denied
    if there := db.session.scalars(select(GradeImport).where(GradeImport.token == token)).one_or_none():
        return there
    if plan.digest != accepted:
        raise GradesMeanwhile
    taken = GradeImport(
        course_id=course.id, token=token, file_name=file_name[:FILE_NAME_MAX], count=0, made_by_id=actor.id
    )
    try:
        with db.session.begin_nested():
            db.session.add(taken)
    except IntegrityError:  # The other of two clicks was quicker.
        return db.session.scalars(select(GradeImport).where(GradeImport.token == token)).one()
    try:
        taken.count = write(course, plan.changes, actor, Way(act=GradeAct.IMPORTED, import_id=taken.id))
    except GradeMeanwhile as error:
        raise GradesMeanwhile from error
    db.session.flush()
    return taken


def undo_import(taken: GradeImport, course: Course, actor: Actor) -> tuple[int, int]:
    """Let stand again what stood before a file came; return how many cells, and how many others changed since.

    Raises:
        Denied: the actor does not mark in this course.
        ImportUndone: it was taken back before.
    """
    require_in_course(actor, StudyPermission.GRADE, course)
    db.session.refresh(taken, with_for_update=True)
    if taken.undone_at is not None:
        raise ImportUndone
    book = book_of(course)
    back, stays = 0, 0
    by_row = {item.row_id: item for item in book.items if item.row_id is not None}
    for item_id, rows in _brought(taken):
        item = by_row.get(item_id)
        sealed = _sealed(item, [row.user_id for row in rows]) if item else set()
        current = [row for row in rows if row.is_current and row.user_id not in {*sealed, actor.id}] if item else []
        stays += len(rows) - len(current)
        if item is None or not current:
            continue
        before = _before(current)
        changes = [
            Change(item=item, user_id=row.user_id, mark=was.mark, feedback=was.feedback, seen=row.number)
            for row in current
            for was in (before.get(row.user_id, UNSAID),)
        ]
        back += write(course, changes, actor, Way(act=GradeAct.UNDONE))
    taken.undone_at, taken.undone_by_id = utcnow(), actor.id
    db.session.flush()
    return back, stays


def _brought(taken: GradeImport) -> Iterator[tuple[int, list[Grade]]]:
    """Give what a file brought, column by column; each column is held."""
    items = select(Grade.item_id).where(Grade.import_id == taken.id)
    held = lock(select(GradeItem.id).where(GradeItem.id.in_(items)).order_by(GradeItem.id))
    for item_id in db.session.scalars(held).all():
        rows = select(Grade).where(Grade.import_id == taken.id, Grade.item_id == item_id)
        yield item_id, list(db.session.scalars(rows.execution_options(populate_existing=True)))


def _sealed(item: Item, user_ids: Sequence[int]) -> set[int]:
    parts = (user_ids[start : start + LEARNERS_AT_ONCE] for start in range(0, len(user_ids), LEARNERS_AT_ONCE))
    return {user_id for part in parts for user_id in sealed_for(item, part)}


def _before(rows: Sequence[Grade]) -> dict[int, Said]:
    """Return what stood before each of these rows of one column."""
    wanted = {row.user_id: row.number - 1 for row in rows}
    people = sorted(wanted)
    said: dict[int, Said] = {}
    for start in range(0, len(people), LEARNERS_AT_ONCE):
        part = Grade.user_id.in_(people[start : start + LEARNERS_AT_ONCE])
        for one in db.session.scalars(select(Grade).where(Grade.item_id == rows[0].item_id, part)):
            if one.number == wanted[one.user_id]:
                said[one.user_id] = Said(mark=one.mark, feedback=one.feedback)
    return said
