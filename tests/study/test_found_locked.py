"""What is not open yet is found by its title: the words of it stay where they are until it opens."""

import pytest

from core.db import db
from core.faces import Faces
from core.permissions import VISITOR
from search import queries, services
from study.enums import LearningState, LessonKind, TeamRole
from study.models import Gate, LessonProgress, TeamMember
from tests.factories.study import (
    CourseFactory,
    EnrolmentFactory,
    LessonFactory,
    MaterialFactory,
    ModuleFactory,
    note_progress,
)

SECRET = "The cash box stands behind the third shelf."
EN = {"Accept-Language": "en"}


@pytest.fixture
def course(member, instructor):
    return CourseFactory(audience="public", in_order=True)


@pytest.fixture
def lessons(course):
    """Two lessons of a course that is taken in order, and a document shown by a third."""
    module = ModuleFactory(course=course)
    words = dict(body=Faces(en=SECRET), html=Faces(en=f"<p>{SECRET}</p>"))
    made = [LessonFactory(module=module, title=Faces(en=f"Shelves {number}"), **words) for number in (1, 2)]
    material = MaterialFactory(course=module.course, title="Shelves 3", text=SECRET, page_count=1, language="en")
    LessonFactory(module=module, kind=LessonKind.DOCUMENT, material_id=material.id, title=Faces(en="Shelves 4"))
    db.session.commit()
    services.rebuild()
    return made


def shown(browser) -> dict[str, bool]:
    """Return whether a search shows the words of each lesson and file that it finds, by title."""
    rows = browser.get("/search?q=shelves", headers=EN).text.split("<li>")
    titles = ("Shelves 1", "Shelves 2", "Shelves 3", "Shelves 4")
    plain = [(row, row.replace("<mark>", "").replace("</mark>", "")) for row in rows]
    return {title: "cash box" in flat for title in titles for _row, flat in plain if f">{title}<" in flat}


def test_a_locked_lesson_is_found_by_its_title_and_says_how_to_open_it(client, lessons):
    page = client.get("/search?q=shelves", headers=EN).text
    assert shown(client) == {"Shelves 1": True, "Shelves 2": False, "Shelves 3": False, "Shelves 4": False}
    assert page.count("Not open yet · Take the course to open its lessons one after another") == 3


def test_what_opens_is_read_in_the_search_at_once(sign_in, member, lessons, course):
    EnrolmentFactory(user=member, course=course)
    db.session.commit()
    browser = sign_in(member)
    assert shown(browser) == {"Shelves 1": True, "Shelves 2": False, "Shelves 3": False, "Shelves 4": False}
    assert "Opens when “Shelves 1” is done" in browser.get("/search?q=shelves", headers=EN).text
    note_progress(member, lessons[0])
    db.session.commit()
    assert shown(browser)["Shelves 2"]
    note_progress(member, lessons[1])
    db.session.commit()
    assert shown(browser) == {"Shelves 1": True, "Shelves 2": True, "Shelves 3": True, "Shelves 4": False}


@pytest.mark.parametrize("role", ["office", TeamRole.INSTRUCTOR, TeamRole.ASSISTANT])
def test_those_who_teach_the_course_read_all_of_it_in_the_search(sign_in, member, instructor, lessons, course, role):
    who = instructor if role == "office" else member
    if who is member:
        db.session.add(TeamMember(course_id=course.id, user_id=member.id, role=role))
        db.session.commit()
    browser = sign_in(who)
    assert shown(browser) == {"Shelves 1": True, "Shelves 2": True, "Shelves 3": True, "Shelves 4": False}
    assert "Not open yet" not in browser.get("/search?q=shelves", headers=EN).text


def test_a_document_that_an_open_lesson_shows_too_is_open(client, lessons):
    module = ModuleFactory(course=CourseFactory(audience="public"))
    other = MaterialFactory(course=module.course, title="Shelves 5", text=SECRET, page_count=1, language="en")
    db.session.commit()
    services.rebuild()
    assert {hit.ref.id for hit in queries.search("cash box", VISITOR).hits if not hit.keys} >= {other.id}


def test_programs_get_no_words_of_it_either(lessons):
    hits = queries.search("shelves", VISITOR).as_json()["hits"]
    said = {
        hit["title"]: ("cash box" in hit["snippet"].replace("<mark>", "").replace("</mark>", ""), hit.get("closed"))
        for hit in hits
    }
    closed = ["选课后按顺序逐节开放"]
    assert {title: words for title, words in said.items() if title in ("Shelves 1", "Shelves 2")} == {
        "Shelves 1": (True, None),
        "Shelves 2": (False, closed),
    }


@pytest.mark.parametrize(("in_order", "cost"), [(False, 3), (True, 4)])
@pytest.mark.parametrize("rows", [1, 3])
def test_a_search_asks_once_whether_lessons_may_be_locked(client, count_queries, rows, in_order, cost):
    for number in range(rows):
        module = ModuleFactory(course=CourseFactory(audience="public", in_order=in_order))
        LessonFactory(module=module, title=Faces(en=f"Shelves {number}"))
    db.session.commit()
    services.rebuild()
    client.get("/search?q=shelves")
    with count_queries() as seen:
        page = client.get("/search?q=shelves").text
    assert (page.count("/study/lessons/"), len(seen)) == (rows, cost), seen


def test_who_opened_a_lesson_before_it_was_closed_to_them_reads_no_word_of_it_in_the_search(
    sign_in, member, lessons, course, other_branch
):
    course.in_order = False
    EnrolmentFactory(user=member, course=course)
    browser = sign_in(member)
    note_progress(member, lessons[0])
    gate = Gate(course_id=course.id, lesson_id=lessons[0].id, branch_id=other_branch.id, is_personal=True)
    db.session.add(gate)
    db.session.commit()
    services.rebuild()
    assert browser.get(f"/study/lessons/{lessons[0].id}").status_code == 403
    assert "Shelves 1" not in shown(browser)
    gate.branch_id, gate.after_lesson_id = None, lessons[1].id
    db.session.query(LessonProgress).update({"state": LearningState.UNDER_WAY})
    db.session.commit()
    assert "Shelves 1" not in shown(browser)
    note_progress(member, lessons[1])
    db.session.commit()
    assert shown(browser)["Shelves 1"]
