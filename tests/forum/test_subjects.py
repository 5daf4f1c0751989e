"""Threads about a thing are seen by those who may see the thing, also after that has changed."""

from sqlalchemy import select

from accounts.events import UserRenamed
from core.db import db, transaction
from core.events import ContentEvent
from core.outbox import announce
from forum import handlers
from forum.models import Board, Thread
from study.models import Course
from tests.factories.forum import PostFactory
from tests.factories.study import CourseFactory, LessonFactory, ModuleFactory


def test_threads_follow_the_audience_of_their_lesson(sign_in, member, instructor, drain, branch):
    course = CourseFactory(audience="public")
    lesson = LessonFactory(module=ModuleFactory(course=course))
    sign_in(member).post(
        f"/forum/discuss/lesson/{lesson.id}", data={"title": "一问", "body": "为什么？", "kind": "question"}
    )
    thread = db.session.scalars(select(Thread)).one()
    assert thread.audience == "public"

    with transaction():
        db.session.scalars(select(Course)).one().audience = f"branch:{branch.id}"
        announce(ContentEvent(subject=lesson.ref))
    drain()

    db.session.expire_all()
    assert db.session.scalars(select(Thread.audience)).one() == f"branch:{branch.id}"
    assert db.session.scalars(select(Board.audience).where(Board.id == thread.board_id)).one() == f"branch:{branch.id}"


def test_what_a_renamed_or_erased_person_wrote_is_read_again(member, announced):
    first = PostFactory(author=member)
    handlers.reread_renamed([UserRenamed(user_id=member.id)])
    assert ContentEvent(subject=first.ref if first.number > 1 else first.thread.ref) in announced()
