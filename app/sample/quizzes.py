"""Fills in question banks and quizzes, and lets members take them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.sample.reading import faces
from core import clock
from core.db import db
from core.faces import Faces
from core.permissions import Actor
from study.enums import Grading, QuestionKind
from study.models import Attempt, Course, Quiz
from study.quiz.hand_marking import mark_by
from study.quiz.kinds import FULL, Option, QuestionContent
from study.quiz.marking import shares_for
from study.quiz.queries.banks import get_own_bank
from study.quiz.queries.hand_marks import get_answer
from study.quiz.queries.ledgers import slots_of
from study.quiz.queries.quizzes import get_graded_quiz, get_own_quiz
from study.quiz.services import attempts, hand_marks, papers, questions, quizzes, sharing
from study.quiz.services.attempts import Sent
from study.quiz.services.preparing import prepare
from study.quiz.services.quizzes import QuizContent
from study.rubric import Mark

TIME_TAKEN = timedelta(minutes=9)


@dataclass(frozen=True)
class SampleQuiz:
    """A quiz that stands, and the plan it was made from."""

    quiz_id: int
    course_id: int
    plan: Mapping[str, Any]


_AS_DESCRIBED = {
    QuestionKind.NUMERICAL,
    QuestionKind.MATCHING,
    QuestionKind.ORDERING,
    QuestionKind.CLOZE,
    QuestionKind.ESSAY,
}
"""Kinds whose plans are written as ``study.quiz.kinds.content`` describes questions."""


def question_content(plan: Mapping[str, Any]) -> QuestionContent:
    """Return a question as the study room's authors write it."""
    kind = QuestionKind(plan["kind"])
    if kind in _AS_DESCRIBED:
        return QuestionContent.from_json({**plan, "feedback": plan["why"]})
    return QuestionContent(
        kind=kind,
        name=plan["name"],
        text=faces(plan["text"]),
        options=tuple(_options(kind, plan)),
        feedback=faces(plan["why"]),
    )


def _options(kind: QuestionKind, plan: Mapping[str, Any]) -> Iterator[Option]:
    if kind is QuestionKind.SHORT_ANSWER:
        for pattern in plan["accept"]:
            yield Option(fraction=FULL, pattern=pattern, feedback=faces(plan["why"]))
    elif kind is QuestionKind.TRUE_FALSE:
        for said, why in ((True, "why_true"), (False, "why_false")):
            yield Option(fraction=FULL if plan["answer"] is said else 0, feedback=faces(plan[why]))
    else:
        yield from _choices(kind, plan)


def _choices(kind: QuestionKind, plan: Mapping[str, Any]) -> Iterator[Option]:
    right = [bool(option.get("right")) for option in plan["options"]]
    shares = (
        shares_for(right) if kind is QuestionKind.MULTIPLE_CHOICE else [FULL if is_right else 0 for is_right in right]
    )
    for option, share in zip(plan["options"], shares, strict=True):
        yield Option(fraction=share, text=Faces(zh=option["zh"], en=option["en"]), feedback=faces(option["why"]))


def fill_quiz(course: Course, actor: Actor, plan: Mapping[str, Any]) -> SampleQuiz:
    """Write the questions of a quiz into a bank of their own, and the quiz that asks them."""
    content = QuizContent(
        title=faces(plan["title"]),
        pass_thousandths=plan["pass_percent"] * 10,
        attempts_allowed=plan.get("attempts", 0),
        time_limit_minutes=plan.get("minutes"),
        grading=Grading.BEST,
        shuffle=False,
    )
    quiz = quizzes.create_quiz(course, actor, content)
    bank = questions.bank_named(course, plan["title"]["zh"], actor)
    added = [
        questions.add_question(bank, course, prepare(question_content(entry)), actor) for entry in plan["questions"]
    ]
    if plan.get("shared"):
        sharing.share(get_own_bank(bank.id, actor), actor, course.branch)
    quizzes.add_questions(get_own_quiz(quiz.id, actor), actor, [question.id for question in added])
    return SampleQuiz(quiz.id, course.id, plan)


def take_quiz(actor: Actor, quiz: SampleQuiz, wrong: frozenset[str], texts: Mapping[str, str]) -> None:
    """Let a member take a quiz: the questions named ``wrong`` wrongly, all others rightly, essays with these texts."""
    row = db.session.get_one(Quiz, quiz.quiz_id)
    attempt = papers.start(row, quiz.course_id, actor)
    sent = [
        Sent(position=position, text=texts[plan["name"]])
        if plan["name"] in texts
        else _sent(position, plan, right=plan["name"] not in wrong)
        for position, plan in enumerate(quiz.plan["questions"], start=1)
    ]
    with clock.at(clock.utcnow() + TIME_TAKEN):
        attempts.save(attempt.id, actor, "sample", sent, final=True)


def _sent(position: int, plan: Mapping[str, Any], *, right: bool) -> Sent:
    kind = QuestionKind(plan["kind"])
    if kind is QuestionKind.SHORT_ANSWER:
        return Sent(position=position, text=plan["accept"][0] if right else "0")
    if kind is QuestionKind.TRUE_FALSE:
        return Sent(position=position, chosen=(1 if plan["answer"] is right else 2,))
    chosen = [number for number, option in enumerate(plan["options"], start=1) if bool(option.get("right")) is right]
    return Sent(position=position, chosen=chosen if kind is QuestionKind.MULTIPLE_CHOICE else chosen[:1])


def mark_essays(actor: Actor, quiz: SampleQuiz, user_id: int, plan: Mapping[str, Any]) -> None:
    """Mark the essays of a member's paper; ``points`` of the plan are for the criteria of each, in their order."""
    row = get_graded_quiz(quiz.quiz_id, actor)
    paper = select(Attempt.id, Attempt.marking_code).where(Attempt.quiz_id == row.id, Attempt.user_id == user_id)
    attempt_id, code = db.session.execute(paper.where(Attempt.marking_code.is_not(None))).one()
    for slot in slots_of(attempt_id):
        if hand_marks.needs_person(slot):
            question_id = slot.version.question_id
            rubric = slot.version.content.settings.rubric
            points = [Mark(got, most, title) for got, (most, title) in zip(plan["points"], rubric, strict=True)]
            given = hand_marks.Given.made(mark_by(points, slot.max_mark), points, plan["comment"])
            seen = get_answer(row, question_id, str(code), actor).marks.stamp(actor.id or 0)
            hand_marks.give(row, str(code), question_id, actor, given, seen=seen, decides=False)
