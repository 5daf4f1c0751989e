"""Wrong and unsure answers become cards, once, and not before it may be told what was right."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from accounts.events import UserErased
from accounts.models import User, UserState
from accounts.services import people
from core.clock import utcnow
from core.db import db, is_writing, transaction
from core.errors import NotFound
from core.faces import Faces
from study.enums import (
    CardStage,
    Certainty,
    CourseState,
    Mistake,
    QuestionKind,
    QuizMode,
    Review,
    VersionState,
)
from study.events import PracticeMissed, QuizReleased, QuizSubmitted
from study.models import Attempt, CardReview, CardSource, Course, Lesson, Notebook, Question, Quiz, ReviewCard
from study.notebook import handlers
from study.notebook.mistakes import Missed
from study.notebook.queries.cards import get_day
from study.notebook.queries.mistakes import missed_on_paper
from study.notebook.services import reviews
from study.notebook.services.mistakes import note_missed
from tests.factories.accounts import UserFactory
from tests.factories.quiz import CANARY, choice, enrolled, quiz_with
from tests.factories.quiz import question as make_question
from tests.study.notebook.conftest import EN, rate
from tests.study.quiz.test_modes import send, start
from tests.study.test_practice import answer

FOUR = tuple(choice(1000, 0, text=f"第{n}题？") for n in range(1, 5))


def cards() -> list[ReviewCard]:
    db.session.expire_all()
    return list(db.session.scalars(select(ReviewCard).order_by(ReviewCard.id)))


def sources() -> set[tuple[int, int]]:
    return {(one.card_id, one.quiz_id) for one in db.session.scalars(select(CardSource))}


@pytest.fixture
def handed_in(browser, member):
    """Return ``handed_in(quiz, answers) -> its attempt``: a paper of the member's."""

    def take(quiz, answers) -> Attempt:
        url = start(browser, quiz)
        send(browser, url, answers, "end", sure="1")
        return db.session.scalars(select(Attempt).order_by(Attempt.id.desc()).limit(1)).one()

    return take


@pytest.fixture
def taken(member):
    def make(*contents, **settings):
        quiz = quiz_with(*contents or FOUR, **settings)
        enrolled(member, quiz.course)
        return quiz

    return make


def test_wrong_answers_become_cards_and_right_or_open_ones_do_not(taken, handed_in, member, drain):
    several = choice(500, 500, 0, kind=QuestionKind.MULTIPLE_CHOICE, text="哪些？")
    attempt = handed_in(taken(*FOUR, several), {1: 1, 2: 2, 3: 2, 5: 1})
    drain()
    made = cards()
    assert [card.mistake for card in made] == [Mistake.WRONG, Mistake.WRONG, Mistake.PART]
    assert {(card.user_id, card.attempt_id, card.stage) for card in made} == {(member.id, attempt.id, CardStage.NEW)}
    assert all(card.lesson_id and not card.is_practised for card in made)
    assert sources() == {(card.id, attempt.quiz_id) for card in made}


def test_what_was_right_by_a_guess_becomes_a_card_too(taken, handed_in, drain):
    for certainty in (Certainty.ASKED, Certainty.COUNTS):
        handed_in(taken(certainty=certainty), {1: (1, 3), 2: (1, 2), 3: (1, 1), 4: (2, 3)})
    drain()
    assert [card.mistake for card in cards()] == [Mistake.GUESSED, Mistake.WRONG] * 2


def test_nothing_of_an_exam_is_noted_before_its_release(taken, handed_in, drain, member, actor_of):
    quiz = taken(mode=QuizMode.EXAM)
    handed_in(quiz, {1: 2, 2: 2})
    drain()
    assert cards() == []
    with transaction():
        db.session.execute(update(Quiz).values(released_at=utcnow()))
    for _n in range(2):
        handlers.note_released([QuizReleased(quiz_id=quiz.id)])
    assert len(cards()) == 2
    assert get_day(actor_of(member)).new == 2


def test_papers_of_a_released_exam_are_read_one_by_one_before_the_database_is_held(
    taken, handed_in, drain, monkeypatch
):
    quiz = taken(mode=QuizMode.EXAM)
    papers = [handed_in(quiz, {1: 2}).id for _n in range(3)]
    drain()
    done = []

    @contextmanager
    def held():
        done.append("held")
        with transaction():
            yield

    monkeypatch.setattr(handlers, "transaction", held)
    monkeypatch.setattr(handlers, "missed_on_paper", lambda ident: done.append(is_writing()) or missed_on_paper(ident))
    with transaction():
        db.session.execute(update(Quiz).values(released_at=utcnow()))
    handlers.note_released([QuizReleased(quiz_id=quiz.id)])
    assert done == [False, "held"] * len(papers)


@pytest.mark.parametrize("review", [Review.NEVER, Review.AFTER_CLOSING])
def test_nobody_sees_a_card_whose_quiz_does_not_tell_what_was_right(
    review, taken, handed_in, drain, browser, member, actor_of, clock
):
    quiz = taken(review=review, closes_at=utcnow() + timedelta(hours=1))
    handed_in(quiz, {1: 2})
    drain()
    (card,) = cards()
    addresses = [f"/study/notebook/cards/{card.id}", "/study/notebook", "/study/notebook/cards"]
    addresses += ["/study/notebook/today", "/study/notebook/cards.csv", "/"]
    pages = [browser.get(address) for address in addresses]
    assert [page.status_code for page in pages] == [404] + [200] * 5
    assert ["第1题" in page.text or CANARY in page.text for page in pages] == [False] * 6
    assert rate(browser, card, "good", 0).status_code == 404
    clock.advance(hours=2)
    assert get_day(actor_of(member)).new == (1 if review is Review.AFTER_CLOSING else 0)


def test_what_tells_opens_a_card_that_waited_for_a_quiz(taken, handed_in, drain, clock, member, actor_of):
    quiz = taken(review=Review.NEVER)
    handed_in(quiz, {1: 2})
    drain()
    (waiting,) = cards()
    clock.advance(minutes=1)
    with transaction():
        note_missed(Missed(user_id=member.id, at=utcnow(), questions={waiting.question_id: Mistake.WRONG}))
    assert get_day(actor_of(member)).new == 1


def test_wrong_answers_in_lessons_become_cards(browser, course, lesson, bank, member, drain):
    question = make_question(bank, choice(0, 1000))
    lesson.html = Faces(f'<div class="asked" data-q="{question.id}" id="p1"></div>\n')
    db.session.commit()
    answer(browser, lesson, question, "2")
    drain()
    assert cards() == []
    answer(browser, lesson, question, "1")
    drain()
    (card,) = cards()
    assert (card.mistake, card.lesson_id, card.attempt_id) == (Mistake.WRONG, lesson.id, None)


def test_the_same_told_twice_changes_nothing(taken, handed_in, drain, browser):
    attempt = handed_in(taken(), {1: 2})
    drain()
    (card,) = cards()
    rate(browser, card, "good", 0)
    before = vars(cards()[0]).copy()
    for _n in range(2):
        handlers.note_papers([QuizSubmitted(attempt_id=attempt.id, quiz_id=attempt.quiz_id, user_id=attempt.user_id)])
    after = vars(cards()[0])
    assert {k: v for k, v in after.items() if k[0] != "_"} == {k: v for k, v in before.items() if k[0] != "_"}


def test_a_mistake_made_again_brings_its_card_forward(taken, handed_in, drain, browser, clock):
    quiz = taken()
    handed_in(quiz, {1: 2})
    drain()
    rate(browser, cards()[0], "easy", 0)
    clock.advance(hours=1)
    (known,) = cards()
    assert known.due_at > utcnow()
    handed_in(quiz, {1: 2})
    drain()
    (card,) = cards()
    assert (card.due_at, card.stage) == (utcnow(), CardStage.REVIEW)


def test_what_was_taken_out_stays_out_until_the_next_mistake(taken, handed_in, drain, browser, clock, member, actor_of):
    quiz = taken()
    attempt = handed_in(quiz, {1: 2})
    drain()
    (card,) = cards()
    clock.advance(minutes=5)
    rate(browser, card, "good", 0)
    browser.post(f"/study/notebook/cards/{card.id}/state", data={"act": "remove"})
    handlers.note_papers([QuizSubmitted(attempt_id=attempt.id, quiz_id=quiz.id, user_id=member.id)])
    assert browser.get(f"/study/notebook/cards/{card.id}").status_code == 404
    clock.advance(minutes=5)
    handed_in(quiz, {1: 2})
    drain()
    (back,) = cards()
    assert (back.removed_at, back.stage, back.reviewed_at) == (None, CardStage.NEW, None)
    assert get_day(actor_of(member)).new == 1


def test_people_who_are_gone_get_no_cards(card, member, taken, handed_in, drain):
    attempt = handed_in(taken(), {1: 2})
    db.session.execute(update(User).where(User.id == member.id).values(state=UserState.ERASED))
    db.session.commit()
    handlers.note_papers([QuizSubmitted(attempt_id=attempt.id, quiz_id=attempt.quiz_id, user_id=member.id)])
    handlers.note_papers([QuizSubmitted(attempt_id=0, quiz_id=0, user_id=0)])
    handlers.note_practice([PracticeMissed(answer_id=0, lesson_id=0)])
    assert cards() == []


def test_the_notebook_of_an_erased_person_is_deleted(card, browser, member, bank):
    own = card()
    rate(browser, own, "good", 0)
    browser.post("/study/notebook/settings", data={"new_a_day": "5", "most_a_day": "20", "reminds": "y"})
    handlers.forget_notebooks([UserErased(user_id=UserFactory().id)])
    assert len(cards()) == 1
    handlers.forget_notebooks([UserErased(user_id=member.id)])
    assert (cards(), db.session.scalars(select(CardReview)).all()) == ([], [])


def test_nothing_of_the_notebook_is_left_when_somebody_is_erased(
    card, browser, member, taken, handed_in, drain, actor_of
):
    handed_in(taken(), {1: 2})
    drain()
    rate(browser, card(), "good", 0)
    browser.post("/study/notebook/settings", data={"new_a_day": "5", "most_a_day": "20", "reminds": "y"})
    tables = (CardReview, CardSource, ReviewCard, Notebook)
    assert all(db.session.scalars(select(table)).first() for table in tables)
    with transaction():
        people.erase(member.id, actor_of(member))
    drain()
    assert [db.session.scalars(select(table)).first() for table in tables] == [None] * 4


def test_what_was_missed_in_a_lesson_that_is_gone_becomes_a_card(browser, course, lesson, bank, drain):
    question = make_question(bank, choice(0, 1000))
    lesson.html = Faces(f'<div class="asked" data-q="{question.id}" id="p1"></div>\n')
    db.session.commit()
    answer(browser, lesson, question, "1")
    db.session.execute(delete(Lesson).where(Lesson.id == lesson.id))
    db.session.commit()
    drain()
    (card,) = cards()
    assert (card.lesson_id, card.is_practised) == (None, True)


@pytest.mark.parametrize(
    "change",
    [
        update(Question).values(state=VersionState.RETIRED),
        update(Question).values(state=VersionState.DRAFT),
        update(Course).values(state=CourseState.DRAFT),
        update(Course).values(audience="branch:999999"),
    ],
    ids=["retired", "draft", "course taken back", "course for others"],
)
def test_retired_questions_and_closed_courses_leave_no_word(change, card, browser):
    own = card()
    with transaction():
        db.session.execute(change)
    addresses = [f"/study/notebook/cards/{own.id}", "/study/notebook/cards", "/study/notebook/cards.csv"]
    addresses += ["/study/notebook", "/study/notebook/today"]
    pages = [browser.get(at, headers=EN) for at in addresses]
    assert [page.status_code for page in pages] == [404] + [200] * 4
    assert not any("题？" in page.text or "Course open-branch" in page.text for page in pages)
    assert rate(browser, own, "good", 0).status_code == 404


def test_services_know_only_ones_own_cards(card, instructor, actor_of, transaction):
    own = card()
    with pytest.raises(NotFound), transaction():
        reviews.keep(own.id, actor_of(instructor), reviews.Keeping.REMOVE)
