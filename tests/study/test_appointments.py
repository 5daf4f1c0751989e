"""Meetings one has a seat at stand in one's calendar."""

import re

import pytest

from core.faces import Faces
from tests.factories.accounts import UserFactory
from tests.factories.meetings import meeting_lesson, seat
from tests.study.test_announcements import make_address

EN = {"Accept-Language": "en"}


@pytest.fixture(autouse=True)
def tree(root):
    """Courses belong to a branch."""


def test_the_meetings_one_has_a_seat_at_stand_in_the_calendar(client, sign_in, member):
    coming, waiting, past = (meeting_lesson(begins_in=hours, minutes=90) for hours in (5, 6, -5))
    for lesson, title in ((coming, "Meet"), (waiting, "Waiting"), (past, "Past")):
        lesson.title = Faces("会", title)
        seat(lesson, member, is_waiting=title == "Waiting")
    seat(meeting_lesson(), UserFactory())

    text = re.sub("\r\n ", "", client.get(make_address(sign_in(member)), headers=EN).text)

    assert re.findall("SUMMARY:(.*)\r", text) == ["Meet"]
    found = re.findall("(?:DURATION|DESCRIPTION|TRIGGER):(.*)\r", text)
    assert found == ["PT6H", "PT90M", "东湖活动室", "Meet", "-PT2H"]
    assert f"URL:http://xuetan.test/study/lessons/{coming.id}\r" in text


def test_the_calendar_speaks_the_language_of_its_member(client, sign_in, member):
    member.locale = "en"
    address = make_address(sign_in(member))
    names = [client.get(address, headers=sent).text for sent in ({}, {"Accept-Language": "zh"})]
    assert [re.findall("X-WR-CALNAME:(.*)\r", name) for name in names] == [["Study"], ["Study"]]
