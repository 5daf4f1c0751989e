"""Programmes: courses taken together, in an order that may be enforced."""

import pytest

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.permissions import MEMBERS, branch_audience
from study.enums import LearningState
from study.models import CourseProgress, Enrolment, Programme, ProgrammeCourse
from tests.factories.study import CourseFactory, LessonFactory

EN = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def people(member, instructor, administrator):
    """Signed-in pages need a tree of branches and somebody in it."""


def programme(root, instructor, *courses, **values) -> Programme:
    made = Programme(
        **{
            "slug": "all-of-it",
            "title": Faces("全套", "All of it"),
            "audience": MEMBERS,
            "published_at": utcnow(),
            "branch_id": root.id,
            "created_by_id": instructor.id,
            **values,
        }
    )
    db.session.add(made)
    db.session.flush()
    for position, course in enumerate(courses):
        db.session.add(ProgrammeCourse(programme_id=made.id, course_id=course.id, position=position))
    db.session.commit()
    return made


def finish(user, course, done=1, total=1) -> None:
    state = LearningState.DONE if done == total else LearningState.UNDER_WAY
    db.session.add(CourseProgress(user_id=user.id, course_id=course.id, state=state, done=done, total=total))
    db.session.commit()


def test_the_page_adds_up_the_progress_of_all_its_courses(sign_in, root, member, instructor):
    courses = [LessonFactory(minutes=30).module.course for _n in range(3)]
    programme(root, instructor, *courses)
    finish(member, courses[0])
    finish(member, courses[1], done=1, total=2)

    page = sign_in(member).get("/study/programmes/all-of-it", headers=EN).text

    assert "1 of 3 courses finished" in page
    assert "50% done" in page
    assert "about 1.5 hours" in page
    assert f"Continue: {courses[1].title.en}" in page
    places = [page.index(f'<h2><a href="/study/courses/{course.slug}"') for course in courses]
    assert places == sorted(places)


def test_a_course_of_another_branch_is_not_named(sign_in, root, member, instructor, other_branch):
    hidden = CourseFactory(audience=branch_audience(other_branch.id))
    programme(root, instructor, CourseFactory(), hidden)

    page = sign_in(member).get("/study/programmes/all-of-it").text

    assert hidden.title.zh not in page


def test_an_enforced_order_lets_nobody_begin_a_later_course_first(sign_in, root, member, instructor):
    first, second = (LessonFactory().module.course for _n in range(2))
    programme(root, instructor, first, second, in_order=True)
    browser = sign_in(member)

    page = browser.get("/study/programmes/all-of-it", headers=EN).text
    early = browser.post(f"/study/courses/{second.slug}/enrol")
    told = browser.get(early.location, headers=EN).text
    finish(member, first)
    later = browser.post(f"/study/courses/{second.slug}/enrol")

    assert f"Finish “{first.title.en}” first" in page
    assert early.location == f"/study/courses/{first.slug}"
    assert "先学完课程" in told or "comes before this one" in told
    assert later.location == f"/study/courses/{second.slug}"
    assert db.session.query(Enrolment).count() == 1


def test_who_took_a_course_before_it_was_put_in_order_keeps_it(sign_in, root, member, instructor):
    first, second = (LessonFactory().module.course for _n in range(2))
    browser = sign_in(member)
    browser.post(f"/study/courses/{second.slug}/enrol")
    browser.post(f"/study/courses/{second.slug}/leave")
    programme(root, instructor, first, second, in_order=True)

    assert browser.post(f"/study/courses/{second.slug}/enrol").location == f"/study/courses/{second.slug}"


def test_drafts_are_seen_by_their_authors_alone_and_stay_out_of_the_catalogue(sign_in, root, member, instructor):
    programme(root, instructor, CourseFactory(), published_at=None)

    answers = [sign_in(user).get("/study/programmes/all-of-it").status_code for user in (member, instructor)]

    assert answers == [404, 200]
    assert "全套" not in sign_in(member).get("/study/").text


def test_the_catalogue_lists_programmes(sign_in, root, member, instructor):
    programme(root, instructor, CourseFactory(), CourseFactory())

    page = sign_in(member).get("/study/").text

    assert 'href="/study/programmes/all-of-it"' in page
    assert "全套" not in sign_in(member).get("/study/?level=beginner").text


def test_an_author_writes_a_programme_from_nothing_to_published(sign_in, instructor):
    courses = CourseFactory.create_batch(2)
    browser = sign_in(instructor)
    root_id = db.session.query(Programme).count() + 1

    begun = browser.post(
        "/study/manage/programmes/new",
        data={"title_en": "All of it", "audience": "members", "branch": root_id, "in_order": "y"},
    )
    manage = begun.location
    empty = browser.post(manage + "/state", data={"state": "published"})
    for course in courses:
        browser.post(manage + "/courses", data={"act": "add", "course_id": course.id})
    browser.post(manage + "/courses", data={"act": "add", "course_id": courses[0].id})
    browser.post(manage + "/courses", data={"act": "up", "course_id": courses[1].id})
    browser.post(manage + "/state", data={"state": "published"})

    made = db.session.query(Programme).one()
    rows = db.session.query(ProgrammeCourse).order_by(ProgrammeCourse.position).all()
    assert (begun.status_code, manage, empty.status_code) == (303, "/study/manage/programmes/all-of-it", 303)
    assert (made.in_order, made.published_at is not None) == (True, True)
    assert [row.course_id for row in rows] == [courses[1].id, courses[0].id]


@pytest.mark.parametrize(
    "sent", [{"title_zh": ""}, {"slug": "Not so"}, {"audience": "everybody"}, {"branch": "999999"}]
)
def test_what_makes_no_sense_is_refused_beside_the_field(sign_in, instructor, sent):
    data = {"title_zh": "题", "audience": "members", "branch": "1", **sent}
    assert sign_in(instructor).post("/study/manage/programmes/new", data=data).status_code == 422


@pytest.mark.parametrize(("act", "course"), [("add", 999999), ("up", 999999), ("burn", 1)])
def test_an_act_on_a_course_that_is_not_there_is_not_found(sign_in, root, instructor, act, course):
    programme(root, instructor)
    sent = {"act": act, "course_id": course}
    assert sign_in(instructor).post("/study/manage/programmes/all-of-it/courses", data=sent).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_programme_costs_the_same_at_any_length(sign_in, root, member, instructor, count_queries, rows):
    programme(root, instructor, *(LessonFactory().module.course for _n in range(rows)))
    browser = sign_in(member)
    with count_queries() as seen:
        page = browser.get("/study/programmes/all-of-it")
    assert (page.text.count('<li><div class="m">'), len(seen)) == (rows, 5), seen
