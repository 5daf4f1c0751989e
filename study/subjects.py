"""What threads may hang on: courses, lessons and quizzes. Their threads go to the board of the course."""

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, reduce
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, and_, bindparam, case, cast, exists, literal, or_, select, update

from core.db import AnySelect, db
from core.faces import Faces
from core.passages import Passage, find_marked
from core.permissions import Actor
from core.refs import Ref
from core.subjects import DiscussionSubject, Subject, Telling
from core.text import plain
from study import urls
from study.enums import AttemptState, CourseState, LessonKind, QuizMode
from study.models import Attempt, AttemptSlot, Course, Gate, Lesson, Module, Question, QuestionVersion, Quiz, QuizSlot
from study.passages import numbered_passages, page_passages, passages_of
from study.permissions import may_read_course, quiz_audience, reading_audience
from study.queries.lessons import find_lock
from study.queries.readings import all_parts, list_pages_shown, parts_with
from study.release_wording import keys


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

    def telling(self) -> Telling:
        """Return itself: words tell of a course."""
        return self

    def find(self, subject_id: int, actor: Actor) -> Subject | None:
        """Return the course if the reader may see it."""
        return self.named([subject_id], actor).get(subject_id)

    def wording(self, subject_id: Any, sought: Any = None) -> AnySelect:
        """Return a statement for the words of a course, which has no passages."""
        return select(_parted(_of_course())).where(Course.id == subject_id)

    def told(self, words: str, actor: Actor, mark: str = "") -> Subject | None:
        """Return the course if the reader may see it."""
        course = _course_told(words.split(PARTED))
        if not may_read_course(actor, course):
            return None
        return _subject(self.kind, course.id, course.title.pick(), urls.for_course(course.slug), course)

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

    def telling(self) -> Telling:
        """Return itself: words tell of a lesson."""
        return self

    def find(self, subject_id: int, actor: Actor) -> Subject | None:
        """Return the lesson with its passages if the reader may see it."""
        words = db.session.scalar(_of_lesson(subject_id, Lesson.html, all_parts()))
        told = words.split(PARTED) if words is not None else []
        subject = self._told(told, actor) if told else None
        if subject is None or subject.keys or told[_WHOLE] or told[_PARTS] != "[]":
            return subject
        pages = page_passages(list_pages_shown(subject_id))
        return replace(subject, passages=[*subject.passages, *pages])

    def wording(self, subject_id: Any, sought: Any = None) -> AnySelect:
        """Return a statement for the words of a lesson; of its document it takes what may hold the quotation."""
        if sought is None:
            return _of_lesson(subject_id, literal("{}"), literal("[]"))
        return _of_lesson(subject_id, Lesson.html, parts_with(sought))

    def told(self, words: str, actor: Actor, mark: str = "") -> Subject | None:
        """Return the lesson if the reader may see it, with its passages or with what opens it."""
        told = words.split(PARTED)
        subject = self._told(told, actor)
        if not mark or subject is None or subject.keys or told[_WHOLE] or find_marked(subject.passages, mark):
            return subject
        # A document that says something else today: only now all of it has to be looked at.
        return self.find(subject.ref.id, actor)

    def _told(self, told: list[str], actor: Actor) -> Subject | None:
        ident, can_lock, title, _whole, html, parts, *course_words = told
        course = _course_told(course_words)
        if not may_read_course(actor, course):
            return None
        subject = _subject(self.kind, int(ident), _faces(title).pick(), urls.for_lesson(int(ident)), course)
        # Whoever may not open the lesson yet quotes nothing out of it. Lessons without a rule ask no further question.
        if can_lock and (locked := find_lock(int(ident), actor)):
            return replace(subject, keys=keys(locked.lock.bars, locked.outline))
        found = [*passages_of(_faces(html)), *numbered_passages(sorted(json.loads(parts)))]
        return replace(subject, passages=found)

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

    def _rows(self, ids: Iterable[int]) -> Iterable[Row[Any]]:
        return db.session.execute(
            select(Lesson.id, Lesson.title, Course)
            .join(Module, Module.id == Lesson.module_id)
            .join(Course, Course.id == Module.course_id)
            .where(Lesson.id.in_(list(ids)))
        )


PARTED = "\x1f"
"""Parts words that travel in one column: an address has no such sign, and JSON writes it in another way."""


def _parted(values: Iterable[Any]) -> Any:
    words: list[ColumnElement[str]] = [cast(value, Text) for value in values]
    return reduce(lambda before, after: before + PARTED + after, words)


def _of_course() -> list[Any]:
    return [Course.id, Course.slug, Course.title, Course.state, Course.audience, Course.branch_id]


def _course_told(words: list[str]) -> Course:
    """Return a course, outside of any session, with what says who may see it and its threads."""
    ident, slug, title, state, audience, branch_id = words
    return Course(
        id=int(ident),
        slug=slug,
        title=_faces(title),
        state=CourseState(state),
        audience=audience,
        branch_id=int(branch_id),
    )


def _faces(words: str) -> Faces:
    return Faces(**json.loads(words))


_WHOLE, _PARTS = 3, 5
"""Where the words of a lesson say that it shows no document, so that nothing was left out, and where they hold one."""


def _of_lesson(subject_id: Any, html: Any, parts: Any) -> AnySelect:
    gated = exists().where(or_(Gate.lesson_id == Lesson.id, Gate.module_id == Lesson.module_id))
    can_lock = case((or_(Course.in_order, gated), "1"), else_="")
    is_whole = case((Lesson.kind == LessonKind.DOCUMENT, ""), else_="1")
    return (
        select(_parted([Lesson.id, can_lock, Lesson.title, is_whole, html, parts, *_of_course()]))
        .join(Module, Module.id == Lesson.module_id)
        .join(Course, Course.id == Module.course_id)
        .where(Lesson.id == subject_id)
    )


class QuizSubject(DiscussionSubject):
    """Quizzes as things on whose questions threads hang: for those who have handed in a paper, and for the staff."""

    kind = "quiz"
    is_narrower = True

    def find(self, subject_id: int, actor: Actor) -> Subject | None:
        """Return the quiz with what it asks if the reader has seen its answers. Asks one question."""
        rows = list(db.session.execute(_asked(), {"quiz_id": subject_id, "user_id": actor.id or 0}))
        if not rows or not may_read_course(actor, rows[0].Course):
            return None
        if not (rows[0].has_handed_in or actor.can_read(quiz_audience(subject_id))):
            return None
        if any(row.question_id is None for row in rows):
            # A place that draws names no question: what the reader's own papers drew.
            rows += db.session.execute(_drawn(), {"quiz_id": subject_id, "user_id": actor.id or 0}).all()
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
def _drawn() -> Any:
    """Select what a member's papers of a quiz have asked, a row each."""
    return (
        select(QuestionVersion.question_id, QuestionVersion.html)
        .join(AttemptSlot, AttemptSlot.version_id == QuestionVersion.id)
        .join(Attempt, Attempt.id == AttemptSlot.attempt_id)
        .where(
            Attempt.quiz_id == bindparam("quiz_id"),
            Attempt.user_id == bindparam("user_id"),
            Attempt.state != AttemptState.OPEN,
        )
        .order_by(AttemptSlot.attempt_id.desc(), AttemptSlot.position)
    )


@cache
def _asked() -> Any:
    """Select what a quiz asks now, a row each; one row without a question where it asks nothing."""
    mine = Attempt.user_id == bindparam("user_id")
    told = or_(Quiz.mode != QuizMode.EXAM, Quiz.released_at.is_not(None))
    handed_in = and_(told, exists().where(Attempt.quiz_id == Quiz.id, mine, Attempt.state != AttemptState.OPEN))
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
