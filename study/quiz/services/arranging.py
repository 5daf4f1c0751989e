"""Arranges many questions at once: moved, tagged, given a level, retired."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select

from core.db import db, lock
from core.permissions import Actor
from study.enums import Difficulty, VersionState
from study.models import Course, Question, QuestionBank, QuestionVersion
from study.models.questions import clean_folder, join_tags
from study.quiz.likeness import sketch_of
from study.quiz.queries.banks import current_version
from study.quiz.services.questions import refuse_elsewhere, require_author, settle

AT_ONCE = 500


class Act(StrEnum):
    """What is done with the chosen questions."""

    MOVE = "move"
    TAG = "tag"
    UNTAG = "untag"
    LEVEL = "level"
    RETIRE = "retire"
    BRING_BACK = "bring_back"
    NO_TWINS = "no_twins"


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is done, with the folder, the tags or the level it needs."""

    act: Act
    folder: str = ""
    tags: Sequence[str] = ()
    level: Difficulty | None = None
    knows_elsewhere: bool = False
    """Whether those are retired as well that quizzes of other courses ask."""


def arrange(bank: QuestionBank, course: Course, actor: Actor, ids: Collection[int], change: Change) -> int:
    """Do the same with many questions of a bank and return how many there were; ids of others are left out.

    Raises:
        Denied: the actor does not write this course.
        AskedElsewhere: they would be retired, and quizzes of other courses ask some.
    """
    require_author(course, actor)
    wanted, count = sorted(ids), 0
    refuses = change.act is Act.RETIRE and not change.knows_elsewhere
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        rows = lock(select(Question).where(Question.bank_id == bank.id, Question.id.in_(part)).order_by(Question.id))
        questions = db.session.scalars(rows.execution_options(populate_existing=True)).all()
        if refuses:
            refuse_elsewhere([question.id for question in questions], course)
        for question in questions:
            _change(question, change)
        if change.act is Act.BRING_BACK:
            settle(*questions, back=True)
        count += len(questions)
    db.session.flush()
    return count


def _change(question: Question, change: Change) -> None:
    match change.act:
        case Act.MOVE:
            question.folder = clean_folder(change.folder)
        case Act.TAG:
            question.tags = join_tags([*question.tag_list, *change.tags])
        case Act.UNTAG:
            question.tags = join_tags(tag for tag in question.tag_list if tag not in change.tags)
        case Act.LEVEL:
            question.level = change.level
        case Act.RETIRE:
            question.state = VersionState.RETIRED
        case Act.NO_TWINS:
            question.twin_of_id = None


def place(
    question: Question, course: Course, actor: Actor, *, folder: str, tags: str, level: Difficulty | None
) -> None:
    """Give a question its folder, its tags as the column stores them, and its level.

    Raises:
        Denied: the actor does not write this course.
    """
    require_author(course, actor)
    question.folder, question.tags, question.level = folder, tags, level
    db.session.flush()


def fill_sketches(course_id: int) -> int:
    """Sketch the questions of a course that came without, as from a course file, and return how many."""
    rows = db.session.execute(
        select(Question, QuestionVersion)
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .join(QuestionVersion, current_version())
        .where(QuestionBank.course_id == course_id, Question.sketch == "")
    ).all()
    for question, version in rows:
        question.sketch = sketch_of(version.content)
    db.session.flush()
    return len(rows)
