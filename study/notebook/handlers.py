"""What follows wrong answers, and people who go, run by the worker."""

from collections.abc import Sequence
from dataclasses import replace

from accounts.events import UserErased
from core.db import db, transaction
from core.outbox import on
from study.events import KeySettled, PracticeMissed, QuizReleased, QuizSubmitted
from study.models import KeyChange
from study.notebook.mistakes import Missed
from study.notebook.queries.mistakes import (
    list_handed_in,
    list_marked_again,
    missed_in_page,
    missed_on_paper,
)
from study.notebook.services import reviews
from study.notebook.services.mistakes import note_missed, set_right


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


@on(KeySettled)
def note_changed_keys(events: Sequence[KeySettled]) -> None:
    """Take out of the notebooks what is no mistake by a changed key, and put in what is one, paper by paper."""
    for change_id in sorted({event.change_id for event in events}):
        last = 0
        while papers := list_marked_again(change_id, last):
            last = papers[-1]
            for attempt_id in papers:
                _note_again(attempt_id, change_id)


def _note_again(attempt_id: int, change_id: int) -> None:
    change, missed = db.session.get(KeyChange, change_id), missed_on_paper(attempt_id)
    if change is None or missed is None:
        db.session.rollback()
    elif mistake := missed.questions.get(change.question_id):
        _keep(replace(missed, questions={change.question_id: mistake}))
    else:
        with transaction():
            set_right(missed.user_id, change, attempt_id)


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
