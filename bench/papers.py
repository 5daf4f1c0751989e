"""``python -m bench.papers``: the members and the quiz of ``bench/quiz.py``, later what its ledger holds; as JSON."""

import json
import secrets
import sys
from datetime import timedelta

from sqlalchemy import select

from accounts.actors import token_hash
from accounts.models import Session, User, UserState
from app import create_app
from core.clock import utcnow
from core.db import db, transaction
from core.faces import Faces
from study.enums import AttemptState, LessonKind
from study.models import (
    AnswerEvent,
    Attempt,
    Course,
    Enrolment,
    Lesson,
    Module,
    Question,
    QuestionBank,
    Quiz,
    QuizSlot,
)


def fill(number: int) -> tuple[int, list[tuple[int, str]]]:
    """Make a quiz of the bank "Bench" and so many members who take it; return its id, and user and session of each."""
    title = Faces("测试", "Bench")
    with transaction():
        course = db.session.scalars(select(Course).where(Course.slug == "open-branch")).one()
        module = db.session.scalars(select(Module.id).where(Module.course_id == course.id).order_by(Module.id)).first()
        quiz = Quiz(course_id=course.id, title=title, time_limit_minutes=600)
        db.session.add(quiz)
        db.session.flush()
        asked = select(Question.id).join(QuestionBank, QuestionBank.id == Question.bank_id)
        found = db.session.scalars(asked.where(QuestionBank.name == "Bench").order_by(Question.id)).all()
        db.session.add_all(QuizSlot(quiz_id=quiz.id, position=n, question_id=q) for n, q in enumerate(found, start=1))
        db.session.add(
            Lesson(module_id=module, kind=LessonKind.QUIZ, title=title, quiz_id=quiz.id, position=quiz.id + 99)
        )
        return quiz.id, [_member(course.id, f"taker{quiz.id}-{n}") for n in range(number)]


def _member(course_id: int, name: str) -> tuple[int, str]:
    user = User(username=name, display_name=name, state=UserState.ACTIVE, password_hash="")
    db.session.add(user)
    db.session.flush()
    token, ends = secrets.token_urlsafe(32), utcnow() + timedelta(hours=9)
    db.session.add(Session(token_hash=token_hash(token), user_id=user.id, expires_at=ends))
    db.session.add(Enrolment(user_id=user.id, course_id=course_id))
    return user.id, token


def count(quiz_id: int) -> tuple[list[list[object]], list[list[object]]]:
    """Return the answers of a quiz, and its papers: who, which, and whether it was handed in."""
    columns = (AnswerEvent.attempt_id, AnswerEvent.position, AnswerEvent.client_id, AnswerEvent.sequence)
    joined = select(*columns, AnswerEvent.answer).join(Attempt, Attempt.id == AnswerEvent.attempt_id)
    answers = db.session.execute(joined.where(Attempt.quiz_id == quiz_id))
    papers = db.session.execute(select(Attempt.user_id, Attempt.id, Attempt.state).where(Attempt.quiz_id == quiz_id))
    return (
        [list(row) for row in answers],
        [[user_id, attempt_id, state is AttemptState.SUBMITTED] for user_id, attempt_id, state in papers],
    )


if __name__ == "__main__":
    with create_app().app_context():
        print(json.dumps({"fill": fill, "count": count}[sys.argv[1]](int(sys.argv[2]))))
