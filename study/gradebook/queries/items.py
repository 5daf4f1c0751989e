"""Reads the columns of a gradebook: quizzes and assignments as they stand in the course, then columns of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select

from core.clock import utcnow
from core.db import db
from core.errors import NotFound
from core.faces import Faces
from study.enums import AttemptState, EmptyMark, GradeKind, Grading, LessonKind, QuizMode
from study.gradebook.adding import Terms, weight_share
from study.models import Attempt, Course, Gradebook, GradeItem, Lesson, Module, Quiz, WorkBrief
from study.models.grades import FULL_MARK, WEIGHT
from study.models.quizzes import key_shown_at


@dataclass(frozen=True, kw_only=True)
class Item:
    """One column."""

    key: str
    """By which addresses and files name it: ``q12`` a quiz, ``a34`` an assignment, ``c5`` a column of its own."""
    kind: GradeKind
    subject_id: int
    """Of the quiz, the lesson or the column."""
    row_id: int | None
    """None as long as nothing was said about it."""
    title: Faces
    weight: int = WEIGHT
    max_mark: int = FULL_MARK
    is_hidden: bool = False
    due_at: datetime | None = None
    grading: Grading = Grading.BEST
    is_held_back: bool = False
    is_sealed: bool = False
    """Whether those who mark must not see whose its marks are."""
    hides_waiting: bool = False
    """Whether papers of it wait, and those who mark must not see whose they are."""
    is_practice: bool = False

    def terms(self, empty: EmptyMark, now: datetime, *, sees_held: bool) -> Terms:
        """Return how its cells are seen by a learner, or by those who mark."""
        due = self.due_at is not None and now >= self.due_at
        return Terms(
            weight=0 if self.is_hidden else self.weight,
            max_mark=self.max_mark,
            is_held_back=self.is_held_back or (self.is_hidden and not sees_held),
            is_sealed=self.is_sealed and sees_held,
            hides_waiting=self.hides_waiting and sees_held,
            sees_held=sees_held,
            is_missed_at_zero=due and empty is EmptyMark.ZERO,
        )

    @property
    def is_own(self) -> bool:
        """Tell whether its marks come from people alone."""
        return self.kind is GradeKind.OWN


@dataclass(frozen=True, kw_only=True)
class Book:
    """What is settled about the marks of a course."""

    course: Course
    items: Sequence[Item]
    empty: EmptyMark
    is_settled: bool
    """Whether anybody has decided about weights; until then learners are told no total."""

    @property
    def shown(self) -> list[Item]:
        """The columns that learners see."""
        return [item for item in self.items if not item.is_hidden]

    @property
    def sealed(self) -> list[Item]:
        """The columns that are marked without names, and of which some names are hidden still."""
        return [item for item in self.items if item.is_sealed or item.hides_waiting]

    def share(self, item: Item) -> int:
        """Return which part of all weights a column has, in thousandths."""
        return 0 if item.is_hidden else weight_share(item.weight, (one.weight for one in self.shown))

    def item(self, key: str) -> Item:
        """Return a column.

        Raises:
            NotFound: there is none of this key.
        """
        found = next((item for item in self.items if item.key == key), None)
        if found is None:
            raise NotFound
        return found

    def terms(self, items: Sequence[Item], *, sees_held: bool) -> list[Terms]:
        """Return how the cells of some columns are seen."""
        now = utcnow()
        return [item.terms(self.empty, now, sees_held=sees_held) for item in items]


def book_of(course: Course) -> Book:
    """Return the gradebook of a course. Asks three questions, however much it holds."""
    settled = db.session.get(Gradebook, course.id)
    rows = db.session.scalars(select(GradeItem).where(GradeItem.course_id == course.id).order_by(GradeItem.id)).all()
    by_quiz = {row.quiz_id: row for row in rows if row.quiz_id}
    by_lesson = {row.lesson_id: row for row in rows if row.lesson_id}
    found: dict[str, Item] = {}
    for line in _lessons(course):
        if line.Quiz is not None:
            found.setdefault(f"q{line.Quiz.id}", _of_quiz(line.Quiz, by_quiz.get(line.Quiz.id), waits=line.waits))
        if line.kind is LessonKind.ASSIGNMENT:
            found[f"a{line.id}"] = _of_assignment(line, by_lesson.get(line.id))
    own = [_own(row) for row in rows if row.is_own]
    return Book(
        course=course,
        items=[*found.values(), *own],
        empty=settled.empty if settled else EmptyMark.OPEN,
        is_settled=settled is not None,
    )


def _lessons(course: Course) -> Sequence[Any]:
    waits = exists().where(
        Attempt.quiz_id == Quiz.id, Attempt.state == AttemptState.SUBMITTED, Attempt.mark.is_(None), Quiz.is_anonymous
    )
    return db.session.execute(
        select(Lesson.id, Lesson.kind, Lesson.title, WorkBrief.due_at, Quiz, waits.label("waits"))
        .join(Module, Module.id == Lesson.module_id)
        .outerjoin(Quiz, (Quiz.id == Lesson.quiz_id) & (Quiz.course_id == course.id))
        .outerjoin(WorkBrief, WorkBrief.lesson_id == Lesson.id)
        .where(Module.course_id == course.id, or_(Quiz.id.is_not(None), Lesson.kind == LessonKind.ASSIGNMENT))
        .order_by(Module.position, Module.id, Lesson.position, Lesson.id)
    ).all()


def _of_quiz(quiz: Quiz, row: GradeItem | None, *, waits: bool) -> Item:
    practises = quiz.mode is QuizMode.PRACTICE
    return Item(
        key=f"q{quiz.id}",
        kind=GradeKind.QUIZ,
        subject_id=quiz.id,
        row_id=row.id if row else None,
        title=quiz.title,
        # Unless somebody says otherwise, practice is for nothing but practice.
        weight=row.weight if row else 0 if practises else WEIGHT,
        is_hidden=row is not None and row.is_hidden,
        # Whoever was given more time may be handing in still.
        due_at=key_shown_at(quiz.closes_at, quiz.extended_to),
        grading=quiz.grading,
        is_held_back=quiz.is_held_back,
        # As ``Quiz.hides_writer`` has it, for all papers at once.
        is_sealed=quiz.is_anonymous and quiz.is_held_back,
        hides_waiting=quiz.is_anonymous and waits,
        is_practice=practises,
    )


def _of_assignment(line: Any, row: GradeItem | None) -> Item:
    lesson_id = line.id
    return Item(
        key=f"a{lesson_id}",
        kind=GradeKind.ASSIGNMENT,
        subject_id=lesson_id,
        row_id=row.id if row else None,
        title=line.title,
        weight=row.weight if row else WEIGHT,
        is_hidden=row is not None and row.is_hidden,
        due_at=line.due_at,
    )


def _own(row: GradeItem) -> Item:
    return Item(
        key=f"c{row.id}",
        kind=GradeKind.OWN,
        subject_id=row.id,
        row_id=row.id,
        title=row.title,
        weight=row.weight,
        max_mark=row.max_mark,
        is_hidden=row.is_hidden,
        due_at=row.due_at,
    )
