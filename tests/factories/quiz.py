"""Questions, quizzes and papers for tests."""

from core.db import db
from core.faces import Faces
from study.enums import LessonKind, QuestionKind
from study.models import Question, QuestionBank, QuestionVersion, QuizSlot
from study.quiz.kinds import Option, QuestionContent
from study.quiz.services.preparing import prepare
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, ModuleFactory, QuizFactory

CANARY = "canary-in-the-key"


def choice(*marks: int, kind=QuestionKind.SINGLE_CHOICE, text="哪一个？") -> QuestionContent:
    """A choice whose options earn these thousandths; every remark carries the canary."""
    return QuestionContent(
        kind=kind,
        text=Faces(zh=text),
        feedback=Faces(zh=f"总说明 {CANARY}"),
        options=[
            Option(fraction=mark, text=Faces(zh=f"选项{n}"), feedback=Faces(zh=f"说明{n} {CANARY}"))
            for n, mark in enumerate(marks, start=1)
        ],
    )


def truth(*, is_true: bool = True) -> QuestionContent:
    """A statement."""
    return QuestionContent(
        kind=QuestionKind.TRUE_FALSE,
        text=Faces(zh="账目要公布。", en="Accounts are published."),
        options=[Option(fraction=1000 if is_true else 0), Option(fraction=0 if is_true else 1000)],
    )


def short(*patterns: str) -> QuestionContent:
    """A short answer."""
    return QuestionContent(
        kind=QuestionKind.SHORT_ANSWER,
        text=Faces(en="How many days?"),
        feedback=Faces(en=f"Because {CANARY}"),
        options=[Option(fraction=1000, pattern=pattern) for pattern in patterns],
    )


def essay(text="说说看。") -> QuestionContent:
    """A question that people mark."""
    return QuestionContent(kind=QuestionKind.ESSAY, text=Faces(zh=text), feedback=Faces(zh=f"总说明 {CANARY}"))


def bank_for(course, name="题库") -> QuestionBank:
    """A question bank."""
    bank = QuestionBank(course_id=course.id, name=name)
    db.session.add(bank)
    db.session.commit()
    return bank


def question(bank, content: QuestionContent, key: str = "") -> Question:
    """A question in its first version."""
    ready = prepare(content)
    row = Question(bank_id=bank.id, key=key or f"k{id(content)}-{content.digest[:20]}", name=ready.name)
    db.session.add(row)
    db.session.flush()
    add_version(row, content, 1)
    return row


def add_version(row: Question, content: QuestionContent, number: int) -> QuestionVersion:
    """A further version of a question, which becomes the current one."""
    columns = QuestionVersion.columns_of(prepare(content).content)
    version = QuestionVersion(question_id=row.id, version=number, **columns)
    row.current_version = number
    db.session.add(version)
    db.session.commit()
    return version


def quiz_with(*contents: QuestionContent, course=None, **settings):
    """A quiz of these questions that stands in a lesson of its course."""
    course = course or CourseFactory()
    quiz = QuizFactory(course=course, **settings)
    bank = bank_for(course, f"题库 {quiz.id}")
    for position, content in enumerate(contents):
        row = question(bank, content, key=f"q{position}")
        db.session.add(QuizSlot(quiz_id=quiz.id, position=position, question_id=row.id))
    LessonFactory(
        module=ModuleFactory(course=course), kind=LessonKind.QUIZ, quiz_id=quiz.id, body=Faces(), html=Faces()
    )
    db.session.commit()
    return quiz


def enrolled(user, course):
    """Have somebody take a course."""
    return EnrolmentFactory(user=user, course=course)
