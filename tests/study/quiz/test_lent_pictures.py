"""Pictures and cited paragraphs of questions whose bank is shared: in quizzes, prints, copies and files of others."""

import io
import re

import pytest
from sqlalchemy import select

from core.db import db
from core.faces import Faces
from study.enums import CourseState, Review
from study.models import (
    Citation,
    Course,
    Lesson,
    Picture,
    PrintedForm,
    Question,
    QuestionBank,
    QuestionPicture,
    QuestionVersion,
    QuizSlot,
)
from study.passages import passages_of
from study.queries.citations import cited_by
from study.queries.courses import find_course
from study.quiz import urls
from study.quiz.queries.printed import list_form_slots, picture_paths
from study.quiz.services.arranging import fill_sketches
from study.services.courses import rendered_lesson
from tests.factories.accounts import UserFactory
from tests.factories.pictures import png
from tests.factories.quiz import choice, enrolled
from tests.factories.quiz import question as make_question
from tests.factories.sharing import shared_bank
from tests.factories.study import LessonFactory, ModuleFactory
from tests.study.quiz.test_question_pictures import file, moodle, shown, truefalse
from tests.study.test_lent_questions import bring, copied, export

EN = {"Accept-Language": "en"}
LONG = "The quarterly accounts of the branch hang beside the door where every member reads them. "
PLAN = moodle(truefalse(LONG + shown("a.png"), file("a.png", png())))
QUOTE = "会议由书记主持。"


def sent(browser, slug: str, data: bytes, **more):
    fields = {"file": (io.BytesIO(data), "bank.xml"), "format": "auto", "bank": "共用题库", **more}
    return browser.post(urls.to_import(slug), data=fields, headers=EN)


def accept(browser, slug: str, page, **more):
    ticket = re.search(r'name="ticket"[^>]*value="([^"]+)"', page.text)[1]
    return browser.post(urls.to_accept(slug), data={"ticket": ticket, **more})


@pytest.fixture
def lent(app, sign_in):
    """A shared bank with one question that shows a picture, which a quiz of the village asks."""
    made = shared_bank(0)
    browser = sign_in(made.people["home author"])
    accept(browser, "home", sent(browser, "home", PLAN))
    made.question = db.session.scalars(select(Question)).one()
    made.picture = db.session.scalars(select(Picture.id)).one()
    made.taken = made.quiz(review=Review.AT_ONCE)
    db.session.add(QuizSlot(quiz_id=made.taken.id, position=0, max_mark=1000, question_id=made.question.id))
    db.session.commit()
    return made


def status(browser, lent) -> int:
    with browser.get(f"/study/pictures/{lent.picture}/thumbnail") as answer:
        return answer.status_code


def paper(browser, lent) -> str:
    return browser.post(f"/study/quizzes/{lent.taken.id}/attempts").location


# Pictures


def test_those_who_are_asked_in_another_course_see_the_picture(lent, sign_in, member):
    enrolled(member, lent.below)
    before = status(sign_in(member), lent)
    page = sign_in(member).get(paper(sign_in(member), lent)).text
    after = status(sign_in(member), lent)

    # The course that has the picture is a draft of which the member knows nothing.
    assert (before, after) == (404, 200)
    assert f"/study/pictures/{lent.picture}/thumbnail" in page

    lent.below.audience = f"branch:{lent.elsewhere.id}"
    db.session.commit()
    assert status(sign_in(member), lent) == 404


@pytest.mark.parametrize(
    ("who", "while_shared", "later"),
    [
        ("home author", 200, 200),
        ("author below", 200, 200),
        ("team below", 200, 200),
        ("assistant below", 200, 200),
        ("author elsewhere", 404, 404),
        ("team elsewhere", 404, 404),
        ("member", 404, 404),
    ],
)
def test_the_picture_is_for_those_who_may_look_at_the_question(lent, sign_in, who, while_shared, later):
    browser = sign_in(lent.people[who])
    found = [status(browser, lent)]
    lent.stop()
    # Who teaches where it is asked looks at it still.
    assert [*found, status(browser, lent)] == [while_shared, later]


def test_nobody_looks_at_the_picture_of_a_bank_that_is_shared_no_longer(lent, sign_in):
    db.session.delete(db.session.scalars(select(QuizSlot)).one())
    browser = sign_in(lent.people["author below"])
    found = [status(browser, lent)]
    lent.stop()
    assert [*found, status(browser, lent)] == [200, 404]


def test_a_printed_form_of_another_course_has_the_picture(lent, sign_in):
    browser = sign_in(lent.people["author below"])
    browser.post(urls.to_forms(lent.taken.id), data={"count": "1"})
    form = db.session.scalars(select(PrintedForm)).one()

    assert list(picture_paths(list_form_slots(form.id))) == [f"/study/pictures/{lent.picture}/thumbnail"]
    with browser.get(urls.for_form(form.id, "paper", "zh")) as answer:
        assert (answer.status_code, answer.content_type) == (200, "application/pdf")


def test_a_form_that_is_printed_counts_as_asking(lent, sign_in):
    sign_in(lent.people["author below"]).post(urls.to_forms(lent.taken.id), data={"count": "1"})
    db.session.delete(db.session.scalars(select(QuizSlot)).one())
    lent.stop()
    page = sign_in(lent.people["assistant below"]).get(urls.to_preview(lent.question.id), headers=EN)
    assert (page.status_code, "1 paper asks it." in page.text) == (200, True)


def pictures_of(course: Course) -> tuple[set[int], set[int], set[int]]:
    """Return the pictures of a course, those its questions name, and those noted as shown by them."""
    versions = db.session.scalars(
        select(QuestionVersion)
        .join(QuestionVersion.question)
        .join(Question.bank)
        .where(QuestionBank.course_id == course.id)
    ).all()
    named = {int(one) for version in versions for one in re.findall(r"/study/pictures/(\d+)\)", version.text.all())}
    ids = [version.id for version in versions]
    noted = set(db.session.scalars(select(QuestionPicture.picture_id).where(QuestionPicture.version_id.in_(ids))))
    return set(db.session.scalars(select(Picture.id).where(Picture.course_id == course.id))), named, noted


def test_a_copy_that_takes_the_question_takes_its_picture(lent, sign_in):
    home, other = find_course("home"), moodle(truefalse("Another. " + shown("b.png"), file("b.png", png())))
    accept(sign_in(lent.people["home author"]), "home", sent(sign_in(lent.people["home author"]), "home", other))
    lent.stop()

    own, named, noted = pictures_of(copied(sign_in(lent.people["author below"])))

    assert len(own) == 1
    assert own == named == noted != {lent.picture}
    assert pictures_of(home) == ({lent.picture}, {lent.picture}, {lent.picture})


def test_a_copy_that_asks_it_where_it_is_takes_no_picture(lent, sign_in):
    assert pictures_of(copied(sign_in(lent.people["author below"]))) == (set(), set(), set())


def test_a_course_file_takes_the_picture_of_a_lent_question_along(lent, administrator, actor_of, tmp_path):
    path = export(find_course("below"), tmp_path / "a.zip")
    bring(path, lent.elsewhere, actor_of(administrator), slug="there")

    own, named, noted = pictures_of(find_course("there"))

    assert len(own) == 1
    assert own == named == noted != {lent.picture}


def test_what_is_left_of_a_file_keeps_its_pictures(lent, sign_in):
    fill_sketches(lent.home.id)
    db.session.commit()
    other = truefalse(
        "A wholly other matter is shown here, and it is long. " + shown("b.png"), file("b.png", png("blue"))
    )
    data = moodle(truefalse(LONG + shown("a.png"), file("a.png", png())), other)
    browser = sign_in(lent.people["author below"])

    page = sent(browser, "below", data, shared="y", bank="neu")
    assert "1 stands already in a shared bank." in page.text
    accept(browser, "below", page, skip_shared="y")

    own, named, noted = pictures_of(find_course("below"))
    assert len(own) == 1
    assert own == named == noted


# Cited paragraphs


@pytest.fixture
def cited(lent):
    """Let the question rest on a paragraph of a lesson of its own course."""
    lesson = LessonFactory(module=ModuleFactory(course=lent.home), title=Faces("议事", "Meetings"))
    lesson.body, lesson.html = Faces(zh=QUOTE), rendered_lesson(Faces(zh=QUOTE), None)
    passage = passages_of(lesson.html)[0]
    said = {"mark": passage.mark, "now_mark": passage.mark, "quote": passage.quote, "digest": passage.digest}
    words = Faces(zh=passage.quote, en=passage.quote)
    db.session.add(Citation(question_id=lent.question.id, lesson_id=lesson.id, words=words, **said))
    db.session.commit()
    return lesson


@pytest.mark.parametrize("reads", [False, True])
def test_the_paragraph_is_named_to_those_who_may_read_it(lent, cited, sign_in, reads):
    user = UserFactory(branch=lent.village)
    enrolled(user, lent.below)
    lent.home.state = CourseState.PUBLISHED if reads else CourseState.DRAFT
    db.session.commit()
    browser = sign_in(user)
    url = paper(browser, lent)
    browser.post(url, data={"client": "c", "go": "end", "sure": "1", "seen1": "0", "q1": "f"})

    page = browser.get(url, headers=EN).text

    assert ("Read this again" in page, QUOTE in page) == (reads, reads)


def test_a_course_that_is_not_for_the_reader_is_asked_for_once(lent, cited, actor_of, count_queries):
    lent.home.state = CourseState.DRAFT
    again = make_question(db.session.get(QuestionBank, lent.question.bank_id), choice(1000, 0))
    first = db.session.scalars(select(Citation)).one()
    kept = {name: getattr(first, name) for name in ("lesson_id", "words", "mark", "now_mark", "quote", "digest")}
    db.session.add(Citation(question_id=again.id, **kept))
    db.session.commit()
    reader = actor_of(UserFactory(branch=lent.village))
    costs = []
    for ids in ([lent.question.id], [lent.question.id, again.id]):
        with count_queries() as asked:
            assert cited_by(ids, reader) == {}
        costs.append(len(asked))

    assert costs[0] == costs[1]


@pytest.mark.parametrize(
    ("who", "state", "knows"),
    [
        ("home author", CourseState.DRAFT, True),
        ("author below", CourseState.DRAFT, False),
        ("author below", CourseState.PUBLISHED, True),
    ],
)
def test_authors_of_other_courses_see_no_paragraph_that_they_may_not_read(lent, cited, sign_in, who, state, knows):
    lent.home.state = state
    db.session.commit()
    page = sign_in(lent.people[who]).get(urls.to_preview(lent.question.id), headers=EN)
    assert (page.status_code, QUOTE in page.text, "What it rests on" in page.text) == (200, knows, knows)


def test_a_copy_that_takes_the_question_leaves_what_it_rests_on(lent, cited, sign_in):
    lent.stop()
    copied(sign_in(lent.people["author below"]))
    assert db.session.scalars(select(Citation.question_id)).all() == [lent.question.id]
    assert db.session.get(Lesson, cited.id) is not None
