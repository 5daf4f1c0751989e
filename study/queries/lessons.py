"""Reads lessons as readers and as authors see them."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from core.db import db
from core.errors import NotFound
from core.faces import Faces
from core.permissions import Actor
from study.enums import CourseState, LearningState
from study.errors import LessonLocked
from study.models import Course, CourseProgress, Enrolment, Lesson, LessonMedia, LessonProgress, Material, Module
from study.permissions import may_read_course, may_teach
from study.queries.courses import check_author
from study.queries.outlines import Outline, outline_of


def _whole() -> Select[Lesson]:
    return (
        select(Lesson)
        .join(Lesson.module)
        .join(Module.course)
        .join(Course.branch)
        .options(contains_eager(Lesson.module).contains_eager(Module.course).contains_eager(Course.branch))
    )


def get_lesson(lesson_id: int, reader: Actor) -> Lesson:
    """Return a lesson with its module, course and branch; it may still be locked.

    Raises:
        NotFound: there is none that this reader may see.
    """
    lesson = db.session.scalars(_whole().where(Lesson.id == lesson_id)).one_or_none()
    if lesson is None or not may_read_course(reader, lesson.module.course):
        raise NotFound
    return lesson


def get_open_lesson(lesson_id: int, reader: Actor) -> tuple[Lesson, Outline]:
    """Return a lesson that is open to the reader, with the outline of its course.

    Raises:
        NotFound: there is none that this reader may see.
        LessonLocked: another lesson has to be done first.
    """
    lesson = get_lesson(lesson_id, reader)
    outline = outline_of(lesson.module.course, reader)
    if lock := outline.locks.get(lesson.id):
        raise LessonLocked(outline, lesson, lock)
    return lesson, outline


def find_lock(lesson_id: int, reader: Actor) -> LessonLocked | None:
    """Return why a lesson that the reader may see is not open to this reader; None where it is.

    Raises:
        NotFound: there is none that this reader may see.
    """
    try:
        get_open_lesson(lesson_id, reader)
    except LessonLocked as locked:
        return locked
    return None


def find_quiz_lesson(quiz_id: int, reader: Actor) -> tuple[Lesson, Outline] | None:
    """Return the lesson that holds a quiz, with its outline; None when no lesson the reader may see holds it.

    Raises:
        LessonLocked: another lesson has to be done first.
    """
    return _first_open(_whole().where(Lesson.quiz_id == quiz_id), reader)


def _first_open(lessons: Select[Lesson], reader: Actor) -> tuple[Lesson, Outline] | None:
    """Return the first of some lessons that is open to a reader; None when the reader sees none of them.

    Raises:
        LessonLocked: those that the reader sees are all locked.
    """
    locked: LessonLocked | None = None
    outlines: dict[int, Outline] = {}
    for lesson in db.session.scalars(lessons.order_by(Lesson.id)).all():
        course = lesson.module.course
        if not may_read_course(reader, course):
            continue
        if course.id not in outlines:
            outlines[course.id] = outline_of(course, reader)
        outline = outlines[course.id]
        lock = outline.locks.get(lesson.id)
        if lock is None:
            return lesson, outline
        locked = locked or LessonLocked(outline, lesson, lock)
    if locked:
        raise locked
    return None


def check_open(condition: ColumnElement[bool], reader: Actor) -> bool:
    """Tell whether one of some lessons is open to a reader; False where the reader sees none of them.

    Raises:
        LessonLocked: those that the reader sees are all locked.
    """
    return _first_open(_whole().where(condition), reader) is not None


def check_material(material: Material, reader: Actor) -> tuple[Lesson, Outline] | None:
    """Return the first lesson with a material that is open to the reader; None where it stands in none.

    Those who teach the course may see it anyhow, and no lesson is looked for.

    Raises:
        LessonLocked: every lesson that shows it is locked.
    """
    if may_teach(reader, material.course):
        return None
    media = or_(LessonMedia.subtitles_zh_id == material.id, LessonMedia.subtitles_en_id == material.id)
    subtitled = select(LessonMedia.lesson_id).where(media)
    return _first_open(_whole().where(or_(Lesson.material_id == material.id, Lesson.id.in_(subtitled))), reader)


def get_own_lesson(lesson_id: int, author: Actor) -> Lesson:
    """Return a lesson that the actor may write.

    Raises:
        NotFound: there is none that the actor may see.
        Denied: the actor may see but not write it.
    """
    lesson = db.session.scalars(_whole().where(Lesson.id == lesson_id)).one_or_none()
    if lesson is None:
        raise NotFound
    check_author(lesson.module.course, author)
    return lesson


def get_own_module(module_id: int, author: Actor) -> Module:
    """Return a module that the actor may write, with its course and branch.

    Raises:
        NotFound, Denied: as for ``get_own_lesson``.
    """
    module = db.session.scalars(
        select(Module).options(joinedload(Module.course).joinedload(Course.branch)).where(Module.id == module_id)
    ).one_or_none()
    if module is None:
        raise NotFound
    check_author(module.course, author)
    return module


@dataclass(frozen=True, kw_only=True)
class GoOn:
    """Where a member stopped reading, with the state of the course."""

    lesson_id: int
    lesson_title: Faces
    course_slug: str
    course_title: Faces
    percent: int


def go_on(actor: Actor) -> GoOn | None:
    """Return where a member goes on: in the unfinished course in which something happened last."""
    course = _latest_unfinished(actor) if actor.id is not None else None
    if course is None or not may_read_course(actor, course):
        return None
    outline = outline_of(course, actor)
    lesson = outline.next_lesson
    if lesson is None:
        return None
    return GoOn(
        lesson_id=lesson.id,
        lesson_title=lesson.title,
        course_slug=course.slug,
        course_title=course.title,
        percent=outline.tally.percent,
    )


def _latest_unfinished(actor: Actor) -> Course | None:
    lessons = select(Lesson.id).join(Module, Module.id == Lesson.module_id).where(Module.course_id == Course.id)
    own = (CourseProgress.course_id == Course.id) & (CourseProgress.user_id == actor.id)
    return db.session.scalars(
        select(Course)
        .join(Enrolment, Enrolment.course_id == Course.id)
        .outerjoin(CourseProgress, own)
        .options(joinedload(Course.branch))
        .where(
            Enrolment.user_id == actor.id,
            Enrolment.left_at.is_(None),
            Course.state == CourseState.PUBLISHED,
            or_(CourseProgress.state.is_(None), CourseProgress.state != LearningState.DONE),
            lessons.correlate(Course).exists(),
        )
        .order_by(func.coalesce(CourseProgress.opened_at, Enrolment.enrolled_at).desc(), Enrolment.id.desc())
        .limit(1)
    ).one_or_none()


def lesson_material(lesson: Lesson) -> Material | None:
    """Return the document of a lesson with its file, without its words."""
    wanted = select(Material).options(joinedload(Material.file)).where(Material.id == lesson.material_id)
    return db.session.scalars(wanted).one_or_none()


def count_learners(*, module_id: int | None = None, lesson_id: int | None = None) -> int:
    """Return how many members have progress in a module or a lesson that would be lost with it."""
    statement = select(func.count(func.distinct(LessonProgress.user_id))).join(
        Lesson, Lesson.id == LessonProgress.lesson_id
    )
    if module_id is not None:
        statement = statement.where(Lesson.module_id == module_id)
    if lesson_id is not None:
        statement = statement.where(Lesson.id == lesson_id)
    return db.session.scalar(statement) or 0
