"""A quiz or a file is put into a module without looking for the way."""

import re

import pytest

from core.faces import Faces
from tests.factories.study import LessonFactory, MaterialFactory, ModuleFactory, QuizFactory

EN = {"Accept-Language": "en"}


@pytest.fixture
def author(sign_in, instructor):
    return sign_in(instructor)


def test_a_quiz_in_no_module_says_so_and_leads_into_one(author):
    module = ModuleFactory(title=Faces(en="Winter"))
    quiz = QuizFactory(course=module.course, title=Faces(en="Ice and snow"))
    page = author.get(f"/study/manage/quizzes/{quiz.id}", headers=EN).text
    address = f"/study/manage/modules/{module.id}/lessons?kind=quiz&amp;quiz={quiz.id}"
    assert "This quiz is in no module yet" in page
    assert address in page
    form = author.get(address.replace("&amp;", "&"), headers=EN).text
    assert f'<option selected value="{quiz.id}">' in form
    assert 'value="Ice and snow"' in form
    assert re.findall(r'<input checked id="kind-\d" name="kind" type="radio" value="(\w+)">', form) == ["quiz"]


def test_a_quiz_that_a_lesson_shows_says_nothing_of_it(author):
    module = ModuleFactory()
    quiz = QuizFactory(course=module.course)
    LessonFactory(module=module, quiz_id=quiz.id)
    assert "This quiz is in no module yet" not in author.get(f"/study/manage/quizzes/{quiz.id}", headers=EN).text


def test_a_file_leads_into_each_module(author):
    module = ModuleFactory()
    material = MaterialFactory(course=module.course, title="冬季安全")
    page = author.get(f"/study/manage/courses/{module.course.slug}/materials", headers=EN).text
    address = f"/study/manage/modules/{module.id}/lessons?kind=document&amp;material={material.id}"
    assert address in page
    assert 'value="冬季安全"' in author.get(address.replace("&amp;", "&")).text


def test_a_quiz_of_another_course_begins_no_lesson(author):
    module, strange = ModuleFactory(), QuizFactory(title=Faces(en="Of others"))
    form = author.get(f"/study/manage/modules/{module.id}/lessons?kind=quiz&quiz={strange.id}", headers=EN).text
    assert "Of others" not in form


def test_a_quiz_of_another_course_is_refused_as_a_lesson(author):
    module, strange = ModuleFactory(), QuizFactory()
    data = {"kind": "quiz", "title_en": "Taken", "minutes": 5, "quiz_id": strange.id, "material_id": 0}
    assert author.post(f"/study/manage/modules/{module.id}/lessons", data=data).status_code == 422


def test_the_form_leads_to_what_is_missing(author):
    module = ModuleFactory()
    slug = module.course.slug
    form = author.get(f"/study/manage/modules/{module.id}/lessons", headers=EN).text
    assert f"/study/manage/courses/{slug}/quizzes/new" in form
    assert "Upload a file" in form


def test_quizzes_are_counted_apart_from_lessons(author):
    module = ModuleFactory()
    LessonFactory(module=module)
    LessonFactory(module=module)
    LessonFactory(module=module, kind="quiz", quiz_id=QuizFactory(course=module.course).id)
    page = author.get(f"/study/courses/{module.course.slug}", headers=EN).text
    assert "<span>2 lessons, 1 quiz</span>" in page
