"""Papers that wait for people who mark: what is told meanwhile, and what counts once they have."""

import pytest
from sqlalchemy import select

from core.db import db, transaction
from study.enums import Certainty, Grading, ProgressKind, QuizMode
from study.models import Attempt, AttemptSlot, ProgressEvent, Quiz
from study.quiz.queries.ledgers import slots_of
from study.quiz.queries.statistics import Which, statistics_of
from study.quiz.services import handing_in
from tests.factories.quiz import CANARY, choice, enrolled, essay, quiz_with

EN = {"Accept-Language": "en"}


@pytest.fixture
def taken(member):
    """Return ``taken(*contents, **settings)``: a quiz that the member may take."""

    def make(*contents, **settings):
        quiz = quiz_with(*contents or (choice(1000, 0), essay()), **settings)
        enrolled(member, quiz.course)
        return quiz

    return make


def take(browser, quiz, *answers: str) -> str:
    """Write a whole paper, and return its address."""
    url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
    data = {"client": "c", "go": "end", "sure": "1"}
    for at, said in enumerate(answers, start=1):
        data |= {f"seen{at}": "0", f"q{at}": said}
    browser.post(url, data=data)
    return url


def give(number: int, position: int, mark: int) -> None:
    """Mark one answer of the member's paper of this number, as a person does."""
    with transaction():
        attempt = db.session.scalars(select(Attempt).where(Attempt.number == number)).one()
        quiz = db.session.scalars(select(Quiz)).one()
        slots = slots_of(attempt.id)
        slots[position - 1].mark = mark
        handing_in.settle_mark(attempt, quiz, slots)
        handing_in.note_result(attempt, quiz)


def noted() -> list[tuple[ProgressKind, int]]:
    """Return the verdicts in the ledger of progress."""
    kinds = (ProgressKind.QUIZ_PASSED, ProgressKind.QUIZ_FAILED)
    events = db.session.scalars(select(ProgressEvent).where(ProgressEvent.kind.in_(kinds)).order_by(ProgressEvent.id))
    return [(event.kind, event.detail["percent"]) for event in events]


def test_an_essay_is_written_in_a_field_of_several_lines_and_kept(sign_in, member, taken):
    quiz = taken(essay())
    browser = sign_in(member)
    url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
    assert '<textarea class="in-t" id="a1" name="q1" rows="10"' in browser.get(url).text

    browser.post(url, data={"client": "c", "go": "save", "seen1": "0", "q1": "Eins\r\n  Zwei \n"})

    page = browser.get(url).text
    assert ("Eins\n  Zwei</textarea>" in page, CANARY in page) == (True, False)


def test_what_a_person_marks_waits_and_the_learner_reads_what_is_known_so_far(sign_in, member, taken):
    quiz = taken()
    browser = sign_in(member)
    url = take(browser, quiz, "1", "Weil.")

    attempt = db.session.scalars(select(Attempt)).one()
    slots = db.session.scalars(select(AttemptSlot).order_by(AttemptSlot.position)).all()
    assert (attempt.mark, attempt.passed, attempt.is_waiting, [one.mark for one in slots]) == (
        None,
        None,
        True,
        [1000, None],
    )
    assert noted() == []
    page, front = (browser.get(one, headers=EN).text for one in (url, f"/study/quizzes/{quiz.id}"))
    assert "1 answer waits to be marked by a person" in page
    assert "So far 1 of 1 marks." in page
    for shown in (page, front):
        assert "Waiting for marking" in shown
        assert ("Not passed" in shown, "Passed" in shown, "Result:" in shown) == (False, False, False)
    assert "0 of 1 mark" not in page


def test_an_essay_without_a_word_waits_for_nobody(sign_in, member, taken):
    url = take(sign_in(member), taken(), "1", " \n ")

    attempt = db.session.scalars(select(Attempt)).one()
    assert (attempt.mark, attempt.passed, attempt.marking_code) == (1000, False, None)
    assert url.endswith(f"/{attempt.id}")
    assert noted() == [(ProgressKind.QUIZ_FAILED, 50)]


def test_with_the_last_mark_the_paper_has_its_own_and_the_verdict_is_noted(sign_in, member, taken):
    quiz = taken(choice(1000, 0), essay(), essay("Und?"))
    browser = sign_in(member)
    url = take(browser, quiz, "1", "Weil.", "Darum.")

    give(1, 2, 333)
    assert (db.session.scalars(select(Attempt)).one().mark, noted()) == (None, [])
    give(1, 3, 667)

    attempt = db.session.scalars(select(Attempt)).one()
    assert (attempt.mark, attempt.passed, noted()) == (2000, True, [(ProgressKind.QUIZ_PASSED, 66)])
    assert "Result: 66 %" in browser.get(url, headers=EN).text


@pytest.mark.parametrize(
    ("grading", "after"),
    [
        (Grading.BEST, [[50], [50, 100], [50, 100, 60]]),
        (Grading.LAST, [[50], [50], [50, 60]]),
        (Grading.FIRST, [[50], [50, 50], [50, 50, 50]]),
        (Grading.MEAN, [[50], [50], [50, 70]]),
    ],
)
def test_of_several_papers_only_what_is_marked_counts(sign_in, member, taken, grading, after):
    quiz = taken(grading=grading)
    browser = sign_in(member)
    take(browser, quiz, "1", "")
    take(browser, quiz, "1", "Zwei")
    take(browser, quiz, "1", "Drei")
    found = [[percent for _kind, percent in noted()]]
    for number, mark in ((2, 1000), (3, 200)):
        give(number, 2, mark)
        found.append([percent for _kind, percent in noted()])

    assert found == after


@pytest.mark.parametrize("grading", list(Grading))
def test_the_front_of_a_quiz_never_says_failed_while_what_counts_waits(sign_in, member, taken, grading):
    quiz = taken(grading=grading)
    browser = sign_in(member)
    take(browser, quiz, "2", "")
    take(browser, quiz, "1", "Zwei")

    page = browser.get(f"/study/quizzes/{quiz.id}", headers=EN).text

    assert page.count("Waiting for marking") == (1 if grading is Grading.FIRST else 2)
    assert ("Not passed yet" in page) is (grading is Grading.FIRST)


def test_an_exam_tells_a_paper_that_waits_at_its_release_only_when_it_is_marked(sign_in, member, taken):
    quiz = taken(mode=QuizMode.EXAM)
    take(sign_in(member), quiz, "1", "Weil.")
    quiz.released_at = quiz.created_at
    db.session.commit()

    assert handing_in.note_results(quiz.id, 0) is None
    assert noted() == []
    give(1, 2, 1000)

    assert noted() == [(ProgressKind.QUIZ_PASSED, 100)]


def test_how_sure_one_is_asks_nobody_about_an_essay(sign_in, member, taken):
    quiz = taken(certainty=Certainty.COUNTS)
    browser = sign_in(member)
    url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
    assert browser.get(url).text.count('class="sure"') == 1
    data = {"seen1": "0", "q1": "1", "q1.-sure": "3", "seen2": "0", "q2": "Weil."}
    browser.post(url, data={"client": "c", "go": "end", "sure": "1", **data})

    give(1, 2, 500)

    assert db.session.scalars(select(Attempt)).one().mark == 1500
    assert "in part" in browser.get(url, headers=EN).text


def test_in_practice_a_checked_essay_stands_and_says_that_a_person_marks_it(sign_in, member, taken):
    quiz = taken(essay(), mode=QuizMode.PRACTICE)
    browser = sign_in(member)
    url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location

    browser.post(url, data={"client": "c", "go": "check:1", "page": "1", "seen1": "0", "q1": "Weil."})

    page = browser.get(url, headers=EN).text
    assert ("waiting for marking" in page, "A person marks this answer." in page, 'name="q1"' in page) == (
        True,
        True,
        False,
    )
    assert db.session.scalars(select(AttemptSlot)).one().mark is None


def test_statistics_leave_out_what_waits(sign_in, member, taken):
    quiz = taken()
    browser = sign_in(member)
    take(browser, quiz, "1", "")
    take(browser, quiz, "1", "Weil.")

    found = statistics_of(quiz, Which.ALL)

    assert (found.whole.count, found.whole.mean) == (1, 1000)
    assert [one.figures.count for one in found.items] == [1, 1]
