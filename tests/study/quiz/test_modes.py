"""Practice, exams, what is said by what was earned, and how sure one is."""

import json
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from core import outbox
from core.db import db, transaction
from core.faces import Faces
from study import result_handlers
from study.enums import Certainty, Grading, LearningState, QuestionKind, QuizMode, Review
from study.events import QuizReleased
from study.models import (
    AnswerEvent,
    Attempt,
    AttemptSlot,
    Course,
    LessonProgress,
    ProgressEvent,
    QuestionVersion,
    Quiz,
    QuizSlot,
)
from study.queries.points import read_ledgers
from study.quiz.kinds import Band, Option, QuestionContent
from study.quiz.marking import with_certainty
from study.subjects import QuizSubject
from tests.factories.accounts import UserFactory
from tests.factories.quiz import CANARY, choice, enrolled, quiz_with, short, truth
from tests.factories.study import CourseFactory
from tests.study.quiz.test_kinds_in_pages import GAPS

EN = {"Accept-Language": "en"}
RULES = {"title_zh": "测验", "pass_percent": "60", "attempts_allowed": "0", "grading": "best", "review": "at_once"}
RULES |= {"mode": "test", "certainty": "none"}


@pytest.fixture
def taken(member):
    """Return ``taken(*contents, **settings)``: a quiz that the member may take."""

    def make(*contents, **settings):
        quiz = quiz_with(*contents or (choice(1000, 0, text="第1题？"), choice(1000, 0, text="第2题？")), **settings)
        enrolled(member, quiz.course)
        return quiz

    return make


def start(browser, quiz) -> str:
    return browser.post(f"/study/quizzes/{quiz.id}/attempts").location


def send(browser, url, answers, go="save", **fields):
    """Send answers ``{position: number or (number, how sure)}`` as a plain page does."""
    data = {"client": "c", "go": go, **fields}
    for at, said in answers.items():
        number, sure = said if isinstance(said, tuple) else (said, "")
        data |= {f"seen{at}": "0", f"q{at}": str(number)} | ({f"q{at}.-sure": str(sure)} if sure else {})
    return browser.post(url, data=data)


# Practice


def test_in_practice_the_reasons_come_question_by_question(sign_in, member, taken):
    quiz = taken(mode=QuizMode.PRACTICE, review=Review.NEVER)
    browser = sign_in(member)
    url = start(browser, quiz)
    before = browser.get(url, headers=EN).text
    assert (CANARY in before, before.count('name="go" value="check:')) == (False, 2)

    answer = send(browser, url, {1: 2, 2: 1}, "check:1", page="1")

    page = browser.get(url, headers=EN).text
    assert answer.location == f"{url}#q1"
    assert (f"说明2 {CANARY}" in page, 'name="q1"' in page, 'name="q2"' in page) == (True, False, True)
    assert page.count("总说明") == 1
    slots = db.session.scalars(select(AttemptSlot).order_by(AttemptSlot.position)).all()
    assert [(slot.mark, slot.checked_at is None) for slot in slots] == [(0, False), (None, True)]


def test_a_checked_answer_stands_whatever_is_sent_after_it(sign_in, member, taken):
    quiz = taken(mode=QuizMode.PRACTICE)
    browser = sign_in(member)
    url = start(browser, quiz)
    send(browser, url, {1: 2}, "check:1")

    changes = [{"position": 1, "client": "z", "sequence": 1, "ago": 0, "values": {"": ["1"]}}]
    answer = browser.post(f"{url}/events", data={"changes": json.dumps(changes)}).get_json()
    send(browser, url, {1: 1})
    send(browser, url, {1: 1}, "check:1")
    send(browser, url, {1: 1, 2: 1}, "end")

    assert answer["refused"] == [[1, "z", 1, "passed"]]
    events = db.session.scalars(select(AnswerEvent).order_by(AnswerEvent.position))
    assert [event.answer["keys"] for event in events] == [["b"], ["a"]]
    assert db.session.scalars(select(Attempt)).one().mark == 1000


def test_what_a_practice_has_told_earns_no_points_elsewhere_though_its_paper_is_open(sign_in, member, taken):
    quiz = taken(mode=QuizMode.PRACTICE)
    browser = sign_in(member)
    send(browser, start(browser, quiz), {1: 2}, "check:1")
    asked = db.session.scalars(select(AttemptSlot).order_by(AttemptSlot.position).limit(1)).one().version_id
    before = read_ledgers([member.id], ZoneInfo("UTC"))[member.id]
    question = db.session.get(QuestionVersion, asked).question_id
    other = quiz_with(truth(), course=db.session.get(Course, quiz.course_id))
    db.session.execute(update(QuizSlot).where(QuizSlot.quiz_id == other.id).values(question_id=question))
    db.session.commit()

    send(browser, start(browser, other), {1: 1}, "end")

    assert db.session.scalars(select(Attempt.mark).where(Attempt.quiz_id == other.id)).one() == 1000
    assert (len(before.right), len(read_ledgers([member.id], ZoneInfo("UTC"))[member.id].right)) == (0, 0)


def test_an_open_question_tells_no_reasons(sign_in, member, taken):
    quiz = taken(mode=QuizMode.PRACTICE)
    browser = sign_in(member)
    url = start(browser, quiz)

    page = browser.post(
        url, data={"client": "c", "go": "check:1", "seen1": "0"}, headers=EN, follow_redirects=True
    ).text

    assert (CANARY in page, "Choose or write an answer first." in page) == (False, True)


@pytest.mark.parametrize("mode", [QuizMode.TEST, QuizMode.EXAM])
def test_only_practice_tells_reasons_before_the_paper_is_handed_in(sign_in, member, taken, mode):
    quiz = taken(mode=mode)
    browser = sign_in(member)
    url = start(browser, quiz)

    assert "check:" not in browser.get(url).text
    assert send(browser, url, {1: 1}, "check:1").status_code == 404
    assert CANARY not in browser.get(url).text


# Exams


@pytest.fixture
def examined(sign_in, member, taken):
    """An exam that the member has passed, and its paper."""
    quiz = taken(mode=QuizMode.EXAM, is_discussed=True)
    browser = sign_in(member)
    url = start(browser, quiz)
    send(browser, url, {1: 1, 2: 1}, "end")
    return browser, quiz, url


def told_in(page: str) -> str:
    """Return what a page says of its own, and beside it, without the numbers of rows in its addresses."""
    words = page[page.index("<main") : page.index("</aside>", page.index("</main>"))]
    return re.sub(r"(?<=[a-z])/[0-9]+", "/…", re.sub(r'data-words="[^"]*"', "", words))


def test_nothing_of_an_exam_is_told_before_its_release(examined, member, actor_of):
    browser, quiz, url = examined
    pages = [told_in(browser.get(address, headers=EN).text) for address in (url, f"{url}?wrong=1")]
    pages.append(told_in(browser.get(f"/study/quizzes/{quiz.id}", headers=EN).text))

    for page in pages:
        for secret in (CANARY, "100", "Passed", "passed", "2 of 2", "第1题", "counts</p>"):
            # How many answers arrived is no secret.
            assert secret not in page.replace("2 of 2 received", "")
        assert "Handed in" in page or "handed in" in page
    assert db.session.scalars(select(ProgressEvent)).all() == []
    assert not read_ledgers([member.id], ZoneInfo("UTC"))[member.id].right
    assert QuizSubject().find(quiz.id, actor_of(member)) is None
    assert f"quiz:{quiz.id}" not in actor_of(member).tokens


def test_after_the_release_everything_is_told_and_noted_once(examined, member, sign_in, instructor, actor_of, clock):
    _browser, quiz, url = examined
    page = sign_in(instructor).get(f"/study/manage/quizzes/{quiz.id}", headers=EN).text
    assert "Release the results" in page
    clock.advance(hours=1)

    answers = [sign_in(instructor).post(f"/study/manage/quizzes/{quiz.id}/release") for _turn in (1, 2)]
    result_handlers.note_results([QuizReleased(quiz_id=quiz.id)])

    db.session.expire_all()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert db.session.scalars(select(Quiz)).one().released_at == clock.now
    assert db.session.scalars(select(LessonProgress.state)).one() is LearningState.DONE
    told = sign_in(member).get(url, headers=EN).text
    assert ("Result: 100 %" in told, CANARY in told) == (True, True)
    assert QuizSubject().find(quiz.id, actor_of(member)) is not None
    assert "Release the results" not in sign_in(instructor).get(f"/study/manage/quizzes/{quiz.id}", headers=EN).text


def test_a_release_is_announced_once_and_so_is_an_exam_that_becomes_a_test(examined, sign_in, instructor, monkeypatch):
    _browser, quiz, _url = examined
    heard = []
    monkeypatch.setitem(outbox._handlers, "test", (QuizReleased, heard.extend))
    author, url = sign_in(instructor), f"/study/manage/quizzes/{quiz.id}/settings"
    seen = author.get(url).text.split('name="seen"')[1].split('value="')[1].split('"')[0]

    assert author.post(url, data={**RULES, "seen": seen}).status_code == 303
    author.post(f"/study/manage/quizzes/{quiz.id}/release")
    outbox.drain()

    assert heard == [QuizReleased(quiz_id=quiz.id)]


def test_papers_handed_in_after_the_release_are_told_at_once(sign_in, member, taken, clock):
    quiz = taken(mode=QuizMode.EXAM, released_at=clock.now - timedelta(days=1))
    browser = sign_in(member)
    url = start(browser, quiz)

    send(browser, url, {1: 1, 2: 1}, "end")

    assert "Result: 100 %" in browser.get(url, headers=EN).text
    assert len(db.session.scalars(select(ProgressEvent)).all()) == 1


@pytest.mark.parametrize("review", list(Review))
def test_whoever_has_sat_an_exam_finds_nothing_out_by_trying_again_after_its_release(sign_in, member, taken, review):
    quiz = taken(mode=QuizMode.EXAM, review=review)
    browser, late = sign_in(member), UserFactory()
    enrolled(late, quiz.course)
    url = start(browser, quiz)
    send(browser, url, {1: 1, 2: 2}, "end")
    front, again = f"/study/quizzes/{quiz.id}", f"/study/quizzes/{quiz.id}/attempts"
    assert "Take it again" in browser.get(front, headers=EN).text
    with transaction():
        held = db.session.get(Quiz, quiz.id)
        held.released_at = held.created_at

    said = "The results of this exam are released, so it takes no further attempt."
    pages = [browser.get(where, headers=EN).text for where in (front, url)]
    refused = browser.post(again, headers=EN, follow_redirects=True)

    assert [("Take it again" in page, "Try again" in page) for page in pages] == [(False, False)] * 2
    assert (said in pages[0], "none any more" in pages[0], said in refused.text) == (True, True, True)
    assert len(db.session.scalars(select(Attempt)).all()) == 1
    # Whoever has not sat it yet, may.
    assert "one, as the results are released" in sign_in(late).get(front, headers=EN).text
    assert start(sign_in(late), quiz)

    with transaction():
        db.session.get(Quiz, quiz.id).mode = QuizMode.TEST
    assert "Take it again" in sign_in(member).get(front, headers=EN).text


@pytest.mark.parametrize(
    ("grading", "percent"), [(Grading.BEST, 0), (Grading.LAST, 0), (Grading.FIRST, 50), (Grading.MEAN, 50)]
)
def test_releasing_notes_what_counts_of_several_attempts(sign_in, member, taken, grading, percent):
    quiz = taken(mode=QuizMode.EXAM, grading=grading)
    browser = sign_in(member)
    for answers in ({1: 1, 2: 2}, {1: 1, 2: 1}, {1: 2, 2: 2}):
        send(browser, start(browser, quiz), answers, "end")

    with transaction():
        held = db.session.get(Quiz, quiz.id)
        held.released_at = held.created_at
    result_handlers.note_results([QuizReleased(quiz_id=quiz.id)])

    done = db.session.scalars(select(LessonProgress.state)).one() is LearningState.DONE
    assert done is (grading is Grading.BEST)
    noted = [event.detail["percent"] for event in db.session.scalars(select(ProgressEvent).order_by(ProgressEvent.id))]
    # Of the best each paper is noted for itself; otherwise what counts of all, once.
    assert (len(noted), noted[-1]) == (3 if grading is Grading.BEST else 1, percent)
    assert grading is not Grading.BEST or noted == [50, 100, 0]


# Bands


def band(least: int, words: str) -> dict[str, object]:
    said = Faces(en=words)
    return Band(least=least, feedback=said, html=said).to_json()


@pytest.mark.parametrize(
    ("answers", "said"),
    [({1: 1, 2: 1}, "All of it!"), ({1: 1, 2: 2}, "Half of it."), ({1: 2, 2: 2}, None)],
)
def test_the_highest_band_reached_is_said_beside_the_result(sign_in, member, taken, answers, said):
    quiz = taken(bands=[band(500, "Half of it."), band(1000, "All of it!")], review=Review.NEVER)
    browser = sign_in(member)
    url = start(browser, quiz)
    send(browser, url, answers, "end")

    page = browser.get(url, headers=EN).text

    assert [words for words in ("All of it!", "Half of it.") if words in page] == ([said] if said else [])


def test_bands_are_typed_rendered_and_shown_again(sign_in, instructor):
    CourseFactory(slug="banded")
    author = sign_in(instructor)
    data = {**RULES, "bands-0-least": "50", "bands-0-text_en": "Not **bad**", "bands-1-least": "90", "mode": "exam"}

    author.post("/study/manage/courses/banded/quizzes/new", data={**data, "bands-1-text_zh": "<b>好</b>"})

    quiz = db.session.scalars(select(Quiz)).one()
    assert [(one.least, one.html.zh, one.html.en) for one in quiz.band_list] == [
        (900, "&lt;b&gt;好&lt;/b&gt;", ""),
        (500, "", "Not <strong>bad</strong>"),
    ]
    page = author.get(f"/study/manage/quizzes/{quiz.id}/settings").text
    assert ('value="Not **bad**"' in page, 'value="90"' in page, quiz.mode) == (True, True, QuizMode.EXAM)


def test_a_band_without_a_number_is_refused_in_words(sign_in, instructor):
    CourseFactory(slug="banded")
    data = {**RULES, "bands-0-least": "many", "bands-0-text_en": "Good"}

    answer = sign_in(instructor).post("/study/manage/courses/banded/quizzes/new", data=data, headers=EN)

    assert (answer.status_code, "many" in answer.text, "is not a weight" in answer.text) == (422, True, True)


# Certainty


@pytest.mark.parametrize(
    ("fraction", "earned"),
    [(1000, (333, 667, 1000)), (500, (167, 334, 500)), (0, (0, -667, -2000)), (-500, (0, -667, -2000))],
)
def test_what_an_answer_earns_by_how_sure_one_was(fraction, earned):
    assert tuple(with_certainty(fraction, sure) for sure in (1, 2, 3)) == earned


@pytest.mark.parametrize(
    ("certainty", "marks"),
    [(Certainty.NONE, [1000, 0, 1000]), (Certainty.ASKED, [1000, 0, 1000]), (Certainty.COUNTS, [1000, -667, 333])],
)
def test_how_sure_one_was_changes_marks_only_where_it_counts(sign_in, member, taken, certainty, marks):
    quiz = taken(*(choice(1000, 0, text=f"{n}？") for n in range(3)), certainty=certainty)
    browser = sign_in(member)
    url = start(browser, quiz)
    assert ("-sure" in browser.get(url).text) is (certainty is not Certainty.NONE)

    send(browser, url, {1: (1, 3), 2: (2, 2), 3: 1}, "end")

    slots = db.session.scalars(select(AttemptSlot).order_by(AttemptSlot.position)).all()
    assert [slot.mark for slot in slots] == marks
    answers = [event.answer for event in db.session.scalars(select(AnswerEvent).order_by(AnswerEvent.position))]
    assert ["sure" in answer for answer in answers] == [certainty is not Certainty.NONE] * 2 + [False]
    page = browser.get(url, headers=EN).text
    assert ("You said: sure" in page) is (certainty is not Certainty.NONE)
    if certainty is not Certainty.NONE:
        side = " ".join(page[page.index("How sure you were") :].split("</section>")[0].split())
        assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", side) == [
            ("sure", "1 of 1 right"),
            ("fairly sure", "0 of 1 right"),
            ("not said", "1 of 1 right"),
        ]
    # A lucky guess was right all the same.
    assert page.count("ok-t nw") == 2


def test_to_be_sure_alone_is_no_answer_and_to_become_surer_is_a_change(sign_in, member, taken):
    quiz = taken(short("five"), GAPS, certainty=Certainty.COUNTS)
    browser = sign_in(member)
    url = start(browser, quiz)

    def change(sequence, position, **values):
        sent = [{"position": position, "client": "z", "sequence": sequence, "ago": 0, "values": values}]
        return browser.post(f"{url}/events", data={"changes": json.dumps(sent)}).get_json()

    change(1, 1, **{"": [""], "-sure": ["3"]})
    assert db.session.scalars(select(AttemptSlot.answered).order_by(AttemptSlot.position)).all() == [False, False]
    change(2, 1, **{"": ["five"], "-sure": ["1"]})
    change(3, 1, **{"": ["five"], "-sure": ["9"]})
    change(4, 1, **{"": ["five"], "-sure": ["2"]})
    change(5, 2, **{"1": ["x"], "-sure": ["3"]})

    answers = [event.answer for event in db.session.scalars(select(AnswerEvent).order_by(AnswerEvent.sequence))]
    assert [answer.get("sure") for answer in answers] == [3, 1, None, 2, 3]
    assert answers[-1]["gaps"] == {"1": "x"}
    assert 'name="q1.-sure" value="2" checked' in browser.get(url).text


def test_a_paper_asks_as_it_did_when_it_was_begun(sign_in, member, taken):
    quiz = taken(certainty=Certainty.NONE)
    browser = sign_in(member)
    url = start(browser, quiz)
    quiz.certainty = Certainty.COUNTS
    db.session.commit()

    send(browser, url, {1: (1, 1), 2: (1, 1)}, "end")

    assert db.session.scalars(select(Attempt)).one().mark == 2000


def test_questions_that_are_marked_in_parts_ask_too(sign_in, member, taken):
    pairs = QuestionContent(
        kind=QuestionKind.ORDERING, text=Faces(en="?"), options=[Option(text=Faces(en=one)) for one in "ab"]
    )
    quiz = taken(pairs, certainty=Certainty.ASKED)
    browser = sign_in(member)

    assert browser.get(start(browser, quiz)).text.count('name="q1.-sure"') == 3
