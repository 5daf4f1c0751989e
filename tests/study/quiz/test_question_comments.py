"""Comments of those who mark on single questions of papers, and what their writers see of them."""

import re

import pytest
from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from core.permissions import Role
from notify.models import Notification
from study.enums import QuizMode, Review
from study.events import QuizReleased
from study.models import Attempt, QuestionComment, Quiz
from study.result_handlers import tell_comments
from tests.factories.accounts import UserFactory, grant, root_branch
from tests.factories.quiz import choice, enrolled, quiz_with

EN = {"Accept-Language": "en"}


@pytest.fixture
def paper(sign_in, member):
    """Return ``paper(**settings)``: a paper of two choices that the member has handed in."""

    def make(**settings) -> Attempt:
        quiz = quiz_with(choice(1000, 0), choice(1000, 0, text="Und?"), **settings)
        enrolled(member, quiz.course)
        browser = sign_in(member)
        url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
        browser.post(url, data={"client": "c", "go": "end", "sure": "1", "q1": "1", "q2": "2"})
        return db.session.scalars(select(Attempt)).one()

    return make


def say(browser, attempt, position, words, seen=None):
    page = browser.get(f"/study/manage/papers/{attempt.id}").text
    forms = re.findall(rf'/comments/{position}".*?name="seen" value="(\d+)"', page, re.DOTALL)
    last = forms[0] if forms else "0"
    data = {"comment": words, "seen": last if seen is None else str(seen)}
    return browser.post(f"/study/manage/papers/{attempt.id}/comments/{position}", data=data, headers=EN)


def told() -> list[str]:
    rows = db.session.scalars(select(Notification).where(Notification.kind == "study.commented"))
    return [row.url for row in rows]


def test_a_comment_on_a_question_no_person_marks_stands_on_the_result_with_a_notice(
    paper, sign_in, instructor, member, drain
):
    attempt = paper()

    done = say(sign_in(instructor), attempt, 2, "Think of **Friday**.")
    drain()
    result = sign_in(member).get(f"/study/attempts/{attempt.id}", headers=EN).text

    assert done.location == f"/study/manage/papers/{attempt.id}#q2"
    second = result[result.index('id="q2"') :]
    assert "<strong>Friday</strong>" in second
    assert "Comment by 成员 instructor" in second
    assert "Friday" not in result[: result.index('id="q2"')]
    assert told() == [f"/study/attempts/{attempt.id}"]


def test_each_persons_latest_comment_stands_and_the_history_is_kept(paper, sign_in, instructor, administrator, member):
    attempt = paper()
    say(sign_in(instructor), attempt, 1, "First.")
    say(sign_in(administrator), attempt, 1, "Another voice.")
    say(sign_in(instructor), attempt, 1, "Second.")

    result = sign_in(member).get(f"/study/attempts/{attempt.id}", headers=EN).text
    review = sign_in(instructor).get(f"/study/manage/papers/{attempt.id}", headers=EN).text

    assert ("First." in result, "Second." in result, "Another voice." in result) == (False, True, True)
    assert "First." in review

    say(sign_in(instructor), attempt, 1, "")
    result = sign_in(member).get(f"/study/attempts/{attempt.id}", headers=EN).text
    assert ("Second." in result, "Another voice." in result) == (False, True)
    assert [row.body for row in db.session.scalars(select(QuestionComment).order_by(QuestionComment.id))] == [
        "First.",
        "Another voice.",
        "Second.",
        "",
    ]


def test_the_same_words_again_are_no_comment_and_no_notice(paper, sign_in, instructor, drain):
    attempt = paper()
    for _time in range(2):
        say(sign_in(instructor), attempt, 1, "Once.")
    say(sign_in(instructor), attempt, 2, "On the other.")
    drain()

    assert len(db.session.scalars(select(QuestionComment)).all()) == 2
    assert len(told()) == 1


def test_of_two_who_comment_at_once_the_second_reads_first_and_keeps_what_was_typed(
    paper, sign_in, instructor, administrator
):
    attempt = paper()
    say(sign_in(instructor), attempt, 1, "First.")

    late = say(sign_in(administrator), attempt, 1, "Typed long ago.", seen=0)

    assert late.status_code == 409
    assert "Somebody else has commented on this question in the meantime." in late.text
    assert "Typed long ago." in late.text
    assert "First." in late.text


def test_before_the_release_of_an_exam_nobody_reads_a_comment_then_its_writer_is_told(
    paper, sign_in, instructor, member, drain
):
    attempt = paper(mode=QuizMode.EXAM)
    say(sign_in(instructor), attempt, 1, "Held back.")
    drain()
    before = sign_in(member).get(f"/study/attempts/{attempt.id}", headers=EN).text
    assert ("Held back." in before, told()) == (False, [])

    quiz_id = attempt.quiz_id
    db.session.get(Quiz, quiz_id).released_at = utcnow()
    db.session.commit()
    tell_comments([QuizReleased(quiz_id=quiz_id)])
    tell_comments([QuizReleased(quiz_id=quiz_id)])
    drain()

    assert "Held back." in sign_in(member).get(f"/study/attempts/{attempt.id}", headers=EN).text
    assert told() == [f"/study/attempts/{attempt.id}"]


def test_where_a_quiz_never_shows_its_questions_the_marker_is_told_so(paper, sign_in, instructor, member, drain):
    attempt = paper(review=Review.NEVER)
    browser = sign_in(instructor)
    page = browser.get(f"/study/manage/papers/{attempt.id}", headers=EN).text
    say(browser, attempt, 1, "Unseen.")
    drain()

    assert "its writer does not read comments on them" in page
    assert "Unseen." not in sign_in(member).get(f"/study/attempts/{attempt.id}", headers=EN).text
    assert told() == []


def test_an_own_paper_an_open_one_and_one_without_a_name_are_not_opened(paper, sign_in, instructor, member):
    attempt = paper()
    quiz = attempt.quiz_id
    open_ = Attempt(quiz_id=quiz, user_id=UserFactory().id, number=1, max_mark=1000)
    db.session.add(open_)
    db.session.commit()
    browser = sign_in(instructor)
    assert browser.get(f"/study/manage/papers/{open_.id}").status_code == 404
    assert browser.get("/study/manage/papers/999999").status_code == 404

    grant(member, Role.INSTRUCTOR, root_branch())
    assert sign_in(member).get(f"/study/manage/papers/{attempt.id}").status_code == 404
    assert say(sign_in(member), attempt, 1, "Well done, me.").status_code == 404


def test_a_question_that_is_not_there_and_a_comment_too_long_are_refused(paper, sign_in, instructor):
    attempt = paper()
    browser = sign_in(instructor)

    assert say(browser, attempt, 9, "Where?").status_code == 404
    long = say(browser, attempt, 1, "x" * 10_001)
    assert (long.status_code, "This may have 10000 characters" in long.text) == (422, True)
    assert db.session.scalars(select(QuestionComment)).all() == []


def test_a_comment_cannot_act(paper, sign_in, instructor, member):
    attempt = paper()
    say(sign_in(instructor), attempt, 1, "<script>alert(1)</script><img src=x onerror=alert(1)>")

    for person, url in ((member, f"/study/attempts/{attempt.id}"), (instructor, f"/study/manage/papers/{attempt.id}")):
        page = sign_in(person).get(url).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
