"""People who mark at once, on a real database with real threads."""

import pytest
from sqlalchemy import select

from accounts.actors import actor_for
from core.db import db, transaction
from study import result_handlers
from study.enums import MarkTurn, ProgressKind, QuizMode, TeamRole
from study.events import QuizReleased
from study.models import Attempt, AttemptSlot, HandMark, ProgressEvent, QuestionVersion, Quiz, TeamMember
from study.quiz.queries.quizzes import get_graded_quiz, get_own_quiz
from study.quiz.services import attempts, papers
from study.quiz.services.attempts import Sent
from study.quiz.services.hand_marks import Given, give
from study.quiz.services.quizzes import release
from tests.study.test_quiz_races import together


@pytest.fixture
def place(live_site):
    """Return ``place(**settings)``: a quiz of two essays that a member has handed in, and two people who mark."""

    def make(**settings):
        import core.db
        from tests.factories.accounts import UserFactory
        from tests.factories.quiz import enrolled, essay, quiz_with

        token = core.db._writing.set(True)
        quiz = quiz_with(essay("Eins?"), essay("Zwei?"), **settings)
        user = UserFactory()
        enrolled(user, quiz.course)
        markers = [UserFactory(), UserFactory()]
        for one in markers:
            db.session.add(TeamMember(course_id=quiz.course_id, user_id=one.id, role=TeamRole.INSTRUCTOR))
        db.session.commit()
        found = quiz.id, user.id, [one.id for one in markers]
        course_id = quiz.course_id
        db.session.remove()
        core.db._writing.reset(token)
        with transaction():
            attempt = papers.start(db.session.get(Quiz, found[0]), course_id, actor(found[1]))
            attempt_id = attempt.id
        with transaction():
            answers = [Sent(position=at, text="Weil.") for at in (1, 2)]
            attempts.save(attempt_id, actor(found[1]), "c", answers, final=True)
        return live_site, *found

    return make


def actor(user_id: int):
    return actor_for(user_id)


def asked() -> list[int]:
    rows = select(QuestionVersion.question_id).join(AttemptSlot, AttemptSlot.version_id == QuestionVersion.id)
    found = list(db.session.scalars(rows.order_by(AttemptSlot.position)))
    # What threads write later is seen by a later reading only.
    db.session.rollback()
    return found


def paper() -> Attempt:
    db.session.expire_all()
    return db.session.scalars(select(Attempt)).one()


def marks(quiz_id: int, *orders: tuple[int, int, int, str]):
    """Return work for threads: each takes the next order, (who, question, thousandths, what was seen)."""
    left = list(orders)

    def work() -> str:
        who, question_id, mark, seen = left.pop()
        with transaction():
            quiz = get_graded_quiz(quiz_id, actor(who))
            code = db.session.scalars(select(Attempt.marking_code)).one()
            give(quiz, code, question_id, actor(who), Given(mark=mark), seen=seen, decides=False)
        return "given"

    return work


def test_of_two_who_mark_one_answer_at_once_one_is_told(place):
    site, quiz_id, _user, (one, other) = place()
    first, _second = asked()

    found = together(site, 2, marks(quiz_id, (one, first, 1000, "one:0"), (other, first, 200, "one:0")))

    assert sorted(found) == ["MarkedMeanwhile", "given"]
    row = db.session.scalars(select(HandMark)).one()
    assert db.session.scalars(select(AttemptSlot.mark).order_by(AttemptSlot.position)).all() == [row.mark, None]


def test_two_answers_marked_at_once_settle_the_paper(place):
    site, quiz_id, _user, (one, other) = place()
    first, second = asked()

    found = together(site, 2, marks(quiz_id, (one, first, 1000, "one:0"), (other, second, 300, "one:0")))

    kinds = (ProgressKind.QUIZ_PASSED, ProgressKind.QUIZ_FAILED)
    noted = db.session.scalars(select(ProgressEvent).where(ProgressEvent.kind.in_(kinds))).all()
    assert (found, paper().mark, paper().passed) == (["given", "given"], 1300, True)
    assert [event.detail["percent"] for event in noted] == [65]


def test_two_who_mark_in_pairs_at_once_make_the_pair(place):
    site, quiz_id, _user, (one, other) = place(is_double=True)
    first, _second = asked()

    found = together(site, 2, marks(quiz_id, (one, first, 1000, "free"), (other, first, 950, "free")))

    turns = db.session.scalars(select(HandMark.turn).order_by(HandMark.id)).all()
    slot = db.session.scalars(select(AttemptSlot).order_by(AttemptSlot.position)).first()
    assert (found, turns, slot.mark) == (["given", "given"], [MarkTurn.FIRST, MarkTurn.SECOND], 975)


def test_a_mark_given_while_the_results_are_told_is_in_the_ledger(place):
    site, quiz_id, user_id, (one, other) = place(mode=QuizMode.EXAM)
    first, second = asked()
    together(site, 1, marks(quiz_id, (one, first, 1000, "one:0")))
    works = [marks(quiz_id, (other, second, 1000, "one:0"))]

    def work() -> str:
        if works:
            return works.pop()()
        with transaction():
            release(get_own_quiz(quiz_id, actor(one)), actor(one))
        return "released"

    found = together(site, 2, work)
    result_handlers.note_results([QuizReleased(quiz_id=quiz_id)])

    events = db.session.scalars(select(ProgressEvent).where(ProgressEvent.kind == ProgressKind.QUIZ_PASSED)).all()
    assert (sorted(found), paper().mark) == (["given", "released"], 2000)
    assert {(event.user_id, event.detail["percent"]) for event in events} == {(user_id, 100)}
