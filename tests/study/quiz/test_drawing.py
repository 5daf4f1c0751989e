"""Places that ask a version for good, the latest one, or one drawn for each paper."""

import re

import pytest
from sqlalchemy import select

from core.db import db
from study.enums import Difficulty, VersionState
from study.models import Attempt, AttemptSlot, Question, QuestionVersion, Quiz, QuizSlot
from study.quiz.services.drawing import Rule, drawn_versions
from tests.factories.quiz import add_version, bank_for, choice, enrolled, question, quiz_with, short, truth
from tests.factories.study import CourseFactory

EN = {"Accept-Language": "en"}


@pytest.fixture
def course(app):
    return CourseFactory(slug="open-branch")


@pytest.fixture
def bank(course):
    """Six questions: three in a folder, two of them hard, one tagged."""
    made = bank_for(course)
    for number in range(6):
        row = question(made, short(f"answer {number}"), key=f"k{number}")
        row.folder = "rules/first" if number < 3 else ""
        row.level = Difficulty.HARD if number in (0, 1) else None
        row.tags = "|minutes|" if number == 5 else ""
    db.session.commit()
    return made


def draws(quiz, bank, *rules: Rule) -> Quiz:
    """Put places that draw behind the others."""
    for position, rule in enumerate(rules, start=10):
        db.session.add(
            QuizSlot(
                quiz_id=quiz.id,
                position=position,
                draw_bank_id=bank.id,
                draw_folder=rule.folder,
                draw_tag=rule.tag,
                draw_level=rule.level,
            )
        )
    db.session.commit()
    return quiz


def numbers(quiz, user_id=None) -> list[int]:
    """Return which questions of the bank are asked, by the number in their keys."""
    ids = [version.question_id for version, _mark in drawn_versions(quiz, user_id)]
    keys = {row.id: row.key for row in db.session.execute(select(Question.id, Question.key))}
    return [int(keys[ident][1:]) for ident in ids if keys[ident].startswith("k")]


def any_of(bank, **rule) -> Rule:
    return Rule(bank.id, **rule)


@pytest.mark.parametrize(
    ("rule", "may"),
    [
        ({}, {0, 1, 2, 3, 4, 5}),
        ({"folder": "rules"}, {0, 1, 2}),
        ({"folder": "rule"}, set()),
        ({"tag": "minutes"}, {5}),
        ({"tag": "minute"}, set()),
        ({"level": Difficulty.HARD}, {0, 1}),
        ({"folder": "rules/first", "level": Difficulty.HARD}, {0, 1}),
    ],
)
def test_a_place_draws_what_fits(course, bank, rule, may):
    quiz = draws(quiz_with(course=course), bank, any_of(bank, **rule))
    drawn = {number for _turn in range(30) for number in numbers(quiz)}
    assert drawn <= may
    assert bool(drawn) is bool(may)


def test_nothing_is_asked_twice_and_scarce_questions_go_where_they_are_needed(course, bank):
    rules = [any_of(bank)] * 5 + [any_of(bank, tag="minutes")]
    quiz = draws(quiz_with(course=course), bank, *rules)
    for _turn in range(20):
        drawn = numbers(quiz)
        assert sorted(drawn) == [0, 1, 2, 3, 4, 5]
        assert drawn[-1] == 5


def test_a_place_for_which_nothing_is_left_is_left_out(course, bank):
    quiz = draws(quiz_with(course=course), bank, *[any_of(bank, level=Difficulty.HARD)] * 3)
    assert sorted(numbers(quiz)) == [0, 1]


def test_what_the_quiz_asks_anyway_is_not_drawn(course, bank):
    quiz = quiz_with(course=course)
    fixed = db.session.scalars(select(Question).where(Question.key == "k0")).one()
    db.session.add(QuizSlot(quiz_id=quiz.id, position=0, question_id=fixed.id))
    draws(quiz, bank, *[any_of(bank, level=Difficulty.HARD)] * 2)
    assert sorted(numbers(quiz)) == [0, 1]


def test_retired_questions_and_drafts_are_not_drawn(course, bank):
    rows = db.session.scalars(select(Question).order_by(Question.id)).all()
    rows[0].state = VersionState.RETIRED
    db.session.scalars(
        select(QuestionVersion).where(QuestionVersion.question_id == rows[1].id)
    ).one().state = VersionState.DRAFT
    db.session.commit()
    quiz = draws(quiz_with(course=course), bank, *[any_of(bank, folder="rules")] * 3)
    assert numbers(quiz) == [2]


def test_unseen_questions_come_first_then_those_met_longest_ago(course, bank, member):
    quiz = draws(quiz_with(course=course), bank, *[any_of(bank)] * 2)
    met: list[int] = []
    for turn in range(1, 4):
        drawn = numbers(quiz, member.id)
        assert not set(drawn) & set(met)
        met += drawn
        attempt = Attempt(quiz_id=quiz.id, user_id=member.id, number=turn, max_mark=1000, state="submitted")
        db.session.add(attempt)
        db.session.flush()
        for position, number in enumerate(drawn, start=1):
            version = db.session.scalars(
                select(QuestionVersion).join(QuestionVersion.question).where(Question.key == f"k{number}")
            ).one()
            db.session.add(AttemptSlot(attempt_id=attempt.id, position=position, version_id=version.id, max_mark=1000))
        db.session.commit()
    assert sorted(numbers(quiz, member.id)) == sorted(met[:2])


def test_a_paper_is_the_same_for_ever(sign_in, course, bank, member):
    quiz = draws(quiz_with(choice(1000, 0, 0, 0), course=course, shuffle=True), bank, *[any_of(bank)] * 3)
    enrolled(member, course)
    browser = sign_in(member)
    url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
    first = re.findall(r'<(?:legend|label class="label"[^>]*)>.*?</(?:legend|label)>|<label class="opt">.*?</label>',
                       browser.get(url).text, re.DOTALL)  # fmt: skip
    slots = db.session.scalars(select(AttemptSlot)).all()
    assert len(slots) == 4

    for row in db.session.scalars(select(Question)).all():
        add_version(row, truth(), 2)
        row.state, row.folder = VersionState.RETIRED, "elsewhere"
    db.session.commit()
    again = re.findall(r'<(?:legend|label class="label"[^>]*)>.*?</(?:legend|label)>|<label class="opt">.*?</label>',
                       browser.get(url).text, re.DOTALL)  # fmt: skip

    assert (again, len(first) >= 5) == (first, True)


def test_places_that_draw_are_added_in_the_browser(sign_in, instructor, course, bank):
    quiz = quiz_with(truth(), course=course)
    browser = sign_in(instructor)
    url = f"/study/manage/quizzes/{quiz.id}"

    data = {"bank": bank.id, "folder": "rules", "level": "hard", "count": "3", "max_mark": "2.5"}
    page = browser.post(f"{url}/draws", data=data, follow_redirects=True, headers=EN).text

    slots = db.session.scalars(select(QuizSlot).order_by(QuizSlot.position)).all()
    assert [(s.question_id is None, s.draw_folder, s.draw_level, s.max_mark) for s in slots[1:]] == [
        (True, "rules", Difficulty.HARD, 2500)
    ] * 3
    assert "Only 2 questions fit." in page
    assert page.count("Drawn at random from “题库”") >= 3
    assert "folder “rules”, hard" in page
    assert browser.get(f"{url}/preview").status_code == 200


@pytest.mark.parametrize(
    "data", [{"count": "0"}, {"count": "101"}, {"count": "x"}, {"tag": "none such"}, {"bank": "999"}, {"bank": "y"}]
)
def test_draws_that_cannot_be_are_refused(sign_in, instructor, course, bank, data):
    quiz = quiz_with(truth(), course=course)
    sent = {"bank": str(bank.id), "count": "1", "max_mark": "1", **data}
    answer = sign_in(instructor).post(f"/study/manage/quizzes/{quiz.id}/draws", data=sent)
    assert answer.status_code == 303
    assert len(db.session.scalars(select(QuizSlot)).all()) == 1


def test_a_bank_of_another_course_is_not_drawn_from(sign_in, instructor, course, bank):
    quiz = quiz_with(truth(), course=CourseFactory(slug="other"))
    sign_in(instructor).post(
        f"/study/manage/quizzes/{quiz.id}/draws", data={"bank": bank.id, "count": "1", "max_mark": "1"}
    )
    assert len(db.session.scalars(select(QuizSlot)).all()) == 1


def test_a_place_may_ask_one_version_for_good(sign_in, instructor, course):
    quiz = quiz_with(short("five"), course=course)
    slot = db.session.scalars(select(QuizSlot)).one()
    row = db.session.scalars(select(Question)).one()
    old = db.session.scalars(select(QuestionVersion)).one()
    new = add_version(row, short("six"), 2)
    browser = sign_in(instructor)

    browser.post(f"/study/manage/slots/{slot.id}", data={"act": "version", "version": str(old.id)})
    assert [version.id for version, _mark in drawn_versions(quiz)] == [old.id]
    assert "always version 1" in browser.get(f"/study/manage/quizzes/{quiz.id}", headers=EN).text

    browser.post(f"/study/manage/slots/{slot.id}", data={"act": "version", "version": ""})
    assert [version.id for version, _mark in drawn_versions(quiz)] == [new.id]

    other = question(bank_for(course, "other"), truth())
    foreign = db.session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == other.id)).one()
    answer = browser.post(f"/study/manage/slots/{slot.id}", data={"act": "version", "version": str(foreign.id)})
    assert answer.status_code == 404


@pytest.mark.parametrize("places", [1, 3])
def test_the_page_of_a_quiz_costs_the_same_at_any_length(sign_in, instructor, course, bank, count_queries, places):
    quiz = draws(quiz_with(course=course), bank, *[any_of(bank)] * places)
    for number in range(places):
        row = question(bank, truth(is_true=bool(number % 2)), key=f"x{number}")
        db.session.add(QuizSlot(quiz_id=quiz.id, position=number, question_id=row.id))
    db.session.commit()
    browser = sign_in(instructor)
    browser.get(f"/study/manage/quizzes/{quiz.id}")
    with count_queries() as seen:
        browser.get(f"/study/manage/quizzes/{quiz.id}")
    assert len(seen) == 14


def test_what_was_drawn_may_be_discussed(sign_in, course, bank, member):
    quiz = draws(quiz_with(course=course), bank, any_of(bank, tag="minutes"))
    enrolled(member, course)
    browser = sign_in(member)
    url = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
    browser.post(url, data={"client": "c", "q1": "x", "seen1": "0", "go": "end", "sure": "1"})
    asked = db.session.scalars(select(Question).where(Question.key == "k5")).one()
    page = browser.get(url, headers=EN).text
    link = re.search(rf'href="([^"]*q{asked.id})"', page)
    assert link
    assert browser.get(link[1].replace("&amp;", "&")).status_code == 200
