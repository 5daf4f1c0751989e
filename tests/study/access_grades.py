"""Who gets what of gradebooks and of comments on questions."""

import io

from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.files import store
from study.enums import AttemptState
from study.gradebook.queries.items import book_of
from study.gradebook.services.settling import stamp_of
from study.gradebook.views.imports import _signer
from study.models import Attempt, AttemptSlot, Enrolment, GradeImport, GradeItem, QuestionVersion
from tests.access import Row
from tests.factories.quiz import choice, quiz_with
from tests.factories.study import CourseFactory

GRADERS = dict(visitor=302, member=403, instructor=200, moderator=403, officer=403, administrator=200)
GRADERS_POST = {**GRADERS, "instructor": 303, "administrator": 303}
SIGNED_IN = dict(visitor=302, member=200, instructor=200, moderator=200, officer=200, administrator=200)


def furnish(world) -> None:
    """Make a course with a column of its own, a paper of the member and a file that was taken in."""
    world.graded_course = CourseFactory(slug="with-grades")
    quiz = quiz_with(choice(1000, 0), course=world.graded_course)
    world.grade_column = GradeItem(course_id=world.graded_course.id, title=Faces(zh="口试"))
    world.graded_paper = Attempt(
        quiz_id=quiz.id,
        user_id=world.member.id,
        number=1,
        max_mark=1000,
        mark=500,
        state=AttemptState.SUBMITTED,
        submitted_at=utcnow(),
    )
    world.grade_import = GradeImport(
        course_id=world.graded_course.id, token="1", file_name="marks.csv", count=0, made_by_id=world.instructor.id
    )
    world.grade_file = store(io.BytesIO("姓名,口试\n".encode()), "marks.csv")
    taken = Enrolment(user_id=world.member.id, course_id=world.graded_course.id)
    db.session.add_all([world.grade_column, world.graded_paper, world.grade_import, world.grade_file, taken])
    db.session.flush()
    version = db.session.scalars(select(QuestionVersion).order_by(QuestionVersion.id.desc()).limit(1)).one()
    db.session.add(
        AttemptSlot(attempt_id=world.graded_paper.id, position=1, version_id=version.id, max_mark=1000, mark=500)
    )
    db.session.commit()


def _book(world, tail: str = "") -> str:
    return f"/study/manage/courses/{world.graded_course.slug}/grades{tail}"


def _cell(world, tail: str = "") -> str:
    return _book(world, f"/{world.member.id}/c{world.grade_column.id}{tail}")


def _column(world, tail: str = "") -> str:
    return f"/study/manage/grade-columns/{world.grade_column.id}{tail}"


def _paper(world, tail: str = "") -> str:
    return f"/study/manage/papers/{world.graded_paper.id}{tail}"


def _ticket(world) -> dict[str, str]:
    """Return what the preview sends, of the instructor: for nobody else it is one of theirs."""
    said = {
        "file": world.grade_file.id,
        "user": world.instructor.id,
        "course": world.graded_course.id,
        "plan": "0" * 32,
    }
    return {"ticket": _signer().dumps(said)}


COLUMN = {"title_zh": "口试", "max_mark": "20"}

ROWS = [
    Row("study.show_own_grades", "GET", lambda w: f"/study/courses/{w.graded_course.slug}/marks", **SIGNED_IN),
    Row("study.show_gradebook", "GET", _book, **GRADERS),
    Row("study.export_grades", "GET", lambda w: _book(w, ".csv"), **GRADERS),
    Row("study.settle_grades", "GET", lambda w: _book(w, "/settings"), **GRADERS),
    Row(
        "study.settle_grades",
        "POST",
        lambda w: _book(w, "/settings"),
        **{**GRADERS_POST, "visitor": 401},
        data=lambda w: {"empty": "zero", "seen": stamp_of(book_of(w.graded_course))},
    ),
    Row("study.add_grade_column", "GET", lambda w: _book(w, "/columns"), **GRADERS),
    Row("study.add_grade_column", "POST", lambda w: _book(w, "/columns"), **GRADERS_POST, data=lambda w: COLUMN),
    Row("study.edit_grade_column", "GET", _column, **GRADERS),
    Row("study.edit_grade_column", "POST", _column, **GRADERS_POST, data=lambda w: COLUMN),
    Row("study.delete_grade_column", "POST", lambda w: _column(w, "/delete"), **GRADERS_POST),
    Row("study.show_learner_grades", "GET", lambda w: _book(w, f"/{w.member.id}"), **GRADERS),
    Row(
        "study.show_learner_grades",
        "GET",
        lambda w: _book(w, f"/{w.officer.id}"),
        **{**GRADERS, "instructor": 404, "administrator": 404},
        note="of somebody who does not take it",
    ),
    Row("study.change_grade", "GET", _cell, **GRADERS),
    Row("study.change_grade", "POST", _cell, **GRADERS_POST, data=lambda w: {"mark": "80", "seen": "0"}),
    Row("study.undo_grade", "POST", lambda w: _cell(w, "/undo"), **GRADERS_POST, data=lambda w: {"seen": "0"}),
    Row("study.import_grades", "GET", lambda w: _book(w, "/import"), **GRADERS),
    Row(
        "study.import_grades",
        "POST",
        lambda w: _book(w, "/import"),
        **GRADERS,
        data=lambda w: {"file": (io.BytesIO("姓名,口试\nmember,1\n".encode()), "marks.csv")},
    ),
    Row(
        "study.accept_grades",
        "POST",
        lambda w: _book(w, "/import/accept"),
        **{**GRADERS, "visitor": 401, "instructor": 409, "administrator": 404},
        data=_ticket,
        note="of another plan",
    ),
    Row(
        "study.undo_grade_import",
        "POST",
        lambda w: f"/study/manage/grade-imports/{w.grade_import.id}/undo",
        **GRADERS_POST,
    ),
    Row("study.review_paper", "GET", _paper, **GRADERS),
    Row(
        "study.comment_question",
        "POST",
        lambda w: _paper(w, "/comments/1"),
        **GRADERS_POST,
        data=lambda w: {"comment": "Look again.", "seen": "0"},
    ),
]
