"""Finds which items of a question file stand already in banks that other courses share."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from core.db import db
from study import urls
from study.models import Course, Picture, Question, QuestionBank
from study.quiz.likeness import Likeness, sketch_of
from study.quiz.services.batches import Batch, Candidate
from study.quiz.services.enclosing import NEW, new_in, with_addresses
from study.quiz.sharing import is_shared_with

MOST = 20_000
"""Questions that are compared, the latest first: as many as a page may take time for."""


@dataclass(frozen=True, kw_only=True)
class SharedTwin:
    """A question of a shared bank."""

    question_id: int
    bank_name: str


def find_shared_twins(batch: Batch, course: Course, *, without: Mapping[int, object]) -> dict[int, SharedTwin]:
    """Return which items of a file are nearly the same as a question of a shared bank, by their numbers.

    Args:
        batch: the file.
        course: the one into which it comes, with its branch.
        without: the numbers of items of which something like it is told already.
    """
    rows = db.session.execute(
        select(Question.id, Question.sketch, QuestionBank.name)
        .join(QuestionBank, QuestionBank.id == Question.bank_id)
        .where(is_shared_with(course), Question.sketch != "")
        .order_by(Question.id.desc())
        .limit(MOST)
    ).all()
    names = {row.id: row.name for row in rows}
    alike = Likeness((row.id, row.sketch) for row in reversed(rows))
    pictures = _lent_pictures(batch, course)
    found = {}
    for candidate in batch.candidates:
        number = candidate.item.number
        if number not in without and (twin := alike.find(_sketch(candidate, pictures))):
            found[number] = SharedTwin(question_id=twin, bank_name=names[twin])
    return found


def _lent_pictures(batch: Batch, course: Course) -> dict[str, int]:
    """Return the new pictures of a file that courses have which share banks, by their checksums."""
    wanted = {ident for one in batch.candidates for ident in new_in(one.prepared.content)}
    if not wanted:
        return {}
    lenders = select(QuestionBank.course_id).where(is_shared_with(course))
    rows = select(Picture.source, Picture.id).where(Picture.source.in_(wanted), Picture.course_id.in_(lenders))
    return {row.source: row.id for row in db.session.execute(rows.order_by(Picture.id.desc()))}


def _sketch(candidate: Candidate, pictures: Mapping[str, int]) -> str:
    """Return the sketch of an item as the lender would have it, whose pictures have addresses already."""
    content = candidate.prepared.content
    known = {NEW + ident: urls.for_picture(pictures[ident]) for ident in new_in(content) if ident in pictures}
    return sketch_of(with_addresses(content, known)) if known else candidate.prepared.sketch


def without_shared(batch: Batch, course: Course) -> Batch:
    """Return a file without the items that stand in a shared bank already."""
    twins = find_shared_twins(batch, course, without={})
    return batch.part([one for one in batch.candidates if one.item.number not in twins])
