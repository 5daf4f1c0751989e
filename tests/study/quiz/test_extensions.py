"""More time for some people and branches."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.events import UserErased
from core.db import db
from study import practice_handlers
from study.enums import Review
from study.models import Attempt, Quiz, QuizExtension
from study.quiz.queries.extensions import Terms, terms_for
from study.timers import submit_overdue
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.quiz import CANARY, choice, enrolled, quiz_with

EN = {"Accept-Language": "en"}


@pytest.fixture
def quiz(member, clock):
    made = quiz_with(choice(1000, 0), time_limit_minutes=30, closes_at=clock.now + timedelta(hours=2))
    enrolled(member, made.course)
    return made


@pytest.fixture
def give(quiz, clock):
    """Return ``give(user or branch, minutes, hours)``: more time, without asking a page."""

    def make(whom, minutes=0, hours=None):
        column = "user_id" if whom.__tablename__ == "users" else "branch_id"
        closes_at = clock.now + timedelta(hours=hours) if hours else None
        db.session.add(QuizExtension(quiz_id=quiz.id, extra_minutes=minutes, closes_at=closes_at, **{column: whom.id}))
        db.session.commit()

    return make


def start(browser, quiz):
    return browser.post(f"/study/quizzes/{quiz.id}/attempts")


def due() -> object:
    db.session.expire_all()
    return db.session.scalars(select(Attempt.due_at)).one()


def test_the_most_generous_branch_counts_and_what_a_person_has_goes_before_it(root, quiz, give, clock):
    below = BranchFactory(parent=root, slug="below")
    inner = BranchFactory(parent=below, slug="inner")
    everybody = {name: UserFactory(branch=branch) for name, branch in (("a", root), ("b", below), ("c", inner))}
    named = UserFactory(branch=inner)
    give(below, 10, 5)
    give(inner, 5, 9)
    give(named, 1)

    found = terms_for(quiz, [user.id for user in (*everybody.values(), named)])

    at = {hours: clock.now + timedelta(hours=hours) for hours in (2, 5, 9)}
    assert [found[user.id] for user in everybody.values()] == [
        Terms(closes_at=at[2], extra_minutes=0),
        Terms(closes_at=at[5], extra_minutes=10),
        Terms(closes_at=at[9], extra_minutes=10),
    ]
    assert found[named.id] == Terms(closes_at=at[2], extra_minutes=1)


@pytest.mark.parametrize("people", [1, 3])
def test_terms_cost_two_questions_for_any_number_of_people(branch, quiz, give, count_queries, people):
    give(branch, 10)
    ids = [UserFactory(branch=branch).id for _n in range(people)]
    with count_queries() as seen:
        found = terms_for(quiz, ids)

    assert (len(seen), [found[one].extra_minutes for one in ids]) == (2, [10] * people)


def test_somebody_with_more_time_begins_after_closing_and_is_told_so(sign_in, member, quiz, give, clock):
    give(member, 15, 24)
    clock.advance(hours=3)
    other = UserFactory()
    enrolled(other, quiz.course)

    assert start(sign_in(other), quiz).status_code == 409
    browser = sign_in(member)
    page = browser.get(f"/study/quizzes/{quiz.id}", headers=EN).text
    assert ("45 minutes (15 minutes more for you)" in page, "later for you than for others" in page) == (True, True)
    assert start(browser, quiz).status_code == 303
    assert due() == clock.now + timedelta(minutes=45)


def test_what_an_author_gives_moves_open_papers_and_taking_it_back_too(sign_in, member, instructor, quiz, clock):
    start(sign_in(member), quiz)
    begun, url = clock.now, f"/study/manage/quizzes/{quiz.id}/extensions"
    author = sign_in(instructor)
    before = due()

    answer = author.post(url, data={"for": "person", "person-username": "member", "person-extra_minutes": "20"})
    more = due()
    page = author.get(url, headers=EN).text
    one = db.session.scalars(select(QuizExtension.id)).one()
    gone = author.post(f"/study/manage/quiz-extensions/{one}/remove")

    assert (answer.status_code, gone.status_code, "20 minutes more" in page) == (303, 303, True)
    assert [moment - begun for moment in (before, more, due())] == [timedelta(minutes=n) for n in (30, 50, 30)]


def test_giving_again_replaces_and_a_branch_is_chosen_from_those_of_the_course(
    sign_in, member, branch, instructor, quiz, clock
):
    url, author = f"/study/manage/quizzes/{quiz.id}/extensions", sign_in(instructor)
    later = (clock.now + timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    for fields in ({"branch-extra_minutes": "5"}, {"branch-closes_at": later}):
        assert author.post(url, data={"for": "branch", "branch-branch": str(branch.id), **fields}).status_code == 303

    row = db.session.scalars(select(QuizExtension)).one()
    assert (row.branch_id, row.extra_minutes, row.closes_at is None) == (branch.id, 0, False)
    assert db.session.scalars(select(Quiz.extended_to)).one() == row.closes_at


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"person-username": "nobody-here", "person-extra_minutes": "5"}, "Nobody is called so."),
        ({"person-username": "member"}, "Give more minutes"),
        ({"person-username": "member", "person-closes_at": "2020-01-01T10:00"}, "no later than for everybody"),
        ({"person-username": "member", "person-closes_at": "soon"}, "Write day and time"),
        ({"person-username": "", "person-extra_minutes": "5"}, "person-username-e"),
        ({"person-username": "member", "person-extra_minutes": "601"}, "Enter a number from 0 to 600."),
        ({"for": "branch", "branch-branch": "999", "branch-extra_minutes": "5"}, "Please choose a branch."),
    ],
)
def test_what_gives_nobody_more_time_is_refused(sign_in, member, instructor, quiz, fields, words):
    answer = sign_in(instructor).post(
        f"/study/manage/quizzes/{quiz.id}/extensions", data={"for": "person", **fields}, headers=EN
    )

    assert (answer.status_code, words in answer.text) == (422, True)
    assert db.session.scalars(select(QuizExtension)).all() == []


def test_minutes_are_refused_where_there_is_no_limit(sign_in, member, instructor):
    quiz = quiz_with(choice(1000, 0))
    answer = sign_in(instructor).post(
        f"/study/manage/quizzes/{quiz.id}/extensions",
        data={"for": "person", "person-username": "member", "person-extra_minutes": "5"},
        headers=EN,
    )

    assert (answer.status_code, "This quiz has no time limit." in answer.text) == (422, True)


def test_keys_are_not_shown_while_somebody_with_more_time_writes(sign_in, member, instructor, quiz, clock):
    quiz.review = Review.AFTER_CLOSING
    db.session.commit()
    other = UserFactory(username="slow")
    enrolled(other, quiz.course)
    later = (clock.now + timedelta(hours=8 + 5)).strftime("%Y-%m-%dT%H:%M")
    sign_in(instructor).post(
        f"/study/manage/quizzes/{quiz.id}/extensions",
        data={"for": "person", "person-username": "slow", "person-closes_at": later},
    )
    browser = sign_in(member)
    url = start(browser, quiz).location
    browser.post(url, data={"client": "c", "seen1": "0", "q1": "1", "go": "end"})

    clock.advance(hours=3)
    early = browser.get(url).text
    clock.advance(hours=2, seconds=31)

    assert (CANARY in early, CANARY in browser.get(url).text) == (False, True)


def test_the_clock_hands_in_each_paper_at_its_own_end(sign_in, member, quiz, give, clock):
    slow = UserFactory()
    enrolled(slow, quiz.course)
    give(slow, 10)
    for user in (member, slow):
        start(sign_in(user), quiz)

    clock.advance(minutes=31)
    first = submit_overdue()
    clock.advance(minutes=10)

    assert (first, submit_overdue()) == (1, 1)


def test_what_erased_people_were_given_is_gone(member, quiz, give):
    give(member, 10)

    practice_handlers.forget_practice([UserErased(user_id=member.id)])

    assert db.session.scalars(select(QuizExtension)).all() == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_asks_the_same_however_many_have_more_time(sign_in, instructor, quiz, give, count_queries, rows):
    for _row in range(rows):
        give(UserFactory(), 5)
    browser, url = sign_in(instructor), f"/study/manage/quizzes/{quiz.id}/extensions"
    browser.get(url)
    with count_queries() as seen:
        assert browser.get(url).text.count('<li><div class="b">') == rows

    assert len(seen) == 7
