"""Writes modules and lessons and keeps their order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm.attributes import flag_modified

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.files import File
from core.markup import RENDER_VERSION
from core.media_types import AUDIO
from core.outbox import announce
from core.permissions import Actor
from study.chapters import Chapter
from study.enums import PLAYED, LessonKind
from study.events import CompletionChanged, OutlineChanged, PassagesChanged
from study.models import Course, Lesson, Material, Module, Quiz
from study.permissions import StudyPermission, require_in_course
from study.rules import Rule, usual_rule
from study.services.courses import rendered_lesson
from study.services.gates import check_circles, drop_lesson
from study.services.keeping import check_finished, check_kind, check_lessons_left, check_own, hold
from study.services.meetings import MeetingContent, set_meeting
from study.services.pictures import set_places
from study.services.timings import set_media
from study.services.works import BriefContent, set_brief

SENT_TWICE: Final = timedelta(minutes=1)

Ordered = TypeVar("Ordered", Module, Lesson)


class Step(StrEnum):
    """Where to move something in its list."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, kw_only=True)
class LessonContent:
    """What an author decides about a lesson."""

    kind: LessonKind
    title: Faces
    body: Faces
    minutes: int
    material_id: int | None = None
    quiz_id: int | None = None
    url: str = ""
    chapters: Sequence[Chapter] = ()
    subtitles_zh_id: int | None = None
    subtitles_en_id: int | None = None
    brief: BriefContent | None = None
    """What an assignment asks for."""
    meeting: MeetingContent | None = None
    """When and where a meeting is."""
    rule: Rule | None = None
    """What completes it; None for the usual rule of its kind."""
    html: Faces | None = None
    """The body as HTML, where many are rendered before the transaction."""


def add_module(course: Course, actor: Actor, title: Faces) -> Module:
    """Add a module to the end of a course.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    last = db.session.scalar(select(func.max(Module.position)).where(Module.course_id == course.id))
    module = Module(course=course, title=title, position=0 if last is None else last + 1)
    db.session.add(module)
    db.session.flush()
    return module


def edit_module(module: Module, actor: Actor, title: Faces) -> None:
    """Name a module anew.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, module.course)
    module.title = title
    db.session.flush()


def delete_module(module: Module, actor: Actor) -> None:
    """Delete a module with its lessons and what members did in them.

    Raises:
        Denied: the actor does not write this course.
        LastLesson: the course is published, and its other modules have no lessons.
    """
    require_in_course(actor, StudyPermission.AUTHOR, module.course)
    hold(module.course)
    lessons = db.session.scalars(select(Lesson).where(Lesson.module_id == module.id)).all()
    check_lessons_left(module.course, [lesson.id for lesson in lessons])
    for lesson in lessons:
        announce(PassagesChanged(subject=lesson.ref))
        drop_lesson(lesson)
    announce(OutlineChanged(course_id=module.course_id))
    db.session.delete(module)
    db.session.flush()


def move_module(module: Module, actor: Actor, step: Step) -> None:
    """Move a module one place up or down in its course.

    Raises:
        Denied: the actor does not write this course.
        ReleaseCircle: then some lessons would wait for each other for ever.
    """
    require_in_course(actor, StudyPermission.AUTHOR, module.course)
    hold(module.course_id)
    _move(ordered_modules(module.course_id), module, step)
    check_circles(module.course_id)


def add_lesson(module: Module, actor: Actor, content: LessonContent, *, may_be_twin: bool = True) -> Lesson:
    """Add a lesson to the end of a module; one that the same form has just made is returned, where that may be.

    Raises:
        Denied: the actor does not write this course.
        NotFound: the document or quiz is none of this course.
        LessonLacking: the course is published, and the lesson lacks what its kind needs.
    """
    require_in_course(actor, StudyPermission.AUTHOR, module.course)
    hold(module.course_id)
    twin = _sent_before(module, content) if may_be_twin else None
    if twin is not None:
        return twin
    last = db.session.scalar(select(func.max(Lesson.position)).where(Lesson.module_id == module.id))
    lesson = Lesson(module=module, position=0 if last is None else last + 1)
    _fill(lesson, content)
    check_finished(lesson)
    db.session.add(lesson)
    db.session.flush()
    _set_parts(lesson, content)
    announce(PassagesChanged(subject=lesson.ref))
    announce(OutlineChanged(course_id=module.course_id))
    return lesson


def _sent_before(module: Module, content: LessonContent) -> Lesson | None:
    """Return the lesson that the same form, sent twice, has made already."""
    recent = select(Lesson).where(Lesson.module_id == module.id, Lesson.created_at > utcnow() - SENT_TWICE)
    fresh = db.session.scalars(recent)
    kinds = PLAYED if content.kind in PLAYED else {content.kind}
    said = content.title, content.quiz_id, (content.body, content.url, content.material_id)
    return next((one for one in fresh if one.kind in kinds and (one.title, one.quiz_id, _said(one)) == said), None)


def edit_lesson(lesson: Lesson, actor: Actor, content: LessonContent) -> None:
    """Change a lesson. When what completes it changes, its progress is derived again in the background.

    Raises:
        Denied: the actor does not write this course.
        NotFound: the document or quiz is none of this course.
        LessonLacking: the course is published, and the lesson lacks what its kind needs.
        KindSettled: it would be of another kind, and members have handed in work or signed up.
    """
    require_in_course(actor, StudyPermission.AUTHOR, lesson.module.course)
    check_kind(lesson, content.kind)
    before = (lesson.rule, lesson.quiz_id)
    _fill(lesson, content)
    check_finished(lesson)
    db.session.flush()
    if before != (lesson.rule, lesson.quiz_id):
        announce(CompletionChanged(lesson_id=lesson.id))
    _set_parts(lesson, content)
    announce(PassagesChanged(subject=lesson.ref))


def _fill(lesson: Lesson, content: LessonContent) -> None:
    before = _said(lesson)
    lesson.kind = _kind_played(content) if content.kind in PLAYED else content.kind
    lesson.title = content.title
    lesson.body = content.body
    lesson.html = rendered_lesson(content.body, lesson.module.course_id) if content.html is None else content.html
    lesson.render_version = RENDER_VERSION
    lesson.minutes = content.minutes
    rule = content.rule or usual_rule(content.kind, content.minutes)
    lesson.completion, lesson.completion_number = rule.kind, rule.number
    lesson.url = content.url if content.kind is LessonKind.LINK else ""
    lesson.quiz_id = content.quiz_id if content.kind is LessonKind.QUIZ else None
    lesson.material_id = content.material_id if content.kind in {LessonKind.DOCUMENT, *PLAYED} else None
    for material_id in (lesson.material_id, content.subtitles_zh_id, content.subtitles_en_id):
        if material_id is not None:
            check_own(Material, material_id, lesson.module.course_id)
    if lesson.quiz_id is not None:
        check_own(Quiz, lesson.quiz_id, lesson.module.course_id)
    if before != _said(lesson):
        lesson.text_changed_at = utcnow()


def _said(lesson: Lesson) -> tuple[object, ...]:
    return lesson.body, lesson.url, lesson.material_id


def _kind_played(content: LessonContent) -> LessonKind:
    """What is heard without being seen is a recording, whatever it was called."""
    media_type = db.session.scalar(
        select(File.media_type).join(Material, Material.file_id == File.id).where(Material.id == content.material_id)
    )
    return LessonKind.AUDIO if media_type in AUDIO else LessonKind.VIDEO


def _set_parts(lesson: Lesson, content: LessonContent) -> None:
    set_media(lesson, content.chapters, content.subtitles_zh_id, content.subtitles_en_id)
    set_brief(lesson, content.brief)
    set_meeting(lesson, content.meeting)
    set_places(lesson, lesson.module.course_id)


def delete_lesson(lesson: Lesson, actor: Actor) -> None:
    """Delete a lesson and what members did in it.

    Raises:
        Denied: the actor does not write this course.
        LastLesson: the course is published and has no other lesson.
    """
    require_in_course(actor, StudyPermission.AUTHOR, lesson.module.course)
    hold(lesson.module.course)
    check_lessons_left(lesson.module.course, [lesson.id])
    announce(PassagesChanged(subject=lesson.ref))
    announce(OutlineChanged(course_id=lesson.module.course_id))
    drop_lesson(lesson)
    db.session.delete(lesson)
    db.session.flush()


def move_lesson(lesson: Lesson, actor: Actor, step: Step) -> None:
    """Move a lesson one place; past the end of its module it goes into the neighbouring one.

    Raises:
        Denied: the actor does not write this course.
        ReleaseCircle: then some lessons would wait for each other for ever.
    """
    require_in_course(actor, StudyPermission.AUTHOR, lesson.module.course)
    hold(lesson.module.course_id)
    siblings = ordered_lessons(lesson.module_id)
    at = siblings.index(lesson)
    if (step is Step.UP and at > 0) or (step is Step.DOWN and at + 1 < len(siblings)):
        _move(siblings, lesson, step)
        check_circles(lesson.module.course_id)
        return
    modules = ordered_modules(lesson.module.course_id)
    other = modules.index(lesson.module) + (1 if step is Step.DOWN else -1)
    if not 0 <= other < len(modules):
        return
    neighbours = list(ordered_lessons(modules[other].id))
    lesson.module = modules[other]
    neighbours.insert(0 if step is Step.DOWN else len(neighbours), lesson)
    number(neighbours)
    check_circles(lesson.module.course_id)


def ordered_modules(course_id: int) -> Sequence[Module]:
    """Return the modules of a course in order."""
    found = select(Module).where(Module.course_id == course_id).order_by(Module.position, Module.id)
    return db.session.scalars(found).all()


def ordered_lessons(module_id: int) -> Sequence[Lesson]:
    """Return the lessons of a module in order."""
    found = select(Lesson).where(Lesson.module_id == module_id).order_by(Lesson.position, Lesson.id)
    return db.session.scalars(found).all()


def _move(rows: Sequence[Ordered], row: Ordered, step: Step) -> None:
    ordered = list(rows)
    at = ordered.index(row)
    to = at + (1 if step is Step.DOWN else -1)
    if 0 <= to < len(ordered):
        ordered[at], ordered[to] = ordered[to], ordered[at]
        number(ordered)


def number(rows: Sequence[Ordered]) -> None:
    """Give modules or lessons their places in the order of the list."""
    for position, row in enumerate(rows):
        if row.position != position or db.session.is_modified(row):
            row.position = position
            flag_modified(row, "updated_at")  # Where something stands is no change of what it says.
    db.session.flush()
