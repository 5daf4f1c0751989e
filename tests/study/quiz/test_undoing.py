"""A question file is taken back as a whole, except what somebody uses by now."""

import io

import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.faces import Faces
from study.models import Attempt, AttemptSlot, PracticeAnswer, Question, QuestionImport, QuestionVersion
from study.quiz.queries.quizzes import get_own_quiz
from study.quiz.queries.uses_of_imports import get_own_import
from study.quiz.services.quizzes import add_questions
from study.quiz.services.undoing import undo_import
from tests.factories.quiz import quiz_with, truth
from tests.factories.study import LessonFactory, ModuleFactory

UNDOING = 20
"""Statements of taking a file back, however much it brought."""
EN = {"Accept-Language": "en"}
FILE = "\n\n".join(f"// [id:{word}]\n$CATEGORY: $course$/top/rules\nIs {word} published?{{T}}" for word in
                   ("one", "two", "three", "four", "five", "six"))  # fmt: skip


def bring(browser, text: str, **data):
    """Send a file and take it in."""
    manage = "/study/manage/courses/open-branch/questions"
    sent = {"file": (io.BytesIO(text.encode()), "letters.gift"), "format": "auto", "bank": "Letters"}
    page = browser.post(f"{manage}/import", data=sent, headers=EN)
    ticket = page.text.split('name="ticket"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
    return page.text, browser.post(f"{manage}/accept", data={"ticket": ticket, **data})


def rows() -> list[Question]:
    db.session.expire_all()
    return list(db.session.scalars(select(Question).order_by(Question.id)))


def undo(browser, number: int = 1):
    taken = db.session.scalars(select(QuestionImport).order_by(QuestionImport.id)).all()[number - 1]
    return browser.post(f"/study/manage/imports/{taken.id}/undo", headers=EN)


def test_a_file_that_nobody_used_goes_as_a_whole(browser, course):
    bring(browser, FILE)
    assert {row.folder for row in rows()} == {"rules"}

    answer = undo(browser)

    assert (answer.status_code, answer.location.endswith("/imports"), rows()) == (303, True, [])
    assert db.session.scalars(select(QuestionVersion)).all() == []
    taken = db.session.scalars(select(QuestionImport)).one()
    assert (taken.added, taken.file_name, taken.undone_at is not None) == (6, "letters.gift", True)


def test_what_is_used_stays_and_says_why(browser, course, member, instructor, actor_of):
    bring(browser, FILE)
    one, two, three, four, five, six = rows()
    quiz = quiz_with(truth(), course=course)
    author = actor_of(instructor)
    add_questions(get_own_quiz(quiz.id, author), author, [one.id])
    db.session.commit()
    browser.post(f"/study/manage/questions/{two.id}", data={"text_en": "Is 2 public?", "right": "0"})
    LessonFactory(module=ModuleFactory(course=course), html=Faces(en=f'<div class="asked" data-q="{three.id}"></div>'))
    version = {row.question_id: row.id for row in db.session.scalars(select(QuestionVersion))}
    attempt = Attempt(quiz_id=quiz.id, user_id=member.id, number=1, max_mark=1000)
    db.session.add(attempt)
    db.session.flush()
    db.session.add(AttemptSlot(attempt_id=attempt.id, position=1, version_id=version[four.id], max_mark=1000))
    db.session.add(
        PracticeAnswer(user_id=member.id, question_id=five.id, version_id=version[five.id], answer={}, fraction=0)
    )
    db.session.commit()
    keep, gone = {row.id for row in (one, two, three, four, five)}, six.id

    plan = browser.get(f"/study/manage/imports/{one.import_id}/undo", headers=EN).text
    answer = undo(browser)

    assert "1 question goes." in plan
    for why in (
        "a quiz asks it",
        "somebody has edited it since",
        "a lesson asks it",
        "there are papers with it",
        "members have answered it in a lesson",
    ):
        assert why in plan
    assert answer.location.endswith("/undo")
    assert {row.id for row in rows() if row.import_id} == keep
    assert gone not in {row.id for row in rows()}


def test_a_version_that_a_file_brought_goes_back_to_the_one_before(browser, course):
    bring(browser, FILE)
    bring(browser, "// [id:one]\nIs one open?{T}")
    one = rows()[0]
    assert one.current_version == 2

    undo(browser, 2)

    one = rows()[0]
    versions = db.session.scalars(select(QuestionVersion).where(QuestionVersion.question_id == one.id)).all()
    assert (len(rows()), one.current_version, [row.text.en for row in versions]) == (6, 1, ["Is one published?"])


def test_a_question_says_again_all_that_it_said_before(browser, course):
    long = "Within how many working days does {} branch answer a letter?{{=five}}"
    bring(browser, f"{long.format('the')}\n\n{FILE}")
    twin, one = rows()[0], rows()[1]
    before = one.name, one.sketch
    bring(browser, "// [id:one]\n" + long.format("a"))
    one = rows()[1]
    assert (one.twin_of_id, one.name == before[0], one.sketch == before[1]) == (twin.id, False, False)

    undo(browser, 2)

    one = rows()[1]
    assert (one.twin_of_id, (one.name, one.sketch)) == (None, before)


def test_a_name_that_an_author_typed_stays(browser, course):
    bring(browser, FILE)
    bring(browser, "// [id:one]\nIs one open?{T}")
    one = rows()[0]
    one.name = "Openness"
    db.session.commit()

    undo(browser, 2)

    assert rows()[0].name == "Openness"


@pytest.mark.parametrize("changed", [1, 3])
def test_undoing_asks_the_same_however_many_versions_go(browser, course, instructor, actor_of, count_queries, changed):
    bring(browser, FILE)
    bring(browser, "\n\n".join(f"// [id:{word}]\nIs {word} open?{{T}}" for word in ("one", "two", "three")[:changed]))
    taken = db.session.scalars(select(QuestionImport).order_by(QuestionImport.id)).all()[1]
    author = actor_of(instructor)
    with transaction():
        taken, bank = get_own_import(taken.id, author)
        with count_queries() as seen:
            undo_import(taken, bank.course, author)

    assert len(seen) == UNDOING
    assert {row.current_version for row in rows()} == {1}


def test_undoing_twice_does_it_once(browser, course):
    bring(browser, FILE)
    undo(browser)
    assert undo(browser).status_code == 303
    assert rows() == []


def test_the_preview_marks_what_is_nearly_the_same_and_leaves_it_out(browser, course):
    long = "Within how many working days does {} branch answer a letter?{{=five}}"
    bring(browser, long.format("the"))

    page, answer = bring(browser, f"{long.format('a')}\n\n{long.format('any')}\n\nNew?{{T}}", skip_twins="y")

    assert "2 are nearly the same as other questions." in page
    assert f"/study/manage/questions/{rows()[0].id}/preview" in page
    assert (answer.status_code, len(rows())) == (303, 2)

    bring(browser, long.format("a"))
    assert [row.twin_of_id for row in rows()] == [None, None, rows()[0].id]


def test_the_list_of_imports_counts_no_query_a_row(browser, course, count_queries):
    seen = []
    for text in (FILE, "New?{T}", "Newer still?{F}"):
        bring(browser, text)
        bank_id = rows()[0].bank_id
        browser.get(f"/study/manage/banks/{bank_id}/imports")
        with count_queries() as queries:
            browser.get(f"/study/manage/banks/{bank_id}/imports")
        seen.append(len(queries))
    assert len(set(seen)) == 1
