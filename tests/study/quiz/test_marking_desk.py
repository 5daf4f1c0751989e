"""The desk of those who mark by hand, and what learners read of it."""

import re

import pytest
from sqlalchemy import select

from core.db import db
from core.faces import Faces
from core.permissions import Role
from notify.models import Notification
from study.enums import ProgressKind, QuestionKind, QuizMode, Review
from study.models import Attempt, AttemptSlot, Course, HandMark, ProgressEvent, QuestionVersion, Quiz
from study.quiz.kinds import QuestionContent, Settings
from tests.factories.accounts import UserFactory, grant, root_branch
from tests.factories.quiz import CANARY, choice, enrolled, quiz_with

EN = {"Accept-Language": "en"}
SECRET = "canary-for-markers-only"
MODEL = "canary-of-the-model-answer"
RUBRIC = ((4, "Thesis"), (60, "Reasons"))


def asked(text="Warum?", **settings) -> QuestionContent:
    """An essay with all that its author may write for those who mark."""
    usual = {"guide": f"Look for {SECRET}", "model": Faces(en=f"As **{MODEL}**")}
    return QuestionContent(kind=QuestionKind.ESSAY, text=Faces(zh=text), settings=Settings(**usual | settings))


@pytest.fixture
def written(member, sign_in):
    """Return ``written(*contents, by=(), **settings)``: a quiz with a paper of the member, and of each other person."""

    def make(*contents, by=(), **settings):
        quiz = quiz_with(*contents or (choice(1000, 0), asked()), **settings)
        course = quiz.course
        for person in (member, *by):
            enrolled(person, course)
            browser = sign_in(person)
            url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
            data = {"client": "c", "go": "end", "sure": "1"}
            for at in range(1, len(contents or (1, 2)) + 1):
                data |= {f"seen{at}": "0", f"q{at}": "1" if at == 1 and not contents else f"Weil {person.username}."}
            browser.post(url, data=data)
        return quiz

    return make


def desk(quiz, question="Warum?") -> str:
    """Return where the answers to a question are marked."""
    rows = quiz_questions(quiz)
    return f"/study/manage/quizzes/{quiz.id}/marking/{rows[question]}"


def quiz_questions(quiz) -> dict[str, int]:
    slots = db.session.scalars(select(AttemptSlot).order_by(AttemptSlot.position)).all()
    versions = {slot.version_id for slot in slots}
    found = db.session.scalars(select(QuestionVersion).where(QuestionVersion.id.in_(versions)))
    return {one.text.zh: one.question_id for one in found}


def slug() -> str:
    return db.session.scalars(select(Course.slug)).one()


def code_of(person) -> str:
    return db.session.scalars(select(Attempt).where(Attempt.user_id == person.id)).one().marking_code


def seen_in(page: str) -> str:
    return re.search(r'name="seen"[^>]* value="([^"]*)"', page)[1]


def mark(browser, url, person, **fields):
    """Mark an answer as the page does."""
    where = f"{url}?paper={code_of(person)}"
    page = browser.get(where)
    return browser.post(where, data={"seen": seen_in(page.text), **fields}, headers=EN)


def noted() -> list[tuple[ProgressKind, int]]:
    kinds = (ProgressKind.QUIZ_PASSED, ProgressKind.QUIZ_FAILED)
    events = db.session.scalars(select(ProgressEvent).where(ProgressEvent.kind.in_(kinds)).order_by(ProgressEvent.id))
    return [(event.kind, event.detail["percent"]) for event in events]


def test_the_desk_leads_from_the_course_over_quiz_and_question_to_the_answer(sign_in, instructor, member, written):
    quiz = written()
    browser = sign_in(instructor)

    first = browser.get(f"/study/manage/courses/{slug()}/marking", headers=EN).text
    second = browser.get(f"/study/manage/quizzes/{quiz.id}/marking", headers=EN).text
    third = browser.get(desk(quiz), headers=EN).text

    assert f'href="/study/manage/quizzes/{quiz.id}/marking"' in first
    assert f'href="{desk(quiz)}"' in second
    assert ("1 waits" in first, "1 waits" in second, "1 waits" in third) == (True, True, True)
    assert ("Weil member." in third, member.display_name in third, SECRET in third, f"<strong>{MODEL}" in third) == (
        True,
        True,
        True,
        True,
    )


def test_the_page_sends_the_mark_to_the_answer_that_it_shows(sign_in, instructor, member, written):
    other = UserFactory()
    quiz = written(by=[other])
    browser = sign_in(instructor)

    page = browser.get(desk(quiz)).text
    action = re.search(r'<form method="post" action="([^"]*)"[^>]* id="marking"', page)[1]

    assert action == f"{desk(quiz)}?paper={min(code_of(one) for one in (member, other))}"
    assert browser.post(desk(quiz), data={"seen": "one:0", "mark": "1"}).status_code == 404


def test_a_mark_in_figures_and_a_comment_reach_the_learner(sign_in, instructor, member, written):
    quiz = written()
    answer = mark(sign_in(instructor), desk(quiz), member, mark="０,75", comment="Good **so**")

    attempt = db.session.scalars(select(Attempt)).one()
    row = db.session.scalars(select(HandMark)).one()
    assert (answer.status_code, answer.location) == (303, f"/study/manage/quizzes/{quiz.id}/marking")
    assert (attempt.mark, attempt.passed, row.mark, row.marker_id) == (1750, True, 750, instructor.id)
    assert noted() == [(ProgressKind.QUIZ_PASSED, 87)]
    page = sign_in(member).get(f"/study/attempts/{attempt.id}", headers=EN).text
    assert ("Result: 87 %" in page, "Good <strong>so</strong>" in page, MODEL in page, SECRET in page) == (
        True,
        True,
        True,
        False,
    )


def test_criteria_make_the_mark_and_are_shown_to_the_learner(sign_in, instructor, member, written):
    quiz = written(asked(rubric=RUBRIC))
    browser = sign_in(instructor)
    page = browser.get(desk(quiz), headers=EN).text
    assert (page.count('name="points0"'), 'name="points1"' in page, 'name="mark"' in page) == (5, True, False)

    mark(browser, desk(quiz), member, points0="2", points1="30")

    assert db.session.scalars(select(Attempt)).one().mark == 500
    page = sign_in(member).get(f"/study/attempts/{db.session.scalars(select(Attempt)).one().id}", headers=EN).text
    assert ("Thesis" in page, "2 / 4" in page, "30 / 60" in page) == (True, True, True)


@pytest.mark.parametrize("typed", ["", "x", "-1", "1.001", "0.0001", "nan", "1e9", "1e999999", "9" * 400])
def test_what_is_no_mark_is_refused_and_shown_again(sign_in, instructor, member, written, typed):
    quiz = written()

    answer = mark(sign_in(instructor), desk(quiz), member, mark=typed, comment="Behalten")

    assert (answer.status_code, "Behalten" in answer.text, "Enter a number from 0 to 1." in answer.text) == (
        422,
        True,
        True,
    )
    assert db.session.scalars(select(HandMark)).first() is None


@pytest.mark.parametrize("fields", [{}, {"points0": "5", "points1": "1"}, {"points0": "1", "points1": "61"}])
def test_points_that_are_none_are_refused(sign_in, instructor, member, written, fields):
    quiz = written(asked(rubric=RUBRIC))

    assert mark(sign_in(instructor), desk(quiz), member, **fields).status_code == 422


def test_a_mark_given_again_changes_paper_and_ledger_and_the_history_keeps_both(sign_in, instructor, member, written):
    quiz = written()
    browser = sign_in(instructor)
    mark(browser, desk(quiz), member, mark="1")
    mark(browser, desk(quiz), member, mark="0.1", comment="Zu wenig")
    mark(browser, desk(quiz), member, mark="0.1", comment="Zu wenig")

    attempt = db.session.scalars(select(Attempt)).one()
    assert (attempt.mark, attempt.passed) == (1100, False)
    assert [row.mark for row in db.session.scalars(select(HandMark).order_by(HandMark.id))] == [1000, 100]
    assert noted() == [(ProgressKind.QUIZ_PASSED, 100), (ProgressKind.QUIZ_FAILED, 55)]
    page = browser.get(f"{desk(quiz)}?paper={attempt.marking_code}", headers=EN).text
    assert re.findall(r'<td class="n">([\d.]+)</td>', page) == ["1", "0.1"]


def test_two_who_mark_at_once_never_overwrite_silently(sign_in, instructor, administrator, member, written):
    quiz = written()
    url = f"{desk(quiz)}?paper={code_of(member)}"
    one, other = sign_in(instructor), sign_in(administrator)
    page = other.get(url).text
    mark(one, desk(quiz), member, mark="1", comment="Von mir")

    answer = sign_in(administrator).post(
        url, data={"seen": seen_in(page), "mark": "0.25", "comment": "Getippt"}, headers=EN
    )

    assert answer.status_code == 409
    for words in (
        "Somebody else has marked this answer",
        "Getippt",
        'value="0.25"',
        "Von mir",
        instructor.display_name,
    ):
        assert words in answer.text
    assert db.session.scalars(select(Attempt)).one().mark == 2000
    again = other.post(url, data={"seen": seen_in(answer.text), "mark": "0.25", "comment": "Getippt"})
    assert (again.status_code, db.session.scalars(select(Attempt)).one().mark) == (303, 1250)


def test_one_answer_leads_to_the_next_that_waits_and_round_to_those_before(sign_in, instructor, member, written):
    others = [UserFactory() for _number in range(2)]
    quiz = written(by=others)
    browser = sign_in(instructor)
    codes = sorted(code_of(person) for person in (member, *others))
    people = {code_of(person): person for person in (member, *others)}

    answers = [mark(browser, desk(quiz), people[codes[at]], mark="1").location for at in (1, 2, 0)]

    assert answers == [
        f"{desk(quiz)}?paper={codes[2]}",
        f"{desk(quiz)}?paper={codes[0]}",
        f"/study/manage/quizzes/{quiz.id}/marking",
    ]
    page = browser.get(f"{desk(quiz)}?paper={codes[1]}", headers=EN).text
    assert (f'rel="prev" href="{desk(quiz)}?paper={codes[0]}"' in page, "Answer 2 of 3" in page) == (True, True)


def test_nobody_marks_their_own_paper(sign_in, instructor, written):
    quiz = written(by=[instructor])
    browser = sign_in(instructor)

    assert "1 answer in all" in browser.get(f"/study/manage/quizzes/{quiz.id}/marking", headers=EN).text
    assert browser.get(f"{desk(quiz)}?paper={code_of(instructor)}").status_code == 404


@pytest.mark.parametrize("path", ["999", "0"])
def test_unknown_questions_and_papers_are_not_found(sign_in, instructor, written, path):
    quiz = written()
    browser = sign_in(instructor)

    assert browser.get(f"/study/manage/quizzes/{quiz.id}/marking/{path}").status_code == 404
    assert browser.get(f"{desk(quiz)}?paper=nope").status_code == 404
    assert browser.post(f"{desk(quiz)}?paper=nope", data={"mark": "1"}).status_code == 404


def test_an_anonymous_quiz_hides_names_until_all_is_marked(sign_in, instructor, member, written):
    other = UserFactory()
    quiz = written(by=[other], is_anonymous=True)
    browser = sign_in(instructor)
    first = f"{desk(quiz)}?paper={code_of(member)}"
    for page in (browser.get(first, headers=EN).text, browser.get(f"/study/manage/quizzes/{quiz.id}/marking").text):
        assert (member.display_name in page, other.display_name in page) == (False, False)
    place = sorted([code_of(member), code_of(other)]).index(code_of(member)) + 1
    assert f"<h1>Answer {place} of 2</h1>" in browser.get(first, headers=EN).text

    mark(browser, desk(quiz), member, mark="1")
    assert member.display_name not in browser.get(first).text
    mark(browser, desk(quiz), other, mark="1")

    assert member.display_name in browser.get(first).text


def test_an_anonymous_exam_hides_names_until_it_is_released(sign_in, instructor, member, written):
    quiz = written(is_anonymous=True, mode=QuizMode.EXAM)
    browser = sign_in(instructor)
    mark(browser, desk(quiz), member, mark="1")
    url = f"{desk(quiz)}?paper={code_of(member)}"
    assert (member.display_name in browser.get(url).text, noted()) == (False, [])

    db.session.scalars(select(Quiz)).one().released_at = quiz.created_at
    db.session.commit()

    assert member.display_name in browser.get(url).text


def test_two_people_mark_each_answer_and_agree(sign_in, instructor, administrator, member, written):
    quiz = written(is_double=True)
    url = f"{desk(quiz)}?paper={code_of(member)}"
    mark(sign_in(instructor), desk(quiz), member, mark="0.8", comment="Nur für zwei")
    assert "1 waits" not in sign_in(instructor).get(f"/study/manage/quizzes/{quiz.id}/marking", headers=EN).text
    other = sign_in(administrator)
    assert "Nur für zwei" not in other.get(url).text
    assert db.session.scalars(select(Attempt)).one().mark is None

    mark(other, desk(quiz), member, mark="0.7")

    attempt = db.session.scalars(select(Attempt)).one()
    assert (attempt.mark, noted()) == (1750, [(ProgressKind.QUIZ_PASSED, 87)])
    assert "Nur für zwei" in sign_in(administrator).get(url).text


def test_two_marks_that_differ_wait_for_a_decision(sign_in, instructor, administrator, member, written):
    quiz = written(is_double=True)
    url = f"{desk(quiz)}?paper={code_of(member)}"
    mark(sign_in(instructor), desk(quiz), member, mark="0.9")
    mark(sign_in(administrator), desk(quiz), member, mark="0.2")
    assert (db.session.scalars(select(Attempt)).one().mark, noted()) == (None, [])
    browser = sign_in(instructor)
    page = browser.get(url, headers=EN).text
    assert ("The two marks differ" in page, 'value="0.55"' in page, f"{url}&amp;own=1" in page) == (True, True, True)

    mark(browser, desk(quiz), member, mark="0.6", comment="So")

    attempt = db.session.scalars(select(Attempt)).one()
    assert attempt.mark == 1600
    page = sign_in(member).get(f"/study/attempts/{attempt.id}", headers=EN).text
    assert ("<p>So</p>" in page, "0.6 of 1" in page) == (True, True)


def test_one_of_two_may_change_the_own_mark_so_that_both_agree(sign_in, instructor, administrator, member, written):
    quiz = written(is_double=True)
    mark(sign_in(instructor), desk(quiz), member, mark="0.9")
    mark(sign_in(administrator), desk(quiz), member, mark="0.2")
    url = f"{desk(quiz)}?paper={code_of(member)}&own=1"
    browser = sign_in(administrator)

    browser.post(url, data={"seen": seen_in(browser.get(url).text), "mark": "0.9"})

    assert db.session.scalars(select(Attempt)).one().mark == 1900


def test_a_third_who_comes_too_late_is_asked_to_decide_with_what_was_typed(
    sign_in, instructor, administrator, member, written
):
    quiz = written(asked(rubric=RUBRIC), is_double=True)
    third = UserFactory()
    grant(third, Role.INSTRUCTOR, root_branch())
    db.session.commit()
    url = f"{desk(quiz)}?paper={code_of(member)}"
    seen = seen_in(sign_in(third).get(url).text)
    mark(sign_in(instructor), desk(quiz), member, points0="4", points1="60")
    mark(sign_in(administrator), desk(quiz), member, points0="0", points1="0")

    answer = sign_in(third).post(
        url, data={"seen": seen, "points0": "2", "points1": "30", "comment": "Mitte"}, headers=EN
    )

    assert answer.status_code == 409
    assert ('value="0.5"' in answer.text, "Mitte" in answer.text) == (True, True)


def test_the_way_of_marking_stays_once_somebody_has_marked(sign_in, instructor, member, written):
    quiz = written()
    browser = sign_in(instructor)
    rules = {"title_zh": "测验", "pass_percent": "60", "attempts_allowed": "0", "grading": "best", "review": "at_once"}
    rules |= {"mode": "test", "certainty": "none", "is_double": "y", "differ_percent": "5"}
    url = f"/study/manage/quizzes/{quiz.id}/settings"
    assert browser.post(url, data=rules).status_code == 303
    held = db.session.scalars(select(Quiz)).one()
    assert (held.is_double, held.differ_thousandths) == (True, 50)
    mark(browser, desk(quiz), member, mark="1")

    refused = browser.post(url, data={**rules, "is_double": ""}, headers=EN)

    assert (refused.status_code, "the way in which people mark stays" in refused.text) == (422, True)
    assert browser.post(url, data=rules | {"pass_percent": "50"}).status_code == 303


@pytest.mark.parametrize("review", [Review.NEVER, Review.AT_ONCE])
def test_nothing_for_markers_reaches_the_learner_before_the_mark(sign_in, member, written, review):
    quiz = written(choice(1000, 0), asked(rubric=((5, f"Thesis {CANARY}"),)), review=review)
    browser = sign_in(member)
    attempt = db.session.scalars(select(Attempt)).one()
    second = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
    for url in (f"/study/attempts/{attempt.id}", second, f"/study/quizzes/{quiz.id}"):
        page = browser.get(url).text
        assert [word in page for word in (SECRET, MODEL, f"Thesis {CANARY}")] == [False] * 3
    saved = browser.post(
        f"{second}/events", data={"changes": '[{"position":2,"client":"a","sequence":1,"values":{"":["x"]}}]'}
    )
    assert [word in saved.text for word in (SECRET, MODEL, CANARY)] == [False] * 3


def test_in_practice_the_model_answer_waits_for_the_mark(sign_in, instructor, member):
    quiz = quiz_with(asked(), mode=QuizMode.PRACTICE)
    enrolled(member, quiz.course)
    browser = sign_in(member)
    url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
    browser.post(url, data={"client": "c", "go": "check:1", "page": "1", "seen1": "0", "q1": "Weil."})
    assert MODEL not in browser.get(url).text
    browser.post(url, data={"client": "c", "go": "end", "sure": "1"})
    assert MODEL not in browser.get(url).text

    mark(sign_in(instructor), desk(quiz), member, mark="1")

    assert MODEL in sign_in(member).get(url).text


def test_marks_of_people_stay_hidden_until_the_whole_paper_is_marked(sign_in, instructor, member, written):
    quiz = written(asked("Eins?"), asked("Zwei?"))
    browser = sign_in(instructor)
    mark(browser, desk(quiz, "Eins?"), member, mark="0.5", comment="Noch geheim")
    attempt = db.session.scalars(select(Attempt)).one()
    url = f"/study/attempts/{attempt.id}"
    assert "Noch geheim" not in sign_in(member).get(url).text

    mark(sign_in(instructor), desk(quiz, "Zwei?"), member, mark="0.5")

    assert "Noch geheim" in sign_in(member).get(url).text


def test_the_learner_is_told_once_the_paper_is_marked(sign_in, instructor, member, written, drain):
    quiz = written()
    mark(sign_in(instructor), desk(quiz), member, mark="1")
    mark(sign_in(instructor), desk(quiz), member, mark="1", comment="Nur Worte")
    drain()

    notice = db.session.scalars(select(Notification).where(Notification.kind == "study.quiz_marked")).one()
    attempt = db.session.scalars(select(Attempt)).one()
    assert (notice.user_id, notice.url) == (member.id, f"/study/attempts/{attempt.id}")


def test_an_exam_tells_at_its_release(sign_in, instructor, member, written, drain):
    quiz = written(mode=QuizMode.EXAM)
    browser = sign_in(instructor)
    mark(browser, desk(quiz), member, mark="1")
    drain()
    kind = select(Notification).where(Notification.kind == "study.quiz_marked")
    assert db.session.scalars(kind).all() == []

    browser.post(f"/study/manage/quizzes/{quiz.id}/release")
    drain()

    assert len(db.session.scalars(kind).all()) == 1
    assert noted() == [(ProgressKind.QUIZ_PASSED, 100)]


@pytest.mark.parametrize("more", [0, 2])
def test_the_desk_asks_the_same_however_many_answers_there_are(
    sign_in, instructor, member, written, count_queries, more
):
    people = [UserFactory() for _number in range(more)]
    quiz = written(by=people)
    url = f"{desk(quiz)}?paper={code_of(member)}"
    browser = sign_in(instructor)
    counts = []
    for where in (f"/study/manage/courses/{slug()}/marking", f"/study/manage/quizzes/{quiz.id}/marking", url):
        db.session.expunge_all()
        with count_queries() as seen:
            assert browser.get(where).status_code == 200
        counts.append(len(seen))

    assert counts == COUNTS


COUNTS = [6, 6, 12]
