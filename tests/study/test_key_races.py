"""Keys are changed while papers are handed in, from many sides at once: on a real database with real threads."""

import threading
import time

import pytest
from sqlalchemy import func, select

from accounts.actors import actor_for
from core.db import db, transaction
from study.enums import KeyRule, KeyWork
from study.errors import KeyUndone
from study.models import Attempt, Course, KeyChange, KeyMark, ProgressEvent, Question, QuestionVersion, Quiz
from study.quiz.queries.banks import get_own_question
from study.quiz.queries.keys import get_own_change
from study.quiz.queries.quizzes import get_graded_quiz
from study.quiz.services import attempts as services
from study.quiz.services import key_marks, papers
from study.quiz.services.attempts import Sent
from study.quiz.services.hand_marks import Given, give
from study.quiz.services.rekeying import Looked, Plan, change_key, digest_of, undo_change
from study.quiz.services.sweeping import sweep
from tests.study.test_quiz_races import author_of, place, together
from tests.threads import at_once

__all__ = ["place"]


@pytest.fixture
def begun(place):
    """A quiz with an author and a paper that is answered wrong and still open."""
    site, quiz_id, course_id, user_id = place
    author_id = author_of(course_id)
    with transaction():
        attempt_id = papers.start(db.session.get(Quiz, quiz_id), course_id, actor_for(user_id)).id
        services.save(attempt_id, actor_for(user_id), "c", [Sent(position=1, chosen=[2])])
    return site, author_id, user_id, attempt_id


def change(author_id: int, token: str = "t", wait: float = 0, looked: Looked | None = None) -> int:
    with transaction():
        author = actor_for(author_id)
        question, version = get_own_question(db.session.scalars(select(Question.id)).one(), author)
        plan = Plan(rule=KeyRule.FULL, versions=[db.session.get_one(QuestionVersion, version.id)])
        made = change_key(question, question.bank.course, plan, author, reason="A slip.", token=token, looked=looked)
        time.sleep(wait)
        return made.id


def undo(author_id: int, change_id: int, wait: float = 0) -> None:
    with transaction():
        author = actor_for(author_id)
        row = get_own_change(change_id, author)
        undo_change(row, row.question.bank.course, author)
        time.sleep(wait)


def hand_in(user_id: int, attempt_id: int, wait: float = 0) -> str:
    with transaction():
        outcome = services.save(attempt_id, actor_for(user_id), "c", [], final=True)
        time.sleep(wait)
        return outcome.value


def settle() -> None:
    """Do what the worker does."""
    more = True
    while more:
        with transaction():
            busy = select(KeyChange.id).where(KeyChange.work.in_([KeyWork.APPLYING, KeyWork.UNDOING]))
            change_id = db.session.scalar(busy.order_by(KeyChange.id).limit(1))
            more = change_id is not None and (sweep(change_id) or True)


def mark() -> tuple:
    db.session.expire_all()
    row = db.session.scalars(select(Attempt)).one()
    found = row.mark, row.max_mark, row.passed
    db.session.rollback()
    return found


@pytest.mark.parametrize("first", ["change", "hand_in"])
def test_a_paper_handed_in_while_its_key_changes_is_marked_by_the_new_one(begun, first):
    site, author_id, user_id, attempt_id = begun
    gone = threading.Event()

    def early() -> object:
        gone.set()
        return change(author_id, wait=0.3) if first == "change" else hand_in(user_id, attempt_id, wait=0.3)

    def late() -> object:
        gone.wait(10)
        time.sleep(0.1)
        return hand_in(user_id, attempt_id) if first == "change" else change(author_id)

    works = iter([early, late])
    together(site, 2, lambda: next(works)())  # noqa: PLW0108 -- each thread takes the next of the works.
    settle()

    assert mark() == (1000, 1000, True)
    assert db.session.scalar(select(func.count()).select_from(KeyMark)) == 1
    db.session.rollback()


@pytest.mark.parametrize("first", ["undo", "hand_in"])
def test_a_paper_handed_in_while_a_change_is_undone_is_marked_by_the_old_key(begun, first):
    site, author_id, user_id, attempt_id = begun
    made, gone = change(author_id), threading.Event()

    def early() -> object:
        gone.set()
        return undo(author_id, made, wait=0.3) if first == "undo" else hand_in(user_id, attempt_id, wait=0.3)

    def late() -> object:
        gone.wait(10)
        time.sleep(0.1)
        return hand_in(user_id, attempt_id) if first == "undo" else undo(author_id, made)

    works = iter([early, late])
    together(site, 2, lambda: next(works)())  # noqa: PLW0108 -- as above
    settle()

    assert mark() == (0, 1000, False)


def test_one_sheet_accepted_from_many_sides_changes_the_key_once(begun):
    site, author_id, user_id, attempt_id = begun
    hand_in(user_id, attempt_id)

    found = together(site, 6, lambda: change(author_id, "same"))

    assert len(set(found)) == 1
    assert mark() == (1000, 1000, True)
    noted = select(func.count()).select_from(ProgressEvent)
    assert db.session.scalar(noted) == 2
    db.session.rollback()


def test_of_one_sheet_in_several_tabs_accepted_at_once_only_one_is_done(begun):
    site, author_id, user_id, attempt_id = begun
    hand_in(user_id, attempt_id)
    looked = Looked(shown="sheet", accepted=digest_of("sheet", db.session.scalars(select(Course)).one(), []))
    db.session.rollback()
    tabs = iter(range(4))

    found = together(site, 4, lambda: change(author_id, f"tab {next(tabs)}", wait=0.1, looked=looked))

    assert sorted(map(str, found))[1:] == ["KeySheetChanged"] * 3
    assert db.session.scalar(select(func.count()).select_from(KeyChange)) == 1
    db.session.rollback()


def test_a_change_undone_from_many_sides_is_undone_once(begun):
    site, author_id, user_id, attempt_id = begun
    hand_in(user_id, attempt_id)
    made = change(author_id)

    found = together(site, 4, lambda: undo(author_id, made))

    assert sorted(map(str, found)) == sorted(["None", *[KeyUndone.__name__] * 3])
    assert mark() == (0, 1000, False)


def test_workers_that_sweep_together_mark_each_paper_once(begun):
    site, author_id, user_id, attempt_id = begun
    hand_in(user_id, attempt_id)
    made = change(author_id)
    with transaction():
        row = db.session.get_one(KeyChange, made)
        row.work, row.reached = KeyWork.APPLYING, 0

    def work() -> bool:
        with transaction():
            return sweep(made)

    together(site, 4, work)

    assert mark() == (1000, 1000, True)
    assert db.session.scalar(select(func.count()).select_from(KeyMark)) == 1
    db.session.rollback()


def both(site, first, then) -> list:
    """Run two works of which the second begins while the first is under way."""
    gone = threading.Event()

    def early() -> object:
        gone.set()
        return first()

    def late() -> object:
        gone.wait(10)
        time.sleep(0.1)
        return then()

    return at_once(site, [early, late])


@pytest.mark.parametrize("act", ["change", "undo"])
def test_who_hands_in_and_who_changes_the_key_again_do_not_wait_for_each_other(begun, monkeypatch, act):
    """The paper is held by whoever hands it in, the change by whoever works on it; then each wants the other's."""
    site, author_id, user_id, attempt_id = begun
    made, read = change(author_id), threading.Event()
    with transaction():
        row = db.session.get_one(KeyChange, made)
        row.work, row.reached = (KeyWork.APPLYING if act == "change" else KeyWork.APPLIED), 0
    plain = key_marks.changes_in_force

    def slowly(*args: object, **more: object) -> object:
        found = plain(*args, **more)
        read.set()
        # The other takes hold of the change meanwhile, and then waits for the paper, where two may write at once.
        time.sleep(0.4)
        return found

    monkeypatch.setattr(key_marks, "changes_in_force", slowly)

    def later() -> None:
        read.wait(10)
        if act == "undo":
            undo(author_id, made)
        else:
            with transaction():
                sweep(made)

    at_once(site, [lambda: hand_in(user_id, attempt_id), later])
    settle()

    assert mark() == ((1000, 1000, True) if act == "change" else (0, 1000, False))


@pytest.fixture
def essay(live_site):
    """A quiz of one essay that is handed in and waits, and its author, who marks as well."""
    import core.db
    from tests.factories.accounts import UserFactory
    from tests.factories.quiz import enrolled, quiz_with
    from tests.factories.quiz import essay as asked

    token = core.db._writing.set(True)
    quiz = quiz_with(asked())
    user = UserFactory()
    enrolled(user, quiz.course)
    quiz_id, course_id, user_id = quiz.id, quiz.course_id, user.id
    db.session.remove()
    core.db._writing.reset(token)
    author_id = author_of(course_id)
    with transaction():
        attempt_id = papers.start(db.session.get(Quiz, quiz_id), course_id, actor_for(user_id)).id
    with transaction():
        services.save(attempt_id, actor_for(user_id), "c", [Sent(position=1, text="Weil.")], final=True)
    return live_site, quiz_id, author_id


def hand_mark(quiz_id: int, author_id: int, mark: int, wait: float = 0) -> str:
    with transaction():
        quiz = get_graded_quiz(quiz_id, actor_for(author_id))
        code = db.session.scalars(select(Attempt.marking_code)).one()
        question_id = db.session.scalars(select(Question.id)).one()
        given = Given(mark=mark)
        give(quiz, code, question_id, actor_for(author_id), given, seen="one:0", decides=False)
        time.sleep(wait)
    return "given"


@pytest.mark.parametrize("first", ["key", "mark"])
@pytest.mark.parametrize("undoes", [False, True])
def test_a_mark_given_while_the_key_changes_or_comes_back_stands_beneath_it(essay, first, undoes):
    site, quiz_id, author_id = essay
    made = change(author_id) if undoes else 0

    def key(wait: float) -> object:
        return undo(author_id, made, wait=wait) if undoes else change(author_id, wait=wait)

    def by_hand(wait: float) -> object:
        return hand_mark(quiz_id, author_id, 300, wait=wait)

    works = (key, by_hand) if first == "key" else (by_hand, key)
    both(site, lambda: works[0](0.3), lambda: works[1](0))
    settle()

    assert mark() == ((300, 1000, False) if undoes else (1000, 1000, True))
    if not undoes:
        undo(author_id, db.session.scalars(select(KeyChange.id)).one())
        assert mark() == (300, 1000, False)


def test_many_who_mark_hand_in_change_and_undo_at_once_leave_what_stands(essay):
    """Whatever comes first: without a change in force each answer has the mark that was given."""
    site, quiz_id, author_id = essay

    def key() -> str:
        undo(author_id, change(author_id, token="many"))
        return "undone"

    found = at_once(site, [key, lambda: hand_mark(quiz_id, author_id, 400), settle, settle])

    assert sorted(map(str, found)) == ["None", "None", "given", "undone"]
    settle()
    assert mark() == (400, 1000, False)
