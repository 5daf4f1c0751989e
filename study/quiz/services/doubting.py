"""Notes that those who wrote papers think a key is wrong, and tells those who can mend it."""

from collections.abc import Collection

from sqlalchemy import select

from accounts.models import User
from core.clock import utcnow
from core.db import db
from core.errors import NotFound
from core.faces import Faces
from core.notifications import tell
from core.permissions import Actor
from core.text import excerpt, plain
from core.upserts import upsert
from study.models import Attempt, AttemptSlot, KeyDoubt, Question, QuestionBank, QuestionVersion, TeamMember
from study.quiz import urls
from study.quiz.kinds import cloze, is_hand_marked, kind_of
from study.quiz.queries.attempts import get_own_attempt
from study.quiz.queries.ledgers import slots_of
from study.quiz.services.key_notices import DOUBTED

NAME_EXCERPT = 80


def doubt(attempt_id: int, position: int, actor: Actor) -> tuple[Attempt, int]:
    """Note that a member doubts the key of a question of a paper; return the paper and the question.

    Said twice it is one doubt, the later one, and nobody is told twice.

    Raises:
        NotFound: it is no own paper, its answers are not told, or people mark the question and there is no key.
    """
    attempt = get_own_attempt(attempt_id, actor)
    slot = next(iter(slots_of(attempt.id, [position])), None)
    if slot is None or attempt.is_open or not attempt.quiz.shows_answers(utcnow()):
        raise NotFound
    version = slot.version
    if not kind_of(version.kind).is_asked or is_hand_marked(version.kind):
        raise NotFound
    values = {
        "question_id": version.question_id,
        "version_id": version.id,
        "quiz_id": attempt.quiz_id,
        "user_id": attempt.user_id,
        "made_at": utcnow(),
    }
    db.session.execute(
        upsert(KeyDoubt, values, conflict=["question_id", "user_id"], update=["version_id", "quiz_id", "made_at"])
    )
    db.session.flush()
    _tell_authors(attempt, slot, version)
    return attempt, version.question_id


def _tell_authors(attempt: Attempt, slot: AttemptSlot, version: QuestionVersion) -> None:
    question = db.session.get_one(Question, version.question_id)
    html = version.html
    begins = Faces(*(excerpt(plain(cloze.bare(one)), NAME_EXCERPT) for one in (html.zh, html.en)))
    home = db.session.get_one(QuestionBank, question.bank_id).course_id
    tell(
        _authors({attempt.quiz.course_id, home}, version),
        DOUBTED,
        subject=attempt.quiz.ref,
        url=urls.to_preview(question.id),
        key=f"{DOUBTED}:{version.id}:{attempt.user_id}",
        actor_id=attempt.user_id,
        question=begins or Faces(zh=question.name, en=question.name),
    )


def _authors(course_ids: Collection[int], version: QuestionVersion) -> set[int]:
    """Return who wrote the version, and the teams of the courses: of the quiz, and of the bank."""
    team = db.session.scalars(select(TeamMember.user_id).where(TeamMember.course_id.in_(course_ids)))
    wrote = select(User.id).where(User.id == version.created_by_id)
    return {*team, *db.session.scalars(wrote)}
