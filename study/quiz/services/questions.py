"""Writes question banks: banks, questions and their versions. What a version says never changes."""

import secrets
from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select

from core.db import db, lock, lock_values
from core.markup import RENDER_VERSION
from core.permissions import Actor
from core.upserts import upsert
from study.enums import VersionState
from study.errors import AskedElsewhere, QuestionAsked
from study.models import Course, Question, QuestionBank, QuestionVersion, QuizSlot
from study.models.questions import BANK_NAME_MAX
from study.permissions import StudyPermission, require_in_course
from study.quiz.likeness import Likeness
from study.quiz.queries.askers import count_asked_elsewhere
from study.quiz.queries.likeness import load_likeness
from study.quiz.services.picturing import join_version
from study.quiz.services.preparing import Prepared


def bank_named(course: Course, name: str, actor: Actor | None) -> QuestionBank:
    """Return the bank of this name in a course, made if there is none. ``actor`` is None on the command line.

    Raises:
        Denied: the actor does not write this course.
    """
    require_author(course, actor)
    values = {"course_id": course.id, "name": name[:BANK_NAME_MAX]}
    db.session.execute(upsert(QuestionBank, values, conflict=["course_id", "name"]))
    # Held until commit, so that two imports of one file come one after the other.
    return db.session.scalars(lock(select(QuestionBank).filter_by(**values))).one()


def require_author(course: Course, actor: Actor | None) -> None:
    """Do nothing for authors of a course, and for the command line.

    Raises:
        Denied: the actor does not write this course.
    """
    if actor is not None:
        require_in_course(actor, StudyPermission.AUTHOR, course)


def add_question(
    bank: QuestionBank,
    course: Course,
    prepared: Prepared,
    actor: Actor | None,
    *,
    key: str = "",
    state: VersionState = VersionState.READY,
) -> Question:
    """Put a question into a bank as its first version.

    Raises:
        Denied: the actor does not write this course.
    """
    require_author(course, actor)
    question = Question(
        bank_id=bank.id,
        key=key or f"own-{secrets.token_hex(12)}",
        name=prepared.name,
        state=state,
        sketch=prepared.sketch,
        twin_of_id=load_likeness(course.id).find(prepared.sketch),
    )
    db.session.add(question)
    db.session.flush()
    version = QuestionVersion(**new_version(question.id, prepared, actor, state=state))
    db.session.add(version)
    db.session.flush()
    join_version(version)
    return question


def edit_question(
    question: Question,
    course: Course,
    prepared: Prepared,
    actor: Actor | None,
    *,
    state: VersionState = VersionState.READY,
    alike: Likeness[int] | None = None,
) -> QuestionVersion:
    """Write a new version of a question; papers keep the one they were drawn with. Same content makes no version.

    Whoever edits many gives the questions of the course (``alike``), and tells them afterwards what this one says.

    Raises:
        Denied: the actor does not write this course.
    """
    require_author(course, actor)
    held = hold_question(question.id)
    newest = db.session.scalars(
        select(QuestionVersion)
        .where(QuestionVersion.question_id == held.id)
        .order_by(QuestionVersion.version.desc())
        .limit(1)
    ).one()
    held.name = prepared.name
    if newest.content_hash == prepared.content.digest:
        if state is VersionState.READY and newest.state is not VersionState.READY:
            newest.state = state
            settle(held)
        return newest
    version = QuestionVersion(**new_version(held.id, prepared, actor, number=newest.version + 1, state=state))
    db.session.add(version)
    held.sketch = prepared.sketch
    held.twin_of_id = (alike or load_likeness(course.id)).find(prepared.sketch, without=held.id)
    db.session.flush()
    join_version(version)
    settle(held)
    return version


def hold_question(question_id: int) -> Question:
    """Return the row of a question, locked until commit and as it is now."""
    row = lock(select(Question).where(Question.id == question_id)).execution_options(populate_existing=True)
    return db.session.scalars(row).one()


def hold_key(question_id: int) -> None:
    """Let nobody else change the versions of a question or the keys of its papers until commit.

    Others may still write down what is about the question: doubts, and what papers earned under a change of its key.
    """
    held = lock_values(select(Question).where(Question.id == question_id))
    db.session.scalars(held.execution_options(populate_existing=True)).one()


def new_version(
    question_id: int,
    prepared: Prepared,
    actor: Actor | None,
    *,
    number: int = 1,
    state: VersionState = VersionState.READY,
    import_id: int | None = None,
) -> dict[str, Any]:
    """Return a version of a question, by column."""
    return {
        "question_id": question_id,
        "version": number,
        "state": state,
        "render_version": RENDER_VERSION,
        "created_by_id": actor.id if actor else None,
        "import_id": import_id,
        **QuestionVersion.columns_of(prepared.content),
    }


def settle(*questions: Question, back: bool = False) -> None:
    """Say again which version new papers take, and whether there is one: after any change of versions.

    A question that was retired as a whole stays so, unless it is brought ``back``.
    """
    db.session.flush()
    found = db.session.execute(
        select(QuestionVersion.question_id, QuestionVersion.state, func.max(QuestionVersion.version).label("number"))
        .where(QuestionVersion.question_id.in_([question.id for question in questions]))
        .group_by(QuestionVersion.question_id, QuestionVersion.state)
    )
    latest = {(row.question_id, row.state): row.number for row in found}
    order = (VersionState.READY, VersionState.DRAFT, VersionState.RETIRED)
    for question in questions:
        state = next(one for one in order if (question.id, one) in latest)
        question.current_version = latest[question.id, state]
        if back or question.state is not VersionState.RETIRED:
            question.state = state
    db.session.flush()


def set_state(
    question: Question, course: Course, actor: Actor, state: VersionState, *, knows_elsewhere: bool = False
) -> None:
    """Take a question out of the offer for new quizzes, or bring it back; quizzes that ask it go on.

    Raises:
        Denied: the actor does not write this course.
        AskedElsewhere: quizzes of other courses ask it, and the actor did not say to know that.
    """
    require_author(course, actor)
    held = hold_question(question.id)
    if state is VersionState.RETIRED:
        if not knows_elsewhere:
            refuse_elsewhere([question.id], course)
        held.state = state
    else:
        settle(held, back=True)
    db.session.flush()


def refuse_elsewhere(question_ids: Collection[int], course: Course) -> None:
    """Do nothing where no quiz of another course asks these questions.

    Raises:
        AskedElsewhere: some do.
    """
    if asked := count_asked_elsewhere(question_ids, course.id):
        raise AskedElsewhere(num=asked)


def set_version_state(
    question: Question, course: Course, version: QuestionVersion, actor: Actor, state: VersionState
) -> None:
    """Make a version ready, a draft again, or retire it.

    Raises:
        Denied: the actor does not write this course.
        QuestionAsked: a quiz asks the question and would have no version to ask.
    """
    require_author(course, actor)
    held = hold_question(question.id)
    version.state = state
    db.session.flush()
    ready = select(QuestionVersion.id).where(
        QuestionVersion.question_id == held.id, QuestionVersion.state == VersionState.READY
    )
    asked = select(QuizSlot.id).where(QuizSlot.question_id == held.id, QuizSlot.fixed_version_id.is_(None))
    if db.session.scalar(ready.limit(1)) is None and db.session.scalar(asked.limit(1)) is not None:
        raise QuestionAsked
    settle(held)
