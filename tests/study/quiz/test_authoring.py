"""Instructors write questions and quizzes in the browser."""

import io
import re

import pytest
from sqlalchemy import func, select

from core.db import db
from core.faces import Faces
from study.enums import CourseState
from study.models import AttemptSlot, Question, QuestionBank, QuestionVersion, Quiz, QuizSlot
from study.quiz.services import papers
from tests.factories.quiz import bank_for, choice, enrolled, question, quiz_with, short, truth
from tests.factories.study import CourseFactory, QuizFactory


@pytest.fixture
def bank(course):
    return bank_for(course)


def latest() -> QuestionVersion:
    return db.session.scalars(select(QuestionVersion).order_by(QuestionVersion.id.desc())).first()


def test_a_bank_is_begun_once(browser, course):
    for _turn in (1, 2):
        browser.post("/study/manage/courses/open-branch/banks", data={"name": " 公开 "})

    assert db.session.scalars(select(QuestionBank.name)).all() == ["公开"]


def test_the_name_of_a_bank_is_not_called_the_name_of_a_person(browser, course):
    page = browser.get("/study/manage/courses/open-branch/banks", headers={"Accept-Language": "zh"}).text
    assert ("名称" in page, "姓名" in page) == (True, False)


def test_a_choice_with_several_answers_is_written(browser, bank):
    answer = browser.post(
        f"/study/manage/banks/{bank.id}/questions/new?kind=multiple_choice",
        data={
            "text_zh": "哪些要公布？",
            "text_en": "What is published?",
            "options-0-text_zh": "账目",
            "options-1-text_zh": "住址",
            "options-1-feedback_zh": "**住址**是私事。",
            "options-2-text_zh": "会议记录",
            "options-3-text_zh": "",
            "right": ["0", "2"],
            "feedback_zh": "公开为原则。",
        },
    )

    version = latest()
    assert answer.status_code == 303
    assert version.text == Faces("哪些要公布？", "What is published?")
    assert [(o.key, o.fraction, o.text.zh) for o in version.option_list] == [
        ("a", 500, "账目"),
        ("b", -1000, "住址"),
        ("c", 500, "会议记录"),
    ]
    assert version.option_list[1].feedback_html.zh == "<strong>住址</strong>是私事。"


def test_a_short_answer_and_a_statement_are_written(browser, bank):
    browser.post(
        f"/study/manage/banks/{bank.id}/questions/new?kind=short_answer",
        data={"text_en": "How many?", "options-0-pattern": "5", "options-1-pattern": "six", "options-1-weight": "50 %"},
    )
    assert [(o.pattern, o.fraction) for o in latest().option_list] == [("5", 1000), ("six", 500)]
    browser.post(
        f"/study/manage/banks/{bank.id}/questions/new?kind=true_false", data={"text_en": "Open?", "right": "1"}
    )
    assert [(o.key, o.fraction) for o in latest().option_list] == [("t", 0), ("f", 1000)]


@pytest.mark.parametrize(
    "data",
    [
        {"text_zh": "", "options-0-text_zh": "a", "options-1-text_zh": "b", "right": "0"},
        {"text_zh": "题", "options-0-text_zh": "kept", "right": "0"},
        {"text_zh": "题", "options-0-text_zh": "kept", "options-1-text_zh": "b"},
        {"text_zh": "题", "options-0-text_zh": "kept", "options-1-text_zh": "b", "right": "0", "options-1-weight": "x"},
    ],
)
def test_an_incomplete_question_comes_back_with_what_was_typed(browser, bank, data):
    answer = browser.post(f"/study/manage/banks/{bank.id}/questions/new", data=data)

    assert answer.status_code == 422
    assert "errsum" in answer.text
    assert data["options-0-text_zh"] in answer.text
    assert db.session.scalar(select(func.count()).select_from(Question)) == 0


def test_more_rows_are_offered_without_script(browser, bank):
    answer = browser.post(
        f"/study/manage/banks/{bank.id}/questions/new",
        data={"text_zh": "题", "options-0-text_zh": "一", "options-1-text_zh": "二", "right": "1", "more": "1"},
    )

    assert answer.status_code == 200
    assert answer.text.count('-text_zh"') >= 4
    assert 'value="一"' in answer.text
    assert re.search(r'name="right" value="1" checked', answer.text)


def test_an_edit_makes_a_new_version_and_leaves_the_old_one(browser, bank):
    row = question(bank, choice(1000, 0, text="旧"))

    page = browser.get(f"/study/manage/questions/{row.id}").text
    browser.post(
        f"/study/manage/questions/{row.id}",
        data={"text_zh": "新", "options-0-text_zh": "选项1", "options-1-text_zh": "选项2", "right": "1"},
    )

    assert "旧" in page
    versions = db.session.scalars(select(QuestionVersion).order_by(QuestionVersion.version)).all()
    assert [(v.version, v.text.zh, [o.fraction for o in v.option_list]) for v in versions] == [
        (1, "旧", [1000, 0]),
        (2, "新", [0, 1000]),
    ]


def test_saving_without_a_change_makes_no_version(browser, bank):
    row = question(bank, choice(1000, 333, 0))
    page = browser.get(f"/study/manage/questions/{row.id}").text
    sent = {name: value for name, value in re.findall(r'name="([^"]+)"[^>]*? value="([^"]*)"', page) if name != "right"}
    sent |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', page))

    browser.post(f"/study/manage/questions/{row.id}", data={**sent, "right": "0"})

    assert db.session.scalar(select(func.count()).select_from(QuestionVersion)) == 1


def test_a_retired_question_is_no_longer_offered(browser, course, bank):
    row, quiz = question(bank, truth()), QuizFactory(course=course)
    browser.post(f"/study/manage/questions/{row.id}/state", data={"state": "retired"})

    browser.post(f"/study/manage/quizzes/{quiz.id}/slots", data={"question": [row.id]})

    assert db.session.scalar(select(func.count()).select_from(QuizSlot)) == 0
    assert f'name="question" value="{row.id}"' not in browser.get(f"/study/manage/quizzes/{quiz.id}").text


def test_a_quiz_is_made_filled_ordered_and_weighed(browser, course, bank):
    made = browser.post(
        "/study/manage/courses/open-branch/quizzes/new",
        data={
            "title_zh": "单元测验", "pass_percent": "66.7", "attempts_allowed": "2", "time_limit_minutes": "30",
            "grading": "best", "shuffle": "y",
        },
    )  # fmt: skip
    quiz = db.session.scalars(select(Quiz)).one()
    rows = [question(bank, choice(1000, 0, text=f"第 {n} 题"), key=str(n)) for n in range(3)]
    browser.post(made.location + "/slots", data={"question": [row.id for row in rows]})
    slots = db.session.scalars(select(QuizSlot).order_by(QuizSlot.position)).all()

    browser.post(f"/study/manage/slots/{slots[2].id}", data={"act": "up"})
    browser.post(f"/study/manage/slots/{slots[0].id}", data={"act": "remove"})
    browser.post(f"/study/manage/slots/{slots[1].id}", data={"act": "mark", "max_mark": "2.5"})

    assert (quiz.pass_thousandths, quiz.attempts_allowed, quiz.time_limit_minutes, quiz.shuffle) == (667, 2, 30, True)
    left = db.session.execute(select(QuizSlot.question_id, QuizSlot.max_mark).order_by(QuizSlot.position)).all()
    assert [tuple(one) for one in left] == [(rows[2].id, 1000), (rows[1].id, 2500)]
    assert "第 2 题" in browser.get(f"/study/manage/quizzes/{quiz.id}/preview").text


def test_a_quiz_with_papers_cannot_be_deleted(browser, member, transaction, actor_of):
    quiz = quiz_with(truth())
    enrolled(member, quiz.course)
    with transaction():
        papers.start(quiz, quiz.course_id, actor_of(member))

    browser.post(f"/study/manage/quizzes/{quiz.id}/delete")

    assert db.session.get(Quiz, quiz.id) is not None
    assert db.session.scalar(select(func.count()).select_from(AttemptSlot)) == 1


def test_a_wrong_mark_is_refused(browser, course):
    quiz = quiz_with(truth(), course=course)
    slot = db.session.scalars(select(QuizSlot).where(QuizSlot.quiz_id == quiz.id)).one()

    assert browser.post(f"/study/manage/slots/{slot.id}", data={"max_mark": "-1"}).status_code == 422


def test_a_file_is_looked_at_and_then_taken_in(browser, course):
    content = "题目,A,B,答案\n问一？,甲,乙,B\n问二？,甲,乙,C\n".encode("gb18030")
    url = "/study/manage/courses/open-branch/questions/import"

    seen = browser.post(url, data={"file": (io.BytesIO(content), "题库.csv"), "format": "auto"})
    assert db.session.scalar(select(func.count()).select_from(Question)) == 0
    ticket = re.search(r'name="ticket"[^>]*value="([^"]+)"', seen.text)[1]
    done = browser.post("/study/manage/courses/open-branch/questions/accept", data={"ticket": ticket})

    assert "问一？" in seen.text
    assert "Line 3" in seen.text or "3" in seen.text
    assert done.status_code == 303
    assert db.session.scalars(select(QuestionBank.name)).all() == ["题库"]
    assert latest().text.zh == "问一？"


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "a.gift"), (b"%PDF-1.4", "a.csv"), (b"caf\xe9{T}", "a.gift"), (b"words", "a.txt")]
)
def test_a_file_that_cannot_be_read_is_refused_beside_its_field(browser, course, content, name):
    answer = browser.post(
        "/study/manage/courses/open-branch/questions/import",
        data={"file": (io.BytesIO(content), name), "format": "auto"},
    )

    assert answer.status_code == 422
    assert 'id="file-e"' in answer.text


def test_a_ticket_of_somebody_else_is_worth_nothing(browser, course, sign_in, administrator):
    seen = browser.post(
        "/study/manage/courses/open-branch/questions/import",
        data={"file": (io.BytesIO(b"Open?{T}"), "a.gift"), "format": "auto"},
    )
    ticket = re.search(r'name="ticket"[^>]*value="([^"]+)"', seen.text)[1]
    other = sign_in(administrator)

    url = "/study/manage/courses/open-branch/questions/accept"
    assert other.post(url, data={"ticket": ticket}).status_code == 404
    assert other.post(url, data={"ticket": "made-up"}).status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_author_pages_cost_the_same_for_any_number_of_questions(browser, course, count_queries, count):
    quiz = quiz_with(*[choice(1000, 0, text=f"第 {n} 题") for n in range(count)], course=course)
    bank = bank_for(course, "更多")
    for n in range(count):
        question(bank, truth(), key=f"more{n}")
    costs = []
    for url in (f"banks/{bank.id}", f"quizzes/{quiz.id}?bank={bank.id}", f"quizzes/{quiz.id}/preview"):
        with count_queries() as seen:
            assert browser.get(f"/study/manage/{url}").status_code == 200
        costs.append(len(seen))
    assert costs == [10, 13, 7]


@pytest.mark.parametrize("content", [truth(), choice(1000, 0, 0), short("five", "*days*")])
def test_every_kind_can_be_opened_for_editing(browser, bank, content):
    row = question(bank, content)

    assert browser.get(f"/study/manage/questions/{row.id}").status_code == 200
    assert browser.get(f"/study/manage/questions/{row.id}/preview").status_code == 200


def test_the_rules_are_shown_and_changed(browser, course):
    quiz = QuizFactory(course=course, pass_thousandths=667, attempts_allowed=3, time_limit_minutes=20)

    page = browser.get(f"/study/manage/quizzes/{quiz.id}/settings").text
    sent = {"title_en": "Final", "pass_percent": "70", "attempts_allowed": "0", "grading": "last"}
    browser.post(f"/study/manage/quizzes/{quiz.id}/settings", data={**sent, "time_limit_minutes": ""})

    assert 'value="66.7"' in page
    assert (quiz.title, quiz.pass_thousandths, quiz.attempts_allowed) == (Faces(en="Final"), 700, 0)
    assert (quiz.time_limit_minutes, quiz.grading.value) == (None, "last")


@pytest.mark.parametrize(
    "wrong", [{"title_zh": ""}, {"pass_percent": "101"}, {"attempts_allowed": "-1"}, {"time_limit_minutes": "0"}]
)
def test_wrong_rules_come_back_with_what_was_typed(browser, course, wrong):
    sent = {"title_zh": "测验", "pass_percent": "60", "attempts_allowed": "0", "grading": "best", "shuffle": "y"}

    answer = browser.post("/study/manage/courses/open-branch/quizzes/new", data={**sent, **wrong})

    assert answer.status_code == 422
    assert "errsum" in answer.text
    assert re.search(r'<input[^>]*name="shuffle"', answer.text)
    assert db.session.scalar(select(func.count()).select_from(Quiz)) == 0


def test_a_quiz_nobody_took_is_deleted(browser, course):
    quiz = quiz_with(truth(), course=course)
    course.state = CourseState.DRAFT
    db.session.commit()

    answer = browser.post(f"/study/manage/quizzes/{quiz.id}/delete")

    assert answer.location == "/study/manage/courses/open-branch/quizzes"
    assert db.session.scalar(select(func.count()).select_from(Quiz)) == 0


def test_pages_with_nothing_on_them_say_what_to_do(browser, course):
    for url in ("banks", "quizzes"):
        assert 'class="empty"' in browser.get(f"/study/manage/courses/open-branch/{url}").text
    quiz = QuizFactory(course=course)
    for url in (f"quizzes/{quiz.id}", f"quizzes/{quiz.id}/preview"):
        assert 'class="empty"' in browser.get(f"/study/manage/{url}").text


def test_a_bank_needs_a_name(browser, course):
    assert browser.post("/study/manage/courses/open-branch/banks", data={"name": " "}).status_code == 422


@pytest.mark.parametrize(
    "url",
    [
        "banks/999", "questions/999", "questions/999/preview", "quizzes/999", "quizzes/999/settings",
        "quizzes/999/preview", "courses/none/banks", "courses/none/quizzes", "courses/none/questions/import",
    ],
)  # fmt: skip
def test_unknown_things_are_not_found(browser, url):
    assert browser.get(f"/study/manage/{url}").status_code == 404


def test_unknown_kinds_states_and_slots_are_not_found(browser, bank):
    row = question(bank, truth())

    assert browser.get(f"/study/manage/banks/{bank.id}/questions/new?kind=poem").status_code == 404
    assert browser.post(f"/study/manage/questions/{row.id}/state", data={"state": "draft"}).status_code == 404
    assert browser.post("/study/manage/slots/999", data={"act": "up"}).status_code == 404


@pytest.mark.parametrize("mark", ["0", "101", "x", "nan", ""])
def test_marks_out_of_range_are_refused(browser, course, mark):
    quiz = quiz_with(truth(), course=course)
    slot = db.session.scalars(select(QuizSlot).where(QuizSlot.quiz_id == quiz.id)).one()

    assert browser.post(f"/study/manage/slots/{slot.id}", data={"max_mark": mark}).status_code == 422
    assert slot.max_mark == 1000


def test_questions_of_another_course_are_not_put_into_a_quiz(browser, course):
    quiz = QuizFactory(course=course)
    foreign = question(bank_for(CourseFactory()), truth())

    browser.post(f"/study/manage/quizzes/{quiz.id}/slots", data={"question": [foreign.id, "x", "9" * 30]})

    assert db.session.scalar(select(func.count()).select_from(QuizSlot)) == 0


def test_an_upload_without_a_file_says_so(browser, course):
    answer = browser.post("/study/manage/courses/open-branch/questions/import", data={"format": "auto"})

    assert answer.status_code == 422


def test_the_author_of_a_quiz_in_no_lesson_sees_why_nobody_can_take_it(browser, course):
    quiz = QuizFactory(course=course)

    assert browser.get(f"/study/quizzes/{quiz.id}").status_code == 200
    assert browser.post(f"/study/quizzes/{quiz.id}/attempts").status_code == 409
