"""Fills in the gradebook of a course: weights, a column of its own, marks and comments of those who teach it."""

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import select

from app.sample.courses import Library
from app.sample.people import Cast
from app.sample.reading import Calendar, faces, load
from app.sample.talk import Happening
from core.db import db
from study.enums import EmptyMark
from study.gradebook.queries.items import book_of
from study.gradebook.services import grading, settling
from study.gradebook.services.grading import Change
from study.models import Attempt, Course
from study.queries.courses import get_graded_course
from study.quiz.queries.question_comments import get_reviewed_paper
from study.quiz.services.question_comments import comment, rendered

ONE = 1000
"""Thousandths."""


def grade(cast: Cast, library: Library, calendar: Calendar) -> Iterator[Happening]:
    """Give what those who teach did in the gradebook, in the order of time."""
    plan = load("grades.toml")
    teacher = _Teacher(cast, library, plan)
    yield Happening(calendar.moment(plan["when"]), teacher.settle)
    for entry in plan["marks"]:
        yield Happening(calendar.moment(entry["when"]), lambda entry=entry: teacher.mark(entry))  # type: ignore[misc]
    for entry in plan["comments"]:
        yield Happening(calendar.moment(entry["when"]), lambda entry=entry: teacher.say(entry))  # type: ignore[misc]


class _Teacher:
    """Whoever keeps the gradebook."""

    def __init__(self, cast: Cast, library: Library, plan: Mapping[str, Any]) -> None:
        self.cast, self.library, self.plan = cast, library, plan
        self.keys: dict[str, str] = {}

    @property
    def actor(self) -> Any:
        return self.cast.actor(self.plan["by"])

    @property
    def course(self) -> Course:
        return get_graded_course(self.plan["course"], self.actor)

    def settle(self) -> None:
        """Add the column, and say how much everything counts."""
        planned = self.plan["column"]
        column = settling.Column(title=faces(planned["title"]), max_mark=planned["max"] * ONE)
        row = settling.add_column(self.course, self.actor, column)
        self.keys = {key: f"q{quiz.quiz_id}" for key, quiz in self.library.quizzes.items()}
        self.keys[planned["key"]] = f"c{row.id}"
        weights = {self.keys[key]: weight * ONE for key, weight in self.plan["weights"].items()}
        settings = settling.Settings(weights=weights, hidden=frozenset(), empty=EmptyMark.OPEN)
        settling.settle(self.course, self.actor, settings, seen=settling.stamp_of(book_of(self.course)))

    def mark(self, entry: Mapping[str, Any]) -> None:
        """Give somebody a mark, with a few words."""
        book = book_of(self.course)
        change = Change(
            item=book.item(self.keys[entry["for"]]),
            user_id=self.cast.users[entry["who"]].id,
            mark=entry["mark"] * ONE,
            feedback=entry.get("feedback", ""),
            seen=0,
        )
        grading.change_cell(book, change, self.actor, entry.get("reason", ""))

    def say(self, entry: Mapping[str, Any]) -> None:
        """Comment on a question of somebody's paper."""
        quiz = self.library.quizzes[entry["quiz"]]
        written = select(Attempt.id).where(
            Attempt.quiz_id == quiz.quiz_id, Attempt.user_id == self.cast.users[entry["who"]].id
        )
        attempt, _name = get_reviewed_paper(db.session.scalars(written).one(), self.actor)
        names = [question["name"] for question in quiz.plan["questions"]]
        position, words = names.index(entry["question"]) + 1, entry["words"]
        comment(attempt, position, self.actor, words, rendered(words), seen=0)
