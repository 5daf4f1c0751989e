"""Takes a question file in, some questions a transaction: others write in between, however large it is."""

from collections.abc import Callable, Iterator

from core.db import db, transaction
from core.permissions import Actor
from study.models import Course
from study.quiz.queries.likeness import load_likeness
from study.quiz.services.batches import Batch
from study.quiz.services.imports import Report, import_batch
from study.quiz.services.questions import bank_named

AT_ONCE = 200
"""Questions a transaction. What broke off goes on when the file is sent again: only what is missing is added."""


def take_in(
    batch: Batch,
    bank_name: str,
    actor: Actor | None,
    file_name: str,
    get_course: Callable[[], Course],
    *,
    claim: Callable[[], None] | None = None,
) -> Iterator[Report]:
    """Store what is good and yield the same growing report, at first and after each transaction.

    Args:
        batch: a whole file, ready to be stored.
        bank_name: the bank of the course; made if there is none.
        actor: None for commands.
        file_name: what the import is called.
        get_course: returns the course anew in each transaction, or says why it is not to be written any more.
        claim: called once, in the first transaction; whoever may not take the file in raises there.
    """
    batch.keep_pictures()
    report, alike = Report(refused=batch.refused, file_faults=batch.file_faults), None
    yield report
    for start in range(0, len(batch.candidates), AT_ONCE):
        part = batch.part(batch.candidates[start : start + AT_ONCE])
        with transaction():
            course = get_course()
            if claim and not start:
                claim()
            bank = bank_named(course, bank_name, actor)
            alike = alike or load_likeness(course.id)
            taken = db.session.merge(report.taken) if report.taken else None
            done = import_batch(bank, course, part, actor, file_name=file_name, taken=taken, alike=alike)
        report.imported += done.imported
        report.unchanged += done.unchanged
        report.pictures += done.pictures
        report.taken = done.taken
        yield report
