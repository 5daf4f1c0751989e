"""Takes certificates back whose courses are no longer done after a key was changed, where its author wanted that."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from core.db import db
from study.enums import LearningState
from study.models import Attempt, Certificate, KeyChange, Lesson, LessonProgress, Module
from study.services import certificates

AT_ONCE = 500
"""Certificates that one statement names."""

Learner = tuple[int, int]
"""A member and a course."""


@dataclass(frozen=True)
class Standing:
    """Which lessons with some quizzes were done by the writers of some papers."""

    user_ids: Collection[int]
    quiz_ids: Collection[int]
    done: frozenset[tuple[int, int, int]]
    """Member, lesson and its course."""

    @classmethod
    def of(cls, attempts: Mapping[int, Attempt]) -> "Standing":
        """Read it."""
        users = {attempt.user_id for attempt in attempts.values()}
        quizzes = {attempt.quiz_id for attempt in attempts.values()}
        rows = db.session.execute(
            select(LessonProgress.user_id, LessonProgress.lesson_id, Module.course_id)
            .join(Lesson, Lesson.id == LessonProgress.lesson_id)
            .join(Module, Module.id == Lesson.module_id)
            .where(
                LessonProgress.user_id.in_(users),
                Lesson.quiz_id.in_(quizzes),
                LessonProgress.state == LearningState.DONE,
            )
        )
        return cls(users, quizzes, frozenset((row.user_id, row.lesson_id, row.course_id) for row in rows))

    def lost(self) -> set[Learner]:
        """Return the members and courses of lessons that are no longer done."""
        db.session.flush()
        rows = db.session.execute(
            select(LessonProgress.user_id, LessonProgress.lesson_id)
            .join(Lesson, Lesson.id == LessonProgress.lesson_id)
            .where(
                LessonProgress.user_id.in_(self.user_ids),
                Lesson.quiz_id.in_(self.quiz_ids),
                LessonProgress.state == LearningState.DONE,
            )
        )
        now = {(row.user_id, row.lesson_id) for row in rows}
        return {(user, course) for user, lesson, course in self.done if (user, lesson) not in now}


def take_back(change: KeyChange, learners: Collection[Learner]) -> None:
    """Revoke the certificates of members for courses they have no longer done, with the reason of the change."""
    if not learners:
        return
    found = db.session.execute(
        select(Certificate.id, Certificate.user_id, Certificate.course_id)
        .where(Certificate.user_id.in_({user for user, _course in learners}), Certificate.revoked_at.is_(None))
        .order_by(Certificate.id)
    )
    ids = [row.id for row in found if (row.user_id, row.course_id) in learners]
    for certificate_id in ids:
        certificates.take_back(certificate_id, change.made_by_id, change.reason)
    change.revoked = [*change.revoked, *ids]


def give_back(change: KeyChange, user_ids: Collection[int]) -> None:
    """Let the certificates of some members hold again that were revoked by a change that is being undone."""
    held = select(Certificate.id).where(Certificate.user_id.in_(user_ids), Certificate.revoked_at.is_not(None))
    _give_back(change, set(change.revoked).intersection(db.session.scalars(held)))


def give_back_rest(change: KeyChange) -> None:
    """Do the same for those whose papers are gone since."""
    for start in range(0, len(change.revoked), AT_ONCE):
        named = Certificate.id.in_(change.revoked[start : start + AT_ONCE])
        _give_back(change, db.session.scalars(select(Certificate.id).where(named, Certificate.revoked_at.is_not(None))))


def _give_back(change: KeyChange, certificate_ids: Iterable[int]) -> None:
    for certificate_id in sorted(certificate_ids):
        certificates.give_back(certificate_id, change.undone_by_id, change.reason, revoked_for=change.reason)
