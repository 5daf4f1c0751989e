"""Pages of the study room as readers see them."""

import pytest
from sqlalchemy import select

from core.buffer import flush_all
from core.db import db
from core.faces import Faces
from core.permissions import PUBLIC, branch_audience
from study.enums import CourseState, LessonKind, ProgressKind
from study.models import ProgressEvent
from study.queries.courses import list_open_courses
from study.queries.lessons import go_on
from tests.factories.study import (
    CategoryFactory,
    CourseFactory,
    EnrolmentFactory,
    LessonFactory,
    MaterialFactory,
    ModuleFactory,
    QuizFactory,
    note_progress,
)


@pytest.fixture(autouse=True)
def people(member, instructor, officer, administrator):
    """Signed-in pages need a tree of branches and somebody in it."""


def test_the_catalogue_shows_what_is_going_on_open_and_finished(sign_in, member):
    going, open_, done = CourseFactory(), CourseFactory(), CourseFactory()
    for course in (going, done):
        EnrolmentFactory(user=member, course=course)
    lesson = LessonFactory(module__course=done)
    LessonFactory(module__course=going)
    note_progress(member, lesson)

    page = sign_in(member).get("/study/").text

    assert page.index(going.title.zh) < page.index(open_.title.zh) < page.index(done.title.zh)


def test_the_catalogue_hides_drafts_and_courses_of_other_branches(client, sign_in, member, other_branch):
    hidden = [
        CourseFactory(state=CourseState.DRAFT),
        CourseFactory(audience=branch_audience(other_branch.id)),
        CourseFactory(state=CourseState.ARCHIVED),
    ]
    shown = CourseFactory(audience=PUBLIC)

    for browser in (client, sign_in(member)):
        page = browser.get("/study/").text
        assert shown.title.zh in page
        assert [course.title.zh in page for course in hidden] == [False, False, False]


def test_the_catalogue_is_filtered_by_language_and_subject(client):
    subject = CategoryFactory()
    both = CourseFactory(audience=PUBLIC, category=subject)
    chinese = CourseFactory(audience=PUBLIC, title=Faces(zh="只有中文"))

    english = client.get("/study/?language=en").text
    assert (both.title.zh in english, chinese.title.zh in english) == (True, False)
    of_subject = client.get(f"/study/?category={subject.slug}").text
    assert (both.title.zh in of_subject, chinese.title.zh in of_subject) == (True, False)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_catalogue_costs_six_queries_at_any_length(sign_in, member, count_queries, rows):
    for _row in range(rows):
        course = CourseFactory()
        EnrolmentFactory(user=member, course=course)
        LessonFactory.create_batch(rows, module__course=course)
    browser = sign_in(member)
    with count_queries() as seen:
        page = browser.get("/study/")
    assert (page.text.count("<h3><a"), len(seen)) == (rows, 6), seen


@pytest.mark.parametrize("rows", [1, 3])
def test_the_course_page_costs_seven_queries_at_any_length(sign_in, member, count_queries, rows):
    course = CourseFactory(in_order=True)
    EnrolmentFactory(user=member, course=course)
    for module in ModuleFactory.create_batch(rows, course=course):
        for lesson in LessonFactory.create_batch(rows, module=module):
            note_progress(member, lesson)
    browser = sign_in(member)
    with count_queries() as seen:
        page = browser.get(f"/study/courses/{course.slug}")
    assert (page.text.count('<li><div class="m">'), len(seen)) == (rows * rows, 7), seen


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lesson_page_costs_the_same_at_any_length(sign_in, member, count_queries, rows):
    module = ModuleFactory()
    lessons = LessonFactory.create_batch(rows, module=module)
    EnrolmentFactory(user=member, course=module.course)
    for lesson in lessons:
        note_progress(member, lesson)
    browser = sign_in(member)
    with count_queries() as seen:
        page = browser.get(f"/study/lessons/{lessons[0].id}")
    assert (page.text.count('<li class="done">'), len(seen)) == (rows, 8), seen


@pytest.mark.parametrize("rows", [1, 3])
def test_the_progress_page_costs_ten_queries_at_any_length(sign_in, member, count_queries, rows):
    for course in CourseFactory.create_batch(rows):
        EnrolmentFactory(user=member, course=course)
        for lesson in LessonFactory.create_batch(rows, module__course=course):
            note_progress(member, lesson)
    browser = sign_in(member)
    with count_queries() as seen:
        page = browser.get("/study/progress")
    assert (page.text.count("<tfoot>"), len(seen)) == (rows, 10), seen


def test_the_course_page_says_what_opens_a_locked_lesson(sign_in, member):
    course = CourseFactory(in_order=True)
    module = ModuleFactory(course=course)
    first, second = LessonFactory.create_batch(2, module=module)
    EnrolmentFactory(user=member, course=course)
    browser = sign_in(member)

    page = browser.get(f"/study/courses/{course.slug}", headers={"Accept-Language": "en"}).text
    assert f"Opens when “{first.title.en}” is done" in page
    assert f'href="/study/lessons/{second.id}"' not in page
    lesson = browser.get(f"/study/lessons/{second.id}", headers={"Accept-Language": "en"})
    assert lesson.status_code == 403
    assert f"Opens when “{first.title.en}” is done" in lesson.text


def test_a_locked_lesson_cannot_be_marked_as_read(sign_in, member):
    module = ModuleFactory(course__in_order=True)
    first, second = LessonFactory.create_batch(2, module=module)
    EnrolmentFactory(user=member, course=module.course)
    answer = sign_in(member).post(f"/study/lessons/{second.id}/read")
    assert (answer.status_code, f'href="/study/lessons/{first.id}"' in answer.text) == (403, True)


def test_an_author_reads_a_course_in_any_order(sign_in, instructor):
    module = ModuleFactory(course__in_order=True)
    lessons = LessonFactory.create_batch(2, module=module)
    assert sign_in(instructor).get(f"/study/lessons/{lessons[1].id}").status_code == 200


def test_going_on_skips_finished_courses(member, actor_of, root):
    done, waiting = LessonFactory(), LessonFactory()
    for lesson in (waiting, done):
        EnrolmentFactory(user=member, course=lesson.module.course)
    note_progress(member, done)
    assert go_on(actor_of(member)).lesson_id == waiting.id
    note_progress(member, waiting)
    assert go_on(actor_of(member)) is None


def test_teasers_are_the_newest_courses_not_taken(member, actor_of, clock):
    courses = []
    for _n in range(3):
        clock.advance(hours=1)
        courses.append(CourseFactory())
    EnrolmentFactory(user=member, course=courses[1])
    assert [line.slug for line in list_open_courses(actor_of(member), limit=5)] == [courses[2].slug, courses[0].slug]


def test_reading_on_opens_the_next_lesson(sign_in, member):
    course = CourseFactory(in_order=True)
    module = ModuleFactory(course=course)
    first, second = LessonFactory.create_batch(2, module=module)
    browser = sign_in(member)

    assert browser.post(f"/study/courses/{course.slug}/enrol").location == f"/study/courses/{course.slug}"
    answer = browser.post(f"/study/lessons/{first.id}/read")
    assert answer.location == f"/study/lessons/{second.id}"
    assert browser.get(answer.location).status_code == 200


def test_marking_as_read_without_taking_the_course_says_so(sign_in, member):
    lesson = LessonFactory()
    browser = sign_in(member)

    answer = browser.post(f"/study/lessons/{lesson.id}/read", headers={"Accept-Language": "en"})

    assert answer.location == f"/study/lessons/{lesson.id}"
    assert "Enrol in this course first" in browser.get(answer.location, headers={"Accept-Language": "en"}).text


def test_opening_a_lesson_is_remembered_for_going_on(sign_in, member, actor_of, flush_buffers):
    module = ModuleFactory()
    LessonFactory(module=module)
    second = LessonFactory(module=module)
    slug = module.course.slug
    EnrolmentFactory(user=member, course=module.course)

    sign_in(member).get(f"/study/lessons/{second.id}")
    flush_buffers()

    place = go_on(actor_of(member))
    assert (place.lesson_id, place.course_slug, place.percent) == (second.id, slug, 0)


def test_a_visitor_reads_a_public_course_and_leaves_no_trace(client, app):
    lesson = LessonFactory(module__course__audience=PUBLIC)
    assert "账目公布给每一位成员看。" in client.get(f"/study/lessons/{lesson.id}").text
    flush_all()
    assert db.session.scalars(select(ProgressEvent)).all() == []


def test_a_quiz_lesson_leads_to_its_quiz(sign_in, member):
    module = ModuleFactory()
    quiz = QuizFactory(course=module.course)
    lesson = LessonFactory(module=module, kind=LessonKind.QUIZ, quiz_id=quiz.id)
    assert sign_in(member).get(f"/study/lessons/{lesson.id}").location == f"/study/quizzes/{quiz.id}"


def test_a_document_lesson_shows_its_text_by_page(sign_in, member):
    material = MaterialFactory()
    lesson = LessonFactory(module__course=material.course, kind=LessonKind.DOCUMENT, material_id=material.id)

    page = sign_in(member).get(f"/study/lessons/{lesson.id}").text

    assert (
        page.index('id="page-1"') < page.index("第一页的话。") < page.index('id="page-2"') < page.index("第二页的话。")
    )


def test_a_long_document_shows_a_window_and_links_to_the_rest(sign_in, member):
    material = MaterialFactory(text="\f".join(f"第 {n} 页" + "字" * 2700 for n in range(1, 6)), page_count=5)

    page = sign_in(member).get(f"/study/materials/{material.id}?page=3").text

    assert [f"第 {n} 页字" in page for n in range(1, 6)] == [False, False, True, True, False]
    assert [f'id="page-{n}"' in page for n in range(1, 6)] == [True] * 5
    assert f'href="/study/materials/{material.id}?page=5#page-5"' in page


def test_progress_says_why(sign_in, member):
    module = ModuleFactory()
    lessons = LessonFactory.create_batch(3, module=module)
    quiz = QuizFactory(course=module.course)
    lessons.append(LessonFactory(module=module, kind=LessonKind.QUIZ, quiz_id=quiz.id))
    EnrolmentFactory(user=member, course=module.course)
    for lesson in lessons[:2]:
        note_progress(member, lesson)
    note_progress(member, lessons[3], ProgressKind.QUIZ_PASSED, percent=80)

    page = sign_in(member).get("/study/progress", headers={"Accept-Language": "en"}).text

    assert "2 of 3 lessons done, quiz passed at 80%" in page
    assert '<td class="n">75%</td>' in page


def test_lately_shows_each_lesson_once_with_what_came_last(sign_in, member):
    lesson = LessonFactory()
    EnrolmentFactory(user=member, course=lesson.module.course)
    note_progress(member, lesson, ProgressKind.OPENED)
    note_progress(member, lesson)
    lately = sign_in(member).get("/study/progress", headers={"Accept-Language": "en"}).text.split("Lately")[1]
    assert lately.count('<li><div class="m">') == 1
    assert '<div class="f">read</div>' in lately


def test_leaving_keeps_what_was_done(sign_in, member):
    lesson = LessonFactory()
    slug = lesson.module.course.slug
    EnrolmentFactory(user=member, course=lesson.module.course)
    note_progress(member, lesson)
    browser = sign_in(member)

    browser.post(f"/study/courses/{slug}/leave")
    assert "Take this course" in browser.get(f"/study/courses/{slug}", headers={"Accept-Language": "en"}).text
    browser.post(f"/study/courses/{slug}/enrol")
    page = browser.get(f"/study/courses/{slug}", headers={"Accept-Language": "en"}).text
    assert "You have finished this course." in page
