"""Takes a question file back that was imported: all of it that nobody has used since."""

from sqlalchemy import delete, select

from core.clock import utcnow
from core.db import db, lock
from core.permissions import Actor
from study.models import Course, Question, QuestionImport, QuestionVersion
from study.quiz.queries.uses_of_imports import Undoing, plan_undoing
from study.quiz.services.questions import require_author, settle

AT_ONCE = 500


def undo_import(taken: QuestionImport, course: Course, actor: Actor) -> Undoing:
    """Take back what a file brought, and return what went and what stays.

    Raises:
        Denied: the actor does not write this course.
    """
    require_author(course, actor)
    # Held until commit: nobody puts a question of it into a quiz meanwhile without waiting, and two clicks do it once.
    list(db.session.scalars(lock(select(Question.id).where(Question.import_id == taken.id).order_by(Question.id))))
    plan = plan_undoing(taken, course.id)
    ids = [ident for ident, _name in plan.goes]
    for start in range(0, len(ids), AT_ONCE):
        db.session.execute(
            delete(Question).where(Question.id.in_(ids[start : start + AT_ONCE])),
            execution_options={"synchronize_session": False},
        )
    for version_id, question_id, _name in plan.back:
        db.session.execute(delete(QuestionVersion).where(QuestionVersion.id == version_id))
        settle(db.session.get_one(Question, question_id, populate_existing=True))
    taken.undone_at = utcnow()
    db.session.flush()
    return plan
