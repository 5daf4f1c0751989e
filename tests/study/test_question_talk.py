"""Threads on questions of quizzes: for those who have handed in a paper and for the staff, for nobody else."""

import html
import re

import pytest
from sqlalchemy import select, update

from accounts.readers import readers_among
from core.db import db, transaction
from core.faces import Faces
from forum.models import Board, Thread
from study.enums import CourseState, QuizMode
from study.events import CourseChanged
from study.models import Course, QuestionVersion, QuizSlot
from tests.factories.accounts import UserFactory
from tests.factories.forum import ThreadFactory
from tests.factories.quiz import CANARY, choice, enrolled, quiz_with, short
from tests.factories.study import CourseFactory

LINK = re.compile(r'<a href="(/forum/discuss/quiz/\d+\?anchor=q\d+)">')


@pytest.fixture
def quiz(member):
    made = quiz_with(choice(1000, 0, text="哪一个对？"), short("five"), course=CourseFactory(audience="public"))
    enrolled(member, made.course)
    return made


def hand_in(browser, quiz_id) -> str:
    paper = browser.post(f"/study/quizzes/{quiz_id}/attempts").location
    browser.post(paper, data={"go": "end", "sure": "1", "client": "c"})
    return paper


def discuss(browser, quiz_id, place=0, **data):
    url = LINK.findall(browser.get(hand_in(browser, quiz_id)).text)[place]
    form = browser.get(url).text
    hidden = dict(re.findall(r'<input type="hidden" name="(anchor|quote)" value="([^"]*)">', form))
    fields = {"title": "A doubt", "body": "Is it not the second?", "kind": "question"}
    return browser.post(url.partition("?")[0], data={**fields, **hidden, **data})


def test_every_question_of_a_result_leads_to_its_threads(sign_in, member, quiz):
    browser = sign_in(member)
    quiz_id = quiz.id
    questions = list(db.session.scalars(select(QuizSlot.question_id).order_by(QuizSlot.position)))
    paper = browser.post(f"/study/quizzes/{quiz_id}/attempts").location
    assert LINK.findall(browser.get(paper).text) == []
    result = browser.get(hand_in(browser, quiz_id)).text
    assert LINK.findall(result) == [f"/forum/discuss/quiz/{quiz_id}?anchor=q{number}" for number in questions]


def test_a_thread_on_a_question_quotes_it_without_its_answer(sign_in, member, quiz):
    browser = sign_in(member)
    sent = discuss(browser, quiz.id)
    row = db.session.scalars(select(Thread)).one()
    assert (row.subject_quote, row.audience) == ("哪一个对？", f"quiz:{quiz.id}")
    page = browser.get(sent.location)
    assert (page.status_code, "哪一个对？" in page.text, CANARY in page.text) == (200, True, False)
    assert "changed since" not in html.unescape(page.text)


def test_of_talk_about_an_exam_nobody_is_told_before_its_release(sign_in, member, quiz, clock):
    quiz.mode, quiz.is_discussed = QuizMode.EXAM, True
    db.session.commit()
    hand_in(sign_in(member), quiz.id)
    assert readers_among([member.id], f"quiz:{quiz.id}") == set()
    quiz.released_at = clock.now
    db.session.commit()
    assert readers_among([member.id], f"quiz:{quiz.id}") == {member.id}


def test_who_has_not_handed_in_a_paper_sees_neither_the_question_nor_its_threads(sign_in, member, quiz, client):
    quiz_id = quiz.id
    place = discuss(sign_in(member), quiz_id).location
    other = UserFactory()
    enrolled(other, db.session.get_one(Course, quiz.course_id))
    for browser in (client, sign_in(other)):
        pages = [browser.get(url) for url in (place, "/forum/boards/" + db.session.scalars(select(Board.slug)).one())]
        assert [page.status_code for page in pages] == [404, 200]
        assert "A doubt" not in pages[1].text
    browser = sign_in(other)
    paper = browser.post(f"/study/quizzes/{quiz_id}/attempts").location
    assert browser.get(f"/forum/discuss/quiz/{quiz_id}").status_code == 404
    assert browser.get(place).status_code == 404
    browser.post(paper, data={"go": "end", "sure": "1", "client": "c"})
    assert (browser.get(place).status_code, browser.get(f"/forum/discuss/quiz/{quiz_id}").status_code) == (200, 200)


def test_the_staff_of_the_branch_reads_threads_on_questions(sign_in, member, instructor, quiz):
    place = discuss(sign_in(member), quiz.id).location
    assert sign_in(instructor).get(place).status_code == 200


def test_those_who_may_be_told_are_those_who_may_read(sign_in, member, instructor, quiz):
    discuss(sign_in(member), quiz.id)
    people = [member.id, instructor.id, UserFactory().id]
    assert set(readers_among(people, f"quiz:{quiz.id}")) == {member.id, instructor.id}


def test_a_question_in_a_new_version_has_changed_one_taken_out_is_gone(sign_in, member, quiz):
    browser = sign_in(member)
    browser.set_cookie("lang", "en", domain="localhost")
    place = discuss(browser, quiz.id).location
    with transaction():
        slot = db.session.scalars(select(QuizSlot).order_by(QuizSlot.position).limit(1)).one()
        version = db.session.scalars(
            select(QuestionVersion).where(QuestionVersion.question_id == slot.question_id)
        ).one()
        version.html = Faces(zh="哪两个对？")
    page = browser.get(place).text
    assert ("This text has changed since." in page, "哪两个对？" in page) == (True, True)
    with transaction():
        db.session.delete(db.session.scalars(select(QuizSlot).order_by(QuizSlot.position).limit(1)).one())
    assert "This text is no longer there." in browser.get(place).text


def test_an_answered_question_that_the_quiz_no_longer_asks_is_not_quoted(sign_in, member, quiz):
    browser = sign_in(member)
    page = browser.get(f"/forum/discuss/quiz/{quiz.id}?anchor=q1")
    assert page.status_code == 404
    hand_in(browser, quiz.id)
    page = browser.get(f"/forum/discuss/quiz/{quiz.id}?anchor=q99999")
    assert (page.status_code, 'name="quote" value=""' in page.text) == (200, True)


def test_a_board_counts_only_the_threads_that_its_reader_sees(sign_in, member, instructor, quiz, client):
    for title in ("A doubt", "Another"):
        discuss(sign_in(member), quiz.id, title=title, key=title)
    board = db.session.scalars(select(Board)).one()
    ThreadFactory(board=board)
    db.session.commit()
    board = f"/forum/boards/{board.slug}"

    def counted(browser):
        browser.set_cookie("lang", "en", domain="localhost")
        page, boards = browser.get(board).text, browser.get("/forum/").text
        numbers = re.search(r"<dt>Threads</dt><dd>(\d+)</dd><dt>Posts</dt><dd>(\d+)</dd>", page).groups()
        return *map(int, numbers), int(re.search(r"(\d+) threads?", boards)[1])

    assert counted(client) == (1, 1, 1)
    assert counted(sign_in(UserFactory())) == (1, 1, 1)
    assert counted(sign_in(member)) == (3, 3, 3)
    assert counted(sign_in(instructor)) == (3, 3, 3)


def test_threads_go_with_a_course_that_is_taken_back_and_come_again_with_it(sign_in, member, quiz, drain):
    from core.outbox import announce

    discuss(sign_in(member), quiz.id)

    def put(state):
        with transaction():
            db.session.execute(update(Course).where(Course.id == quiz.course_id).values(state=state))
            announce(CourseChanged(course_id=quiz.course_id))
        drain()
        drain()
        db.session.expire_all()
        return db.session.execute(select(Thread.audience, Board.audience).join(Board)).one()

    staff = f"staff:{db.session.scalars(select(Course.branch_id)).first()}"
    assert tuple(put(CourseState.DRAFT)) == (staff, staff)
    assert tuple(put(CourseState.ARCHIVED)) == (f"quiz:{quiz.id}", f"course:{quiz.course_id}")
    assert tuple(put(CourseState.PUBLISHED)) == (f"quiz:{quiz.id}", "public")


@pytest.mark.parametrize("rows", [1, 3])
def test_threads_on_questions_cost_the_same_whatever_the_quiz_asks(sign_in, member, count_queries, rows):
    quiz = quiz_with(*[choice(1000, 0, text=f"第{n}题") for n in range(rows)], course=CourseFactory(audience="public"))
    enrolled(member, quiz.course)
    browser = sign_in(member)
    result = hand_in(browser, quiz.id)
    with count_queries() as before:
        browser.get(result)
    place = discuss(browser, quiz.id).location
    with count_queries() as after:
        browser.get(result)
    browser.get(place)
    with count_queries() as seen:
        browser.get(place)
    assert (len(after), len(seen)) == (len(before), 7)
