"""Two authors who save one thing at the same moment: whoever comes second is told what the first changed."""

import threading
import time

import pytest

from accounts.web import SESSION_COOKIE
from core.db import db, transaction
from core.permissions import Role
from study.models import Course, Question, Quiz
from study.quiz.services.questions import hold_question
from study.services.keeping import hold
from tests.factories.accounts import UserFactory, grant, root_branch, session_for
from tests.factories.quiz import bank_for, choice
from tests.factories.quiz import question as make_question
from tests.factories.study import CourseFactory, LessonFactory, ModuleFactory, QuizFactory
from tests.forum.test_races import transaction_for_factories
from tests.study.test_saving import lesson_form, question_form, seen_in, usual


@pytest.fixture
def offices(live_site):
    """Two browsers of administrators."""
    with transaction_for_factories():
        root, browsers = root_branch(), []
        for _number in range(2):
            user = UserFactory()
            grant(user, Role.ADMINISTRATOR, root)
            browsers.append(live_site.test_client())
            browsers[-1].set_cookie(SESSION_COOKIE, session_for(user), domain="localhost")
        course = CourseFactory()
        lesson, quiz = LessonFactory(module=ModuleFactory(course=course)), QuizFactory(course=course)
        db.session.commit()
        ids = course.id, course.slug, lesson.id, quiz.id
    db.session.remove()
    return browsers, *ids


def at_once(course_id, posts, hold=hold):
    """Let all come to the course, or to what else is held, while somebody holds it; return how each was answered."""
    found = []
    threads = [threading.Thread(target=lambda post=post: found.append(post().status_code)) for post in posts]
    with transaction():
        hold(course_id)
        for one in threads:
            one.start()
        time.sleep(0.5)
    for one in threads:
        one.join()
    return sorted(found)


def test_a_lesson(offices):
    browsers, course_id, _slug, lesson_id, _quiz_id = offices
    address = f"/study/manage/lessons/{lesson_id}"
    lesson = type("Named", (), {"id": lesson_id})
    forms = [
        {**lesson_form(one, lesson), "title_zh": f"{n}题", "body_zh": f"{n}文。"} for n, one in enumerate(browsers)
    ]
    posts = [lambda one=one, form=form: one.post(address, data=form) for one, form in zip(browsers, forms, strict=True)]

    assert at_once(course_id, posts) == [303, 409]


def test_the_front_page_of_a_course(offices):
    browsers, course_id, slug, _lesson_id, _quiz_id = offices
    address = f"/study/manage/courses/{slug}/edit"
    forms = [
        {**usual(page := one.get(address).text), "seen": seen_in(page), "title_zh": f"{n}题"}
        for n, one in enumerate(browsers)
    ]
    posts = [lambda one=one, form=form: one.post(address, data=form) for one, form in zip(browsers, forms, strict=True)]

    assert at_once(course_id, posts) == [303, 409]
    assert db.session.get_one(Course, course_id).title.zh in ("0题", "1题")
    db.session.rollback()


def test_the_rules_of_a_quiz(offices):
    browsers, course_id, _slug, _lesson_id, quiz_id = offices
    address = f"/study/manage/quizzes/{quiz_id}/settings"
    usual_rules = {"title_zh": "题", "grading": "best", "attempts_allowed": "0"}
    forms = [
        {**usual_rules, "seen": seen_in(one.get(address).text), "pass_percent": f"{70 + n}"}
        for n, one in enumerate(browsers)
    ]
    posts = [lambda one=one, form=form: one.post(address, data=form) for one, form in zip(browsers, forms, strict=True)]

    assert at_once(course_id, posts) == [303, 409]
    assert db.session.get_one(Quiz, quiz_id).pass_thousandths in (700, 710)
    db.session.rollback()


def test_a_question(offices):
    browsers, course_id, *_ids = offices
    with transaction_for_factories():
        question_id = make_question(bank_for(db.session.get_one(Course, course_id)), choice(1000, 0)).id
    db.session.remove()
    address, question = f"/study/manage/questions/{question_id}", type("Named", (), {"id": question_id})
    forms = [{**question_form(one, question), "text_zh": f"{n}题"} for n, one in enumerate(browsers)]
    posts = [lambda one=one, form=form: one.post(address, data=form) for one, form in zip(browsers, forms, strict=True)]

    assert at_once(course_id, posts, hold=lambda _course_id: hold_question(question_id)) == [303, 409]
    assert db.session.get_one(Question, question_id).current_version == 2
    db.session.rollback()
