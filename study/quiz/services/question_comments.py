"""Writes what those who mark say about questions of papers. Everything that was ever said stays."""

from sqlalchemy import select

from core.clock import utcnow
from core.db import db, lock
from core.errors import Conflict, NotFound
from core.i18n import _l
from core.markup import render
from core.notifications import tell
from core.permissions import Actor
from study.models import Attempt, AttemptSlot, QuestionComment, Quiz
from study.notices import COMMENTED
from study.permissions import StudyPermission, require_in_course
from study.quiz import urls
from study.quiz.queries.question_comments import NOBODY, comments_on, list_commented


class CommentedMeanwhile(Conflict):
    """Somebody else has commented on the question since the page was shown."""

    message = _l("Somebody else has commented on this question in the meantime. Read it and send yours again.")


def rendered(body: str) -> str:
    """Return a comment as HTML; done before the transaction, as it may take long."""
    return render(body, heading=4, breaks=True).html if body else ""


def comment(attempt: Attempt, position: int, actor: Actor, body: str, html: str, *, seen: int) -> bool:
    """Say something about a question of a paper, or take it back with nothing; tell whether it is anything new.

    The paper comes with its quiz and course, as ``get_reviewed_paper`` gave it. Its writer is told as soon as results
    may be seen.

    Raises:
        Denied: the actor does not mark in this course.
        NotFound: the paper has no such question.
        CommentedMeanwhile: somebody has said something since.
    """
    require_in_course(actor, StudyPermission.GRADE, attempt.quiz.course)
    # Held, so that of two who comment at once the second sees what the first said.
    db.session.execute(lock(select(Attempt.id).where(Attempt.id == attempt.id)))
    asked = select(AttemptSlot.position).where(AttemptSlot.attempt_id == attempt.id, AttemptSlot.position == position)
    if db.session.scalar(asked) is None:
        raise NotFound
    found = comments_on(attempt.id).get(position, NOBODY)
    if found.last_id != seen:
        raise CommentedMeanwhile
    own = found.of(actor.id)
    if body == (own.body if own else ""):
        return False
    db.session.add(QuestionComment(attempt_id=attempt.id, position=position, author_id=actor.id, body=body, html=html))
    db.session.flush()
    if body and attempt.quiz.shows_answers(utcnow()):
        _tell(attempt, attempt.quiz, actor.id)
    return True


def _tell(attempt: Attempt, quiz: Quiz, actor_id: int | None) -> None:
    # Many comments on one paper are one notice a day.
    tell(
        [attempt.user_id],
        COMMENTED.code,
        subject=quiz.ref,
        url=urls.for_attempt(attempt.id),
        key=f"study.commented:{attempt.id}:{actor_id}:{utcnow():%Y%m%d}",
        actor_id=actor_id,
        title=quiz.title,
    )


def tell_released(quiz_id: int, after_id: int) -> int | None:
    """Tell those about whose papers something was said while the results of their exam were held back.

    Returns the last paper's id, None when none is left.
    """
    quiz = db.session.scalars(select(Quiz).where(Quiz.id == quiz_id)).one_or_none()
    if quiz is None or not quiz.shows_answers(utcnow()):
        return None
    papers = list_commented(quiz_id, after_id)
    for attempt in papers:
        for author_id in sorted({row.author_id for one in comments_on(attempt.id).values() for row in one.standing}):
            _tell(attempt, quiz, author_id)
    return papers[-1].id if papers else None
