"""Copies of courses, course files and notebooks where quizzes ask questions of another course's bank."""

import json
import zipfile
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from core.db import db, transaction
from core.faces import Faces
from core.outbox import drain_all
from study.course_files import keep_files, keep_pictures
from study.enums import Difficulty
from study.errors import CourseFileRefused
from study.models import Course, Question, QuestionBank, QuestionVersion, Quiz, QuizSlot
from study.queries.courses import find_course
from study.queries.practice import asks_of
from study.quiz.services.drawing import drawn_versions
from study.services.course_imports import import_course, prepare_course
from study.transfer.archive import open_course_file
from study.transfer.reading import read_incoming
from study.transfer.writing import write_course
from tests.factories.quiz import bank_for, enrolled, question, truth
from tests.factories.sharing import shared_bank

EN = {"Accept-Language": "en"}


@pytest.fixture
def lent(app):
    """A course that asks one shared question for good, draws hard ones, and asks one of a bank of its own."""
    made = shared_bank(4)
    first, second, third, _fourth = made.questions
    second.level = third.level = Difficulty.HARD
    made.course, made.taken = made.below, made.quiz()
    own = question(bank_for(made.below, made.bank.name), truth(), key="own")
    version = db.session.scalars(select(QuestionVersion.id).where(QuestionVersion.question_id == first.id)).one()
    slots = [
        {"question_id": first.id, "fixed_version_id": version},
        {"draw_bank_id": made.bank.id, "draw_level": Difficulty.HARD},
        {"question_id": own.id},
    ]
    for position, slot in enumerate(slots):
        db.session.add(QuizSlot(quiz_id=made.taken.id, position=position, max_mark=1000, **slot))
    db.session.commit()
    return made


def copied(browser, kind="copy") -> Course:
    answer = browser.post(
        "/study/manage/courses/below/copy", data={"kind": kind, "title_zh": "新课", "title_en": "New", "slug": "new"}
    )
    assert answer.status_code == 303, answer.text
    return find_course("new")


def slots_of(course) -> list[QuizSlot]:
    rows = select(QuizSlot).join(Quiz, Quiz.id == QuizSlot.quiz_id).where(Quiz.course_id == course.id)
    return list(db.session.scalars(rows.order_by(QuizSlot.position)))


def banks_of(course) -> dict[str, list[str]]:
    """Return the names of a course's banks with those of their questions."""
    rows = db.session.execute(
        select(QuestionBank.name, Question.name)
        .outerjoin(Question, Question.bank_id == QuestionBank.id)
        .where(QuestionBank.course_id == course.id)
        .order_by(QuestionBank.id, Question.id)
    )
    found: dict[str, list[str]] = {}
    for bank, name in rows:
        found.setdefault(bank, []).append(name)
    return found


@pytest.mark.parametrize("kind", ["copy", "edition"])
def test_a_copy_keeps_its_places_on_a_bank_that_it_may_use(lent, sign_in, kind):
    new = copied(sign_in(lent.people["author below"]), kind)

    first, drawing, own = slots_of(new)
    assert (first.question_id, drawing.draw_bank_id) == (lent.questions[0].id, lent.bank.id)
    assert first.fixed_version_id == slots_of(lent.course)[0].fixed_version_id
    assert own.question_id not in (None, slots_of(lent.course)[2].question_id)
    assert list(banks_of(new)) == ["共用题库"]


def test_a_copy_takes_along_what_it_may_ask_no_more(lent, sign_in):
    lent.stop()

    new = copied(sign_in(lent.people["author below"]))

    first, drawing, _own = slots_of(new)
    assert banks_of(new) == {
        "共用题库": ["账目要公布。"],
        "共用题库 (2)": ["共用第1题？", "共用第2题？", "共用第3题？"],
    }
    assert first.question_id not in {row.id for row in lent.questions}
    version = db.session.get_one(QuestionVersion, first.fixed_version_id)
    assert version.question_id == first.question_id
    assert db.session.get_one(QuestionBank, drawing.draw_bank_id).course_id == new.id
    (quiz,) = db.session.scalars(select(Quiz).where(Quiz.course_id == new.id))
    assert len(drawn_versions(quiz)) == 3


def test_a_copy_of_the_course_that_shares_shares_nothing_by_itself(lent, sign_in):
    browser = sign_in(lent.people["home author"])
    data = {"kind": "copy", "title_zh": "新课", "title_en": "New", "slug": "new"}
    browser.post("/study/manage/courses/home/copy", data=data)
    shared = select(QuestionBank.shared_with_id).where(QuestionBank.course_id == find_course("new").id)
    assert db.session.scalars(shared).all() == [None]


# Course files


def export(course, path):
    with path.open("w+b") as out:
        write_course(out, course)
    db.session.rollback()
    return path


def bring(path, branch, actor, slug=""):
    incoming = read_incoming(open_course_file(path))
    prepared = prepare_course(incoming, keep_files(incoming), keep_pictures(incoming))
    with transaction():
        return import_course(prepared, db.session.get(type(branch), branch.id), actor, slug)


def content_of(path):
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("course.json"))


@pytest.mark.parametrize("is_shared", [True, False])
def test_a_course_file_carries_the_questions_it_needs_and_no_others(lent, is_shared, administrator, actor_of, tmp_path):
    if not is_shared:
        lent.stop()
    path = export(find_course("below"), tmp_path / "a.zip")
    bring(path, lent.elsewhere, actor_of(administrator), slug="there")

    there = find_course("there")
    assert banks_of(there) == {
        "共用题库": ["账目要公布。"],
        "共用题库 (2)": ["共用第1题？", "共用第2题？", "共用第3题？"],
    }
    (quiz,) = db.session.scalars(select(Quiz).where(Quiz.course_id == there.id))
    asked = drawn_versions(quiz)
    own = (
        select(QuestionBank.course_id).join(Question).where(Question.id.in_([one.question_id for one, _mark in asked]))
    )
    assert (len(asked), set(db.session.scalars(own))) == (3, {there.id})
    assert slots_of(there)[0].fixed_version_id is not None


def test_what_is_exported_imported_and_exported_again_is_the_same(lent, administrator, actor_of, tmp_path):
    before = export(find_course("below"), tmp_path / "before.zip")
    bring(before, lent.elsewhere, actor_of(administrator), slug="there")
    after = export(find_course("there"), tmp_path / "after.zip")

    first, second = content_of(before), content_of(after)
    first["course"][0]["slug"] = "there"
    assert second == first


def counted() -> list[int]:
    return [
        db.session.scalar(select(func.count()).select_from(one)) for one in (Course, QuestionBank, Question, QuizSlot)
    ]


def test_the_same_file_twice_changes_nothing_here_or_there(lent, administrator, actor_of, tmp_path):
    path = export(find_course("below"), tmp_path / "a.zip")
    actor = actor_of(administrator)
    bring(path, lent.elsewhere, actor, slug="there")
    before = counted()
    again = [bring(path, lent.elsewhere, actor, slug="there").is_new, bring(path, lent.village, actor).is_new]
    assert (again, counted()) == ([False, False], before)
    assert export(find_course("below"), tmp_path / "b.zip").read_bytes() == path.read_bytes()


def test_a_file_whose_carried_bank_is_wrong_is_refused_as_a_whole(lent, administrator, actor_of, tmp_path):
    path = export(find_course("below"), tmp_path / "a.zip")
    rows = content_of(path)
    assert [bank["name"] for bank in rows["banks"]] == ["共用题库", "共用题库 (2)"]
    rows["banks"][1]["name"] = rows["banks"][0]["name"]
    data = json.dumps(rows).encode()
    with zipfile.ZipFile(path) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["parts"]["course.json"] = {"sha256": sha256(data).hexdigest(), "size": len(data)}
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("course.json", data)
        archive.writestr("manifest.json", json.dumps(manifest))
    before = counted()
    with pytest.raises(CourseFileRefused, match="banks"):
        bring(tmp_path / "b.zip", lent.elsewhere, actor_of(administrator), slug="there")
    assert counted() == before


def test_a_bank_from_which_nothing_can_be_drawn_goes_along_empty(lent, administrator, actor_of, tmp_path):
    for row in lent.questions[1:3]:
        row.level = None
    slot = slots_of(lent.course)[0]
    db.session.delete(slot)
    db.session.commit()
    path = export(find_course("below"), tmp_path / "a.zip")
    bring(path, lent.elsewhere, actor_of(administrator), slug="there")
    there = find_course("there")
    assert banks_of(there) == {"共用题库": ["账目要公布。"], "共用题库 (2)": [None]}
    assert slots_of(there)[0].draw_bank_id is not None


# Notebooks


def test_a_mistake_is_a_card_of_the_course_in_which_it_was_made(lent, sign_in, member):
    quiz = lent.quiz()
    db.session.add(QuizSlot(quiz_id=quiz.id, position=0, question_id=lent.questions[3].id, max_mark=1000))
    db.session.commit()
    enrolled(member, lent.below)
    browser = sign_in(member)
    paper = browser.post(f"/study/quizzes/{quiz.id}/attempts").location
    browser.post(paper, data={"client": "c", "go": "end", "sure": "1", "seen1": "0", "q1": "2"})
    drain_all()

    page = browser.get("/study/notebook/cards", headers=EN)

    # The course whose bank it is, is a draft that the member may not even know of.
    assert ("共用第4题？" in page.text, lent.below.title.en in page.text) == (True, True)
    assert lent.home.title.en not in page.text


def test_the_card_goes_with_the_course_and_not_with_the_bank(lent, sign_in, member):
    test_a_mistake_is_a_card_of_the_course_in_which_it_was_made(lent, sign_in, member)
    lent.stop()
    assert "共用第4题？" in sign_in(member).get("/study/notebook/cards").text
    lent.below.audience = f"branch:{lent.elsewhere.id}"
    db.session.commit()
    assert "共用第4题？" not in sign_in(member).get("/study/notebook/cards").text


def test_pages_ask_questions_of_their_own_course_alone(lent):
    body = Faces(f"::: question {lent.questions[0].id}\n:::\n")
    assert [bool(asks_of(body, course.id)) for course in (lent.home, lent.below)] == [True, False]
