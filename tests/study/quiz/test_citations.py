"""Questions that rest on a paragraph of a lesson: said by authors, read again by learners, flagged when it changes."""

import re

import pytest
from sqlalchemy import delete, select

from core.db import db, transaction
from core.faces import Faces
from notify.models import Notification
from study import citation_handlers
from study.citing import Spot
from study.enums import CourseState, LessonKind, QuizMode, Review, TeamRole
from study.events import LessonCited, PassagesChanged
from study.models import Attempt, Citation, Course, Lesson, Question, Quiz, TeamMember
from study.passages import passages_of
from study.queries.citations import find_passage, find_standing
from study.queries.lessons import get_own_lesson
from study.services.citations import Wanted, cite
from study.services.copying import copy_course
from study.services.courses import rendered_lesson
from study.services.lessons import LessonContent, edit_lesson
from tests.factories.accounts import UserFactory
from tests.factories.quiz import add_version, bank_for, choice, enrolled, quiz_with
from tests.factories.quiz import question as make_question
from tests.factories.study import LessonFactory, MaterialFactory, ModuleFactory
from tests.study.quiz.test_modes import send, start
from tests.study.test_practice import answer

EN = {"Accept-Language": "en"}
TEXT = "账目每月公布。\n\n会议由书记主持。\n\n名册不对外公开。"
QUOTE = "会议由书记主持。"
LEADS = "Read this again"


def written(lesson: Lesson, text: str) -> None:
    """Let a lesson say something else, as its editor does."""
    with transaction():
        row = db.session.get(Lesson, lesson.id)
        row.body, row.html = Faces(zh=text), rendered_lesson(Faces(zh=text), None)


@pytest.fixture
def lesson(course):
    lesson = LessonFactory(module=ModuleFactory(course=course), title=Faces("议事", "Meetings"))
    written(lesson, TEXT)
    return lesson


@pytest.fixture
def bank(course):
    return bank_for(course)


@pytest.fixture
def cited(lesson, course, instructor, actor_of):
    """Return ``cited(question, words)``: let a question rest on the paragraph of the lesson with these words."""

    def make(question: Question, words: str = QUOTE) -> Citation:
        mark = next(one.mark for one in passages_of(db.session.get(Lesson, lesson.id).html) if words in one.text)
        found = find_passage(Spot(lesson.id, mark=mark), course.id)
        with transaction():
            row, place = db.session.get(Question, question.id), db.session.get(Course, course.id)
            db.session.refresh(place, ["branch"])
            cite(row, place, actor_of(instructor), Wanted(found=found))
        return citation(question)

    return make


def citation(question: Question) -> Citation | None:
    db.session.expire_all()
    return db.session.get(Citation, question.id)


def look(*lessons: Lesson) -> None:
    citation_handlers.look_again([PassagesChanged(subject=lesson.ref) for lesson in lessons])


def fields(page: str) -> dict[str, str]:
    """Return what the form of a choice holds."""
    sent = dict(re.findall(r'name="([^"]+)"[^>]*? value="([^"]*)"', page))
    sent |= {"right": "0"} | dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', page))
    return {
        name: value for name, value in sent.items() if name not in ("more", "draft", "preview", "paragraphs", "attach")
    }


def saved(browser, question: Question, **changes: str):
    page = browser.get(f"/study/manage/questions/{question.id}", headers=EN).text
    return browser.post(f"/study/manage/questions/{question.id}", data=fields(page) | changes, headers=EN)


# What authors say


def addresses(lesson: Lesson) -> list[str]:
    mark = passages_of(lesson.html)[1].mark
    here = f"/study/lessons/{lesson.id}"
    found = [f"{here}#p2", f"{here}/notes/{mark}", f"{here}/passages/{mark}"]
    return [*found, f"/forum/discuss/lesson/{lesson.id}?anchor={mark}"]


@pytest.mark.parametrize("which", range(4))
def test_the_address_of_a_paragraph_is_taken(which, browser, bank, lesson):
    row = make_question(bank, choice(1000, 0))
    assert saved(browser, row, cited=addresses(lesson)[which]).status_code == 303
    found = citation(row)
    assert (found.lesson_id, found.quote, found.changed_at) == (lesson.id, QUOTE, None)
    page = browser.get(f"/study/manage/questions/{row.id}/preview", headers=EN).text
    assert ("What it rests on" in page, QUOTE in page, "It still holds" in page) == (True, True, False)


def test_a_new_question_rests_on_what_was_chosen_from_a_lesson(browser, bank, lesson):
    address = f"/study/manage/banks/{bank.id}/questions/new"
    typed = {"text_zh": "谁主持？", "options-0-text_zh": "书记", "options-1-text_zh": "会计", "right": "0"}
    page = browser.post(address, data=typed | {"cited_lesson": str(lesson.id), "paragraphs": "1"}, headers=EN).text
    assert 'value="书记"' in page
    pick = re.search(rf'<option value="([^"]*)">{QUOTE}</option>', page)[1]
    assert browser.post(address, data=typed | {"cited_pick": pick}).status_code == 303
    row = db.session.scalars(select(Question)).one()
    assert citation(row).quote == QUOTE


@pytest.mark.parametrize(
    "bad", ["书上第三页", "/study/lessons/{here}", "/study/lessons/{here}#p9", "/study/lessons/{other}#p1", "http://[x"]
)
def test_what_is_no_paragraph_of_the_course_is_refused_and_stays_typed(bad, browser, bank, lesson):
    other = LessonFactory()
    written(other, TEXT)
    typed = bad.format(here=lesson.id, other=other.id)
    row = make_question(bank, choice(1000, 0))
    sent = saved(browser, row, cited=typed, text_zh="改过的题目？")
    assert (sent.status_code, citation(row), row.current_version) == (422, None, 1)
    assert "no address of a paragraph in a lesson of this course" in sent.text
    assert (f'value="{typed}"' in sent.text, "改过的题目？" in sent.text) == (True, True)


def test_an_emptied_field_takes_it_away(browser, bank, cited):
    row = make_question(bank, choice(1000, 0))
    cited(row)
    saved(browser, row, cited="")
    assert citation(row) is None


def test_it_belongs_to_the_question_through_all_its_versions(browser, bank, cited):
    row = make_question(bank, choice(1000, 0))
    cited(row)
    saved(browser, row, text_zh="另一种问法？")
    db.session.expire_all()
    assert (db.session.get(Question, row.id).current_version, citation(row).quote) == (2, QUOTE)


def test_a_form_left_as_it_is_confirms_nothing_though_the_lesson_changes_meanwhile(browser, bank, cited, lesson):
    row = make_question(bank, choice(1000, 0))
    cited(row)
    page = browser.get(f"/study/manage/questions/{row.id}", headers=EN).text
    written(lesson, TEXT.replace("书记", "组长"))
    look(lesson)
    assert browser.post(f"/study/manage/questions/{row.id}", data=fields(page)).status_code == 303
    assert (citation(row).quote, citation(row).changed_at is None) == (QUOTE, False)
    saved(browser, row)
    assert citation(row).changed_at is not None


def test_a_gone_paragraph_does_not_keep_its_question_from_being_saved(browser, bank, cited, lesson):
    row = make_question(bank, choice(1000, 0))
    cited(row)
    written(lesson, "完全不同的话。")
    look(lesson)
    assert saved(browser, row, text_zh="另一种问法？").status_code == 303
    assert citation(row).now_mark == ""


# Changed paragraphs


def test_a_changed_paragraph_flags_the_question_until_an_author_confirms(
    browser, bank, cited, lesson, sign_in, instructor
):
    row, other = make_question(bank, choice(1000, 0)), make_question(bank, choice(1000, 0, text="另一题？"))
    cited(row)
    cited(other, "名册")
    bank_page = f"/study/manage/banks/{bank.id}"
    assert "paragraph" not in browser.get(bank_page, headers=EN).text
    written(lesson, "新的开头。\n\n" + TEXT.replace("书记", "组长"))
    look(lesson)
    assert (citation(row).changed_at is None, citation(other).changed_at) == (False, None)
    page = browser.get(bank_page, headers=EN).text
    assert page.count("the paragraph it rests on has changed") == 1
    found = browser.get(f"{bank_page}?cited=changed", headers=EN).text
    assert (f"questions/{row.id}/preview" in found, f"questions/{other.id}/preview" in found) == (True, False)
    assert "1 rests on a paragraph" in browser.get("/study/manage/courses/open-branch/banks", headers=EN).text
    preview = browser.get(f"/study/manage/questions/{row.id}/preview", headers=EN).text
    assert (QUOTE in preview, "会议由组长主持。" in preview) == (True, True)
    seen = re.search(r'name="seen" value="(\w+)"', preview)[1]
    assert browser.post(f"/study/manage/questions/{row.id}/citation", data={"seen": seen}).status_code == 303
    assert (citation(row).changed_at, citation(row).quote) == (None, "会议由组长主持。")
    look(lesson)
    assert citation(row).changed_at is None


def test_only_what_an_author_has_seen_is_confirmed(browser, bank, cited, lesson):
    row = make_question(bank, choice(1000, 0))
    cited(row)
    written(lesson, TEXT.replace("书记", "组长"))
    look(lesson)
    seen = find_standing(row.id).now.digest
    written(lesson, TEXT.replace("书记", "会计"))
    for sent in ({"seen": seen}, {}):
        browser.post(f"/study/manage/questions/{row.id}/citation", data=sent)
        assert (citation(row).changed_at is None, citation(row).quote) == (False, QUOTE)


def test_a_lesson_that_says_the_same_again_takes_the_flag_away(bank, cited, lesson):
    row = make_question(bank, choice(1000, 0))
    cited(row)
    written(lesson, TEXT.replace("书记", "组长"))
    look(lesson)
    written(lesson, TEXT)
    look(lesson)
    assert citation(row).changed_at is None


def test_a_paragraph_that_only_moved_is_no_change(bank, cited, lesson):
    row = make_question(bank, choice(1000, 0))
    cited(row)
    written(lesson, f"{QUOTE}\n\n新的一段。")
    look(lesson)
    assert citation(row).changed_at is None


def test_a_lesson_that_is_deleted_flags_what_rested_on_it(browser, course, bank, cited, lesson, drain):
    LessonFactory(module=ModuleFactory(course=course))
    row = make_question(bank, choice(1000, 0))
    cited(row)
    drain()
    browser.post(f"/study/manage/lessons/{lesson.id}/delete")
    drain()
    assert (citation(row).lesson_id, citation(row).changed_at is None) == (None, False)
    page = browser.get(f"/study/manage/questions/{row.id}/preview", headers=EN).text
    assert ("The lesson it rests on is gone" in page, "It still holds" in page) == (True, False)
    browser.post(f"/study/manage/questions/{row.id}/citation", data={"seen": citation(row).digest})
    assert citation(row).changed_at is not None


def test_an_edit_of_the_lesson_is_heard_of(bank, cited, lesson, drain, instructor, actor_of):
    row = make_question(bank, choice(1000, 0))
    cited(row)
    drain()
    content = LessonContent(
        kind=LessonKind.PAGE, title=lesson.title, body=Faces(zh=TEXT.replace("书记", "组长")), minutes=5
    )
    with transaction():
        edit_lesson(get_own_lesson(lesson.id, actor_of(instructor)), actor_of(instructor), content)
    drain()
    assert citation(row).changed_at is not None


def test_a_document_that_says_something_else_is_heard_of(bank, course, lesson, instructor, actor_of):
    material = MaterialFactory(course=course, text="第一页的话。\f第二页的话。")
    shown = LessonFactory(module=ModuleFactory(course=course))
    shown.kind, shown.material_id, shown.html, shown.body = LessonKind.DOCUMENT, material.id, Faces(), Faces()
    db.session.commit()
    row = make_question(bank, choice(1000, 0))
    with transaction():
        place = db.session.get(Course, course.id)
        db.session.refresh(place, ["branch"])
        found = find_passage(Spot(shown.id, place="page-2"), course.id)
        question = db.session.get(Question, row.id)
        cite(question, place, actor_of(instructor), Wanted(found=found))
    assert citation(row).mark == "page2"
    with transaction():
        material.text = "第一页的话。\f第二页说了别的。"
        db.session.merge(material)
    citation_handlers.look_again([PassagesChanged(subject=material.ref)])
    assert (citation(row).changed_at is None, citation(row).now_mark) == (False, "page2")


def test_what_changed_just_when_it_was_chosen_is_flagged(bank, cited, lesson):
    row = make_question(bank, choice(1000, 0))
    cited(row)
    written(lesson, TEXT.replace("书记", "组长"))
    citation_handlers.look_at_once([LessonCited(lesson_id=lesson.id)])
    assert citation(row).changed_at is not None


# Notices


def told() -> list[tuple[int, str]]:
    rows = db.session.execute(select(Notification.user_id, Notification.kind).order_by(Notification.id))
    return [(user_id, kind) for user_id, kind in rows if kind == "study.cited_changed"]


def test_authors_of_the_course_are_told_once_of_all_their_questions(
    bank, cited, lesson, course, drain, instructor, sign_in, member
):
    gone, helper = UserFactory(), UserFactory()
    for user, role in ((instructor, TeamRole.INSTRUCTOR), (helper, TeamRole.ASSISTANT)):
        db.session.add(TeamMember(course_id=course.id, user_id=user.id, role=role))
    db.session.commit()
    rows = [make_question(bank, choice(1000, 0, text=f"第{n}题？")) for n in range(3)]
    for row in rows:
        cited(row)
        version = add_version(row, choice(1000, 0, text=f"{row.id}"), 2)
        version.created_by_id = gone.id
        db.session.commit()
    drain()
    written(lesson, TEXT.replace("书记", "组长"))
    for _n in range(2):
        look(lesson)
        drain()
    assert told() == [(instructor.id, "study.cited_changed")]
    written(lesson, TEXT.replace("书记", "会计"))
    look(lesson)
    drain()
    assert len(told()) == 1
    browser = sign_in(instructor)
    page = browser.get("/inbox", headers=EN).text
    assert "has changed where questions rest on it: look at them (3)" in page
    notice = db.session.scalars(select(Notification.url).where(Notification.kind == "study.cited_changed")).one()
    assert notice == f"/study/manage/banks/{bank.id}?cited=changed"
    assert browser.get(notice).text.count("/preview#cited") == 3


# What learners see


@pytest.fixture
def paper(course, lesson, member, cited):
    """Return ``paper(answers, **settings)``: a quiz of two questions that rest on the lesson, taken by the member."""

    def make(**settings) -> tuple[Quiz, list[Question]]:
        quiz = quiz_with(choice(1000, 0, text="第1题？"), choice(1000, 0, text="第2题？"), course=course, **settings)
        enrolled(member, course)
        rows = list(db.session.scalars(select(Question).order_by(Question.id)))
        for row in rows:
            cited(row)
        return quiz, rows

    return make


def test_a_wrong_answer_leads_to_the_paragraph_and_a_right_one_does_not(paper, sign_in, member, lesson):
    quiz, _rows = paper()
    browser = sign_in(member)
    url = start(browser, quiz)
    send(browser, url, {1: 1, 2: 2}, "end", sure="1")
    page = browser.get(url, headers=EN).text
    assert page.count(LEADS) == 1
    href = re.search(rf'<a href="([^"]*)">{LEADS}: “{QUOTE}”</a>', page)[1]
    assert browser.get(href).location == f"/study/lessons/{lesson.id}#p2"


@pytest.mark.parametrize(
    "settings",
    [dict(review=Review.NEVER), dict(review=Review.AFTER_CLOSING), dict(mode=QuizMode.EXAM)],
    ids=["never", "after closing", "exam"],
)
def test_where_nothing_is_told_nothing_leads_back(settings, paper, sign_in, member):
    quiz, _rows = paper(**settings)
    browser = sign_in(member)
    url = start(browser, quiz)
    open_page = browser.get(url, headers=EN).text
    send(browser, url, {1: 2, 2: 2}, "end", sure="1")
    page = browser.get(url, headers=EN).text
    assert [QUOTE in one or "/passages/" in one for one in (open_page, page)] == [False, False]


def test_in_practice_it_leads_back_as_soon_as_an_answer_is_checked(paper, sign_in, member):
    quiz, _rows = paper(mode=QuizMode.PRACTICE)
    browser = sign_in(member)
    url = start(browser, quiz)
    assert QUOTE not in browser.get(url, headers=EN).text
    send(browser, url, {1: 2, 2: 2}, "check:1", page="1")
    assert browser.get(url, headers=EN).text.count(f"{LEADS}: “{QUOTE}”") == 1


def test_a_changed_paragraph_is_not_quoted_but_the_lesson_is_named(paper, sign_in, member, lesson):
    quiz, _rows = paper()
    written(lesson, "新的一段。\n\n" + TEXT.replace("书记", "组长"))
    look(lesson)
    browser = sign_in(member)
    url = start(browser, quiz)
    send(browser, url, {1: 1, 2: 2}, "end", sure="1")
    page = browser.get(url, headers=EN).text
    href = re.search(rf'<a href="([^"]*)">{LEADS}: .*Meetings', page)[1]
    assert (QUOTE in page, browser.get(href).location) == (False, f"/study/lessons/{lesson.id}#p3")
    written(lesson, "完全不同的话。")
    look(lesson)
    page = browser.get(url, headers=EN).text
    assert f'<a href="/study/lessons/{lesson.id}">{LEADS}' in page


def test_who_reads_the_other_language_is_led_back_in_that_one(paper, sign_in, member, lesson, bank):
    both = Faces(zh=TEXT, en="Accounts appear monthly.\n\nThe secretary chairs.\n\nThe roll is not public.")
    with transaction():
        db.session.get(Lesson, lesson.id).html = rendered_lesson(both, 0)
    quiz, rows = paper()
    browser = sign_in(member)
    url = start(browser, quiz)
    send(browser, url, {1: 1, 2: 2}, "end", sure="1")
    assert f"{LEADS}: “The secretary chairs.”" in browser.get(url, headers=EN).text
    assert f"回去重读：“{QUOTE}”" in browser.get(url).text
    with transaction():
        better = Faces(zh=TEXT, en=both.en.replace("The secretary", "Our secretary"))
        db.session.get(Lesson, lesson.id).html = rendered_lesson(better, 0)
    look(lesson)
    assert citation(rows[1]).changed_at is None
    assert f"{LEADS}: “Our secretary chairs.”" in browser.get(url, headers=EN).text


def test_a_lesson_that_is_not_open_to_the_reader_is_neither_quoted_nor_named(paper, sign_in, member, course, lesson):
    before = LessonFactory(module=ModuleFactory(course=course, position=-1))
    quiz, _rows = paper()
    browser = sign_in(member)
    url = start(browser, quiz)
    send(browser, url, {1: 1, 2: 2}, "end", sure="1")
    assert QUOTE in browser.get(url, headers=EN).text
    with transaction():
        db.session.get(Course, course.id).in_order = True
    page = browser.get(url, headers=EN).text
    assert (QUOTE in page, LEADS in page) == (False, False)
    assert browser.get(f"/study/lessons/{lesson.id}/passages/t1").status_code == 403
    with transaction():
        db.session.execute(delete(Lesson).where(Lesson.id == before.id))
        db.session.get(Course, course.id).in_order = False
        db.session.get(Course, course.id).state = CourseState.DRAFT
    page = browser.get(url, headers=EN)
    assert (QUOTE in page.text, LEADS in page.text) == (False, False)
    assert browser.get(f"/study/lessons/{lesson.id}/passages/t1").status_code == 404


def test_a_question_in_a_lesson_leads_back_when_it_was_answered_wrong(sign_in, member, course, lesson, bank, cited):
    row = make_question(bank, choice(1000, 0))
    cited(row)
    asking = LessonFactory(module=ModuleFactory(course=course))
    asking.html = Faces(f'<div class="asked" data-q="{row.id}" id="p1"></div>\n')
    db.session.commit()
    browser = sign_in(member)
    for given, leads in (("2", 1), ("1", 0)):
        assert QUOTE not in browser.get(f"/study/lessons/{asking.id}?again=1", headers=EN).text
        answer(browser, asking, row, given)
        assert browser.get(f"/study/lessons/{asking.id}", headers=EN).text.count(f"{LEADS}: “{QUOTE}”") == leads


def test_a_card_leads_back_once_it_is_told(sign_in, member, paper, drain):
    quiz, _rows = paper()
    browser = sign_in(member)
    url = start(browser, quiz)
    send(browser, url, {1: 1, 2: 2}, "end", sure="1")
    drain()
    page = browser.get("/study/notebook/today", headers=EN).text
    assert QUOTE not in page
    card = re.search(r'action="(/study/notebook/cards/\d+)"', page)[1]
    version = re.search(r'name="version" value="(\d+)"', page)[1]
    told_page = browser.get(f"{card}?version={version}&turn=0&show=1", headers=EN).text
    assert f"{LEADS}: “{QUOTE}”" in told_page


def test_a_course_that_is_copied_keeps_what_its_questions_rest_on(
    browser, bank, cited, lesson, course, instructor, actor_of
):
    row = make_question(bank, choice(1000, 0))
    cited(row)
    with transaction():
        place = db.session.get(Course, course.id)
        db.session.refresh(place, ["branch"])
        copy_course(place, actor_of(instructor), "copy", Faces(zh="副本"), as_edition=False)
    there = db.session.scalars(select(Citation).where(Citation.question_id != row.id)).one()
    assert (there.lesson_id != lesson.id, there.quote, there.changed_at) == (True, QUOTE, None)
    look(db.session.get(Lesson, there.lesson_id))
    assert there.changed_at is None


# What it costs


@pytest.mark.parametrize("wrong", [0, 1, 2])
def test_results_ask_the_same_however_many_questions_rest_on_something(wrong, paper, sign_in, member, count_queries):
    quiz, _rows = paper()
    browser = sign_in(member)
    url = start(browser, quiz)
    send(browser, url, {at: 2 if at <= wrong else 1 for at in (1, 2)}, "end", sure="1")
    browser.get(url)
    with count_queries() as seen:
        browser.get(url)
    asked = [one for one in seen if "study_citations" in one]
    assert (len(asked), len(seen)) == ((1, 14) if wrong else (0, 10))
    assert db.session.scalars(select(Attempt.id)).one()


@pytest.mark.parametrize("questions", [1, 3])
def test_pages_of_authors_ask_the_same_however_many_rest_on_something(
    questions, browser, bank, cited, lesson, count_queries
):
    for n in range(questions):
        cited(make_question(bank, choice(1000, 0, text=f"第{n}题？")))
    written(lesson, TEXT.replace("书记", "组长"))
    look(lesson)
    counts = []
    for address in (f"/study/manage/banks/{bank.id}", "/study/manage/courses/open-branch/banks"):
        browser.get(address)
        with count_queries() as seen:
            browser.get(address)
        counts.append(len([one for one in seen if "study_citations" in one]))
    assert counts == [3, 1]
