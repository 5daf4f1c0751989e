"""A course with a quiz, an assignment and a column of its own, for tests of its gradebook."""

import pytest
from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from study.enums import AttemptState, EmptyMark, LessonKind, WorkState
from study.models import Attempt, Gradebook, GradeItem, Lesson, Work
from tests.factories.accounts import UserFactory
from tests.factories.quiz import choice, enrolled, quiz_with
from tests.factories.study import CourseFactory, LessonFactory, ModuleFactory


class Book:
    """The course under test, and short ways to fill it."""

    def __init__(self) -> None:
        self.course = CourseFactory(slug="open-branch", title=Faces("开放的支部", "An open branch"))
        self.quiz = quiz_with(choice(1000, 0), course=self.course, title=Faces("期中测验", "Midterm"))
        self.essay = LessonFactory(
            module=ModuleFactory(course=self.course),
            kind=LessonKind.ASSIGNMENT,
            title=Faces("调查报告", "Report"),
        )
        self.oral = GradeItem(course_id=self.course.id, title=Faces("口试", "Oral exam"), max_mark=20_000)
        db.session.add(self.oral)
        db.session.commit()

    @property
    def url(self) -> str:
        return "/study/manage/courses/open-branch/grades"

    @property
    def own(self) -> str:
        return "/study/courses/open-branch/marks"

    @property
    def keys(self) -> tuple[str, str, str]:
        return f"q{self.quiz.id}", f"a{self.essay.id}", f"c{self.oral.id}"

    def cell(self, user, key: str = "") -> str:
        return f"{self.url}/{user.id}/{key or self.keys[0]}"

    def learner(self, name: str):
        user = UserFactory(username=name, display_name=name.title())
        enrolled(user, self.course)
        return user

    def paper(self, user, mark: int | None, full: int = 1000, quiz=None) -> Attempt:
        quiz = quiz or self.quiz
        number = len(db.session.scalars(select(Attempt.id).where(Attempt.user_id == user.id)).all()) + 1
        row = Attempt(
            quiz_id=quiz.id,
            user_id=user.id,
            number=number,
            max_mark=full,
            mark=mark,
            state=AttemptState.SUBMITTED,
            submitted_at=utcnow(),
            marking_code=f"code{user.id}-{number}" if mark is None else None,
        )
        db.session.add(row)
        db.session.commit()
        return row

    def work(self, user, percent: int | None, comment: str = "") -> Work:
        state = WorkState.HANDED_IN if percent is None else WorkState.MARKED
        row = Work(
            lesson_id=self.essay.id,
            user_id=user.id,
            number=1,
            state=state,
            percent=percent or 0,
            comment=comment,
            handed_in_at=utcnow(),
            marked_at=None if percent is None else utcnow(),
        )
        db.session.add(row)
        db.session.commit()
        return row

    def settle(self, empty: EmptyMark = EmptyMark.OPEN) -> None:
        db.session.add(Gradebook(course_id=self.course.id, empty=empty))
        db.session.commit()

    def weigh(self, *weights: int) -> None:
        """Give quiz, assignment and column these weights, in whole numbers."""
        quiz, essay, own = weights
        db.session.add(GradeItem(course_id=self.course.id, quiz_id=self.quiz.id, weight=quiz * 1000))
        db.session.add(GradeItem(course_id=self.course.id, lesson_id=self.essay.id, weight=essay * 1000))
        self.oral.weight = own * 1000
        db.session.commit()

    def lesson(self) -> Lesson:
        return db.session.scalars(select(Lesson).where(Lesson.quiz_id == self.quiz.id)).one()


@pytest.fixture
def book(app):
    return Book()


@pytest.fixture
def grader(sign_in, instructor):
    return sign_in(instructor)


@pytest.fixture
def learner(book):
    return book.learner("ada")
