"""Tells the authors of other courses that the key of a question which their quizzes ask was changed."""

from collections.abc import Collection

from sqlalchemy import select

from core.db import db
from core.faces import Faces
from core.i18n import _l
from core.notifications import notice_kind, tell
from core.text import excerpt, plain
from study.enums import TeamRole
from study.models import Course, KeyChange, Question, QuestionBank, QuestionVersion, TeamMember
from study.quiz import urls
from study.quiz.kinds import cloze
from study.quiz.queries.askers import list_askers
from study.quiz.queries.banks import current_version

ELSEWHERE = "study.key_changed_elsewhere"
notice_kind(
    ELSEWHERE,
    _l("%(actor)s has changed the key of a question in another course: %(question)s"),
    icon="note",
    detail=_l("Reason: %(reason)s Your papers are marked as before: decide about them."),
)
NAME_EXCERPT = 80


def tell_elsewhere(question: Question, change: KeyChange) -> None:
    """Tell, once each, those who can decide about the papers of other courses, and who wrote the question."""
    home = db.session.get_one(Course, db.session.get_one(QuestionBank, question.bank_id).course_id)
    courses = {asker.course.id: asker.course for asker in list_askers(question)} | {home.id: home}
    courses.pop(change.course_id, None)
    for course_id, people in _authors(courses.values()).items():
        tell(
            people,
            ELSEWHERE,
            subject=courses[course_id].ref,
            url=urls.to_preview(question.id),
            key=f"{ELSEWHERE}:{change.id}",
            actor_id=change.made_by_id,
            question=_words(question),
            reason=change.reason,
        )


def _authors(courses: Collection[Course]) -> dict[int, list[int]]:
    """Return who answers for courses: their instructors, else who made them. Nobody stands there twice."""
    teams = select(TeamMember.course_id, TeamMember.user_id).where(
        TeamMember.course_id.in_([course.id for course in courses]), TeamMember.role == TeamRole.INSTRUCTOR
    )
    found: dict[int, list[int]] = {course.id: [] for course in courses}
    for row in db.session.execute(teams):
        found[row.course_id].append(row.user_id)
    told: set[int] = set()
    for course in courses:
        people = found[course.id] or [course.created_by_id]
        found[course.id] = [person for person in people if person is not None and person not in told]
        told.update(found[course.id])
    return found


def _words(question: Question) -> Faces:
    html = db.session.scalars(
        select(QuestionVersion.html).join(Question, current_version()).where(Question.id == question.id)
    ).one()
    return Faces(*(excerpt(plain(cloze.bare(one)), NAME_EXCERPT) for one in (html.zh, html.en)))
