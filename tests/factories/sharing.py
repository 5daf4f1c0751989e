"""A bank shared with a branch, and the courses and people around it, for tests."""

from dataclasses import dataclass, field
from typing import Any

from core.db import db
from core.faces import Faces
from core.permissions import Role
from study.enums import CourseState, LessonKind, TeamRole
from study.models import Course, Question, QuestionBank, TeamMember
from tests.factories.accounts import BranchFactory, UserFactory, grant
from tests.factories.quiz import bank_for, choice, question
from tests.factories.study import CourseFactory, LessonFactory, ModuleFactory, QuizFactory


@dataclass
class Shared:
    """A bank of ``home`` shared with ``region``; ``below`` is a course of a branch of the region, ``beside`` of none.

    Tree: root → region → (town, village); root → elsewhere. ``home`` stands in the town, ``below`` in the village.
    """

    region: Any
    town: Any
    village: Any
    elsewhere: Any
    home: Course
    below: Course
    beside: Course
    bank: QuestionBank
    questions: list[Question]
    people: dict[str, Any] = field(default_factory=dict)

    def quiz(self, course: Course | None = None, **settings):
        """A quiz without questions in a lesson, by default of the course in the village."""
        course = course or self.below
        made = QuizFactory(course=course, **settings)
        module = ModuleFactory(course=course)
        LessonFactory(module=module, kind=LessonKind.QUIZ, quiz_id=made.id, body=Faces(), html=Faces())
        db.session.commit()
        return made

    def stop(self) -> None:
        """Share it no longer."""
        self.bank.shared_with_id = None
        db.session.commit()


def shared_bank(questions: int = 2) -> Shared:
    """Make it, with the people who may and may not use it."""
    region, elsewhere = BranchFactory(slug="region"), BranchFactory(slug="elsewhere")
    town, village = BranchFactory(slug="town", parent=region), BranchFactory(slug="village", parent=region)
    home = CourseFactory(slug="home", branch=town, state=CourseState.DRAFT)
    below, beside = CourseFactory(slug="below", branch=village), CourseFactory(slug="beside", branch=elsewhere)
    bank = bank_for(home, "共用题库")
    bank.shared_with_id = region.id
    rows = [question(bank, choice(1000, 0, text=f"共用第{n}题？"), key=f"s{n}") for n in range(1, questions + 1)]
    made = Shared(region, town, village, elsewhere, home, below, beside, bank, rows)
    for name, role, branch in (
        ("home author", Role.INSTRUCTOR, town),
        ("author below", Role.INSTRUCTOR, village),
        ("author of the region", Role.INSTRUCTOR, region),
        ("author elsewhere", Role.INSTRUCTOR, elsewhere),
        ("officer", Role.OFFICER, region),
    ):
        made.people[name] = UserFactory(branch=branch)
        grant(made.people[name], role, branch)
    for name, part, course in (
        ("team below", TeamRole.INSTRUCTOR, below),
        ("assistant below", TeamRole.ASSISTANT, below),
        ("team elsewhere", TeamRole.INSTRUCTOR, beside),
        ("home assistant", TeamRole.ASSISTANT, home),
    ):
        made.people[name] = UserFactory()
        db.session.add(TeamMember(course_id=course.id, user_id=made.people[name].id, role=part))
    made.people["member"] = UserFactory(branch=village)
    db.session.commit()
    return made
