"""What follows when the results of an exam are told and keys are changed, run by the worker."""

from collections.abc import Sequence

from core.db import db, transaction
from core.outbox import on
from study.events import KeyChanged, QuizReleased, QuizSubmitted
from study.quiz.services import handing_in, question_comments, sweeping


@on(QuizReleased)
def note_results(events: Sequence[QuizReleased]) -> None:
    """Write into the ledger of progress what was held back, some hundred papers a transaction."""
    for quiz_id in sorted({event.quiz_id for event in events}):
        last: int | None = 0
        while last is not None:
            with transaction():
                last = handing_in.note_results(quiz_id, last)


@on(QuizReleased)
def tell_comments(events: Sequence[QuizReleased]) -> None:
    """Tell members of what was said about their answers while it was held back, some hundred papers a transaction."""
    for quiz_id in sorted({event.quiz_id for event in events}):
        last: int | None = 0
        while last is not None:
            with transaction():
                last = question_comments.tell_released(quiz_id, last)


@on(KeyChanged)
def mark_again(events: Sequence[KeyChanged]) -> None:
    """Mark the papers again that a changed key is about, some a transaction."""
    for change_id in sorted({event.change_id for event in events}):
        more = True
        while more:
            with transaction():
                more = sweeping.sweep(change_id)


@on(QuizSubmitted)
def note_meanwhile(events: Sequence[QuizSubmitted]) -> None:
    """Write down what papers earned that were handed in while their exam was released: neither side saw the other."""
    missed = handing_in.list_meanwhile({event.attempt_id for event in events})
    db.session.rollback()
    if missed:
        with transaction():
            handing_in.note_papers(missed)
