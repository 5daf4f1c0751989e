"""What follows wrong answers, and people who go, run by the worker."""

from collections.abc import Sequence

from accounts.events import UserErased
from core.db import db, transaction
from core.outbox import on
from study.events import PracticeMissed, QuizReleased, QuizSubmitted
from study.notebook.mistakes import Missed
from study.notebook.queries.mistakes import list_handed_in, missed_in_page, missed_on_paper
from study.notebook.services import reviews
from study.notebook.services.mistakes import note_missed


@on(QuizSubmitted)
def note_papers(events: Sequence[QuizSubmitted]) -> None:
    """Put what was wrong on papers into the notebooks, unless nothing of it may be told yet."""
    for attempt_id in sorted({event.attempt_id for event in events}):
        _keep(missed_on_paper(attempt_id))


@on(QuizReleased)
def note_released(events: Sequence[QuizReleased]) -> None:
    """Put what was wrong in an exam into the notebooks, paper by paper."""
    for quiz_id in sorted({event.quiz_id for event in events}):
        last = 0
        while papers := list_handed_in(quiz_id, last):
            last = papers[-1]
            for attempt_id in papers:
                _keep(missed_on_paper(attempt_id))


@on(PracticeMissed)
def note_practice(events: Sequence[PracticeMissed]) -> None:
    """Put what was answered wrongly in pages into the notebooks, oldest first."""
    for answer_id, lesson_id in sorted({(event.answer_id, event.lesson_id) for event in events}):
        _keep(missed_in_page(answer_id, lesson_id))


def _keep(missed: Missed | None) -> None:
    """Write what was read before: marking again a paper of many questions is nothing for a transaction."""
    if missed is None or not missed.questions:
        db.session.rollback()
        return
    with transaction():
        note_missed(missed)


@on(UserErased)
def forget_notebooks(events: Sequence[UserErased]) -> None:
    """Delete the notebooks of erased people."""
    with transaction():
        for user_id in sorted({event.user_id for event in events}):
            reviews.forget_member(user_id)
