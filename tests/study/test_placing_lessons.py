"""Modules and lessons are put into exact places, also while others move things."""

import pytest

from core.db import db
from study.models import Lesson, Module
from tests.factories.study import CourseFactory, LessonFactory, ModuleFactory

JSON = {"Accept": "application/json"}


@pytest.fixture
def modules(member, instructor, administrator):
    course = CourseFactory()
    found = ModuleFactory.create_batch(2, course=course)
    for module in found:
        LessonFactory.create_batch(3, module=module)
    return found


def lessons(module) -> list[int]:
    db.session.expire_all()
    rows = db.session.query(Lesson).filter_by(module_id=module.id).order_by(Lesson.position, Lesson.id)
    return [row.id for row in rows]


def test_a_lesson_goes_behind_another_one_of_any_module(sign_in, instructor, modules):
    browser = sign_in(instructor)
    (a, b, c), (d, e, f) = lessons(modules[0]), lessons(modules[1])

    answer = browser.post(f"/study/manage/lessons/{a}/place", data={"place": f"{modules[1].id}:{e}"})
    browser.post(f"/study/manage/lessons/{f}/place", data={"module": modules[1].id, "after": 0})

    assert answer.location.endswith(f"#lesson-{a}")
    assert (lessons(modules[0]), lessons(modules[1])) == ([b, c], [f, d, e, a])


def test_two_people_who_order_at_once_both_get_their_places(sign_in, instructor, administrator, modules):
    one, other = sign_in(instructor), sign_in(administrator)
    a, b, c = lessons(modules[0])
    # Both saw a b c. One wants a behind b, the other c first.
    one.post(f"/study/manage/lessons/{a}/place", data={"module": modules[0].id, "after": b})
    other.post(f"/study/manage/lessons/{c}/place", data={"module": modules[0].id, "after": 0})

    assert lessons(modules[0]) == [c, b, a]


def test_a_place_that_somebody_else_took_away_is_refused_and_nothing_moves(sign_in, instructor, administrator, modules):
    (a, b, c), (d, *rest) = lessons(modules[0]), lessons(modules[1])
    sign_in(administrator).post(f"/study/manage/lessons/{b}/place", data={"module": modules[1].id, "after": 0})

    answer = sign_in(instructor).post(
        f"/study/manage/lessons/{a}/place", data={"module": modules[0].id, "after": b}, headers=JSON
    )

    assert (answer.status_code, "重新载入" in answer.json["error"]) == (409, True)
    assert (lessons(modules[0]), lessons(modules[1])) == ([a, c], [b, d, *rest])


def test_a_lesson_does_not_leave_its_course(sign_in, instructor, modules):
    (a, *rest) = lessons(modules[0])
    foreign = ModuleFactory()
    answer = sign_in(instructor).post(f"/study/manage/lessons/{a}/place", data={"module": foreign.id, "after": 0})
    assert (answer.status_code, lessons(modules[0])) == (303, [a, *rest])


def test_a_module_goes_behind_another_one(sign_in, instructor, modules):
    browser = sign_in(instructor)

    answer = browser.post(f"/study/manage/modules/{modules[0].id}/place", data={"after": modules[1].id}, headers=JSON)

    db.session.expire_all()
    order = db.session.query(Module.id).filter_by(course_id=modules[0].course_id).order_by(Module.position)
    assert (answer.json, [row.id for row in order]) == ({"error": ""}, [modules[1].id, modules[0].id])


def test_the_list_of_places_offers_all_of_the_course(sign_in, instructor, modules):
    (a, *rest) = lessons(modules[0])
    page = sign_in(instructor).get(f"/study/manage/lessons/{a}/place").text
    wanted = [f'value="{modules[0].id}:{b}"' for b in rest] + [f'value="{modules[1].id}:0"']
    assert [one in page for one in wanted] == [True, True, True]
    assert f'value="{modules[0].id}:{a}"' not in page
