"""Writes the files of answers: added and removed while the paper is open, each at its question."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from core.clock import utcnow
from core.db import db
from core.errors import Invalid
from core.files import File
from core.i18n import _l
from core.permissions import Actor
from study.models import Attempt, AttemptFile, AttemptSlot
from study.quiz.ledger import winners
from study.quiz.queries.ledgers import events_of, slots_of
from study.quiz.services.attempts import hold_own, is_overdue
from study.quiz.services.handing_in import has_answer
from study.services.works import forget_files


class TooManyAnswerFiles(Invalid):
    """An answer has more files than its question takes."""

    message = _l("This question takes %(limit)s files at most.")


@dataclass(frozen=True, kw_only=True)
class SentFiles:
    """What a page sent beside the words: new files, on the disk already, by question; and rows to be dropped."""

    added: Mapping[int, Sequence[File]]
    dropped: Collection[int] = ()

    @property
    def any(self) -> bool:
        """Tell whether anything was sent."""
        return bool(self.added or self.dropped)


def keep_files(attempt_id: int, actor: Actor, sent: SentFiles) -> bool:
    """Keep and remove files of answers; tell whether they were taken: a paper that is handed in takes none.

    Raises:
        NotFound: it is not this member's paper.
        TooManyAnswerFiles: a question would have more than it takes; nothing is kept then.
    """
    attempt = hold_own(attempt_id, actor)
    if not attempt.is_open or is_overdue(attempt, utcnow()):
        return False
    slots = {slot.position: slot for slot in slots_of(attempt_id) if _takes(attempt, slot)}
    added = {position: files for position, files in sent.added.items() if position in slots}
    held = _held(attempt_id)
    dropped = [row for row in held if row.id in sent.dropped and row.position in slots]
    counts = Counter(row.position for row in held if row not in dropped)
    for position, files in added.items():
        counts[position] += len(files)
        _check(slots[position], counts[position])
    _drop(dropped)
    for position, files in added.items():
        _add(attempt_id, position, files)
    _count(attempt_id, slots, counts)
    return True


def _takes(attempt: Attempt, slot: AttemptSlot) -> bool:
    """Tell whether a question takes files now."""
    behind = attempt.has_left(slot.position) or attempt.awaits(slot.position) or slot.checked_at is not None
    return slot.version.content.settings.files > 0 and not behind


def _held(attempt_id: int) -> Sequence[AttemptFile]:
    return db.session.scalars(select(AttemptFile).where(AttemptFile.attempt_id == attempt_id)).all()


def _check(slot: AttemptSlot, count: int) -> None:
    limit = slot.version.content.settings.files
    if count > limit:
        raise TooManyAnswerFiles(limit=limit)


def _drop(rows: Sequence[AttemptFile]) -> None:
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    forget_files({row.file_id for row in rows})


def _add(attempt_id: int, position: int, files: Sequence[File]) -> None:
    for file in files:
        db.session.add(file)
        db.session.flush()
        db.session.add(AttemptFile(attempt_id=attempt_id, position=position, file_id=file.id))
    db.session.flush()


def _count(attempt_id: int, slots: Mapping[int, AttemptSlot], counts: Mapping[int, int]) -> None:
    answers = winners(events_of(attempt_id, sorted(slots)))
    for position, slot in slots.items():
        slot.file_count = counts.get(position, 0)
        event = answers.get(position)
        slot.answered = has_answer(slot, event.answer if event else {})
    db.session.flush()


def forget_member(user_id: int) -> None:
    """Delete the files that an erased person handed in with answers."""
    papers = select(Attempt.id).where(Attempt.user_id == user_id)
    file_ids = db.session.scalars(select(AttemptFile.file_id).where(AttemptFile.attempt_id.in_(papers))).all()
    db.session.execute(delete(AttemptFile).where(AttemptFile.attempt_id.in_(papers)))
    held = AttemptSlot.attempt_id.in_(papers), AttemptSlot.file_count > 0
    db.session.execute(update(AttemptSlot).where(*held).values(file_count=0))
    forget_files(set(file_ids))
