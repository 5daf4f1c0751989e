"""What must not be lost: published courses stay whole, and what members did stays in sight."""

from collections.abc import Collection

from sqlalchemy import select

from core.db import db, lock
from core.errors import NotFound
from study.enums import CourseState, LessonKind
from study.errors import KindSettled, LastLesson, LastQuestion, LessonLacking, QuizInUse
from study.models import Course, Lesson, Material, Module, Quiz, QuizSlot
from study.queries.meetings import count_signed_up
from study.queries.works import count_members_handed_in


def hold(course: Course | int) -> None:
    """Let others who order, publish or empty the same course wait until this is committed."""
    ident = course if isinstance(course, int) else course.id
    db.session.execute(lock(select(Course.id).where(Course.id == ident)))
    if isinstance(course, Course):
        db.session.refresh(course, ["state"])  # Somebody may have published it while we waited.


def has_content(lesson: Lesson) -> bool:
    """Tell whether a lesson holds what its kind needs."""
    return bool(
        {
            LessonKind.PAGE: lesson.body,
            LessonKind.DOCUMENT: lesson.material_id,
            LessonKind.VIDEO: lesson.material_id,
            LessonKind.AUDIO: lesson.material_id,
            LessonKind.QUIZ: lesson.quiz_id and _asks_something(lesson.quiz_id),
            LessonKind.LINK: lesson.url,
            LessonKind.ASSIGNMENT: lesson.body,
            LessonKind.MEETING: True,
        }[lesson.kind]
    )


def _asks_something(quiz_id: int, without: int = 0) -> bool:
    statement = select(QuizSlot.id).where(QuizSlot.quiz_id == quiz_id, QuizSlot.id != without)
    return db.session.scalar(statement.limit(1)) is not None


def check_finished(lesson: Lesson) -> None:
    """Do nothing where readers may meet a lesson as it is.

    Raises:
        LessonLacking: its course is published, and it lacks what its kind needs.
    """
    if lesson.module.course.state is CourseState.PUBLISHED and not has_content(lesson):
        raise LessonLacking


def check_lessons_left(course: Course, going: Collection[int]) -> None:
    """Do nothing where a course may go without these lessons. The course is held.

    Raises:
        LastLesson: it is published and has no others.
    """
    if not going or course.state is not CourseState.PUBLISHED:
        return
    others = select(Lesson.id).join(Module, Module.id == Lesson.module_id)
    if db.session.scalar(others.where(Module.course_id == course.id, Lesson.id.not_in(going)).limit(1)) is None:
        raise LastLesson


def check_questions_left(quiz: Quiz, slot: QuizSlot) -> None:
    """Do nothing where a quiz may go without one of its questions. The course is held.

    Raises:
        LastQuestion: it has no other, and a lesson of a published course asks it.
    """
    if not _asks_something(quiz.id, without=slot.id) and (lesson := _asked_in(quiz)):
        raise LastQuestion(title=lesson.title.pick())


def check_quiz_free(quiz: Quiz) -> None:
    """Do nothing where a quiz may go. The course is held.

    Raises:
        QuizInUse: a lesson of a published course asks it.
    """
    if lesson := _asked_in(quiz):
        raise QuizInUse(title=lesson.title.pick())


def _asked_in(quiz: Quiz) -> Lesson | None:
    """Return a lesson of the published course that asks a quiz."""
    if quiz.course.state is not CourseState.PUBLISHED:
        return None
    return db.session.scalars(select(Lesson).where(Lesson.quiz_id == quiz.id).order_by(Lesson.id).limit(1)).first()


def check_kind(lesson: Lesson, kind: LessonKind) -> None:
    """Do nothing where a lesson may be of another kind.

    Raises:
        KindSettled: work or seats of members would be lost from sight.
    """
    if kind == lesson.kind:
        return
    if lesson.kind is LessonKind.ASSIGNMENT and (works := count_members_handed_in(lesson.id)):
        raise KindSettled(works=works)
    if lesson.kind is LessonKind.MEETING and (seats := count_signed_up(lesson.id)):
        raise KindSettled(seats=seats)


def check_own(model: type[Material | Quiz], ident: int, course_id: int) -> None:
    """Do nothing where a document or quiz is of a course: its lessons show no other.

    Raises:
        NotFound: this one belongs to another.
    """
    if db.session.scalar(select(model.id).where(model.id == ident, model.course_id == course_id)) is None:
        raise NotFound
