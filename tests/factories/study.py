"""Courses and what they hold, for tests."""

import factory

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.permissions import MEMBERS
from study.enums import CourseState, LearningState, LessonKind, MaterialState, ProgressKind
from study.models import Category, Course, Enrolment, Lesson, LessonProgress, Material, Module, ProgressEvent, Quiz
from study.services.course_progress import sum_up
from tests.factories.accounts import Factory, UserFactory, root_branch


class CategoryFactory(Factory):
    """A heading of the catalogue."""

    class Meta:
        model = Category

    slug = factory.Sequence(lambda n: f"subject-{n}")
    name = factory.LazyAttribute(lambda o: Faces(f"主题 {o.slug}", f"Subject {o.slug}"))


class CourseFactory(Factory):
    """A published course for all members, of the root branch."""

    class Meta:
        model = Course

    slug = factory.Sequence(lambda n: f"course-{n}")
    title = factory.LazyAttribute(lambda o: Faces(f"课程 {o.slug}", f"Course {o.slug}"))
    state = CourseState.PUBLISHED
    audience = MEMBERS
    branch = factory.LazyFunction(root_branch)
    published_at = factory.LazyFunction(utcnow)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        if "created_by_id" not in kwargs:
            kwargs["created_by_id"] = UserFactory().id
        return super()._create(model_class, *args, **kwargs)


class ModuleFactory(Factory):
    """A module of a course."""

    class Meta:
        model = Module

    course = factory.SubFactory(CourseFactory)
    title = factory.Sequence(lambda n: Faces(f"单元 {n}", f"Module {n}"))
    position = factory.Sequence(lambda n: n)


class LessonFactory(Factory):
    """A page of text in a module of its own, or in ``module``."""

    class Meta:
        model = Lesson

    module = factory.SubFactory(ModuleFactory)
    kind = LessonKind.PAGE
    title = factory.Sequence(lambda n: Faces(f"第 {n} 节", f"Lesson {n}"))
    body = Faces("## 要点\n\n账目公布给每一位成员看。", "## Points\n\nAccounts are for every member.")
    html = Faces('<h2 id="p1">要点</h2><p>账目公布给每一位成员看。</p>', "<p>Accounts are for every member.</p>")
    position = factory.Sequence(lambda n: n)


class QuizFactory(Factory):
    """A quiz without questions, of ``course``."""

    class Meta:
        model = Quiz

    course = factory.SubFactory(CourseFactory)
    title = factory.Sequence(lambda n: Faces(f"测验 {n}", f"Quiz {n}"))


class MaterialFactory(Factory):
    """An imported text of two pages, without a file."""

    class Meta:
        model = Material

    course = factory.SubFactory(CourseFactory)
    title = factory.Sequence(lambda n: f"资料 {n}")
    external_id = factory.Sequence(lambda n: f"m-{n}")
    text = "第一页的话。\f第二页的话。"
    page_count = 2
    language = "zh-Hans"
    state = MaterialState.READY
    checksum = factory.Sequence(lambda n: f"{n:064x}")


class EnrolmentFactory(Factory):
    """Somebody takes a course."""

    class Meta:
        model = Enrolment

    course = factory.SubFactory(CourseFactory)

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        user = kwargs.pop("user", None) or UserFactory()
        return super()._create(model_class, *args, user_id=user.id, **kwargs)


def note_progress(user, lesson, kind=ProgressKind.READ, **detail) -> None:
    """Write one ledger entry and the derived rows as a service would have left them."""
    done = kind in (ProgressKind.READ, ProgressKind.QUIZ_PASSED)
    now = utcnow()
    db.session.add(ProgressEvent(user_id=user.id, lesson_id=lesson.id, kind=kind, at=now, detail=detail))
    db.session.merge(
        LessonProgress(
            user_id=user.id,
            lesson_id=lesson.id,
            state=LearningState.DONE if done else LearningState.UNDER_WAY,
            first_opened_at=now,
            opened_at=now,
            completed_at=now if done else None,
            reason={"code": kind.value, **{k: v for k, v in detail.items() if k == "percent"}},
        )
    )
    db.session.flush()
    sum_up([(user.id, lesson.id)])
    db.session.commit()
