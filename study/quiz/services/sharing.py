"""Shares question banks with branches, and ends that."""

from accounts.models import Branch
from core.db import db
from core.permissions import Actor
from study.errors import ShareRefused
from study.models import QuestionBank
from study.quiz.services.questions import require_author
from study.quiz.sharing import branches_above


def share(bank: QuestionBank, actor: Actor, branch: Branch | None) -> None:
    """Let those who write courses of a branch, and of branches below it, look at a bank and ask its questions.

    Without a branch it is shared no longer: quizzes that ask its questions go on, and no further places are added.

    Raises:
        Denied: the actor does not write the bank's course.
        ShareRefused: it is neither the branch of that course nor one above.
    """
    require_author(bank.course, actor)
    if branch is not None and branch.id not in branches_above(bank.course):
        raise ShareRefused
    bank.shared_with_id = branch.id if branch else None
    db.session.flush()
