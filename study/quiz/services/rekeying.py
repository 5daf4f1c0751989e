"""Changes keys of papers handed in, and undoes it; ``study.quiz.services.sweeping`` marks the papers again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from core.clock import utcnow
from core.db import db, lock_values
from core.errors import Denied
from core.outbox import announce
from core.permissions import Actor
from study.enums import KeyRule, KeyWork
from study.errors import KeyBusy, KeyChangedSince, KeySheetChanged, KeyUndone, KeyUnfit
from study.events import KeyChanged
from study.models import Course, KeyChange, Question, QuestionVersion, Quiz
from study.permissions import StudyPermission, require_in_course
from study.quiz.keys import fits, needs_key
from study.quiz.queries.key_certificates import Moves
from study.quiz.queries.key_sheet import Sheet
from study.quiz.queries.keys import later_than
from study.quiz.services.key_tidings import tell_elsewhere
from study.quiz.services.questions import hold_key
from study.quiz.services.sweeping import sweep


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be done about a wrong key."""

    rule: KeyRule
    versions: Sequence[QuestionVersion]
    """Those with the wrong key."""
    quiz_id: int | None = None
    """The quiz whose papers it is about; None for those of all quizzes of the course."""
    key: QuestionVersion | None = None
    """The version with the right one, where papers are marked by it."""

    def check(self) -> None:
        """Do nothing if the papers can be marked so.

        Raises:
            KeyUnfit: they cannot.
        """
        if needs_key(self.rule) and (
            self.key is None or not all(fits(one.content, self.key.content) for one in self.versions)
        ):
            raise KeyUnfit


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What an author has seen of a sheet, and what it shows just before the key is changed."""

    accepted: str
    """The digest that came with the sheet."""
    shown: str
    """What the sheet shows now, see ``shown_by``."""


def shown_by(course: Course, plan: Plan, sheet: Sheet, moves: Moves) -> str:
    """Return a name for what a sheet shows: what is done, who earns what before and after, certificates.

    Papers still being written are told once they are handed in.
    """
    done = (course.id, plan.rule, sorted(one.id for one in plan.versions), plan.quiz_id, plan.key and plan.key.id)
    papers = [(line.attempt_id, line.before, line.after) for line in sheet.lines]
    return _name_of(done, papers, moves.earned, moves.lost)


def digest_of(shown: str, course: Course, made: Iterable[KeyChange]) -> str:
    """Return a name for a sheet that is also another when the key was changed, or a change undone, since."""
    return _name_of(shown, sorted((one.id, one.undone_at is None) for one in made if one.course_id == course.id))


def _name_of(*told: object) -> str:
    return sha256(repr(told).encode()).hexdigest()[:32]


def change_key(
    question: Question,
    course: Course,
    plan: Plan,
    actor: Actor,
    *,
    reason: str,
    token: str,
    revokes: bool = False,
    looked: Looked | None = None,
) -> KeyChange:
    """Change the key of papers of a course; the first of them are marked again at once, the others by the worker.

    It may be another course than the one whose bank holds the question. The same sheet accepted twice makes one change.

    Args:
        question: the one whose key is wrong.
        course: the one whose papers it is about.
        plan: what is to be done.
        actor: whoever decides.
        reason: as those read whose papers it is about.
        token: names the sheet that was accepted.
        revokes: whether certificates go whose course is no longer done.
        looked: what the actor has seen; None where nobody looked at a sheet.

    Raises:
        Denied: the actor does not write this course, or may not revoke its certificates; or the quiz is of another.
        KeyUnfit: the papers cannot be marked so.
        KeyBusy: papers are still being marked again after the change before.
        KeySheetChanged: it would do something else than the actor has seen.
    """
    require_may_change(actor, course)
    if revokes and not actor.may(StudyPermission.REVOKE, course.branch.path):
        raise Denied(StudyPermission.REVOKE)
    if plan.quiz_id is not None and db.session.get_one(Quiz, plan.quiz_id).course_id != course.id:
        raise Denied
    plan.check()
    hold_key(question.id)
    made = db.session.scalars(select(KeyChange).where(KeyChange.question_id == question.id)).all()
    if same := next((one for one in made if one.token == token), None):
        return same
    if any(one.is_busy and one.course_id == course.id for one in made):
        raise KeyBusy
    if looked and looked.accepted != digest_of(looked.shown, course, made):
        raise KeySheetChanged
    change = KeyChange(
        question_id=question.id,
        course_id=course.id,
        quiz_id=plan.quiz_id,
        version_ids=sorted(version.id for version in plan.versions),
        rule=plan.rule,
        key_version_id=plan.key.id if plan.key and needs_key(plan.rule) else None,
        reason=reason,
        revokes=revokes,
        token=token,
        made_by_id=actor.id,
    )
    db.session.add(change)
    db.session.flush()
    announce(KeyChanged(change_id=change.id))
    tell_elsewhere(question, change)
    sweep(change.id)
    return change


def undo_change(change: KeyChange, course: Course, actor: Actor) -> None:
    """Undo a change of a key: each paper earns again what it earned before, and who was told is told so.

    Raises:
        Denied: the actor does not write this course, or the papers are of another.
        KeyBusy: papers are still being marked again.
        KeyUndone: it is undone already.
        KeyChangedSince: the key was changed once more.
    """
    require_may_change(actor, course)
    if change.course_id != course.id:
        raise Denied
    hold_key(change.question_id)
    held = lock_values(select(KeyChange).where(KeyChange.id == change.id)).execution_options(populate_existing=True)
    row = db.session.scalars(held).one()
    if row.undone_at is not None:
        raise KeyUndone
    if row.is_busy:
        raise KeyBusy
    if db.session.scalar(later_than(row).limit(1)) is not None:
        raise KeyChangedSince
    row.undone_at, row.undone_by_id, row.work, row.reached = utcnow(), actor.id, KeyWork.UNDOING, 0
    db.session.flush()
    announce(KeyChanged(change_id=row.id))
    sweep(row.id)


def require_may_change(actor: Actor, course: Course) -> None:
    """Do nothing for those who may change keys of papers.

    Raises:
        Denied: the actor may not.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    require_in_course(actor, StudyPermission.SEE_RESULTS, course)
