"""Two authors of one thing lose nothing, and what is typed is kept before it is saved."""

import json
import re
from html import unescape

import pytest
from sqlalchemy import select

from core.db import db
from core.faces import Faces
from study.models import AuthorDraft, Course, Lesson, Question, Quiz
from study.passages import passages_of
from study.queries.citations import find_citation
from study.quiz.queries.banks import get_newest_version
from study.services.courses import rendered_lesson
from study.services.drafts import SIGNS_MAX
from study.urls import for_passage
from tests.factories.quiz import CANARY, bank_for, choice
from tests.factories.quiz import question as make_question
from tests.factories.study import CourseFactory, LessonFactory, ModuleFactory, QuizFactory

EN = {"Accept-Language": "en"}


@pytest.fixture
def lesson(member, instructor, administrator):
    return LessonFactory(title=Faces("账目", "Accounts"), body=Faces("第一段。\n\n第二段。"))


def seen_in(page: str) -> str:
    return re.search(r'name="seen"[^>]*value="(\w+)"', page)[1]


def usual(page: str) -> dict[str, str]:
    chosen = re.findall(r'<select[^>]*name="(\w+)"[^>]*>.*?<option selected value="([^"]*)"', page, re.DOTALL)
    return dict(chosen)


def lesson_form(browser, lesson) -> dict[str, str]:
    page = browser.get(f"/study/manage/lessons/{lesson.id}").text
    return {**usual(page), "seen": seen_in(page), "kind": "page", "minutes": "5", "may_repeat": "y"}


def test_a_save_over_a_later_change_is_refused_once_and_shows_the_difference(
    sign_in, instructor, administrator, lesson
):
    address = f"/study/manage/lessons/{lesson.id}"
    mine, theirs = sign_in(instructor), sign_in(administrator)
    my_form, their_form = lesson_form(mine, lesson), lesson_form(theirs, lesson)

    first = theirs.post(address, data={**their_form, "title_zh": "账目", "body_zh": "第一段。\n\n改过的第二段。"})
    second = mine.post(address, data={**my_form, "title_zh": "账目公开", "body_zh": "第一段。"}, headers=EN)
    db.session.expire_all()
    kept = db.session.get_one(Lesson, lesson.id).body.zh
    third = mine.post(
        address, data={**my_form, "seen": seen_in(second.text), "title_zh": "账目公开", "body_zh": "第一段。"}
    )

    assert (first.status_code, second.status_code, third.status_code) == (303, 409, 303)
    assert kept == "第一段。\n\n改过的第二段。"
    assert "Somebody else has changed this" in second.text
    assert re.search(r"<del>.*?改过的第二段。", second.text, re.DOTALL)
    assert 'value="账目公开"' in second.text
    db.session.expire_all()
    assert db.session.get_one(Lesson, lesson.id).title.zh == "账目公开"


def test_a_save_after_nothing_changed_goes_through(sign_in, instructor, lesson):
    browser = sign_in(instructor)
    form = lesson_form(browser, lesson)
    browser.post(f"/study/manage/lessons/{lesson.id}/move", data={"step": "up"})

    answer = browser.post(f"/study/manage/lessons/{lesson.id}", data={**form, "title_zh": "新题", "body_zh": "文。"})

    assert answer.status_code == 303


def test_two_authors_who_write_the_same_are_not_bothered(sign_in, instructor, administrator, lesson):
    mine, theirs = sign_in(instructor), sign_in(administrator)
    forms = [{**lesson_form(one, lesson), "title_zh": "同题", "body_zh": "同文。"} for one in (mine, theirs)]

    answers = [
        one.post(f"/study/manage/lessons/{lesson.id}", data=form)
        for one, form in zip((mine, theirs), forms, strict=True)
    ]

    assert [answer.status_code for answer in answers] == [303, 303]


def test_the_front_page_of_a_course_is_saved_as_carefully(sign_in, instructor, administrator):
    course = CourseFactory()
    address = f"/study/manage/courses/{course.slug}/edit"
    mine, theirs = sign_in(instructor), sign_in(administrator)
    forms = [{**usual(page := one.get(address).text), "seen": seen_in(page)} for one in (mine, theirs)]

    first = theirs.post(address, data={**forms[1], "title_zh": "他们的题"})
    second = mine.post(address, data={**forms[0], "title_zh": "我的题"})

    db.session.expire_all()
    assert (first.status_code, second.status_code) == (303, 409)
    assert db.session.get_one(Course, course.id).title.zh == "他们的题"


def test_the_rules_of_a_quiz_are_saved_as_carefully(sign_in, instructor, administrator):
    quiz = QuizFactory()
    address = f"/study/manage/quizzes/{quiz.id}/settings"
    mine, theirs = sign_in(instructor), sign_in(administrator)
    forms = [
        {"seen": seen_in(one.get(address).text), "title_zh": "题", "grading": "best", "attempts_allowed": "0"}
        for one in (mine, theirs)
    ]

    first = theirs.post(address, data={**forms[1], "pass_percent": "70"})
    second = mine.post(address, data={**forms[0], "pass_percent": "80"}, headers=EN)

    db.session.expire_all()
    assert (first.status_code, second.status_code) == (303, 409)
    assert db.session.get_one(Quiz, quiz.id).pass_thousandths == 700


def test_what_is_typed_is_kept_offered_and_let_go_when_saved(sign_in, instructor, lesson):
    browser = sign_in(instructor)
    address, place = f"/study/manage/lessons/{lesson.id}", f"lesson:{lesson.id}"
    form = lesson_form(browser, lesson)

    kept = browser.post("/study/drafts", data={**form, "place": place, "title_zh": "半个题", "body_zh": "写到一半"})
    offered = browser.get(address, headers=EN).text
    taken = browser.get(address + "?draft=1").text
    saved = browser.post(address, data={**form, "title_zh": "整个题", "body_zh": "写完了。"})

    assert list(kept.json) == ["saved"]
    assert "You left something here that is not saved" in offered
    assert 'value="半个题"' not in offered
    assert ('value="半个题"' in taken, "写到一半" in taken) == (True, True)
    assert saved.status_code == 303
    assert db.session.query(AuthorDraft).count() == 0
    assert "You left something" not in browser.get(address, headers=EN).text


def test_a_form_never_replaces_a_draft_that_it_does_not_come_from(sign_in, instructor, lesson):
    browser = sign_in(instructor)
    place, address = f"lesson:{lesson.id}", f"/study/manage/lessons/{lesson.id}"
    form = {**lesson_form(browser, lesson), "place": place, "title_zh": "一"}
    first = browser.post("/study/drafts", data=form)
    more = browser.post("/study/drafts", data={**form, "title_zh": "一二", "goes_on": first.json["saved"]})

    fresh = browser.post("/study/drafts", data={**form, "title_zh": "三"})
    stale = browser.post("/study/drafts", data={**form, "title_zh": "四", "goes_on": first.json["saved"]})
    offered, taken = browser.get(address).text, browser.get(f"{address}?draft=1").text

    assert [one.status_code for one in (first, more, fresh, stale)] == [200, 200, 409, 409]
    assert ("data-offer" in offered, "data-offer" in taken) == (True, False)
    assert "请先处理上面没保存的内容" in json.loads(unescape(re.search(r'data-words="([^"]*)"', offered)[1]))["asked"]
    assert 'value="一二"' in taken
    assert re.search(r'name="goes_on"[^>]*value="([^"]*)"', taken)[1] == more.json["saved"]


def test_a_draft_that_says_what_is_saved_is_not_offered(sign_in, instructor, lesson):
    browser = sign_in(instructor)
    form = lesson_form(browser, lesson)
    same = {"title_zh": "账目", "title_en": "Accounts", "body_zh": "第一段。\r\n\r\n第二段。"}
    browser.post("/study/drafts", data={**form, **same, "place": f"lesson:{lesson.id}"})

    assert "You left something" not in browser.get(f"/study/manage/lessons/{lesson.id}", headers=EN).text


def test_a_draft_is_discarded_and_is_ones_own(sign_in, instructor, administrator, lesson):
    browser = sign_in(instructor)
    place, address = f"lesson:{lesson.id}", f"/study/manage/lessons/{lesson.id}"
    browser.post("/study/drafts", data={**lesson_form(browser, lesson), "place": place, "title_zh": "半个"})

    other = sign_in(administrator).get(address, headers=EN).text
    dropped = browser.post("/study/drafts/drop", data={"place": place, "next": address})

    assert "You left something" not in other
    assert (dropped.location, db.session.query(AuthorDraft).count()) == (address, 0)


def test_a_new_lesson_begun_in_a_module_is_kept_too(sign_in, instructor, lesson):
    browser = sign_in(instructor)
    address = f"/study/manage/modules/{lesson.module_id}/lessons"
    browser.post("/study/drafts", data={"place": f"module:{lesson.module_id}", "kind": "page", "title_zh": "新的一节"})

    assert "You left something" in browser.get(address, headers=EN).text
    assert 'value="新的一节"' in browser.get(address + "?draft=1").text


@pytest.mark.parametrize("place", ["", "lesson:", "lesson:x", "board:1", "lesson:99999999999", "course:0"])
def test_a_place_that_is_none_keeps_nothing(sign_in, instructor, lesson, place):
    assert sign_in(instructor).post("/study/drafts", data={"place": place}).status_code == 404


def test_a_draft_that_is_far_too_long_is_refused(sign_in, instructor, lesson):
    sent = {"place": f"lesson:{lesson.id}", "body_zh": "长" * (SIGNS_MAX + 1)}
    assert sign_in(instructor).post("/study/drafts", data=sent).status_code == 409


@pytest.fixture
def asked(instructor, administrator):
    return make_question(bank_for(CourseFactory()), choice(1000, 0, text="哪一天公布？"))


def question_form(browser, question) -> dict[str, str]:
    page = browser.get(f"/study/manage/questions/{question.id}").text
    options = {f"options-{at}-{name}_zh": f"{words}{at + 1}" for at in (0, 1) for name, words in OPTION.items()}
    told = {"text_zh": "哪一天公布？", "feedback_zh": f"总说明 {CANARY}", "right": "0"}
    return {**usual(page), **options, **told, "seen": seen_in(page)}


OPTION = {"text": "选项", "feedback": "说明"}


def said_by(question) -> tuple[str, int]:
    db.session.expire_all()
    newest = get_newest_version(db.session.get_one(Question, question.id))
    return newest.text.zh, newest.version


def test_a_question_is_saved_as_carefully_and_the_text_before_stays_a_version(
    sign_in, instructor, administrator, asked
):
    address = f"/study/manage/questions/{asked.id}"
    mine, theirs = sign_in(instructor), sign_in(administrator)
    my_form, their_form = question_form(mine, asked), question_form(theirs, asked)
    my_form |= {"text_zh": "哪一周公布？", "options-1-text_zh": "每周"}

    first = theirs.post(address, data={**their_form, "text_zh": "哪一月公布？", "right": "1"})
    second = mine.post(address, data=my_form, headers=EN)
    kept = said_by(asked)
    third = mine.post(address, data={**my_form, "seen": seen_in(second.text)})

    assert (first.status_code, second.status_code, third.status_code) == (303, 409, 303)
    assert kept == ("哪一月公布？", 2)
    assert "Somebody else has changed this" in second.text
    gone = "".join(re.findall(r"<del>.*?</del>", second.text))
    assert re.findall(r"</span>([^<]+)<span", gone) == ["月", "选项2", "100 %", "月"]
    assert ("\n哪一周公布？</textarea>" in second.text, 'value="每周"' in second.text) == (True, True)
    assert said_by(asked) == ("哪一周公布？", 3)


def test_two_authors_who_write_the_same_question_are_not_bothered(sign_in, instructor, administrator, asked):
    mine, theirs = sign_in(instructor), sign_in(administrator)
    forms = [{**question_form(one, asked), "text_zh": "几号公布？"} for one in (mine, theirs)]

    answers = [
        one.post(f"/study/manage/questions/{asked.id}", data=form)
        for one, form in zip((mine, theirs), forms, strict=True)
    ]

    assert [answer.status_code for answer in answers] == [303, 303]
    assert said_by(asked) == ("几号公布？", 2)


def test_a_question_that_somebody_looked_at_and_gave_more_rows_still_knows_what_it_was_made_from(
    sign_in, instructor, administrator, asked
):
    address = f"/study/manage/questions/{asked.id}"
    mine, theirs = sign_in(instructor), sign_in(administrator)
    my_form, their_form = question_form(mine, asked), question_form(theirs, asked)

    theirs.post(address, data={**their_form, "text_zh": "哪一月公布？"})
    more = mine.post(address, data={**my_form, "more": "1"})
    looked = mine.post(address, data={**my_form, "seen": seen_in(more.text), "preview": "1"})
    saved = mine.post(address, data={**my_form, "seen": seen_in(looked.text), "text_zh": "哪一周公布？"})

    assert [answer.status_code for answer in (more, looked, saved)] == [200, 200, 409]


def test_what_a_question_rests_on_is_not_taken_from_it_unseen(sign_in, instructor, administrator, asked):
    lesson = LessonFactory(
        module=ModuleFactory(course=db.session.scalars(select(Course)).one()), body=Faces("第一段。")
    )
    lesson.html = rendered_lesson(lesson.body, None)
    db.session.commit()
    address, rests = f"/study/manage/questions/{asked.id}", for_passage(lesson.id, passages_of(lesson.html)[0].mark)
    mine, theirs = sign_in(instructor), sign_in(administrator)
    my_form, their_form = question_form(mine, asked), question_form(theirs, asked)

    first = theirs.post(address, data={**their_form, "cited": rests})
    second = mine.post(address, data={**my_form, "text_zh": "哪一周公布？", "cited": ""}, headers=EN)

    assert (first.status_code, second.status_code) == (303, 409)
    assert find_citation(asked.id) is not None
    assert rests in re.search(r"What it rests on</p>.*?</del>", second.text, re.DOTALL)[0]
