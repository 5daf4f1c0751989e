"""Files that belong to answers of papers."""

import io

import pytest
from sqlalchemy import func, select

from accounts.events import UserErased
from core.db import db, transaction
from core.faces import Faces
from core.files import File
from study.enums import QuestionKind
from study.models import Attempt, AttemptFile, AttemptSlot
from study.quiz.kinds import QuestionContent, Settings
from study.quiz.services.answer_files import forget_member
from study.work_handlers import forget_works
from tests.factories.accounts import UserFactory
from tests.factories.quiz import enrolled, quiz_with

EN = {"Accept-Language": "en"}


def filed(files=2) -> QuestionContent:
    return QuestionContent(kind=QuestionKind.ESSAY, text=Faces(zh="交上来。"), settings=Settings(files=files))


@pytest.fixture
def paper(sign_in, member):
    """Return ``paper(files=2, **settings)``: browser and address of an open paper that takes files."""

    def make(files=2, **settings):
        quiz = quiz_with(filed(files), **settings)
        enrolled(member, quiz.course)
        browser = sign_in(member)
        return browser, browser.post(f"/study/quizzes/{quiz.id}/attempts").location

    return make


def send(browser, url, *names: str, go="save", **fields):
    sent = [(io.BytesIO(f"content of {name}".encode()), name) for name in names]
    data = {"client": "c", "go": go, "seen1": "0", "q1": "", "f1": sent, **fields}
    return browser.post(url, data=data, headers=EN, content_type="multipart/form-data")


def names() -> list[str]:
    rows = select(File.original_name).join(AttemptFile, AttemptFile.file_id == File.id).order_by(AttemptFile.id)
    return list(db.session.scalars(rows))


def slot() -> AttemptSlot:
    return db.session.scalars(select(AttemptSlot)).one()


def test_files_are_kept_shown_and_answer_the_question(paper):
    browser, url = paper()

    send(browser, url, "a.txt", "b.txt", go="file:1", page="1")

    page = browser.get(url, headers=EN).text
    assert (names(), slot().file_count, slot().answered) == (["a.txt", "b.txt"], 2, True)
    assert ("a.txt</a>" in page, 'enctype="multipart/form-data"' in page, "1 open" in page) == (True, True, False)


def test_more_files_than_the_question_takes_are_refused_and_nothing_is_handed_in(paper):
    browser, url = paper(files=1)

    send(browser, url, "a.txt", "b.txt", go="end", sure="1")

    assert (names(), slot().answered, db.session.scalars(select(Attempt)).one().is_open) == ([], False, True)
    assert "This question takes 1 files at most." in browser.get(url, headers=EN).text


def test_a_file_is_removed_with_its_row(paper):
    browser, url = paper()
    send(browser, url, "a.txt", "b.txt")
    first = db.session.scalars(select(AttemptFile).order_by(AttemptFile.id)).first()

    send(browser, url, drop=str(first.id))

    assert (names(), slot().file_count) == (["b.txt"], 1)
    assert db.session.scalar(select(func.count()).select_from(File)) == 1


def test_without_the_last_file_the_question_is_open_again(paper):
    browser, url = paper()
    send(browser, url, "a.txt")

    send(browser, url, drop=str(db.session.scalars(select(AttemptFile)).one().id))

    assert (slot().file_count, slot().answered) == (0, False)


def test_words_and_files_answer_together_and_emptied_words_leave_the_files(paper):
    browser, url = paper()
    send(browser, url, "a.txt", q1="Siehe Datei.")
    send(browser, url, q1="")

    assert (slot().answered, slot().file_count) == (True, 1)


def test_a_paper_of_files_alone_waits_and_takes_no_more(paper):
    browser, url = paper()
    send(browser, url, "a.txt", go="end")
    assert db.session.scalars(select(Attempt)).one().is_waiting

    send(browser, url, "b.txt")

    assert names() == ["a.txt"]
    assert "a.txt</a>" in browser.get(url, headers=EN).text


@pytest.mark.parametrize("name", ["empty.txt"])
def test_what_is_no_file_of_ours_is_named_and_the_rest_kept(paper, name):
    browser, url = paper()
    bad = (io.BytesIO(b""), name)
    data = {"client": "c", "go": "save", "f1": [bad, (io.BytesIO(b"x y"), "good.txt")]}

    browser.post(url, data=data, content_type="multipart/form-data")

    assert names() == ["good.txt"]
    assert name in browser.get(url).text


def test_questions_that_take_no_files_get_none(paper):
    browser, url = paper(files=0)

    send(browser, url, "a.txt")

    assert (names(), 'type="file"' in browser.get(url).text) == ([], False)


def test_an_open_papers_file_is_for_its_writer_alone(paper, sign_in, instructor, member):
    browser, url = paper()
    send(browser, url, "a.txt")
    where = f"/study/attempts/files/{db.session.scalars(select(AttemptFile)).one().id}"

    with browser.get(where) as answer:
        assert answer.status_code == 200
    assert sign_in(instructor).get(where).status_code == 404
    assert sign_in(UserFactory()).get(where).status_code == 404


def test_whoever_marks_without_names_gets_no_name_from_a_file(paper, sign_in, instructor):
    browser, url = paper(is_anonymous=True)
    send(browser, url, "name-of-the-writer.txt", go="end")
    attempt = db.session.scalars(select(Attempt)).one()
    row = db.session.scalars(select(AttemptFile)).one()
    desk = sign_in(instructor)

    with desk.get(f"/study/attempts/files/{row.id}") as answer:
        sent, disposition = answer.data, answer.headers["Content-Disposition"]
    listed = desk.get(f"/study/manage/quizzes/{attempt.quiz_id}/marking")
    question = listed.text.split(f"/study/manage/quizzes/{attempt.quiz_id}/marking/")[1].split('"')[0]
    page = desk.get(f"/study/manage/quizzes/{attempt.quiz_id}/marking/{question}").text

    assert sent == b"content of name-of-the-writer.txt"
    assert f"{attempt.marking_code}-{row.id}.txt" in disposition
    assert "name-of-the-writer" not in disposition + page


def test_files_go_with_whoever_is_erased(paper, member):
    browser, url = paper()
    send(browser, url, "a.txt", go="end")

    forget_works([UserErased(user_id=member.id)])

    assert (names(), db.session.scalar(select(func.count()).select_from(File))) == ([], 0)


def test_too_many_new_files_leave_those_that_were_to_go(paper):
    browser, url = paper(files=1)
    send(browser, url, "a.txt")
    row = db.session.scalars(select(AttemptFile)).one()

    send(browser, url, "b.txt", "c.txt", drop=str(row.id))
    assert (names(), slot().file_count) == (["a.txt"], 1)
    send(browser, url, "b.txt", drop=str(row.id))
    assert (names(), slot().file_count) == (["b.txt"], 1)


def test_of_an_erased_person_no_file_is_counted_any_more(paper, member):
    browser, url = paper()
    send(browser, url, "a.txt")

    with transaction():
        forget_member(member.id)

    db.session.expire_all()
    assert (names(), slot().file_count) == ([], 0)
