"""Finding courses: words, filters, their counts, and what the front page of a course promises."""

import pytest

from core.db import db, transaction
from core.faces import Faces
from core.permissions import PUBLIC, branch_audience
from study.enums import Level, TeamRole
from study.models import Course, TeamMember
from study.queries.catalogue import A_PAGE
from tests.factories.study import (
    CategoryFactory,
    CourseFactory,
    EnrolmentFactory,
    LessonFactory,
    ModuleFactory,
    note_progress,
)

EN = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def people(member, instructor, officer, administrator):
    """Signed-in pages need a tree of branches and somebody in it."""


def _titles(page: str, *courses: Course) -> list[bool]:
    return [course.title.zh in page for course in courses]


@pytest.mark.parametrize(
    "words",
    [
        "冬季安全",
        "冬季用火",
        "煤炉",
        "WINTER",
        "winter stoves",
        "安全 冬季",
        "煤爐",
        "用電安全",
        "ＷＩＮＴＥＲ",
        "冬季　安全",
    ],
)
def test_words_find_a_course_by_title_and_summary_in_both_languages(client, words):
    winter = CourseFactory(
        audience=PUBLIC, title=Faces("冬季用火用电安全", "Safe in winter"), summary=Faces("煤炉、灶火", "Stoves")
    )
    other = CourseFactory(audience=PUBLIC, title=Faces("记账", "Accounts"))

    assert _titles(client.get("/study/", query_string={"q": words}).text, winter, other) == [True, False]


def test_a_title_in_traditional_characters_is_found_by_simplified_ones(client):
    course = CourseFactory(audience=PUBLIC, title=Faces("會議記錄與帳目"))
    assert _titles(client.get("/study/?q=会议记录").text, course) == [True]


def test_a_title_with_the_words_stands_before_a_summary_with_them(client):
    in_summary = CourseFactory(audience=PUBLIC, title=Faces("春耕"), summary=Faces("也讲记账。"))
    in_title = CourseFactory(audience=PUBLIC, title=Faces("记账入门"))
    newest = CourseFactory(audience=PUBLIC, title=Faces("第三门"), summary=Faces("记账之后。"))

    page = client.get("/study/?q=记账").text

    places = [page.index(f">{course.title.zh}<") for course in (in_title, newest, in_summary)]
    assert places == sorted(places)


def test_words_find_no_course_of_another_branch(client, sign_in, member, other_branch):
    CourseFactory(audience=branch_audience(other_branch.id), title=Faces("内部课程"))

    page = sign_in(member).get("/study/?q=内部课程").text

    assert "没有标题或简介含有这些字词的课程" in page
    assert "/search?q=%E5%86%85%E9%83%A8%E8%AF%BE%E7%A8%8B" in page


def test_filters_count_what_the_other_filters_leave(client):
    subject = CategoryFactory()
    for level, minutes in ((Level.BEGINNER, 30), (Level.BEGINNER, 200), (Level.ADVANCED, 200)):
        LessonFactory(minutes=minutes, module__course=CourseFactory(audience=PUBLIC, level=level, category=subject))
    CourseFactory(audience=PUBLIC)

    page = client.get("/study/?level=beginner").text

    facets = page[page.index('id="filters"') :]
    links = {
        line.split("<span>")[1].split("<")[0]: line.split("<span>")[2].split("<")[0]
        for line in facets.split("</li>")
        if "<span>" in line
    }
    assert (links["入门"], links["提高"], links["1 小时以内"], links["1 到 5 小时"]) == ("2", "1", "1", "1")
    assert f"/study/?category={subject.slug}&amp;level=beginner" in facets
    assert page.count("<h3><a") == 2


@pytest.mark.parametrize("query", ["level=none", "time=ever", "page=999", "page=x", "category=none", "q=%00%F0"])
def test_an_address_without_sense_shows_a_page(client, query):
    CourseFactory(audience=PUBLIC)

    assert client.get(f"/study/?{query}").status_code == 200


def test_a_long_catalogue_is_read_page_by_page(client):
    courses = CourseFactory.create_batch(A_PAGE + 1, audience=PUBLIC, level=Level.BEGINNER)

    first = client.get("/study/?level=beginner").text
    second = client.get("/study/?page=2&level=beginner").text

    assert (first.count("<h3><a"), second.count("<h3><a")) == (A_PAGE, 1)
    assert courses[0].title.zh in second
    assert "/study/?page=2&amp;level=beginner" in first


def test_the_course_page_names_the_author_where_there_is_no_team(sign_in, member, instructor):
    course = CourseFactory(slug="alone", created_by_id=instructor.id)
    assert f'<dt>Author</dt><dd><a href="/members/{instructor.username}">' in _about(sign_in(member))
    db.session.add(TeamMember(course_id=course.id, user_id=member.id, role=TeamRole.ASSISTANT))
    db.session.commit()
    assert "<dt>Author</dt>" not in _about(sign_in(member))


def _about(browser) -> str:
    return browser.get("/study/courses/alone", headers=EN).text


def test_the_course_page_says_what_one_learns_in_the_readers_language(client):
    course = CourseFactory(
        audience=PUBLIC, level=Level.ADVANCED, outcomes=Faces("会记账\n- 会公布", "Keep accounts\nPublish them")
    )
    LessonFactory(module__course=course, minutes=90)

    page = client.get(f"/study/courses/{course.slug}").text
    client.set_cookie("lang", "en", domain="xuetan.test")
    english = client.get(f"/study/courses/{course.slug}", headers={"Accept-Language": "en"}).text

    assert "<span>会记账</span>" in page
    assert "<span>会公布</span>" in page
    assert "约 1.5 小时" in page
    assert "提高" in page
    assert "<span>Publish them</span>" in english


def test_the_form_keeps_level_and_outcomes(sign_in, instructor):
    course = CourseFactory()
    sent = {
        "title_zh": "新题",
        "audience": "members",
        "category": "",
        "level": "advanced",
        "outcomes_zh": "会记账",
        "outcomes_en": "Keep accounts",
    }

    browser = sign_in(instructor)
    answer = browser.post(f"/study/manage/courses/{course.slug}/edit", data=sent)

    with transaction():
        kept = db.session.get_one(Course, course.id)
        found = (answer.status_code, kept.level, kept.outcomes)
    assert found == (303, Level.ADVANCED, Faces("会记账", "Keep accounts"))
    assert 'value="advanced" selected' in browser.get(f"/study/manage/courses/{course.slug}/edit").text.replace(
        'selected value="advanced"', 'value="advanced" selected'
    )


def test_the_course_page_with_two_hundred_lessons_costs_seven_queries(sign_in, member, count_queries):
    course = CourseFactory(in_order=True)
    EnrolmentFactory(user=member, course=course)
    for module in ModuleFactory.create_batch(10, course=course):
        lessons = LessonFactory.create_batch(20, module=module)
        note_progress(member, lessons[0])
    browser = sign_in(member)

    with count_queries() as seen:
        page = browser.get(f"/study/courses/{course.slug}")

    assert page.text.count('<div class="m">') == 200
    assert len(seen) == 7
