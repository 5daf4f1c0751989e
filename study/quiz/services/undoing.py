"""Takes a question file back that was imported: all of it that nobody has used since."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import delete, or_, select

from core.clock import utcnow
from core.db import db, lock
from core.permissions import Actor
from study.models import Course, Question, QuestionImport, QuestionVersion
from study.quiz.likeness import sketch_of
from study.quiz.queries.uses_of_imports import Undoing, plan_undoing
from study.quiz.services.picturing import drop_pictures
from study.quiz.services.preparing import Prepared
from study.quiz.services.questions import require_author, settle

AT_ONCE = 500


def undo_import(taken: QuestionImport, course: Course, actor: Actor) -> Undoing:
    """Take back what a file brought, and return what went and what stays.

    Raises:
        Denied: the actor does not write this course.
    """
    require_author(course, actor)
    _hold(taken.id)
    plan = plan_undoing(taken, course.id)
    ids = [ident for ident, _name in plan.goes]
    for start in range(0, len(ids), AT_ONCE):
        db.session.execute(
            delete(Question).where(Question.id.in_(ids[start : start + AT_ONCE])),
            execution_options={"synchronize_session": False},
        )
    for start in range(0, len(plan.back), AT_ONCE):
        part = plan.back[start : start + AT_ONCE]
        _take_back({version_id for version_id, _question_id, _name in part}, {one for _id, one, _name in part})
    drop_pictures(taken.id, course)
    taken.undone_at = utcnow()
    db.session.flush()
    return plan


def _hold(import_id: int) -> None:
    """Lock what a file brought until commit: nobody asks it meanwhile without waiting, and two clicks do it once."""
    of_file = QuestionVersion.import_id == import_id
    changed = select(QuestionVersion.question_id).where(of_file)
    questions = select(Question.id).where(or_(Question.import_id == import_id, Question.id.in_(changed)))
    db.session.scalars(lock(questions.order_by(Question.id))).all()
    db.session.scalars(lock(select(QuestionVersion.id).where(of_file).order_by(QuestionVersion.id))).all()


def _take_back(version_ids: Collection[int], question_ids: Collection[int]) -> None:
    """Delete versions; their questions say again what they said before."""
    held = select(Question).where(Question.id.in_(question_ids)).order_by(Question.id)
    questions = db.session.scalars(held.execution_options(populate_existing=True)).all()
    versions = select(QuestionVersion).where(QuestionVersion.question_id.in_(question_ids))
    going, left = defaultdict(list), {}
    for version in db.session.scalars(versions.order_by(QuestionVersion.version)):
        if version.id in version_ids:
            going[version.question_id].append(version.content)
        else:
            left[version.question_id] = version.content
    db.session.execute(
        delete(QuestionVersion).where(QuestionVersion.id.in_(version_ids)),
        execution_options={"synchronize_session": False},
    )
    for question in questions:
        before = left[question.id]
        # A name that somebody typed stays.
        if question.name in {Prepared(content=content).name for content in going[question.id]}:
            question.name = Prepared(content=before).name
        if question.sketch != (sketch := sketch_of(before)):
            question.sketch, question.twin_of_id = sketch, None
    settle(*questions)
