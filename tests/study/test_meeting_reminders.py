"""Reminders of meetings: a day and an hour before, once each, moved with the meeting, none for who does not come."""

from datetime import timedelta

import pytest

from core.clock import utcnow
from core.db import db
from core.i18n import in_language
from notify.models import Notification
from notify.wording import detail, headline
from study.enums import CourseState
from study.models import Enrolment, Meeting
from study.timers import remind_of_meetings
from tests.factories.accounts import UserFactory
from tests.factories.meetings import meeting_lesson, seat
from tests.factories.study import CourseFactory

LONG_AGO = timedelta(days=3)


@pytest.fixture
def told(drain):
    """Let the clock of the worker strike, and return who was reminded of what."""

    def strike() -> list[tuple[int, str]]:
        remind_of_meetings()
        drain()
        rows = db.session.query(Notification).filter_by(kind="study.meeting_soon").order_by(Notification.id)
        return [(row.user_id, row.key.rpartition(":")[2]) for row in rows]

    return strike


def _seat(lesson, user, **more):
    return seat(lesson, user, **{"signed_up_at": utcnow() - LONG_AGO, **more})


def test_those_with_a_seat_are_reminded_a_day_and_an_hour_before_once_each(root, member, told, clock):
    lesson = meeting_lesson(begins_in=25)
    _seat(lesson, member)
    assert told() == []
    clock.advance(hours=1, minutes=5)
    assert (told(), told()) == ([(member.id, "day")], [(member.id, "day")])
    clock.advance(hours=23)
    assert (told(), told()) == ([(member.id, "day"), (member.id, "hour")],) * 2
    clock.advance(hours=1)
    assert len(told()) == 2


def test_the_words_say_when_and_where(root, member, told):
    lesson = meeting_lesson(begins_in=5)
    _seat(lesson, member)
    told()
    row = db.session.query(Notification).one()
    with in_language("en"):
        words, more = headline(row.kind, row.params, None), detail(row.kind, row.params, None)
    assert words.startswith(f"“{lesson.title.en}” begins ")
    assert words.endswith(db.session.get_one(Meeting, lesson.id).starts_at.strftime("%M"))
    assert (more, row.url) == ("东湖活动室", f"/study/lessons/{lesson.id}#meeting")


def test_a_meeting_that_moves_is_reminded_of_anew(root, member, told):
    lesson = meeting_lesson(begins_in=5)
    _seat(lesson, member)
    assert told() == [(member.id, "day")]
    db.session.get_one(Meeting, lesson.id).starts_at += timedelta(hours=3)
    db.session.commit()
    assert told() == [(member.id, "day"), (member.id, "day")]


def test_a_worker_that_was_away_sends_the_last_one_only(root, member, told):
    _seat(meeting_lesson(begins_in=0.5), member)
    assert told() == [(member.id, "hour")]


def test_who_signs_up_within_the_day_hears_of_the_hour_only(root, member, told, clock):
    lesson = meeting_lesson(begins_in=10)
    _seat(lesson, member, signed_up_at=utcnow())
    assert told() == []
    clock.advance(hours=9, minutes=30)
    assert told() == [(member.id, "hour")]


def _called_off(lesson, user):
    db.session.get_one(Meeting, lesson.id).starts_at = None


def _over(lesson, user):
    db.session.get_one(Meeting, lesson.id).starts_at = utcnow() - timedelta(hours=1)


def _archived(lesson, user):
    lesson.module.course.state = CourseState.ARCHIVED


def _left(lesson, user):
    db.session.query(Enrolment).filter_by(user_id=user.id).one().left_at = utcnow()


def _not_theirs(lesson, user):
    lesson.module.course.audience = "branch:999"


@pytest.mark.parametrize("change", [_called_off, _over, _archived, _left, _not_theirs])
def test_nobody_is_reminded_of_what_is_not_for_them(root, member, told, change):
    lesson = meeting_lesson(CourseFactory(), begins_in=0.5)
    _seat(lesson, member)
    change(lesson, member)
    db.session.commit()
    assert told() == []


def test_nobody_is_reminded_who_waits_or_was_noted_as_there(root, told):
    lesson = meeting_lesson(begins_in=0.5)
    _seat(lesson, UserFactory(), is_waiting=True)
    _seat(lesson, UserFactory(), attended_at=utcnow())
    assert told() == []


def test_a_meeting_that_was_deleted_reminds_nobody(root, member, told):
    lesson = meeting_lesson(begins_in=0.5)
    _seat(lesson, member)
    db.session.delete(lesson)
    db.session.commit()
    assert told() == []
