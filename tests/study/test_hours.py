"""Proof of one's own hours: by period, course and lesson, with the texts that were studied."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest

from core.db import db
from core.faces import Faces
from study.enums import LessonKind, ProgressKind
from study.models import ProgressEvent
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, MaterialFactory, ModuleFactory

EN = {"Accept-Language": "en"}
START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
PERIOD = "first=2026-11-01&last=2026-11-30"


@pytest.fixture
def module(member):
    module = ModuleFactory(course=CourseFactory(title=Faces("课", "=Course")))
    EnrolmentFactory(user=member, course=module.course)
    return module


@pytest.fixture
def noted(member):
    """Return ``noted(lesson, kind, days, **detail)``: an entry of the member's ledger so many days after the start."""

    def write(lesson, kind: ProgressKind, days: float, **detail) -> None:
        at = START + timedelta(days=days)
        db.session.add(ProgressEvent(user_id=member.id, lesson_id=lesson.id, kind=kind, at=at, detail=detail))
        db.session.commit()

    return write


def table_of(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))


def test_hours_are_added_up_by_lesson_with_how_they_were_counted(module, sign_in, member, noted):
    page = LessonFactory(module=module, title=Faces("账目", "Accounts"))
    noted(page, ProgressKind.STUDIED, 0, seconds=100)
    noted(page, ProgressKind.STUDIED, 3, seconds=90)
    noted(page, ProgressKind.STUDIED, 4, seconds=200, clock=True)
    noted(page, ProgressKind.STUDIED, 40, seconds=600)
    noted(LessonFactory(module=module), ProgressKind.STUDIED, 1, seconds=59)

    shown = sign_in(member).get(f"/study/progress/hours?{PERIOD}", headers=EN).text
    rows = table_of(sign_in(member).get(f"/study/progress/hours.csv?{PERIOD}", headers=EN))

    assert "6 minutes" in shown
    assert rows[0] == ["Period", "2026-11-01", "2026-11-30"]
    assert rows[2:] == [
        ["'=Course", "Accounts", "", "2026-11-02", "2026-11-06", "6",
         "active time; in part from opening to marking, capped", ""],
        ["Total", "", "", "", "", "6", "", ""],
    ]  # fmt: skip


def test_the_versions_that_were_open_are_named_each_once(module, sign_in, member, noted):
    material = MaterialFactory(course=module.course, title="Minutes.pdf")
    lesson = LessonFactory(module=module, kind=LessonKind.DOCUMENT, material_id=material.id)
    old, new = START.isoformat(), (START + timedelta(days=2)).isoformat()
    noted(lesson, ProgressKind.OPENED, -30, changed=(START - timedelta(days=90)).isoformat())
    noted(lesson, ProgressKind.OPENED, -5, changed=old, version=1, checksum="a" * 64)
    noted(lesson, ProgressKind.OPENED, 1, changed=old, version=1, checksum="a" * 64)
    noted(lesson, ProgressKind.OPENED, 3, changed=new, version=2, checksum="b" * 64)
    noted(lesson, ProgressKind.STUDIED, 3, seconds=120)

    rows = table_of(sign_in(member).get(f"/study/progress/hours.csv?{PERIOD}", headers=EN))

    assert rows[2][2] == "Minutes.pdf"
    assert rows[2][7] == (
        f"file version 1 of 2026-11-02, SHA-256 {'a' * 64}; file version 2 of 2026-11-04, SHA-256 {'b' * 64}"
    )


def test_opening_a_lesson_notes_which_text_was_open(module, sign_in, member, flush_buffers):
    material = MaterialFactory(course=module.course, version=3)
    lesson = LessonFactory(module=module, kind=LessonKind.DOCUMENT, material_id=material.id)
    sign_in(member).get(f"/study/lessons/{lesson.id}")
    flush_buffers()
    (entry,) = db.session.query(ProgressEvent).all()
    assert entry.detail == {
        "changed": lesson.text_changed_at.isoformat(timespec="seconds"),
        "version": 3,
        "checksum": material.checksum,
    }


def test_hours_of_others_are_not_shown(module, sign_in, instructor, noted):
    noted(LessonFactory(module=module), ProgressKind.STUDIED, 0, seconds=600)
    page = sign_in(instructor).get(f"/study/progress/hours?{PERIOD}", headers=EN)
    assert "No time was counted in this period." in page.text


@pytest.mark.parametrize(
    "query", ["first=2026-11-30&last=2026-11-01", "first=soon&last=2026-11-01", "first=2026-11-01", "first=&last="]
)
@pytest.mark.parametrize("path", ["hours", "hours.csv"])
def test_a_period_that_is_none_is_refused_in_words(sign_in, member, path, query):
    answer = sign_in(member).get(f"/study/progress/{path}?{query}", headers=EN)
    assert (answer.status_code, 'class="errsum"' in answer.text) == (422, True)


def test_without_a_period_the_present_year_is_shown(sign_in, member):
    assert sign_in(member).get("/study/progress/hours?x=1", headers=EN).status_code == 200


@pytest.mark.parametrize("lessons", [1, 3])
def test_hours_cost_the_same_queries_at_any_length(module, sign_in, member, noted, count_queries, lessons):
    for _one in range(lessons):
        noted(LessonFactory(module=module), ProgressKind.STUDIED, 0, seconds=600)
    browser = sign_in(member)
    browser.get(f"/study/progress/hours?{PERIOD}")
    with count_queries() as seen:
        page = browser.get(f"/study/progress/hours?{PERIOD}").text
    assert (page.count("/study/lessons/"), len(seen)) == (lessons, 5)
