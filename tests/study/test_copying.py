"""Copies of courses: as drafts of their own, and as new editions beside the old ones."""

import io

import pytest

from core.db import db
from core.faces import Faces
from core.files import File, store
from study.enums import CourseState, LessonKind, TeamRole
from study.models import (
    CertificateRule,
    Course,
    Edition,
    Gate,
    Lesson,
    Material,
    Module,
    Question,
    QuestionBank,
    QuestionVersion,
    Quiz,
    QuizSlot,
    TeamMember,
)
from tests.factories.certificates import rule_for
from tests.factories.quiz import bank_for, choice
from tests.factories.quiz import question as make_question
from tests.factories.study import (
    CourseFactory,
    EnrolmentFactory,
    LessonFactory,
    MaterialFactory,
    ModuleFactory,
    QuizFactory,
)

EN = {"Accept-Language": "en"}


@pytest.fixture
def course(member, instructor, administrator):
    """A course with a page, a document, a quiz of one question and a release rule."""
    made = CourseFactory(slug="old", title=Faces("旧课", "Old"), in_order=True)
    module = ModuleFactory(course=made)
    first = LessonFactory(module=module)
    material = MaterialFactory(course=made, file=store(io.BytesIO(b"Minutes."), "minutes.txt"))
    LessonFactory(
        module=module,
        kind=LessonKind.DOCUMENT,
        material_id=material.id,
        body=Faces("", f"See [it](/study/lessons/{first.id}) and /study/lessons/{first.id}0."),
        html=Faces("", f'<a href="/study/lessons/{first.id}">it</a>'),
    )
    quiz = QuizFactory(course=made, pass_thousandths=700)
    question = make_question(bank_for(made), choice(1000, 0))
    db.session.add(QuizSlot(quiz_id=quiz.id, position=0, question_id=question.id, max_mark=2000))
    last = LessonFactory(module=module, kind=LessonKind.QUIZ, quiz_id=quiz.id)
    db.session.add(Gate(course_id=made.id, lesson_id=last.id, after_lesson_id=first.id, is_personal=True))
    db.session.commit()
    return made


def copied(browser, kind: str) -> Course:
    answer = browser.post(
        "/study/manage/courses/old/copy", data={"kind": kind, "title_zh": "新课", "title_en": "New", "slug": "new"}
    )
    assert (answer.status_code, answer.location) == (303, "/study/manage/courses/new"), answer.text
    db.session.expire_all()
    return db.session.query(Course).filter_by(slug="new").one()


def of_course(model, course):
    if model is Lesson:
        query = db.session.query(Lesson).join(Module, Module.id == Lesson.module_id)
        return query.filter(Module.course_id == course.id).order_by(Lesson.position).all()
    return db.session.query(model).filter_by(course_id=course.id).all()


def test_a_copy_holds_everything_and_points_at_itself(sign_in, instructor, course):
    new = copied(sign_in(instructor), "copy")

    first, document, last = of_course(Lesson, new)
    (material,), (quiz,), (bank,), (gate,) = (of_course(model, new) for model in (Material, Quiz, QuestionBank, Gate))
    slot = db.session.query(QuizSlot).filter_by(quiz_id=quiz.id).one()
    question = db.session.get_one(Question, slot.question_id)
    version = db.session.query(QuestionVersion).filter_by(question_id=question.id).one()
    old_file = of_course(Material, course)[0].file_id

    assert (new.state, new.in_order, new.published_at) == (CourseState.DRAFT, True, None)
    assert (document.material_id, last.quiz_id) == (material.id, quiz.id)
    assert (quiz.pass_thousandths, slot.max_mark, question.bank_id) == (700, 2000, bank.id)
    assert version.text
    assert (gate.lesson_id, gate.after_lesson_id) == (last.id, first.id)
    assert (
        document.body.en
        == f"See [it](/study/lessons/{first.id}) and /study/lessons/{of_course(Lesson, course)[0].id}0."
    )
    assert document.html.en == f'<a href="/study/lessons/{first.id}">it</a>'
    assert (material.file_id, db.session.query(File).count()) == (old_file, 1)
    assert db.session.query(Edition).count() == 0


def test_a_copy_gives_the_same_certificate_under_a_name_of_its_own(sign_in, instructor, course):
    old = rule_for(course, hours_tenths=25, valid_months=6)
    key = old.key

    new = copied(sign_in(instructor), "copy")

    rule = db.session.get_one(CertificateRule, new.id)
    assert (rule.is_on, rule.hours_tenths, rule.valid_months) == (True, 25, 6)
    assert rule.key != key


def test_the_original_stays_as_it_was(sign_in, instructor, member, course):
    EnrolmentFactory(user=member, course=course)
    before = [(lesson.id, lesson.module_id, lesson.quiz_id) for lesson in of_course(Lesson, course)]

    copied(sign_in(instructor), "edition")

    assert [(lesson.id, lesson.module_id, lesson.quiz_id) for lesson in of_course(Lesson, course)] == before
    assert sign_in(member).get("/study/courses/old").status_code == 200


def test_newcomers_are_led_to_a_published_new_edition_and_learners_stay(sign_in, instructor, member, officer, course):
    EnrolmentFactory(user=member, course=course)
    author = sign_in(instructor)
    new = copied(author, "edition")
    drafted = sign_in(member).get("/study/courses/old").text
    author.post("/study/manage/courses/new/state", data={"state": "published"})

    learner, newcomer = sign_in(member), sign_in(officer)
    mine = learner.get("/study/courses/old", headers=EN).text
    theirs = newcomer.get("/study/courses/old", headers=EN).text
    led = newcomer.post("/study/courses/old/enrol")
    taken = newcomer.post("/study/courses/new/enrol")

    assert "/study/courses/new" not in drafted
    assert "There is a new edition of this course" in mine
    assert "You are under way in this one" in mine
    assert "Go to the new edition" in theirs
    assert "/study/courses/old/enrol" not in theirs
    assert (led.location, taken.location) == ("/study/courses/new", "/study/courses/new")
    assert '<dt>Before it</dt><dd><a href="/study/courses/old">' in newcomer.get("/study/courses/new", headers=EN).text
    assert new.title.en == "New"


def test_the_catalogue_shows_the_newest_edition_and_the_one_being_taken(sign_in, instructor, member, officer, course):
    EnrolmentFactory(user=member, course=course)
    author = sign_in(instructor)
    copied(author, "edition")
    author.post("/study/manage/courses/new/state", data={"state": "published"})

    shown = [
        [f'href="/study/courses/{slug}"' in sign_in(user).get("/study/").text for slug in ("old", "new")]
        for user in (member, officer)
    ]

    assert shown == [[True, True], [False, True]]


def test_an_edition_keeps_the_team_and_a_copy_does_not(sign_in, instructor, member, course):
    db.session.add(TeamMember(course_id=course.id, user_id=member.id, role=TeamRole.ASSISTANT))
    db.session.commit()

    new = copied(sign_in(instructor), "edition")

    assert [row.user_id for row in of_course(TeamMember, new)] == [member.id]


def test_a_course_has_one_new_edition(sign_in, instructor, course):
    browser = sign_in(instructor)
    copied(browser, "edition")

    again = browser.post("/study/manage/courses/old/copy", data={"kind": "edition", "title_zh": "又"}, headers=EN)
    taken = browser.post("/study/manage/courses/old/copy", data={"kind": "copy", "title_zh": "又", "slug": "new"})

    assert (again.status_code, "There is a new edition already: “New”." in again.text) == (422, True)
    assert (taken.status_code, db.session.query(Course).count()) == (422, 2)


def test_the_team_of_a_course_does_not_copy_it(sign_in, member, course):
    db.session.add(TeamMember(course_id=course.id, user_id=member.id, role=TeamRole.INSTRUCTOR))
    db.session.commit()
    sent = {"kind": "copy", "title_zh": "又"}
    assert sign_in(member).post("/study/manage/courses/old/copy", data=sent).status_code == 403


def test_addresses_of_other_sites_stay_as_they_are(sign_in, instructor, course):
    first = of_course(Lesson, course)[0]
    elsewhere = (
        f"https://example.org/study/lessons/{first.id} and [there](https://example.org/a/study/lessons/{first.id})"
    )
    first.body = Faces("", f"{elsewhere} but [here](/study/lessons/{first.id})")
    db.session.commit()
    copy = of_course(Lesson, copied(sign_in(instructor), "copy"))[0]
    assert copy.body.en == f"{elsewhere} but [here](/study/lessons/{copy.id})"
