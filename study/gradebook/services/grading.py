"""Writes what people say about single cells. Rows are only ever added; the row of the column is held meanwhile."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from core.clock import utcnow
from core.db import db, lock
from core.errors import Denied
from core.faces import Faces
from core.notifications import tell
from core.permissions import Actor
from core.upserts import upsert
from study.enums import GradeAct, GradeKind
from study.errors.grades import GradeMeanwhile, NameHidden
from study.gradebook import urls
from study.gradebook.adding import UNSAID, Said
from study.gradebook.queries.cells import sealed_for
from study.gradebook.queries.items import Book, Item
from study.models import Attempt, Course, Grade, GradeItem, QuestionComment
from study.notices import GRADED
from study.permissions import StudyPermission, require_in_course

AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is to be said about a cell, and the number of what was said last when it was looked at."""

    item: Item
    user_id: int
    mark: int | None
    feedback: str
    seen: int


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a change comes about."""

    act: GradeAct = GradeAct.GIVEN
    reason: str = ""
    import_id: int | None = None


def change_cell(book: Book, change: Change, actor: Actor, reason: str) -> bool:
    """Say something about one cell; tell whether it is anything new. The learner hears of a new mark.

    Raises:
        Denied: the actor does not mark in this course, or it is the actor's own mark.
        NameHidden: whose mark it is must not be seen yet.
        GradeMeanwhile: somebody else has said something since.
    """
    require_in_course(actor, StudyPermission.GRADE, book.course)
    return bool(write(book.course, [change], actor, Way(reason=reason)))


def undo_cell(book: Book, item: Item, user_id: int, actor: Actor, seen: int) -> None:
    """Let stand again what stood before what was said last.

    Raises:
        Denied, NameHidden, GradeMeanwhile: as for ``change_cell``.
    """
    require_in_course(actor, StudyPermission.GRADE, book.course)
    before = UNSAID
    if seen > 1 and item.row_id is not None:
        before = _said(item.row_id, [user_id], number=seen - 1).get(user_id, UNSAID)
    change = Change(item=item, user_id=user_id, mark=before.mark, feedback=before.feedback, seen=seen)
    write(book.course, [change], actor, Way(act=GradeAct.UNDONE))


def write(course: Course, changes: Sequence[Change], actor: Actor, way: Way) -> int:
    """Add rows for all changes that say anything new, or none where any cell is not as it was seen.

    Raises:
        Denied, NameHidden, GradeMeanwhile: as for ``change_cell``.
    """
    if actor.id is None or any(change.user_id == actor.id for change in changes):
        raise Denied
    if any(_are_sealed(changes)):
        raise NameHidden
    if any(change.mark is not None and change.mark > change.item.max_mark for change in changes):
        raise GradeMeanwhile  # It was checked when the page was sent: the full mark is another one by now.
    columns = {change.item.key: change.item for change in changes}
    rows = _hold(course, [columns[key] for key in sorted(columns)])
    count = 0
    for key, item in columns.items():
        part = [change for change in changes if change.item.key == key]
        count += _write_column(rows[key], part, actor.id, way)
        if not item.is_hidden and not item.is_held_back and way.act is not GradeAct.UNDONE:
            _tell(course, item, rows[key], part, actor.id)
    return count


def _are_sealed(changes: Sequence[Change]) -> Iterator[bool]:
    for item in {change.item.key: change.item for change in changes}.values():
        people = [change.user_id for change in changes if change.item.key == item.key]
        for start in range(0, len(people), AT_ONCE):
            yield bool(sealed_for(item, people[start : start + AT_ONCE]))


def row_of(course: Course, item: Item) -> int:
    """Return the row of a column, made where there is none yet."""
    if item.is_own:
        return item.subject_id
    link = "quiz_id" if item.kind is GradeKind.QUIZ else "lesson_id"
    values = {
        "course_id": course.id,
        link: item.subject_id,
        "title": Faces(),
        "max_mark": item.max_mark,
        "weight": item.weight,
        "is_hidden": item.is_hidden,
        "created_at": utcnow(),
        "updated_at": utcnow(),
    }
    db.session.execute(upsert(GradeItem, values, conflict=[link]))
    return db.session.scalars(select(GradeItem.id).where(getattr(GradeItem, link) == item.subject_id)).one()


def _hold(course: Course, items: Sequence[Item]) -> dict[str, int]:
    """Return the rows of some columns, held in the order of their ids so that nobody waits for each other."""
    rows = {item.key: row_of(course, item) for item in items}
    held = lock(select(GradeItem.id, GradeItem.max_mark).where(GradeItem.id.in_(rows.values())).order_by(GradeItem.id))
    most = {row.id: row.max_mark for row in db.session.execute(held)}
    if any(most.get(rows[item.key]) != item.max_mark for item in items):
        raise GradeMeanwhile
    return rows


def _said(item_id: int, user_ids: Iterable[int], number: int | None = None) -> Mapping[int, Said]:
    """Return what stands of a column, or what was said as the one of a number."""
    which = Grade.is_current if number is None else Grade.number == number
    rows = db.session.execute(
        select(Grade.user_id, Grade.mark, Grade.feedback, Grade.number).where(
            Grade.item_id == item_id, Grade.user_id.in_(sorted(user_ids)), which
        )
    )
    return {row.user_id: Said(mark=row.mark, feedback=row.feedback, number=row.number) for row in rows}


def _write_column(item_id: int, changes: Sequence[Change], actor_id: int, way: Way) -> int:
    count = 0
    for start in range(0, len(changes), AT_ONCE):
        part = changes[start : start + AT_ONCE]
        known = _said(item_id, [change.user_id for change in part])
        if any(known.get(change.user_id, UNSAID).number != change.seen for change in part):
            raise GradeMeanwhile
        news = [change for change in part if _is_new(change, known.get(change.user_id, UNSAID))]
        if not news:
            continue
        people = [change.user_id for change in news]
        db.session.execute(
            update(Grade)
            .where(Grade.item_id == item_id, Grade.user_id.in_(people), Grade.is_current)
            .values(is_current=False)
        )
        db.session.execute(insert(Grade), [_values(item_id, change, actor_id, way) for change in news])
        count += len(news)
    return count


def _is_new(change: Change, said: Said) -> bool:
    return (change.mark, change.feedback) != (said.mark, said.feedback)


def _values(item_id: int, change: Change, actor_id: int, way: Way) -> dict[str, object]:
    return {
        "item_id": item_id,
        "user_id": change.user_id,
        "number": change.seen + 1,
        "is_current": True,
        "act": way.act,
        "mark": change.mark,
        "feedback": change.feedback,
        "reason": way.reason,
        "made_at": utcnow(),
        "made_by_id": actor_id,
        "import_id": way.import_id,
    }


def _tell(course: Course, item: Item, row_id: int, changes: Sequence[Change], actor_id: int) -> None:
    for start in range(0, len(changes), AT_ONCE):
        people = [change.user_id for change in changes[start : start + AT_ONCE]]
        tell(
            people,
            GRADED.code,
            subject=course.ref,
            url=urls.for_own(course.slug),
            key=f"study.graded:{row_id}:{utcnow().timestamp()}",
            actor_id=actor_id,
            title=course.title,
            item=item.title,
        )


def forget_member(user_id: int) -> None:
    """Delete the marks of an erased person and what was said about the papers: nothing but personal data."""
    papers = select(Attempt.id).where(Attempt.user_id == user_id)
    db.session.execute(delete(QuestionComment).where(QuestionComment.attempt_id.in_(papers)))
    db.session.execute(delete(Grade).where(Grade.user_id == user_id))
