"""What concerns a member stands before the threads that are new: answers, mentions, lessons of their courses."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.faces import Faces
from core.permissions import user_audience
from forum.models import Post
from forum.services import mark_seen
from study.models import Lesson
from study.services.lessons import Step, move_lesson
from study.services.progress import note_opened
from tests.factories.accounts import UserFactory
from tests.factories.forum import PostFactory, ThreadFactory
from tests.factories.notify import NotificationFactory
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, ModuleFactory

NEW = "/forum/new"


@pytest.fixture
def browser(sign_in, member):
    found = sign_in(member)
    found.set_cookie("lang", "en", domain="localhost")
    return found


@pytest.fixture
def course(member, clock):
    """A course the member takes, with one lesson that was there before."""
    made = CourseFactory()
    ModuleFactory(course=made)
    LessonFactory(module=ModuleFactory(course=made), title=Faces(en="There before"))
    clock.advance(minutes=1)
    EnrolmentFactory(user=member, course=made)
    clock.advance(minutes=1)
    return made


def told(member, post, kind="forum.reply"):
    NotificationFactory(user=member, kind=kind, subject_kind="post", subject_id=post.id)
    return post


def addressed(browser, address=NEW):
    """Return what the page says of posts and lessons: the part before the threads."""
    page = browser.get(address).text
    begin = min([at for at in (page.find("<h2>To you"), page.find("<h2>Lessons of your")) if at >= 0], default=None)
    return page[begin : page.find("Mark this day as read")] if begin is not None else ""


def test_an_answer_and_a_mention_stand_first(browser, sign_in, member, branch, drain):
    thread = ThreadFactory(author=member, title="Where are the keys?")
    url = f"/forum/threads/{thread.id}"
    other = UserFactory(branch=branch, display_name="Wang")
    opening = db.session.scalars(select(Post.id).where(Post.thread_id == thread.id)).one()
    name = member.username
    with sign_in(other) as writer:
        writer.post(f"{url}/replies", data={"body": "At the gate.", "parent": str(opening), "key": "a"})
        writer.post(f"{url}/replies", data={"body": f"Ask @{name} again.", "key": "b"})
    drain()
    page = addressed(browser)
    words = ("Answers you", "Mentions you", "At the gate.", "again.", "Wang · ")
    assert [page.count(one) for one in words] == [1, 1, 1, 1, 2]
    assert page.index("again.") < page.index("At the gate.")


def test_what_one_has_read_is_no_longer_listed(browser, member):
    thread = ThreadFactory()
    first, second = told(member, PostFactory(thread=thread)), told(member, PostFactory(thread=thread))
    ids, thread_id = (first.id, second.id), thread.id
    with transaction():
        mark_seen({(member.id, thread_id): [(3, 3)]})
    assert [f'href="/forum/posts/{one}"' in addressed(browser) for one in ids] == [True, False]
    with transaction():
        mark_seen({(member.id, thread_id): [(1, 3)]})
    assert addressed(browser) == ""


def test_what_is_hidden_or_not_for_this_reader_is_not_listed(browser, member, clock):
    other = UserFactory()
    hidden, gone = told(member, PostFactory(body="Hidden.")), told(member, PostFactory(body="Gone."))
    mine = told(member, PostFactory(author=member, body="Mine."))
    theirs = told(member, PostFactory(thread=ThreadFactory(audience=user_audience(other.id)), body="Theirs."))
    shut = ThreadFactory()
    told(member, PostFactory(thread=shut, body="In a hidden thread."))
    told(other, PostFactory(body="To somebody else."))
    told(member, PostFactory(body="Of another kind."), kind="forum.post")
    NotificationFactory(user=member, kind="forum.reply", subject_kind="post", subject_id=999_999)
    with transaction():
        for row, column in ((hidden, "hidden_at"), (gone, "deleted_at"), (shut, "hidden_at")):
            setattr(row, column, clock.now)
    assert (mine.id > 0, theirs.id > 0, addressed(browser)) == (True, True, "")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_seven_questions_however_much_concerns_one(browser, member, course, count_queries, rows):
    module = ModuleFactory(course=course)
    for _row in range(rows):
        told(member, PostFactory())
        LessonFactory(module=module)
    with count_queries() as seen:
        page = browser.get(NEW).text
    assert (page.count('<a href="/forum/posts/'), page.count('<a href="/study/lessons/'), len(seen)) == (rows, rows, 7)


def test_lists_are_bounded(browser, member, course):
    module = ModuleFactory(course=course)
    for _row in range(12):
        told(member, PostFactory())
        LessonFactory(module=module)
    page = addressed(browser)
    assert (page.count('<a href="/forum/posts/'), page.count('<a href="/study/lessons/')) == (10, 10)


@pytest.mark.parametrize("query", ["?show=watch", "?show=follow"])
def test_filters_show_threads_only(browser, member, query):
    told(member, PostFactory())
    assert (addressed(browser) != "", addressed(browser, NEW + query)) == (True, "")


def test_new_and_changed_lessons_are_listed_until_they_are_opened(browser, member, course, clock):
    old = db.session.scalars(select(Lesson)).one()
    assert addressed(browser) == ""
    with transaction():
        note_opened({(member.id, old.id): clock.now})
    clock.advance(minutes=1)
    new = LessonFactory(module=ModuleFactory(course=course), title=Faces(en="Quite new"))
    new_id, old_id = new.id, old.id
    assert ["Quite new" in (page := addressed(browser)), "There before" in page] == [True, False]
    clock.advance(minutes=1)
    with transaction():
        db.session.get_one(Lesson, old_id).title = Faces(en="Not as before")
    page = addressed(browser)
    assert page.index("Changed lesson") < page.index("Not as before") < page.index("Quite new")
    with transaction():  # Soon after it was opened last: a change is seen all the same.
        note_opened({(member.id, old_id): clock.now + timedelta(seconds=1), (member.id, new_id): clock.now})
    assert addressed(browser) == ""


def test_lessons_of_other_courses_and_of_long_ago_are_no_news(browser, member, course, clock):
    left, closed, untaken = CourseFactory(), CourseFactory(audience="user:0"), CourseFactory()
    EnrolmentFactory(user=member, course=left, left_at=clock.now)
    EnrolmentFactory(user=member, course=closed)
    clock.advance(minutes=1)
    for one in (left, closed, untaken):
        LessonFactory(module=ModuleFactory(course=one))
    assert addressed(browser) == ""
    LessonFactory(module=ModuleFactory(course=course))
    assert addressed(browser) != ""
    clock.advance(days=31)
    assert addressed(browser) == ""


def test_moving_a_lesson_is_no_change(browser, member, course, administrator, actor_of, clock):
    module = ModuleFactory(course=course)
    lessons = [LessonFactory(module=module) for _row in range(2)]
    ids = [lesson.id for lesson in lessons]
    clock.advance(minutes=1)
    with transaction():
        note_opened({(member.id, ident): clock.now for ident in ids})
    clock.advance(minutes=1)
    assert addressed(browser) == ""
    author = actor_of(administrator)
    with transaction():
        move_lesson(_whole(ids[1]), author, Step.UP)
    with transaction():
        move_lesson(_whole(ids[1]), author, Step.UP)
    assert addressed(browser) == ""
    assert db.session.get_one(Lesson, ids[1]).module_id != module.id


def _whole(lesson_id):
    from study.queries.lessons import _whole as whole

    return db.session.scalars(whole().where(Lesson.id == lesson_id)).one()


def test_who_has_read_everything_is_told_so(browser, member):
    assert "You have read everything." in browser.get(NEW).text
