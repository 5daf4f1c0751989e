"""Quizzes on paper: every question on it, no key in it, and the same again for ever."""

import io
import random
import re

import pytest
from sqlalchemy import select

from core.db import db
from core.faces import Faces
from core.i18n import in_language
from study.enums import QuestionKind, TeamRole
from study.models import PrintedForm, PrintedSlot, Question, QuestionImport, QuestionVersion, QuizSlot, TeamMember
from study.printing.pages import HIGH, filled
from study.printing.rows import space
from study.quiz import urls
from study.quiz.kinds import Option, QuestionContent
from study.quiz.on_paper import Sheet, paper_of
from study.quiz.queries.printed import get_taught_form, list_form_slots
from study.quiz.queries.uses_of_imports import Held, plan_undoing
from study.quiz.services import printing
from tests.factories.papers import every_kind
from tests.factories.quiz import CANARY, add_version, bank_for, question, quiz_with, short, truth
from tests.factories.study import CourseFactory

EN = {"Accept-Language": "en"}
LISTING = 6
SECRETS = (CANARY, "secret-minute-book", "secret-month", "12.5664")


@pytest.fixture
def course(app):
    return CourseFactory(slug="open-branch")


@pytest.fixture
def quiz(course):
    return quiz_with(
        *every_kind(), course=course, title=Faces(zh="支部工作测验", en="Branch work"), time_limit_minutes=60
    )


def text_of(pdf: bytes) -> str:
    """Return the words of a file without blanks: lines break where they like."""
    from pypdfium2 import PdfDocument

    with PdfDocument(io.BytesIO(pdf)) as document:
        return re.sub(r"\s", "", "".join(page.get_textpage().get_text_range() for page in document))


def fetch(browser, form: PrintedForm, sheet: str, language: str) -> bytes:
    page = browser.get(urls.for_form(form.id, sheet, language))
    assert (page.status_code, page.content_type) == (200, "application/pdf")
    return page.data


def draw(browser, quiz, **values) -> list[PrintedForm]:
    sent = browser.post(urls.to_forms(quiz.id), data=values)
    assert sent.status_code == 303
    return db.session.scalars(select(PrintedForm).where(PrintedForm.quiz_id == quiz.id).order_by(PrintedForm.id)).all()


def said(form: PrintedForm, sheet: Sheet, actor, language="zh-Hans"):
    form = get_taught_form(form.id, actor)
    with in_language(language):
        return paper_of(form, list_form_slots(form.id), sheet, language, {})


PRINTED = {
    "zh": """支部工作测验 每季度一次 会场的布置 账目应当每季度公布 几个月召开 外出务工 支部应当 每年两次 预备党员
        平均分 人数 姓名""",
    "en": """Branchwork affairsarepublished Onceaquarter howtheroomwaslaidout Accountsarepublished Namethebook
        workfaraway Abranchmeets twiceayear admittedonprobation sum(marks) 2025 Name""",
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_paper_has_every_question_and_no_key(browser, quiz, language):
    [form] = draw(browser, quiz, count="1")

    words = text_of(fetch(browser, form, "paper", language))

    assert [one for one in PRINTED[language].split() if one not in words] == []
    assert [one for one in SECRETS if one in words] == []
    assert "1/2" in words
    assert "〓" not in words


def test_the_sheet_has_a_row_for_each_question_and_no_key(browser, quiz):
    [form] = draw(browser, quiz, count="1")

    words = text_of(fetch(browser, form, "sheet", "en"))

    assert [one for one in SECRETS if one in words] == []
    assert all(f"{number}." in words for number in range(1, 11))
    assert f"({form.code})" in words
    assert "Writeyouransweronthepaper." in words


def test_the_key_is_a_file_of_its_own(browser, quiz):
    [form] = draw(browser, quiz, count="1")

    words = text_of(fetch(browser, form, "key", "en"))

    assert [one for one in ("secret-minute-book", "secret-month", "12.5664±0.01") if one not in words] == []


def test_a_form_is_printed_the_same_again_though_its_questions_changed(browser, quiz):
    [form] = draw(browser, quiz, count="1", shuffle="y")
    first = fetch(browser, form, "paper", "en")
    for slot in db.session.scalars(select(QuizSlot).where(QuizSlot.quiz_id == quiz.id)):
        add_version(db.session.get(Question, slot.question_id), short("other"), 2)

    assert fetch(browser, form, "paper", "en") == first


def test_the_same_seed_draws_and_shuffles_the_same(app, course, instructor, actor_of):
    bank = bank_for(course, "Drawn from")
    for number in range(12):
        question(bank, short(f"answer {number}"), key=f"k{number}")
    quiz = quiz_with(*every_kind(), course=course)
    for position in range(20, 26):
        db.session.add(QuizSlot(quiz_id=quiz.id, position=position, draw_bank_id=bank.id))
    db.session.commit()
    quiz = get_own(quiz, actor_of(instructor))

    def drawn(number: int, seed: int):
        form = printing.add_form(quiz, actor_of(instructor), number, seed, shuffle=True)
        return [(slot.version_id, slot.option_order) for slot in list_form_slots(form.id)]

    assert drawn(1, 4711) == drawn(2, 4711)
    assert len({repr(drawn(number, number)) for number in range(3, 7)}) == 4
    assert len(drawn(8, 1)) == 17


def get_own(quiz, actor):
    from study.quiz.queries.quizzes import get_own_quiz

    return get_own_quiz(quiz.id, actor)


def test_the_key_names_the_letters_of_its_own_form(browser, course, instructor, actor_of):
    options = [Option(text=Faces(en=f"word {n}"), fraction=1000 if n == 3 else 0) for n in range(6)]
    pairs = [Option(text=Faces(en=f"left {n}"), partner=Faces(en=f"right {n}")) for n in range(5)]
    steps = [Option(text=Faces(en=f"step {n}")) for n in range(5)]
    quiz = quiz_with(
        QuestionContent(kind=QuestionKind.SINGLE_CHOICE, text=Faces(en="Which?"), options=options),
        QuestionContent(kind=QuestionKind.MATCHING, text=Faces(en="Match."), options=pairs),
        QuestionContent(kind=QuestionKind.ORDERING, text=Faces(en="Order."), options=steps),
        course=course,
    )
    forms = draw(browser, quiz, count="6", shuffle="y")

    orders = set()
    for form in forms:
        paper = {row["html"]: row for row in said(form, Sheet.PAPER, actor_of(instructor))["rows"]}
        key = {row["number"]: row["html"] for row in said(form, Sheet.KEY, actor_of(instructor))["rows"]}
        which, match, order = paper["Which?"], paper["Match."], paper["Order."]
        assert dict(which["options"])[key[which["number"]]] == "word 3"
        lefts, rights = (dict(side) for side in match["pairs"])
        joined = [pair.split(" – ") for pair in re.split("[，、,] ?", key[match["number"]])]
        assert {lefts[number][-1] == rights[letter][-1] for number, letter in joined} == {True}
        places = [pair.split(" – ") for pair in re.split("[，、,] ?", key[order["number"]])]
        assert {dict(order["order"])[letter] == f"step {int(place) - 1}" for letter, place in places} == {True}
        orders.add(repr(which["options"]))
    assert len(orders) > 1


def test_forms_are_called_by_letters_and_each_has_a_code(browser, quiz):
    forms = draw(browser, quiz, count="3", shuffle="y")

    page = browser.get(urls.to_forms(quiz.id), headers=EN).text

    assert [form.letter for form in forms] == ["A", "B", "C"]
    assert all(f"Form {form.letter} ({form.code})" in page for form in forms)
    assert "10 questions, 10 marks" in page


def test_more_forms_than_are_kept_are_refused(browser, quiz, monkeypatch):
    monkeypatch.setattr(printing, "FORMS_MAX", 2)
    draw(browser, quiz, count="2")

    refused = browser.post(urls.to_forms(quiz.id), data={"count": "1"}, headers=EN)

    assert refused.status_code == 422
    assert "at most 2 printed forms" in refused.text


def test_a_quiz_that_is_too_long_or_asks_nothing_is_refused(browser, quiz, course, monkeypatch):
    empty = quiz_with(course=course)
    monkeypatch.setattr(printing, "QUESTIONS_MAX", 10)

    long = browser.post(urls.to_forms(quiz.id), data={"count": "1"}, headers=EN)
    nothing = browser.post(urls.to_forms(empty.id), data={"count": "1"}, headers=EN)

    assert (long.status_code, nothing.status_code) == (422, 409)
    assert "asks 11 questions" in long.text
    assert "errsum" in nothing.text
    assert db.session.scalar(select(PrintedForm.id)) is None


def test_deleted_forms_are_gone_and_those_of_other_quizzes_stay(browser, quiz, course):
    [form] = draw(browser, quiz, count="1")
    other = quiz_with(truth(), course=course)
    [kept] = draw(browser, other, count="1")

    browser.post(urls.to_delete_forms(quiz.id), data={"form": [str(form.id), str(kept.id)]})

    assert db.session.scalars(select(PrintedForm.id)).all() == [kept.id]
    assert db.session.scalars(select(PrintedSlot.form_id)).all() == [kept.id]


def statuses_of(browser, form: PrintedForm) -> dict[str, int]:
    """Return what one gets of all that there is to do with forms."""
    forms, chosen = urls.to_forms(form.quiz_id), {"form": str(form.id)}
    files = {one: browser.get(urls.for_form(form.id, one, "zh")).status_code for one in ("paper", "sheet", "key")}
    return files | {
        "list": browser.get(forms).status_code,
        "draw": browser.post(forms, data={"count": "1"}).status_code,
        "delete": browser.post(urls.to_delete_forms(form.quiz_id), data=chosen).status_code,
    }


@pytest.mark.parametrize("role", [None, TeamRole.ASSISTANT])
def test_members_are_told_nothing_of_forms_and_assistants_change_none(sign_in, member, instructor, quiz, role):
    [form] = draw(sign_in(instructor), quiz, count="1")
    if role:
        db.session.add(TeamMember(course_id=quiz.course_id, user_id=member.id, role=role))
    db.session.commit()
    browser = sign_in(member)

    found = statuses_of(browser, form)

    seen = 200 if role else 403
    assert found == {"paper": seen, "sheet": seen, "key": seen, "list": seen, "draw": 403, "delete": 403}
    assert db.session.scalars(select(PrintedForm.id)).all() == [form.id]
    page = browser.get(urls.to_forms(quiz.id), headers=EN).text
    assert (form.code in page, "Draw forms" in page, "Delete forms" in page) == (bool(role), False, False)


def test_what_is_no_sheet_or_language_is_not_found(browser, quiz):
    [form] = draw(browser, quiz, count="1")

    assert browser.get(urls.for_form(form.id, "answers", "zh")).status_code == 404
    assert browser.get(urls.for_form(form.id, "paper", "fr")).status_code == 404


def test_taking_an_import_back_leaves_what_was_printed(browser, quiz, course):
    draw(browser, quiz, count="1")
    version = db.session.scalars(select(QuestionVersion).limit(1)).one()
    row = db.session.get(Question, version.question_id)
    taken = QuestionImport(bank_id=row.bank_id, file_name="a.gift")
    db.session.add(taken)
    db.session.flush()
    row.import_id = version.import_id = taken.id
    db.session.query(QuizSlot).delete()
    db.session.flush()

    assert [why for _id, _name, why in plan_undoing(taken, course.id).stays] == [Held.TAKEN]


@pytest.mark.no_database
def test_a_question_goes_to_the_next_page_as_a_whole_where_it_fits():
    rng = random.Random(5)
    blocks = [[space(rng.uniform(3, 12)) for _row in range(rng.randint(1, 12))] for _block in range(60)]
    blocks.insert(20, [space(10.0) for _row in range(60)])

    columns = filled(blocks, 150.0, HIGH)

    starts, at = [], 0
    for column in columns:
        starts.append(at)
        at += len(column.rows)
        assert column.height <= HIGH
    ends, total = set(), 0
    for block in blocks:
        ends.add(total)
        total += len(block)
    inside_the_long_one = range(sum(map(len, blocks[:20])), sum(map(len, blocks[:21])) + 1)
    assert at == total
    assert [start for start in starts if start not in ends and start not in inside_the_long_one] == []


@pytest.mark.parametrize("forms", [1, 3])
def test_listing_forms_asks_the_same_however_many_there_are(browser, quiz, count_queries, forms):
    draw(browser, quiz, count=str(forms))
    with count_queries() as seen:
        page = browser.get(urls.to_forms(quiz.id), headers=EN)

    assert (page.text.count("<h3>Form "), len(seen)) == (forms, LISTING)
