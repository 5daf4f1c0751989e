"""Keeps which passage of a lesson a question rests on, and flags the question when the passage changes."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import joinedload

from accounts.actors import actor_for
from core.clock import utcnow
from core.db import db, lock
from core.errors import NotFound
from core.notifications import tell
from core.outbox import announce
from core.permissions import Actor
from core.upserts import upsert
from study.enums import TeamRole
from study.events import LessonCited
from study.models import Citation, Course, Lesson, Module, Question, QuestionBank, QuestionVersion, TeamMember
from study.notices import CITED_CHANGED
from study.permissions import StudyPermission, may_author, require_in_course
from study.queries.citations import Found, Look
from study.quiz import urls


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What an author wants a question to rest on; without a passage nothing."""

    found: Found | None = None
    is_kept: bool = False
    """Whether it stays what it is, with its flag where it has one."""


def cite(question: Question, course: Course, actor: Actor, wanted: Wanted) -> None:
    """Let a question rest on a passage that an author has just seen, or on none.

    Raises:
        Denied: the actor does not write this course.
        NotFound: the lesson is none of this course, or gone.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    if wanted.is_kept:
        return
    if wanted.found is None:
        db.session.execute(delete(Citation).where(Citation.question_id == question.id))
        return
    own = exists().where(
        Lesson.id == wanted.found.lesson_id, Module.id == Lesson.module_id, Module.course_id == course.id
    )
    if not db.session.scalar(select(own)):
        raise NotFound
    values = {"question_id": question.id, "lesson_id": wanted.found.lesson_id, **_said(wanted.found)}
    values |= {"created_at": utcnow(), "updated_at": utcnow()}
    changed = [name for name in values if name not in ("question_id", "created_at")]
    db.session.execute(upsert(Citation, values, conflict=["question_id"], update=changed))
    # It may have been changed since the author saw it.
    announce(LessonCited(lesson_id=wanted.found.lesson_id))


def _said(found: Found) -> dict[str, object]:
    passage = found.passage
    return {
        "words": found.words,
        "mark": passage.mark,
        "quote": passage.quote,
        "digest": passage.digest,
        "now_mark": passage.mark,
        "changed_at": None,
    }


def confirm(question: Question, course: Course, actor: Actor, found: Found) -> None:
    """Note that a question still rests on a passage as it is now.

    Raises:
        Denied: the actor does not write this course.
        NotFound: it rests on nothing, or on another lesson by now.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    citation = db.session.scalars(lock(select(Citation).where(Citation.question_id == question.id))).one_or_none()
    if citation is None or citation.lesson_id != found.lesson_id:
        raise NotFound
    for name, value in _said(found).items():
        setattr(citation, name, value)
    db.session.flush()
    announce(LessonCited(lesson_id=found.lesson_id))


def note_looks(looks: Sequence[Look]) -> None:
    """Flag questions whose passages have changed, and tell the authors of each course once; twice does no harm."""
    found = {one.question_id: one for one in looks}
    held = lock(select(Citation).where(Citation.question_id.in_(found)).order_by(Citation.question_id))
    flagged = []
    for citation in db.session.scalars(held.execution_options(populate_existing=True)).all():
        look = found[citation.question_id]
        if look.digest != citation.digest:
            continue
        if look.has_changed and citation.changed_at is None:
            flagged.append(citation.question_id)
        citation.now_mark, citation.words = look.now_mark, look.words
        citation.changed_at = (citation.changed_at or utcnow()) if look.has_changed else None
    db.session.flush()
    _tell_authors(flagged)


def _tell_authors(question_ids: Sequence[int]) -> None:
    rows = db.session.scalars(
        select(Question)
        .options(joinedload(Question.bank).joinedload(QuestionBank.course).joinedload(Course.branch))
        .where(Question.id.in_(question_ids))
        .order_by(Question.id)
    )
    by_course: dict[int, list[Question]] = defaultdict(list)
    for question in rows:
        by_course[question.bank.course_id].append(question)
    for questions in by_course.values():
        course, banks = questions[0].bank.course, {question.bank_id for question in questions}
        tell(
            _authors(course, [question.id for question in questions]),
            CITED_CHANGED.code,
            subject=course.ref,
            url=urls.to_bank(banks.pop(), cited="changed") if len(banks) == 1 else urls.to_banks(course.slug),
            key=f"{CITED_CHANGED.code}:{questions[0].id}:{utcnow().isoformat()}",
            course=course.title,
            count=len(questions),
        )


def _authors(course: Course, question_ids: Sequence[int]) -> list[int]:
    """Return the instructors of a course and who wrote the questions, as far as they may mend them."""
    team = select(TeamMember.user_id).where(TeamMember.course_id == course.id, TeamMember.role == TeamRole.INSTRUCTOR)
    wrote = select(QuestionVersion.created_by_id).where(QuestionVersion.question_id.in_(question_ids))
    people = {*db.session.scalars(team), *db.session.scalars(wrote), course.created_by_id} - {None}
    actors = [actor_for(user_id) for user_id in sorted(one for one in people if one is not None)]
    return [actor.id for actor in actors if actor and actor.id and may_author(actor, course)]
