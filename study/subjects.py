"""What threads may hang on: courses, lessons and quizzes. Their threads go to the board of the course."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Row, and_, bindparam, exists, or_, select, update

from core.db import db
from core.documents import DiscussionSubject, Subject
from core.passages import Passage
from core.permissions import Actor
from core.refs import Ref
from core.text import plain
from study import urls
from study.enums import AttemptState, CourseState
from study.models import Attempt, Course, Gate, Lesson, Module, Question, QuestionVersion, Quiz, QuizSlot
from study.passages import passages_of
from study.permissions import may_read_course, quiz_audience, reading_audience
from study.queries.lessons import is_open_to


def _subject(kind: str, ident: int, title: str, url: str, course: Course) -> Subject:
    return Subject(
        ref=Ref(kind, ident),
        title=title,
        url=url,
        audience=reading_audience(course),
        branch_id=course.branch_id,
        board_slug=f"course-{course.slug}",
        board_title=course.title,
        course_id=course.id,
    )


class CourseSubject(DiscussionSubject):
    """Courses as things that threads hang on."""

    kind = "course"

    def find(self, subject_id: int, actor: Actor) -> Subject | None:
        """Return the course if the reader may see it."""
        return self.named([subject_id], actor).get(subject_id)

    def named(self, ids: Iterable[int], actor: Actor) -> dict[int, Subject]:
        """Return those of the courses that the reader may see."""
        return {
            course.id: _subject(self.kind, course.id, course.title.pick(), urls.for_course(course.slug), course)
            for course in self._rows(ids)
            if may_read_course(actor, course)
        }

    def audiences(self, ids: Iterable[int]) -> dict[int, str]:
        """Return who may see each of these courses now."""
        return {course.id: reading_audience(course) for course in self._rows(ids)}

    def _rows(self, ids: Iterable[int]) -> Iterable[Course]:
        return db.session.scalars(select(Course).where(Course.id.in_(list(ids))))


class LessonSubject(DiscussionSubject):
    """Lessons as things that threads hang on."""

    kind = "lesson"

    def find(self, subject_id: int, actor: Actor) -> Subject | None:
        """Return the lesson with its passages if the reader may see it."""
        row = next(iter(self._rows([subject_id], Lesson.html, _is_gated())), None)
        if row is None or not may_read_course(actor, row.Course):
            return None
        subject = _subject(self.kind, row.id, row.title.pick(), urls.for_lesson(row.id), row.Course)
        # Whoever may not open the lesson yet quotes nothing out of it. Lessons without a rule ask no further question.
        is_open = not (row.Course.in_order or row.is_gated) or is_open_to(subject_id, actor)
        return replace(subject, passages=passages_of(row.html) if is_open else ())

    def named(self, ids: Iterable[int], actor: Actor) -> dict[int, Subject]:
        """Return those of the lessons that the reader may see."""
        return {
            row.id: _subject(self.kind, row.id, row.title.pick(), urls.for_lesson(row.id), row.Course)
            for row in self._rows(ids)
            if may_read_course(actor, row.Course)
        }

    def audiences(self, ids: Iterable[int]) -> dict[int, str]:
        """Return who may see each of these lessons now."""
        return {row.id: reading_audience(row.Course) for row in self._rows(ids)}

    def _rows(self, ids: Iterable[int], *more: Any) -> Iterable[Row[Any]]:
        return db.session.execute(
            select(Lesson.id, Lesson.title, Course, *more)
            .join(Module, Module.id == Lesson.module_id)
            .join(Course, Course.id == Module.course_id)
            .where(Lesson.id.in_(list(ids)))
        )


def _is_gated() -> Any:
    return exists().where(or_(Gate.lesson_id == Lesson.id, Gate.module_id == Lesson.module_id)).label("is_gated")


class QuizSubject(DiscussionSubject):
    """Quizzes as things on whose questions threads hang: for those who have handed in a paper, and for the staff."""

    kind = "quiz"

    def find(self, subject_id: int, actor: Actor) -> Subject | None:
        """Return the quiz with what it asks if the reader has seen its answers. Asks one question."""
        rows = db.session.execute(_asked(), {"quiz_id": subject_id, "user_id": actor.id or 0}).all()
        if not rows or not may_read_course(actor, rows[0].Course):
            return None
        if not (rows[0].has_handed_in or actor.can_read(quiz_audience(subject_id))):
            return None
        return replace(
            self._of(rows[0]),
            passages=[
                Passage(f"q{row.question_id}", text, is_lasting=True)
                for row in rows
                if row.html is not None
                for face in dict.fromkeys((row.html.pick(), row.html.zh, row.html.en))
                if (text := " ".join(plain(face).split()))
            ],
        )

    def named(self, ids: Iterable[int], actor: Actor) -> dict[int, Subject]:
        """Return those of the quizzes whose questions the reader may discuss."""
        return {
            row.id: self._of(row)
            for row in self._rows(ids)
            if may_read_course(actor, row.Course) and actor.can_read(quiz_audience(row.id))
        }

    def audiences(self, ids: Iterable[int]) -> dict[int, str]:
        """Return who may see threads on each of these quizzes now."""
        return {row.id: _discussing(row.id, row.Course) for row in self._rows(ids)}

    def board_audiences(self, ids: Iterable[int]) -> dict[int, str]:
        """Return who may see the courses of these quizzes, whose boards take the threads."""
        return {row.id: reading_audience(row.Course) for row in self._rows(ids)}

    def note_thread(self, subject_id: int) -> None:
        """Let readers' tokens name the quiz from now on."""
        db.session.execute(
            update(Quiz)
            .where(Quiz.id == subject_id, Quiz.is_discussed.is_(False))
            .values(is_discussed=True)
            .execution_options(synchronize_session=False)
        )

    def _of(self, row: Row[Any]) -> Subject:
        subject = _subject(self.kind, row.id, row.title.pick(), urls.for_quiz(row.id), row.Course)
        return replace(subject, audience=_discussing(row.id, row.Course), board_audience=subject.audience)

    def _rows(self, ids: Iterable[int]) -> Iterable[Row[Any]]:
        return db.session.execute(
            select(Quiz.id, Quiz.title, Course).join(Course, Course.id == Quiz.course_id).where(Quiz.id.in_(list(ids)))
        )


def _discussing(quiz_id: int, course: Course) -> str:
    """Return who discusses the questions of a quiz; while its course is a draft, nobody but the staff."""
    return reading_audience(course) if course.state is CourseState.DRAFT else quiz_audience(quiz_id)


@cache
def _asked() -> Any:
    """Select what a quiz asks now, a row each; one row without a question where it asks nothing."""
    mine = Attempt.user_id == bindparam("user_id")
    handed_in = exists().where(Attempt.quiz_id == Quiz.id, mine, Attempt.state != AttemptState.OPEN)
    asked = or_(
        QuestionVersion.id == QuizSlot.fixed_version_id,
        and_(
            QuizSlot.fixed_version_id.is_(None),
            QuestionVersion.question_id == Question.id,
            QuestionVersion.version == Question.current_version,
        ),
    )
    return (
        select(
            Quiz.id, Quiz.title, Course, QuizSlot.question_id, QuestionVersion.html, handed_in.label("has_handed_in")
        )
        .join(Course, Course.id == Quiz.course_id)
        .outerjoin(QuizSlot, QuizSlot.quiz_id == Quiz.id)
        .outerjoin(Question, Question.id == QuizSlot.question_id)
        .outerjoin(QuestionVersion, asked)
        .where(Quiz.id == bindparam("quiz_id"))
        .order_by(QuizSlot.position, QuizSlot.id)
    )
