"""Authors are told what happened and read questions by their words."""

import re

import pytest
from sqlalchemy import select

from core.db import db
from core.faces import Faces
from core.permissions import MEMBERS, PUBLIC
from study.models import Course
from study.quiz import wording as quiz_wording
from tests.factories.quiz import quiz_with, truth
from tests.factories.study import LessonFactory, ModuleFactory

EN = {"Accept-Language": "en"}


@pytest.fixture
def author(sign_in, instructor):
    return sign_in(instructor)


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        (PUBLIC, "Everybody sees it, also visitors."),
        (MEMBERS, "All members see it."),
        ("", "The members of the branch"),
    ],
)
def test_publishing_says_who_sees_the_course(author, root, audience, words):
    module = ModuleFactory(course__state="draft", course__audience=audience or f"branch:{root.id}")
    slug = module.course.slug
    LessonFactory(module=module)
    url = f"/study/manage/courses/{slug}/state"
    assert words in author.post(url, data={"state": "published"}, headers=EN, follow_redirects=True).text
    assert "Only its authors" in author.post(url, data={"state": "draft"}, headers=EN, follow_redirects=True).text


@pytest.mark.parametrize(
    ("zh", "en", "slug"),
    [("", "Winter safety!", "winter-safety"), ("冬季安全", "", "course-1"), ("", "Café 冬", "course-1")],
)
def test_a_course_without_an_address_gets_one(author, root, zh, en, slug):
    data = {"slug": "", "branch": root.id, "title_zh": zh, "title_en": en, "audience": "members", "category": ""}
    for _time in range(2):
        assert author.post("/study/manage/new", data=data).status_code == 303
    stem, _sep, number = slug.rpartition("-")
    second = f"{stem}-2" if number == "1" else f"{slug}-1"
    assert set(db.session.scalars(select(Course.slug))) == {slug, second}


@pytest.mark.parametrize(
    ("name", "html", "title", "byname"),
    [
        ("q1", "<p>Where does the ladder stand?</p>", "Where does the ladder stand?", "q1"),
        ("Where does…", "<p>Where does the ladder stand?</p>", "Where does the ladder stand?", ""),
        ("Picture", "", "Picture", ""),
    ],
)
def test_a_question_is_named_by_its_words(name, html, title, byname):
    assert quiz_wording.opening(Faces(en=html), name).en == title
    assert quiz_wording.byname(Faces(en=html), name) == byname


def test_no_page_of_a_quiz_has_an_id_twice(author):
    quiz = quiz_with(truth(), truth())
    page = author.get(f"/study/manage/quizzes/{quiz.id}").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
