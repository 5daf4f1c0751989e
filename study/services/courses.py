"""Writes courses: their front page, audience and state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

from sqlalchemy import select

from accounts.models import Branch
from core.clock import utcnow
from core.db import db
from core.errors import Denied
from core.faces import Faces
from core.markup import NO_FILES, render
from core.markup.attached import Attached
from core.outbox import announce
from core.permissions import MEMBERS, PUBLIC, Actor, branch_audience, require
from core.text import slugify
from study.enums import CourseState, Level
from study.errors import AudienceRefused, CourseEmpty, LessonUnfinished, SlugTaken
from study.events import CourseChanged
from study.models import Category, Course, Lesson, Module
from study.models.courses import SLUG_MAX
from study.permissions import StudyPermission, require_in_course
from study.queries.pictures import pictures_of
from study.queries.practice import asks_of
from study.services.gates import check_circles
from study.services.keeping import has_content, hold

SLUG_NUMBER = 6
"""Room left in an address for a number."""


@dataclass(frozen=True, kw_only=True)
class CourseContent:
    """What an author decides about a course."""

    title: Faces
    summary: Faces
    body: Faces
    audience: str
    category: Category | None
    in_order: bool
    outcomes: Faces = Faces()  # noqa: RUF009 -- faces never change
    level: Level | None = None


def create_course(actor: Actor, branch: Branch, slug: str, content: CourseContent) -> Course:
    """Begin a course as a draft. Without an address it gets one after its English title.

    Raises:
        Denied: the actor writes no courses for this branch.
        SlugTaken: another course has the address.
        AudienceRefused: the audience is not the author's to choose.
    """
    require(actor, StudyPermission.AUTHOR, branch.path)
    if actor.id is None:
        raise Denied
    slug = slug or free_slug(content.title, is_taken, "course")
    if is_taken(slug):
        raise SlugTaken
    course = Course(slug=slug, branch=branch, created_by_id=actor.id, state=CourseState.DRAFT)
    _fill(course, actor, content)
    db.session.add(course)
    db.session.flush()
    announce(CourseChanged(course_id=course.id))
    return course


def is_taken(slug: str) -> bool:
    """Tell whether a course has the address."""
    return db.session.scalar(select(Course.id).where(Course.slug == slug)) is not None


def free_slug(title: Faces, is_taken: Callable[[str], bool], kind: str) -> str:
    """Return an address nobody has: after the English title, else after the kind of thing and numbered."""
    wanted = slugify(title.en, SLUG_MAX - SLUG_NUMBER)
    if wanted.isascii() and wanted:
        if not is_taken(wanted):
            return wanted
    else:
        wanted = kind
    return next(slug for number in count(1) if not is_taken(slug := f"{wanted}-{number}"))


def edit_course(course: Course, actor: Actor, content: CourseContent) -> None:
    """Change a course.

    Raises:
        Denied: the actor does not write this course.
        AudienceRefused: the audience is not the author's to choose.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    _fill(course, actor, content)
    db.session.flush()
    if course.in_order:
        check_circles(course.id)
    announce(CourseChanged(course_id=course.id))


def _fill(course: Course, actor: Actor, content: CourseContent) -> None:
    if content.audience != course.audience:
        check_audience(actor, course.branch, content.audience)
    course.title = content.title
    course.summary = content.summary
    course.body = content.body
    course.html = rendered(content.body, pictures_of(content.body, course.id))
    course.audience = content.audience
    course.category = content.category
    course.in_order = content.in_order
    course.outcomes = content.outcomes
    course.level = content.level


def check_audience(actor: Actor, branch: Branch, audience: str) -> None:
    """An author opens a course to all, to members, to the branch itself, or to branches in which he may write.

    The team of one course decides nothing about who reads it.

    Raises:
        AudienceRefused: the audience is not the author's to choose.
    """
    if audience in (PUBLIC, MEMBERS, branch_audience(branch.id)) and actor.may(StudyPermission.AUTHOR, branch.path):
        return
    kind, _sep, number = audience.partition(":")
    chosen = db.session.get(Branch, int(number)) if kind == "branch" and number.isdigit() else None
    if chosen is None or not actor.may(StudyPermission.AUTHOR, chosen.path):
        raise AudienceRefused


def rendered(body: Faces, files: Mapping[str, Attached] = NO_FILES, asks: Mapping[str, str] | None = None) -> Faces:
    """Return the HTML of both faces; headings begin below the page's own and carry anchors.

    Args:
        body: Markdown.
        files: the pictures that it shows, by address.
        asks: the questions that it may ask; None for a text that asks none.
    """

    def html(source: str) -> str:
        return render(source, files=files, asks=asks, heading=2, anchors=True).html if source else ""

    return Faces(zh=html(body.zh), en=html(body.en))


def rendered_lesson(body: Faces, course_id: int) -> Faces:
    """Return the HTML of a lesson, with the pictures and questions of its course."""
    return rendered(body, pictures_of(body, course_id), asks_of(body, course_id))


def publish(course: Course, actor: Actor) -> None:
    """Open a course to its audience.

    Raises:
        Denied: the actor does not write this course.
        CourseEmpty: it has no lessons.
        LessonUnfinished: a lesson lacks its document, quiz or address.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    hold(course)
    lessons = db.session.scalars(
        select(Lesson).join(Module, Module.id == Lesson.module_id).where(Module.course_id == course.id)
    ).all()
    if not lessons:
        raise CourseEmpty
    for lesson in lessons:
        if not has_content(lesson):
            raise LessonUnfinished(title=lesson.title.pick())
    course.published_at = course.published_at or utcnow()
    _change_state(course, CourseState.PUBLISHED)


def unpublish(course: Course, actor: Actor) -> None:
    """Take a course back to its authors; what members did in it is kept.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    _change_state(course, CourseState.DRAFT)


def archive(course: Course, actor: Actor) -> None:
    """Close a course to newcomers; those who take it keep it.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    _change_state(course, CourseState.ARCHIVED)


def _change_state(course: Course, state: CourseState) -> None:
    if course.state is not state:
        course.state = state
        db.session.flush()
        announce(CourseChanged(course_id=course.id))


def category_named(name: Faces) -> Category:
    """Return the heading of this name, made if there is none."""
    slug = slugify(name.en or name.zh)
    found = db.session.scalars(select(Category).where(Category.slug == slug)).one_or_none()
    if found is None:
        found = Category(slug=slug, name=name)
        db.session.add(found)
        db.session.flush()
    return found
