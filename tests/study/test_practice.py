"""Questions in pages: asked where the text says, answered there, kept as practice, never giving the key away before."""

import io
import re
import zipfile
from xml.etree import ElementTree

import pytest

from accounts.events import UserErased
from core.db import db, is_writing, transaction
from core.faces import Faces
from core.markup import render
from core.permissions import PUBLIC
from study import practice_handlers
from study.enums import QuestionKind
from study.models import Lesson, Module, PracticeAnswer, Question, QuestionVersion
from study.practice import PageQuestion
from study.queries.courses import get_own_course
from study.quiz.kinds import QuestionContent
from study.services.copying import copy_course
from study.services.courses import rendered_lesson
from study.views import practice as views
from tests.factories.quiz import CANARY, add_version, bank_for, choice, short, truth
from tests.factories.quiz import question as make_question
from tests.factories.study import CourseFactory, LessonFactory
from tests.study.quiz.test_kinds_in_pages import GAPS, ITEMS, NUMBER, PAIRS
from tests.study.test_course_files import _bring, _export

EN = {"Accept-Language": "en"}


@pytest.fixture
def course(app):
    return CourseFactory(slug="asking", audience=PUBLIC)


@pytest.fixture
def bank(course):
    return bank_for(course)


def lesson_asking(course, *lines: str) -> Lesson:
    body = Faces("\n\n".join(lines))
    module = db.session.query(Module).filter_by(course_id=course.id).first()
    made = LessonFactory(**({"module": module} if module else {"module__course": course}), body=body, html=Faces())
    made.html = rendered_lesson(body, course.id)
    db.session.commit()
    return made


def page(browser, lesson, tail="") -> str:
    return browser.get(f"/study/lessons/{lesson.id}{tail}", headers=EN).text


def answer(browser, lesson, question, given, version=None, place="p2", number=1):
    newest = max(row.id for row in db.session.query(QuestionVersion).filter_by(question_id=question.id))
    data = {f"q{number}": given, "number": str(number), "place": place, "version": str(version or newest)}
    return browser.post(f"/study/lessons/{lesson.id}/questions/{question.id}", data=data, headers=EN)


@pytest.mark.parametrize(
    ("line", "html"),
    [
        (":::question 7 When?", '<div class="asked" data-q="7" id="p1"></div>\n'),
        ("::: 题目：七天", '<div class="asked" data-q="8" id="p1"></div>\n'),
        (":::question 7\n:::\n\nNext", '<div class="asked" data-q="7" id="p1"></div>\n<p id="p2">Next</p>\n'),
        (":::question 9 <b>", '<div class="asked" data-q="0" id="p1">9 &lt;b&gt;</div>\n'),
        (":::question", '<p id="p1">:::question</p>\n'),
        (
            ":::check Think\nFirst\n\n:::question 7\n:::\n\nAfter",
            '<details class="check" id="p1"><summary>Think</summary>\n<p>First</p>\n'
            '<div class="asked" data-q="7"></div>\n</details>\n<p id="p2">After</p>\n',
        ),
    ],
)
def test_a_line_of_the_text_is_the_place_of_a_question(line, html):
    assert render(line, anchors=True, asks={"7": "7", "七天": "8"}).html == html


def test_texts_that_may_ask_nothing_show_the_line_as_it_is():
    assert render(":::question 7").html == "<p>:::question 7</p>\n"


def test_a_member_answers_right_there_sees_why_and_tries_again(sign_in, member, course, bank):
    question = make_question(bank, choice(0, 1000))
    lesson = lesson_asking(course, "First.", f":::question {question.id}", "After.")
    browser = sign_in(member)
    before = page(browser, lesson)
    assert (CANARY in before, before.count('name="q1"')) == (False, 2)
    sent = answer(browser, lesson, question, "1")
    assert (sent.status_code, sent.location) == (303, f"/study/lessons/{lesson.id}#p2")
    wrong = page(browser, lesson)
    assert ("说明1 " + CANARY in wrong, "总说明 " + CANARY in wrong, 'class="opt off wrong"' in wrong) == (True,) * 3
    assert "说明2" not in wrong
    again = page(browser, lesson, "?again=1")
    assert (CANARY in again, 'name="q1"' in again) == (False, True)
    answer(browser, lesson, question, "2")
    assert 'class="opt off right"' in page(browser, lesson)
    rows = db.session.query(PracticeAnswer).order_by(PracticeAnswer.id).all()
    assert [(row.user_id, row.fraction) for row in rows] == [(member.id, 0), (member.id, 1000)]


def test_a_visitor_answers_in_the_address_and_nothing_is_written(client, course, bank):
    question = make_question(bank, truth())
    lesson = lesson_asking(course, f":::question {question.id}")
    before = page(client, lesson)
    assert f'<form action="/study/lessons/{lesson.id}#p1">' in before
    assert "csrf" not in before.split('<section class="callout ask"')[1].split("</section>")[0]
    assert 'class="opt off right"' in page(client, lesson, "?q1=1")
    assert 'class="opt off wrong"' in page(client, lesson, "?q1=2")
    assert db.session.query(PracticeAnswer).count() == 0


def test_short_and_several_answers_are_understood(sign_in, member, course, bank):
    number = make_question(bank, short("five"))
    several = make_question(bank, choice(500, 500, -500, kind=QuestionKind.MULTIPLE_CHOICE), key="s")
    lesson = lesson_asking(course, f":::question {number.id}", f":::question {several.id}")
    browser = sign_in(member)
    answer(browser, lesson, number, "Five ")
    answer(browser, lesson, several, ["1", "2"], number=2)
    rows = db.session.query(PracticeAnswer).order_by(PracticeAnswer.id).all()
    assert [(row.answer, row.fraction) for row in rows] == [({"text": "Five"}, 1000), ({"keys": ["a", "b"]}, 1000)]


def send_right(browser, lesson, question, number: int) -> None:
    """Fill in a question with what its key says, and send it."""
    version = db.session.query(QuestionVersion).filter_by(question_id=question.id).one()
    content, shown = version.content, PageQuestion(version).shown(number, None)
    data = {"number": str(number), "version": str(version.id), "place": f"p{number}"}
    for part in shown.parts:
        value = next((value for value, html in part.choices if html == part.right), "secretary-in-the-key")
        data[f"q{number}.{part.name}"] = "5" if content.kind is QuestionKind.CLOZE and part.name == "2" else value
    data |= {} if shown.parts else {f"q{number}": "4998877 天"}
    browser.post(f"/study/lessons/{lesson.id}/questions/{question.id}", data=data)


def test_pages_ask_whatever_the_machine_can_mark(sign_in, member, course, bank):
    asked = [make_question(bank, content, key=str(n)) for n, content in enumerate((NUMBER, PAIRS, ITEMS, GAPS))]
    lesson = lesson_asking(course, *(f":::question {one.id}" for one in asked))
    browser = sign_in(member)
    before = page(browser, lesson)
    assert ("in-the-key" in before, CANARY in before, before.count('class="callout ask"')) == (False, False, 4)
    for number, question in enumerate(asked, start=1):
        send_right(browser, lesson, question, number)
    rows = db.session.query(PracticeAnswer).order_by(PracticeAnswer.id).all()
    assert [row.fraction for row in rows] == [1000] * 4
    after = page(browser, lesson)
    assert (after.count("Check the answer"), "secretary-in-the-key" in after) == (0, True)


def test_pages_ask_no_essays(sign_in, instructor, course, bank):
    essay = QuestionContent(kind=QuestionKind.ESSAY, text=Faces(zh="写一写"))
    lesson = lesson_asking(course, f":::question {make_question(bank, essay).id}")
    assert "of a kind that pages do not ask" in page(sign_in(instructor), lesson)


@pytest.mark.parametrize("given", ["", "9", "x", []])
def test_no_answer_is_asked_for_in_words(sign_in, member, course, bank, given):
    question = make_question(bank, choice(0, 1000))
    lesson = lesson_asking(course, f":::question {question.id}")
    browser = sign_in(member)
    sent = answer(browser, lesson, question, given, place="p1")
    assert sent.location == f"/study/lessons/{lesson.id}?again=1#p1"
    assert "Choose or write an answer first." in browser.get(sent.location, headers=EN).text
    assert db.session.query(PracticeAnswer).count() == 0


def test_a_question_that_has_changed_meanwhile_is_asked_anew(sign_in, member, course, bank):
    question = make_question(bank, choice(0, 1000))
    lesson = lesson_asking(course, f":::question {question.id}")
    browser = sign_in(member)
    answer(browser, lesson, question, "2")
    add_version(question, choice(1000, 0, text="另一个？"), 2)
    db.session.commit()
    assert CANARY not in page(browser, lesson)
    sent = answer(browser, lesson, question, "2", version=1)
    assert "The question has changed" in browser.get(sent.location, headers=EN).text
    assert db.session.query(PracticeAnswer).count() == 1


def test_only_what_the_lesson_asks_can_be_answered(sign_in, member, course, bank):
    asked, other = make_question(bank, choice(0, 1000)), make_question(bank, truth(), key="o")
    lesson = lesson_asking(course, f":::question {asked.id}")
    assert answer(sign_in(member), lesson, other, "1").status_code == 404


def test_what_is_not_there_is_told_to_the_author_alone(sign_in, member, instructor, course, bank):
    gone = make_question(bank, choice(0, 1000))
    foreign = make_question(bank_for(CourseFactory(slug="other")), choice(0, 1000), key="f")
    lesson = lesson_asking(course, f":::question {gone.id}", ":::question 无此题", f":::question {foreign.id}")
    db.session.delete(db.session.get_one(Question, gone.id))
    db.session.commit()
    seen = page(sign_in(member), lesson)
    assert ("question" in seen.split("prose lesson")[1].split("</div>")[0], "无此题" in seen) == (False, False)
    told = page(sign_in(instructor), lesson)
    assert told.count("There is no question to ask here.") == 3
    assert "hold none called “无此题”" in told


def test_a_page_costs_the_same_however_many_questions_it_asks(sign_in, member, course, bank, count_queries):
    browser, found = sign_in(member), []
    for number in (1, 3):
        made = [make_question(bank, choice(0, 1000), key=f"{number}-{n}") for n in range(number)]
        lesson = lesson_asking(course, *(f":::question {one.id}" for one in made))
        page(browser, lesson)
        with count_queries() as seen:
            page(browser, lesson)
        found.append(len(seen))
    assert found[0] == found[1]


def test_the_form_of_a_lesson_offers_the_questions_and_puts_one_in(sign_in, instructor, course, bank):
    question = make_question(bank, truth())
    lesson = lesson_asking(course, "Text.")
    browser = sign_in(instructor)
    fields = {"kind": "page", "title_zh": "题", "body_zh": "文。", "ask": "zh", "question_id": str(question.id)}
    sent = browser.post(f"/study/manage/lessons/{lesson.id}", data=fields, headers=EN)
    typed = re.search(r'name="body_zh"[^>]*>\s*([^<]*)</textarea>', sent.text)[1].replace("\r\n", "\n").strip()
    assert (sent.status_code, typed) == (200, f"文。\n\n:::question {question.id} Accounts are published.")


def test_a_preview_shows_the_question_and_takes_no_answer(sign_in, instructor, course, bank):
    question = make_question(bank, truth())
    lesson = lesson_asking(course, "Text.")
    fields = {"kind": "page", "title_zh": "题", "body_zh": f":::question {question.id}", "minutes": "5", "preview": "1"}
    sent = sign_in(instructor).post(f"/study/manage/lessons/{lesson.id}", data=fields, headers=EN).text
    assert ("Readers answer here." in sent, '<fieldset class="bare" disabled>' in sent) == (True, True)


FIELDS = {"kind": "page", "title_zh": "题", "minutes": "5", "material_id": 0, "quiz_id": 0}


@pytest.mark.parametrize("is_new", [True, False])
def test_saving_names_the_questions_that_were_not_found(sign_in, instructor, course, bank, is_new):
    own, foreign = make_question(bank, truth()), make_question(bank_for(CourseFactory(slug="other")), choice(0, 1000))
    lesson = lesson_asking(course, "Text.")
    lines = [f":::question {own.id}", ":::question 无<此>题", f":::question {foreign.id} 别的课"]
    lines.append(lines[1])
    address = f"/study/manage/modules/{lesson.module_id}/lessons" if is_new else f"/study/manage/lessons/{lesson.id}"
    browser = sign_in(instructor)

    sent = browser.post(address, data={**FIELDS, "body_zh": "\n\n".join(lines)}, headers=EN)

    assert sent.status_code == 303
    assert db.session.query(Lesson).order_by(Lesson.id.desc()).first().body.zh.startswith(f":::question {own.id}")
    told = browser.get(sent.location, headers=EN).text
    words = f"hold none called “无&lt;此&gt;题”, “{foreign.id} 别的课”. Readers see nothing there."
    assert (words in told, "The lesson is added." in told, "Saved." in told) == (True, is_new, not is_new)


def test_saving_says_nothing_where_all_is_found_and_a_few_of_many(sign_in, instructor, course, bank):
    question, lesson = make_question(bank, truth()), lesson_asking(course, "Text.")
    browser, told = sign_in(instructor), []
    for body in (f":::question {question.id}", "\n\n".join(f":::question {'长' * 150}{n}" for n in range(60))):
        sent = browser.post(f"/study/manage/lessons/{lesson.id}", data={**FIELDS, "body_zh": body}, headers=EN)
        told.append(browser.get(sent.location, headers=EN).text)
    assert ["hold none called" in one for one in told] == [False, True]


@pytest.mark.parametrize("as_edition", [True, False])
def test_a_copy_of_a_course_asks_its_own_questions(instructor, actor_of, course, bank, as_edition):
    question = make_question(bank, truth())
    lesson_asking(course, f":::question {question.id} 账目")
    with transaction():
        own = get_own_course("asking", actor_of(instructor))
        copy = copy_course(own, actor_of(instructor), "copied", Faces("副本"), as_edition=as_edition)
    there = db.session.query(Question).order_by(Question.id.desc()).first()
    lesson = db.session.query(Lesson).join(Module).filter(Module.course_id == copy.id).one()
    assert lesson.body.zh == f":::question {there.id} 账目"
    assert lesson.html.zh == f'<div class="asked" data-q="{there.id}" id="p1"></div>\n'


def test_a_course_file_carries_what_its_pages_ask(instructor, actor_of, branch, course, bank, tmp_path):
    first, second = make_question(bank, truth()), make_question(bank, choice(0, 1000), key="c")
    lesson_asking(course, f":::question {second.id} 题", f":::question {first.name}")
    path = _export(course, tmp_path / "a.zip")
    _bring(path, branch, actor_of(instructor), transaction, "carried")
    own = [row.id for row in db.session.query(Question).order_by(Question.id.desc()).limit(2)]
    lesson = db.session.query(Lesson).order_by(Lesson.id.desc()).first()
    assert lesson.body.zh == f":::question {own[0]} 题\n\n:::question {first.name}"
    assert re.findall(r'data-q="(\d+)"', lesson.html.zh) == [str(own[0]), str(own[1])]
    assert not _bring(path, branch, actor_of(instructor), transaction, "carried").is_new


def test_taken_along_a_question_has_its_answer_folded_away(client, course, bank):
    question, statement = make_question(bank, short("five")), make_question(bank, truth(), key="t")
    lesson_asking(course, f":::question {question.id}", f":::question {statement.id}")
    sent = client.get("/study/courses/asking/offline.zip", headers=EN, buffered=True)
    with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
        leaf = archive.read("lessons/001.html").decode()
    assert "<input" not in leaf
    folded = re.findall(r'<details class="check"><summary>Check yourself</summary>(.*?)</details>', leaf, re.DOTALL)
    assert folded == [
        f"<p>Right answer</p><ul><li>five</li></ul><div>Because {CANARY}</div>",
        "<p>Right answer</p><ul><li>True</li></ul>",
    ]
    book = client.get("/study/courses/asking/offline.epub", headers=EN, buffered=True)
    with zipfile.ZipFile(io.BytesIO(book.data)) as archive:
        ElementTree.fromstring(archive.read("EPUB/001.xhtml"))


def test_taken_along_pairs_orders_and_gaps_can_be_thought_about(client, course, bank):
    asked = [make_question(bank, content, key=str(n)) for n, content in enumerate((PAIRS, ITEMS, GAPS))]
    lesson_asking(course, *(f":::question {one.id}" for one in asked))
    sent = client.get("/study/courses/asking/offline.zip", buffered=True)
    with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
        leaf = archive.read("lessons/001.html").decode()
    assert "<select" not in leaf
    assert "会议由____主持" in leaf
    folded = "".join(re.findall(r"<details.*?</details>", leaf, re.DOTALL))
    for words in ("书记 → <strong>主持</strong>会议", "提议 → 1", "<b>五天内</b>"):
        assert words in folded


def test_answers_of_an_erased_member_go(member, course, bank):
    question = make_question(bank, truth())
    version = add_version(question, truth(is_true=False), 2)
    row = PracticeAnswer(
        user_id=member.id, question_id=question.id, version_id=version.id, answer={"keys": ["t"]}, fraction=0
    )
    db.session.add(row)
    db.session.commit()
    practice_handlers.forget_practice([UserErased(user_id=member.id)])
    assert db.session.query(PracticeAnswer).count() == 0


def test_signs_that_no_column_takes_are_left_out(sign_in, member, course, bank):
    question = make_question(bank, short("five"))
    lesson = lesson_asking(course, f":::question {question.id}")

    assert answer(sign_in(member), lesson, question, "fi\x00ve").status_code == 303

    assert db.session.query(PracticeAnswer).one().answer == {"text": "five"}


def test_clicks_are_counted_before_anything_is_held(sign_in, member, course, bank, monkeypatch):
    question = make_question(bank, short("five"))
    lesson = lesson_asking(course, f":::question {question.id}")
    held = []
    monkeypatch.setattr(views, "count", lambda _limit, _key: held.append(is_writing()) or len(held) < 3)

    browser = sign_in(member)
    codes = [answer(browser, lesson, question, said).status_code for said in ("five", "", "six")]

    assert (codes, held) == ([303, 303, 429], [False] * 3)
    assert db.session.query(PracticeAnswer).count() == 1


def test_what_is_said_to_a_gap_stands_below_it(sign_in, member, course, bank):
    question = make_question(bank, GAPS)
    lesson = lesson_asking(course, f":::question {question.id}")
    browser = sign_in(member)
    assert CANARY not in page(browser, lesson)

    send_right(browser, lesson, question, 1)

    assert f"对 {CANARY}" in page(browser, lesson)
