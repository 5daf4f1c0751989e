"""Instructors write a course in the browser, from nothing to published."""

import pytest
from sqlalchemy import select

from core.db import db
from core.events import ContentEvent
from core.faces import Faces
from core.permissions import Role
from core.refs import Ref
from study import handlers
from study.enums import CompletionRule, CourseState, LearningState, LessonKind
from study.events import CourseChanged, PassagesChanged
from study.models import Course, Lesson, LessonProgress, Module, QuizSlot
from study.rules import Rule
from tests.factories.accounts import UserFactory, grant
from tests.factories.quiz import bank_for, question, truth
from tests.factories.study import (
    CourseFactory,
    EnrolmentFactory,
    LessonFactory,
    MaterialFactory,
    ModuleFactory,
    QuizFactory,
    note_progress,
)

EN = {"Accept-Language": "en"}


def only(model):
    db.session.expire_all()
    return db.session.scalars(select(model)).one()


def quiz_of(course):
    quiz = QuizFactory(course=course)
    asked = question(bank_for(course), truth())
    db.session.add(QuizSlot(quiz_id=quiz.id, question_id=asked.id, position=0))
    db.session.commit()
    return quiz


def titles(model) -> list[str]:
    db.session.expire_all()
    statement = select(model).order_by(model.position, model.id)
    return [row.title.zh for row in db.session.scalars(statement)]


@pytest.fixture
def author(sign_in, instructor):
    return sign_in(instructor)


def test_a_course_is_written_from_nothing_to_published(author, client, root):
    answer = author.post(
        "/study/manage/new",
        data={
            "slug": "open-books",
            "branch": root.id,
            "title_zh": "账目公布",
            "title_en": "Open books",
            "summary_zh": "怎样公布账目",
            "body_zh": "## 为什么\n\n成员要看得懂。",
            "audience": "public",
            "category": "new",
            "category_zh": "会务",
            "category_en": "Running a branch",
        },
    )
    assert answer.location == "/study/manage/courses/open-books"
    assert client.get("/study/courses/open-books").status_code == 404
    author.post("/study/manage/courses/open-books/modules", data={"title_zh": "第一单元"})
    lesson = {"kind": "page", "title_zh": "五项要求", "body_zh": "## 一\n\n大项单列。", "minutes": 6}
    author.post(f"/study/manage/modules/{only(Module).id}/lessons", data={**lesson, "material_id": 0, "quiz_id": 0})

    author.post("/study/manage/courses/open-books/state", data={"state": "published"})

    course = only(Course)
    assert (course.state, course.audience, course.title) == (
        CourseState.PUBLISHED,
        "public",
        Faces("账目公布", "Open books"),
    )
    page = client.get("/study/courses/open-books").text
    assert ("会务" in page, "成员要看得懂。" in page, "五项要求" in page) == (True, True, True)
    assert '<h2 id="p1">一</h2>' in client.get(f"/study/lessons/{only(Lesson).id}").text


def test_a_form_with_faults_keeps_what_was_typed(author, root):
    answer = author.post(
        "/study/manage/new",
        data={"slug": "Not Good", "branch": root.id, "summary_zh": "留着", "audience": "members", "category": ""},
        headers=EN,
    )
    assert answer.status_code == 422
    assert "Use small letters, digits and hyphens" in answer.text
    assert "Fill in at least one of the two languages." in answer.text
    assert 'value="留着"' in answer.text


def test_an_address_is_taken_once(author, root):
    CourseFactory(slug="taken")
    data = {"slug": "taken", "branch": root.id, "title_zh": "新", "audience": "members", "category": ""}
    answer = author.post("/study/manage/new", data=data, headers=EN)
    assert (answer.status_code, "Another course already has this address." in answer.text) == (422, True)


def test_an_empty_course_is_not_published(author):
    course = CourseFactory(state=CourseState.DRAFT)
    address = f"/study/manage/courses/{course.slug}"
    author.post(f"{address}/state", data={"state": "published"}, headers=EN)
    assert "Add at least one lesson before you publish the course." in author.get(address, headers=EN).text
    assert only(Course).state is CourseState.DRAFT


def test_a_lesson_without_content_holds_the_course_back(author):
    lesson = LessonFactory(module__course__state=CourseState.DRAFT, kind=LessonKind.QUIZ, title=Faces("测", "Empty"))
    address = f"/study/manage/courses/{lesson.module.course.slug}"
    author.post(f"{address}/state", data={"state": "published"}, headers=EN)
    assert "The lesson “Empty” has no content yet." in author.get(address, headers=EN).text


def test_an_instructor_of_one_branch_writes_there_and_nowhere_else(sign_in, branch, other_branch):
    person = UserFactory(branch=branch)
    grant(person, Role.INSTRUCTOR, branch)
    browser = sign_in(person)
    own, foreign = CourseFactory(branch=branch), CourseFactory(branch=other_branch, audience="public")
    data = {"slug": "x", "title_zh": "新", "audience": "members", "category": ""}

    listed = browser.get("/study/manage/").text
    assert (own.title.zh in listed, foreign.title.zh in listed) == (True, False)
    foreign_slug = foreign.slug
    assert browser.post("/study/manage/new", data={**data, "branch": other_branch.id}).status_code == 422
    wide = {**data, "branch": branch.id, "audience": f"branch:{other_branch.id}"}
    assert browser.post("/study/manage/new", data=wide).status_code == 422
    assert browser.post("/study/manage/new", data={**data, "branch": branch.id}).status_code == 303
    assert browser.get(f"/study/manage/courses/{foreign_slug}").status_code == 403


def test_the_preview_saves_nothing(author):
    lesson = LessonFactory()
    data = {"kind": "page", "title_zh": "题", "body_zh": "**新的**", "minutes": 5, "material_id": 0, "quiz_id": 0}
    address = f"/study/manage/lessons/{lesson.id}"
    answer = author.post(address, data={**data, "preview": "1"})
    assert (answer.status_code, "<strong>新的</strong>" in answer.text) == (200, True)
    assert only(Lesson).body.zh.startswith("## 要点")


@pytest.mark.parametrize(
    ("kind", "changes", "words"),
    [
        ("document", {}, "Choose a document."),
        ("link", {"url": "javascript:alert(1)"}, "Enter a whole address"),
        ("link", {}, "Enter a whole address"),
        ("page", {"minutes": 0}, "Enter a number from 1 to 600."),
    ],
)
def test_a_lesson_with_faults_is_shown_again(author, kind, changes, words):
    module = ModuleFactory()
    data = {"kind": kind, "title_zh": "题", "minutes": 5, "material_id": 0, "quiz_id": 0, **changes}
    answer = author.post(f"/study/manage/modules/{module.id}/lessons", data=data, headers=EN)
    assert (answer.status_code, words in answer.text) == (422, True)


def test_the_document_of_another_course_is_not_offered(author):
    module, foreign = ModuleFactory(), MaterialFactory()
    data = {"kind": "document", "title_zh": "题", "minutes": 5, "material_id": foreign.id, "quiz_id": 0}
    assert author.post(f"/study/manage/modules/{module.id}/lessons", data=data).status_code == 422


def test_lessons_and_modules_move_one_place(author):
    course = CourseFactory()
    one, two = (ModuleFactory(course=course, title=Faces(name)) for name in "甲乙")
    LessonFactory(module=one, title=Faces("一"), position=0)
    last = LessonFactory(module=one, title=Faces("二"), position=1)
    LessonFactory(module=two, title=Faces("三"), position=0)
    two_id, last_id = two.id, last.id

    author.post(f"/study/manage/lessons/{last_id}/move", data={"step": "down"})
    db.session.expire_all()
    assert db.session.get(Lesson, last_id).module_id == two_id
    author.post(f"/study/manage/lessons/{last_id}/move", data={"step": "down"})
    assert titles(Lesson) == ["一", "三", "二"]
    author.post(f"/study/manage/modules/{two_id}/move", data={"step": "up"})
    assert titles(Module) == ["乙", "甲"]
    assert author.post(f"/study/manage/modules/{two_id}/move", data={"step": "away"}).status_code == 404


def test_deleting_a_lesson_says_whose_work_goes_with_it(author, member, announced):
    lesson = LessonFactory(module=ModuleFactory(course=CourseFactory(state=CourseState.DRAFT)))
    EnrolmentFactory(user=member, course=lesson.module.course)
    note_progress(member, lesson)
    lesson_id = lesson.id

    question = author.get(f"/study/manage/lessons/{lesson_id}/delete", headers=EN).text
    assert "What 1 member has done in it is deleted too." in question
    author.post(f"/study/manage/lessons/{lesson_id}/delete")
    assert titles(Lesson) == []
    assert PassagesChanged(subject=Ref("lesson", lesson_id)) in announced()


def test_a_changed_course_has_everything_in_it_read_again(author, drain, announced):
    lesson = LessonFactory()
    material = MaterialFactory(course=lesson.module.course)
    refs = [lesson.module.course.ref, lesson.ref, material.ref]
    handlers.spread([CourseChanged(course_id=lesson.module.course_id)])
    assert [event for event in announced() if isinstance(event, ContentEvent)] == [
        ContentEvent(subject=ref) for ref in refs
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_own_page_of_a_course_costs_seven_queries_at_any_length(author, count_queries, rows):
    course = CourseFactory()
    for module in ModuleFactory.create_batch(rows, course=course):
        LessonFactory.create_batch(rows, module=module)
    slug = course.slug
    with count_queries() as seen:
        page = author.get(f"/study/manage/courses/{slug}")
    assert (page.text.count('<li id="lesson-'), len(seen)) == (rows * rows, 7), seen


@pytest.mark.parametrize(("lessons", "is_folded"), [(6, False), (7, True)])
def test_a_long_course_is_folded_by_module_with_a_way_to_each(author, lessons, is_folded):
    course = CourseFactory()
    modules = [ModuleFactory(course=course, title=Faces(en=f"Part {n}")) for n in (1, 2)]
    for module in modules:
        LessonFactory.create_batch(lessons, module=module)
    page = author.get(f"/study/manage/courses/{course.slug}", headers=EN).text
    assert page.count('<details class="fold">') == (2 if is_folded else 0)
    assert page.count('<details class="fold" open>') == (0 if is_folded else 2)
    assert page.count(f'<span class="meta">{lessons} lessons</span>') == 2
    for number, module in enumerate(modules, start=1):
        assert f'<a class="chip" href="#module-{module.id}">{number} Part {number}</a>' in page
    assert ('href="#add-module"' in page, 'id="this-course"' in page) == (True, True)


def test_the_front_page_of_a_course_is_changed(author):
    course = CourseFactory(title=Faces("旧"))
    address = f"/study/manage/courses/{course.slug}/edit"
    assert 'value="旧"' in author.get(address).text
    data = {"title_zh": "新", "title_en": "New", "audience": "public", "category": "", "in_order": "y"}
    assert author.post(address, data=data).status_code == 303
    changed = only(Course)
    assert (changed.title, changed.audience, changed.in_order) == (Faces("新", "New"), "public", True)


def test_a_published_course_is_taken_back_and_archived(author, member, sign_in):
    course = CourseFactory()
    EnrolmentFactory(user=member, course=course)
    slug = course.slug
    author.post(f"/study/manage/courses/{slug}/state", data={"state": "draft"})
    assert sign_in(member).get(f"/study/courses/{slug}").status_code == 404
    author.post(f"/study/manage/courses/{slug}/state", data={"state": "archived"})
    assert sign_in(member).get(f"/study/courses/{slug}").status_code == 200
    assert author.post(f"/study/manage/courses/{slug}/state", data={"state": "lost"}).status_code == 404


def test_a_lesson_is_changed_and_counted_anew_by_its_new_kind(author, member, drain):
    lesson = LessonFactory()
    quiz = quiz_of(lesson.module.course)
    EnrolmentFactory(user=member, course=lesson.module.course)
    note_progress(member, lesson)
    address = f"/study/manage/lessons/{lesson.id}"
    assert "账目公布给每一位成员看。" in author.get(address).text
    data = {"kind": "quiz", "title_zh": "改了", "minutes": 7, "material_id": 0, "quiz_id": quiz.id}
    assert author.post(address, data=data).status_code == 303
    assert (only(Lesson).title, only(Lesson).quiz_id) == (Faces("改了"), quiz.id)
    drain()
    assert only(LessonProgress).state is LearningState.UNDER_WAY


LESSON = {"kind": "page", "title_zh": "题", "body_zh": "文。", "minutes": 7, "material_id": 0, "quiz_id": 0}


def test_an_author_chooses_what_completes_a_lesson(author):
    lesson = LessonFactory()
    address = f"/study/manage/lessons/{lesson.id}"
    assert author.post(address, data={**LESSON, "completion": "opened"}).status_code == 303
    assert only(Lesson).rule == Rule(CompletionRule.OPENED)
    assert '<option selected value="opened">' in author.get(address).text
    assert "This lesson is done when you have opened it." not in author.get(f"/study/lessons/{lesson.id}").text
    author.post(address, data={**LESSON, "completion": ""})
    assert only(Lesson).rule == Rule(CompletionRule.READ)


def test_a_learner_is_told_what_completes_a_lesson_that_has_no_button(member, sign_in):
    lesson = LessonFactory(completion=CompletionRule.OPENED)
    EnrolmentFactory(user=member, course=lesson.module.course)
    page = sign_in(member).get(f"/study/lessons/{lesson.id}", headers=EN).text
    assert "This lesson is done when you have opened it." in page
    assert f"/study/lessons/{lesson.id}/read" not in page


@pytest.mark.parametrize("data", [{"completion": "quiz_passed"}, {"completion": "lost"}, {"kind": "lost"}])
def test_a_rule_that_does_not_fit_the_kind_is_refused_and_what_was_typed_stays(author, data):
    lesson = LessonFactory()
    answer = author.post(f"/study/manage/lessons/{lesson.id}", data={**LESSON, "completion": "read", **data})
    assert (answer.status_code, "题" in answer.text) == (422, True)


def test_a_module_is_named_anew_and_deleted_with_its_lessons(author):
    lesson = LessonFactory(module=ModuleFactory(course=CourseFactory(state=CourseState.DRAFT)))
    address = f"/study/manage/modules/{lesson.module_id}"
    assert author.post(address, data={"title_zh": "", "title_en": ""}).status_code == 422
    author.post(address, data={"title_zh": "新名"})
    assert titles(Module) == ["新名"]
    assert "No member has begun it." in author.get(f"{address}/delete", headers=EN).text
    author.post(f"{address}/delete")
    assert (titles(Module), titles(Lesson)) == ([], [])


def test_a_module_without_a_name_is_not_added(author):
    course = CourseFactory()
    assert author.post(f"/study/manage/courses/{course.slug}/modules", data={}).status_code == 422


@pytest.mark.parametrize(
    ("kind", "field"), [("page", "body_zh"), ("document", "material_id"), ("link", "url"), ("quiz", "quiz_id")]
)
def test_a_lesson_of_a_published_course_is_never_left_empty(author, kind, field):
    lesson = LessonFactory()
    quiz = QuizFactory(course=lesson.module.course)
    sent = {"kind": kind, "title_en": "Empty", "minutes": 5, "quiz_id": quiz.id}

    answers = [
        author.post(f"/study/manage/modules/{lesson.module_id}/lessons", data=sent, headers=EN),
        author.post(f"/study/manage/lessons/{lesson.id}", data=sent, headers=EN),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]
    assert all(f'id="{field}-e"' in answer.text for answer in answers)
    assert only(Lesson).title == lesson.title


def test_a_quiz_without_questions_is_no_content(author):
    course = CourseFactory(state=CourseState.DRAFT)
    quiz = QuizFactory(course=course)
    LessonFactory(module__course=course, kind=LessonKind.QUIZ, quiz_id=quiz.id, title=Faces("空", "Empty"))
    author.post(f"/study/manage/courses/{course.slug}/state", data={"state": "published"})
    assert only(Course).state is CourseState.DRAFT


def test_the_same_lesson_sent_twice_is_one(author):
    module = ModuleFactory()
    sent = {"kind": "page", "title_en": "Once", "body_en": "Words.", "minutes": 5}
    answers = [author.post(f"/study/manage/modules/{module.id}/lessons", data=sent) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert only(Lesson).title.en == "Once"
