"""Keys of questions change that people mark: their marks stand beneath the changes, and come forth when those go."""

import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.outbox import drain_all
from notify.models import Notification
from study.enums import KeyRule, QuizMode, TeamRole
from study.models import Attempt, Quiz, TeamMember
from study.quiz.hand_marking import standing
from study.quiz.queries.hand_marks import list_graded_questions, list_marks, terms_of
from study.quiz.queries.quizzes import get_graded_quiz, get_own_quiz
from study.quiz.services.attempts import check
from study.quiz.services.hand_marks import Given, give
from study.quiz.services.quizzes import release
from tests.factories.accounts import UserFactory
from tests.factories.quiz import choice, essay
from tests.study.quiz.test_key_changes import Place, paper_of, slots_of

EN = {"Accept-Language": "en"}


@pytest.fixture
def place(sign_in, actor_of, instructor):
    """A choice and an essay that a member has answered."""
    return Place(sign_in, actor_of, instructor)


@pytest.fixture
def written(place):
    place.quiz(choice(1000, 0, text="第1题？"), essay("第2题？"))
    place.member = place.writer()
    place.paper_id = place.paper(place.member, "1", "Weil.")
    return place


def hand_mark(place, mark: int, *, by=None, decides=False, paper: int | None = None) -> None:
    with transaction():
        actor = place.actor_of(by or place.author)
        quiz = get_graded_quiz(place.quiz.id, actor)
        attempt = db.session.get_one(Attempt, paper or place.paper_id)
        rows = list_marks(attempt.id, 2)
        seen = standing(rows, terms_of(quiz), 1000).stamp(actor.id, decides=decides)
        question_id = place.questions[1]
        given = Given(mark=mark)
        give(quiz, attempt.marking_code or "", question_id, actor, given, seen=seen, decides=decides)


def told(user) -> list[str]:
    drain_all()
    kinds = select(Notification.kind).where(Notification.user_id == user.id, Notification.kind.like("study.%"))
    return list(db.session.scalars(kinds.order_by(Notification.id)))


def test_a_mark_given_under_full_marks_for_all_counts_when_those_are_undone(written):
    change = written.change(KeyRule.FULL, 1)
    assert paper_of(written.paper_id) == (2000, 2000, True)

    hand_mark(written, 300)

    assert slots_of(written.paper_id) == [(1000, 1000), (1000, 1000)]
    written.undo(change)
    assert (slots_of(written.paper_id), paper_of(written.paper_id)) == ([(1000, 1000), (300, 1000)], (1300, 2000, True))


def test_a_mark_altered_under_full_marks_for_all_is_what_comes_back(written):
    hand_mark(written, 200)
    change = written.change(KeyRule.FULL, 1)

    hand_mark(written, 700)

    assert slots_of(written.paper_id)[1] == (1000, 1000)
    written.undo(change)
    assert slots_of(written.paper_id)[1] == (700, 1000)


def test_a_full_mark_lowered_under_full_marks_for_all_comes_back_lowered(written):
    hand_mark(written, 1000)
    change = written.change(KeyRule.FULL, 1)

    hand_mark(written, 100)

    assert slots_of(written.paper_id)[1] == (1000, 1000)
    written.undo(change)
    assert slots_of(written.paper_id)[1] == (100, 1000)


def test_what_nobody_marked_waits_again_when_full_marks_for_all_are_undone(written, actor_of):
    change = written.change(KeyRule.FULL, 1)
    late = written.paper(written.writer(), "1", "Auch.")
    assert paper_of(late) == (2000, 2000, True)

    written.undo(change)

    assert (paper_of(written.paper_id), paper_of(late)) == ((None, 2000, None), (None, 2000, None))
    # Whoever marks finds also the paper that waited for nobody when it was handed in.
    quiz = db.session.get_one(Quiz, written.quiz.id)
    assert [(one.waiting, one.total) for one in list_graded_questions(quiz, actor_of(written.author))] == [(2, 2)]
    hand_mark(written, 400, paper=late)
    assert paper_of(late) == (1400, 2000, True)


def test_a_dropped_answer_has_its_mark_again_when_it_counts_again(written):
    hand_mark(written, 600)
    change = written.change(KeyRule.DROP, 1)
    assert paper_of(written.paper_id) == (1000, 1000, True)

    written.undo(change)

    assert slots_of(written.paper_id)[1] == (600, 1000)


def test_under_two_changes_the_last_one_goes_and_the_first_holds(written):
    hand_mark(written, 600)
    first, second = written.change(KeyRule.FULL, 1), written.change(KeyRule.DROP, 1)
    assert slots_of(written.paper_id)[1] == (0, 0)

    written.undo(second)
    assert slots_of(written.paper_id)[1] == (1000, 1000)
    hand_mark(written, 250)
    assert slots_of(written.paper_id)[1] == (1000, 1000)
    written.undo(first)
    assert slots_of(written.paper_id)[1] == (250, 1000)


def test_of_two_markers_the_mean_comes_back_and_one_alone_lets_it_wait(place):
    place.quiz(choice(1000, 0), essay("第2题？"), is_double=True, differ_thousandths=500)
    place.paper_id = place.paper(place.writer(), "1", "Weil.")
    other = UserFactory()
    db.session.add(TeamMember(course_id=place.course_id, user_id=other.id, role=TeamRole.INSTRUCTOR))
    db.session.commit()
    hand_mark(place, 400)
    change = place.change(KeyRule.FULL, 1)
    place.undo(change)
    assert slots_of(place.paper_id)[1] == (None, 1000)

    change = place.change(KeyRule.FULL, 1)
    hand_mark(place, 600, by=other)
    assert slots_of(place.paper_id)[1] == (1000, 1000)
    place.undo(change)
    assert slots_of(place.paper_id)[1] == (500, 1000)


def test_a_change_that_has_still_to_come_finds_the_mark(written, monkeypatch):
    monkeypatch.setattr("study.quiz.services.sweeping.CHUNK", 1)
    second = written.paper(written.writer(), "1", "Auch.")
    change = written.change(KeyRule.DROP, 1)
    assert paper_of(second) == (None, 2000, None)

    hand_mark(written, 500, paper=second)

    assert paper_of(second) == (1500, 2000, True)
    drain_all()
    assert paper_of(second) == (1000, 1000, True)
    written.undo(change)
    drain_all()
    assert paper_of(second) == (1500, 2000, True)


def test_an_essay_checked_in_a_practice_under_full_marks_waits_once_those_are_undone(place):
    place.quiz(essay("第1题？"), choice(1000, 0, text="第2题？"), mode=QuizMode.PRACTICE)
    user = place.writer()
    url = place.begin(user)
    paper = place.send(user, url, {1: "Weil."}, go="save")
    change = place.change(KeyRule.FULL, 0)
    with transaction():
        assert check(paper, place.actor_of(user), 1)
    assert slots_of(paper)[0] == (1000, 1000)
    place.undo(change)

    place.send(user, url, {2: "1"})

    assert (slots_of(paper), paper_of(paper)) == ([(None, 1000), (1000, 1000)], (None, 2000, None))


def test_whoever_marks_reads_that_a_change_holds_over_the_mark(written, sign_in):
    url = f"/study/manage/quizzes/{written.quiz.id}/marking/{written.questions[1]}"
    browser, words = sign_in(written.author), "counts once that change is undone"
    assert words not in browser.get(url, headers=EN).text

    written.change(KeyRule.FULL, 1)

    assert words in browser.get(url, headers=EN).text


# The line that stood


def test_a_mark_given_anew_is_judged_by_the_line_that_stood(written):
    hand_mark(written, 300)
    assert paper_of(written.paper_id) == (1300, 2000, True)
    with transaction():
        db.session.get_one(Quiz, written.quiz.id).pass_thousandths = 900

    hand_mark(written, 500)
    assert paper_of(written.paper_id) == (1500, 2000, True)
    hand_mark(written, 200)
    assert paper_of(written.paper_id) == (1200, 2000, False)


# Who is told


def test_who_was_told_under_the_change_is_told_when_it_goes(place):
    place.quiz()
    change = place.change(KeyRule.FULL)
    late = place.writer()
    place.paper(late, "2", "1")
    assert told(late) == []

    place.undo(change)

    assert told(late) == ["study.key_restored"]


def test_who_read_a_released_result_is_told_when_the_change_goes(place, actor_of):
    place.quiz(mode=QuizMode.EXAM)
    user = place.writer()
    place.paper(user, "2", "1")
    change = place.change(KeyRule.FULL)
    with transaction():
        release(get_own_quiz(place.quiz.id, actor_of(place.author)), actor_of(place.author))

    place.undo(change)

    assert told(user).count("study.key_restored") == 1


def test_who_has_the_same_mark_afterwards_is_told_nothing(written):
    hand_mark(written, 300)
    change = written.change(KeyRule.FULL, 1)
    hand_mark(written, 1000)

    written.undo(change)

    assert paper_of(written.paper_id) == (2000, 2000, True)
    assert "study.key_restored" not in told(written.member)
