"""Who gets what of marking by hand."""

import io

from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from core.files import store
from study.enums import AttemptState
from study.models import Attempt, AttemptFile, AttemptSlot, QuestionVersion
from tests.access import Row
from tests.factories.quiz import essay, quiz_with
from tests.factories.study import CourseFactory

GRADERS = dict(visitor=302, member=403, instructor=200, moderator=403, officer=403, administrator=200)
OWN = dict(visitor=404, member=200, instructor=200, moderator=404, officer=404, administrator=200)
"""The member's own file, and those who mark."""


def furnish(world) -> None:
    """Make a paper of the member that waits to be marked, with a file."""
    world.marked_course = CourseFactory(slug="with-essays")
    world.essay_quiz = quiz_with(essay(), course=world.marked_course)
    paper = Attempt(
        quiz_id=world.essay_quiz.id,
        user_id=world.member.id,
        number=1,
        max_mark=1000,
        state=AttemptState.SUBMITTED,
        submitted_at=utcnow(),
        marking_code="a1b2c3",
    )
    db.session.add(paper)
    db.session.flush()
    version = db.session.scalars(select(QuestionVersion).order_by(QuestionVersion.id.desc()).limit(1)).one()
    world.essay_id = version.question_id
    db.session.add(
        AttemptSlot(attempt_id=paper.id, position=1, version_id=version.id, max_mark=1000, answered=True, file_count=1)
    )
    file = store(io.BytesIO(b"Minutes"), "minutes.txt")
    db.session.add(file)
    db.session.flush()
    world.answer_file = AttemptFile(attempt_id=paper.id, position=1, file_id=file.id)
    db.session.add(world.answer_file)
    db.session.commit()


def _desk(world) -> str:
    return f"/study/manage/quizzes/{world.essay_quiz.id}/marking"


ROWS = [
    Row("study.list_marking", "GET", lambda w: f"/study/manage/courses/{w.marked_course.slug}/marking", **GRADERS),
    Row("study.list_quiz_marking", "GET", _desk, **GRADERS),
    Row("study.mark_answer", "GET", lambda w: f"{_desk(w)}/{w.essay_id}", **GRADERS),
    Row(
        "study.mark_answer",
        "POST",
        lambda w: f"{_desk(w)}/{w.essay_id}?paper=a1b2c3",
        **{**GRADERS, "instructor": 303, "administrator": 303},
        data=lambda w: {"mark": "0.5", "comment": "Good.", "seen": "one:0"},
    ),
    Row("study.send_answer_file", "GET", lambda w: f"/study/attempts/files/{w.answer_file.id}", **OWN),
]
