"""Who may look at a question bank and ask its questions: in Python and as SQL.

A bank is of one course, whose authors alone change it. It may be shared with the branch of that course or one above:
then those who write courses of that branch, or of branches below it, may look at it and ask its questions. A share
reaches only while the bank's own course stands in that branch: a branch may be moved.
"""

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlalchemy.orm import aliased

from accounts.models import Branch
from core.permissions import Actor
from study.models import Course, QuestionBank
from study.permissions import StudyPermission


def is_shared(bank: QuestionBank) -> bool:
    """Tell whether a bank is shared now. Its course, the branch of that, and the one it is shared with are loaded."""
    return bank.shared_with is not None and bank.course.branch.path.startswith(bank.shared_with.path)


def is_lasting() -> ColumnElement[bool]:
    """Return the condition that a bank is shared now: the SQL twin of ``is_shared``."""
    owner, home, shared = aliased(Course), aliased(Branch), aliased(Branch)
    return exists().where(
        owner.id == QuestionBank.course_id,
        home.id == owner.branch_id,
        shared.id == QuestionBank.shared_with_id,
        home.path.startswith(shared.path),
    )


def may_be_used_in(course: Course) -> ColumnElement[bool]:
    """Return the condition that quizzes of a course may ask the questions of a bank. Its branch is loaded."""
    return or_(QuestionBank.course_id == course.id, is_shared_with(course))


def is_shared_with(course: Course) -> ColumnElement[bool]:
    """Return the condition that a bank of another course is shared with a course. Its branch is loaded."""
    return and_(
        QuestionBank.shared_with_id.in_(branches_above(course)), QuestionBank.course_id != course.id, is_lasting()
    )


def branches_above(course: Course) -> list[int]:
    """Return the branch of a course and all above it, by id, the root first."""
    return [int(step) for step in course.branch.path.strip("/").split("/")]


def writes_within(actor: Actor, path: str) -> bool:
    """Tell whether an office lets an actor write courses of the branch with this path, or of one below it."""
    return any(scope.startswith(path) or path.startswith(scope) for scope in actor.scopes(StudyPermission.AUTHOR))
