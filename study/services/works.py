"""Writes what members hand in, and the marks it gets."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from core.clock import utcnow
from core.db import db
from core.errors import Conflict, Denied
from core.files import File
from core.i18n import _l
from core.notifications import tell
from core.permissions import Actor
from core.upserts import upsert
from study import urls
from study.enums import LessonKind, ProgressKind, WorkState
from study.errors import NotEnrolled, WorkClosed, WorkEmpty, WorkTakenBack, WorkTooManyFiles, WorkWaiting
from study.models import Lesson, ReadingPlace, Seat, Watching, Work, WorkBrief, WorkFile
from study.notices import WORK_FAILED, WORK_PASSED
from study.permissions import StudyPermission, require_in_course
from study.queries.works import get_brief, list_own_works
from study.rubric import Criterion, Mark, percent_of
from study.services.progress import is_enrolled, record

FILES_MAX = 10


@dataclass(frozen=True, kw_only=True)
class BriefContent:
    """What an author decides about an assignment."""

    due_at: datetime | None = None
    rubric: Sequence[Criterion] = ()
    pass_percent: int = 60
    may_repeat: bool = True


@dataclass(frozen=True, kw_only=True)
class Written:
    """What a member sends: text, new files whose content is on the disk, and files to be dropped."""

    body: str | None = ""
    """Without one the text stays as it was."""
    files: Sequence[File] = ()
    dropped: Collection[int] = ()


def set_brief(lesson: Lesson, content: BriefContent | None) -> None:
    """Keep what is asked; a lesson of another kind asks nothing."""
    row = db.session.get(WorkBrief, lesson.id)
    if lesson.kind is not LessonKind.ASSIGNMENT or content is None:
        return
    if row is None:
        row = WorkBrief(lesson_id=lesson.id)
        db.session.add(row)
    row.due_at, row.pass_percent, row.may_repeat = content.due_at, content.pass_percent, content.may_repeat
    row.rubric = [list(criterion) for criterion in content.rubric]
    db.session.flush()


def save_work(lesson: Lesson, actor: Actor, written: Written) -> Work:
    """Keep a draft: the one that is there, or a new one.

    Raises:
        NotEnrolled: the member does not take the course.
        WorkWaiting, WorkClosed, WorkTooManyFiles: see there.
    """
    if actor.id is None or not is_enrolled(actor.id, lesson.id):
        raise NotEnrolled
    work = _draft(lesson, actor.id)
    if written.body is not None:
        work.body = written.body
    _drop(work, written.dropped)
    kept = db.session.scalars(select(WorkFile).where(WorkFile.work_id == work.id)).all()
    if len(kept) + len(written.files) > FILES_MAX:
        raise WorkTooManyFiles(limit=FILES_MAX)
    for file in written.files:
        db.session.add(file)
        db.session.flush()
        db.session.add(WorkFile(work_id=work.id, file_id=file.id))
    db.session.flush()
    return work


def _draft(lesson: Lesson, user_id: int) -> Work:
    works = list_own_works(lesson.id, user_id, hold=True)
    latest = works[0] if works else None
    if latest is not None and latest.state is WorkState.DRAFT:
        return latest
    if latest is not None and latest.state is WorkState.HANDED_IN:
        raise WorkWaiting
    if latest is not None and (latest.passed or not get_brief(lesson).may_repeat):
        raise WorkClosed
    values = {
        "lesson_id": lesson.id,
        "user_id": user_id,
        "number": latest.number + 1 if latest else 1,
        "state": WorkState.DRAFT,
        "body": "",
        "is_late": False,
        "marks": [],
        "comment": "",
        "percent": 0,
        "passed": False,
        "created_at": utcnow(),
        "updated_at": utcnow(),
    }
    # Two windows may begin at the same moment: there is one draft all the same.
    db.session.execute(upsert(Work, values, conflict=["lesson_id", "user_id", "number"]))
    return list_own_works(lesson.id, user_id, hold=True)[0]


def _drop(work: Work, dropped: Collection[int]) -> None:
    gone = db.session.scalars(select(WorkFile).where(WorkFile.work_id == work.id, WorkFile.id.in_([*dropped]))).all()
    for row in gone:
        db.session.delete(row)
    db.session.flush()
    forget_files({row.file_id for row in gone})


def forget_files(file_ids: Collection[int]) -> None:
    """Delete the rows of files that belonged to work that is gone; their content goes with the next sweep."""
    db.session.execute(delete(File).where(File.id.in_(sorted(file_ids))))


def hand_in(lesson: Lesson, actor: Actor, written: Written) -> Work:
    """Keep what was written and hand it in; after the due moment it is marked as late.

    Raises:
        WorkEmpty: there is neither text nor file.
        NotEnrolled, WorkWaiting, WorkClosed, WorkTooManyFiles: as for ``save_work``.
    """
    work = save_work(lesson, actor, written)
    has_files = db.session.scalar(select(WorkFile.id).where(WorkFile.work_id == work.id).limit(1)) is not None
    if not work.body and not has_files:
        raise WorkEmpty
    due_at, now = get_brief(lesson).due_at, utcnow()
    work.state, work.handed_in_at = WorkState.HANDED_IN, now
    work.is_late = due_at is not None and now >= due_at
    db.session.flush()
    return work


def take_back(lesson: Lesson, actor: Actor) -> None:
    """Make a draft again of what was handed in and is not marked; nothing happens when there is none."""
    if actor.id is None:
        raise Denied
    works = list_own_works(lesson.id, actor.id, hold=True)
    if works and works[0].state is WorkState.HANDED_IN:
        works[0].state, works[0].handed_in_at, works[0].is_late = WorkState.DRAFT, None, False
        db.session.flush()


class WorkReplaced(Conflict):
    """The member handed in something else since the page was opened."""

    message = _l("The member has handed in this work anew since you opened the page. Read it again before you mark it.")


class WorkMarkedMeanwhile(Conflict):
    """There is a mark that the one who marks had not seen."""

    message = _l(
        "%(name)s has marked this work since you opened the page: %(percent)s%%. Save only to replace that mark."
    )


def check_seen(work: Work, seen: str) -> None:
    """Do nothing where a piece of work is as the one who marks saw it. It comes with who marked it.

    Raises:
        WorkTakenBack, WorkReplaced, WorkMarkedMeanwhile: it is not.
    """
    if work.state is WorkState.DRAFT:
        raise WorkTakenBack
    if seen == work.stamp:
        return
    if work.marked_at is None or seen.split(" ", maxsplit=1)[0] != work.stamp.split(" ")[0]:
        raise WorkReplaced
    raise WorkMarkedMeanwhile(name=work.marked_by.display_name if work.marked_by else "", percent=work.percent)


def mark(
    work: Work, actor: Actor, points: Sequence[int], rubric: Sequence[Criterion], comment: str, *, seen: str
) -> None:
    """Mark a piece of work, or correct its mark; the member is told. The caller holds the row and gives it whole.

    Raises:
        Denied: the actor does not mark in this branch.
        WorkTakenBack, WorkReplaced, WorkMarkedMeanwhile: it is no longer as it was seen.
    """
    require_in_course(actor, StudyPermission.GRADE, work.lesson.module.course)
    check_seen(work, seen)
    marks = [Mark(got, one.points, one.title) for got, one in zip(points, rubric, strict=True)]
    percent = percent_of(marks)
    passed = percent >= get_brief(work.lesson).pass_percent
    work.marks, work.comment = [list(one) for one in marks], comment
    work.percent, work.passed, work.state = percent, passed, WorkState.MARKED
    work.marked_at, work.marked_by_id = utcnow(), actor.id
    db.session.flush()
    if is_latest_marked(work):
        record(work.user_id, work.lesson, ProgressKind.MARKED, {"passed": passed, "percent": percent})
    tell(
        [work.user_id],
        (WORK_PASSED if passed else WORK_FAILED).code,
        subject=work.lesson.ref,
        url=f"{urls.for_lesson(work.lesson_id)}#work",
        key=f"study.work_marked:{work.id}:{work.marked_at.timestamp()}",
        actor_id=actor.id,
        title=work.lesson.title,
        percent=percent,
    )


def is_latest_marked(work: Work) -> bool:
    """Tell whether no later piece of the member's work for this lesson has a mark."""
    later = select(Work.id).where(
        Work.lesson_id == work.lesson_id,
        Work.user_id == work.user_id,
        Work.number > work.number,
        Work.state == WorkState.MARKED,
    )
    return db.session.scalar(later.limit(1)) is None


def forget_member(user_id: int) -> None:
    """Delete what an erased person handed in, played and came to: all of it is nothing but personal data."""
    works = select(Work.id).where(Work.user_id == user_id)
    file_ids = db.session.scalars(select(WorkFile.file_id).where(WorkFile.work_id.in_(works))).all()
    db.session.execute(delete(WorkFile).where(WorkFile.work_id.in_(works)))
    db.session.execute(delete(Work).where(Work.user_id == user_id))
    forget_files(set(file_ids))
    for model in (ReadingPlace, Seat, Watching):
        db.session.execute(delete(model).where(model.user_id == user_id))
