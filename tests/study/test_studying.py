"""Active time: sent by a script, or taken from the clock; never more than the clock allows."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.clock import utcnow
from core.db import db
from core.faces import Faces
from study.active_time import Beat
from study.enums import CompletionRule, LearningState, ProgressKind
from study.models import LessonProgress, ProgressEvent, Sitting
from study.queries.rhythm import get_rhythm
from study.services import studying
from study.timers import forget_sittings
from tests.factories.accounts import UserFactory
from tests.factories.study import EnrolmentFactory, LessonFactory, note_progress

EN = {"Accept-Language": "en"}


@pytest.fixture
def lesson(member):
    lesson = LessonFactory(minutes=5, completion=CompletionRule.READ_THROUGH, completion_number=2)
    EnrolmentFactory(user=member, course=lesson.module.course)
    return lesson


@pytest.fixture
def reader(sign_in, member):
    return sign_in(member)


@pytest.fixture
def beat(reader, lesson, clock, flush_buffers):
    """Return ``beat(seconds, after=…)``: a page says something, so many seconds after the last time."""

    def say(seconds: object, *, after: int = 60, **more: str):
        clock.advance(seconds=after)
        answer = reader.post(f"/study/lessons/{lesson.id}/active", data={"seconds": seconds, **more})
        flush_buffers()
        return answer.status_code

    return say


def studied() -> list[dict]:
    kept = select(ProgressEvent.detail).where(ProgressEvent.kind == ProgressKind.STUDIED)
    return list(db.session.scalars(kept.order_by(ProgressEvent.at, ProgressEvent.id)))


def row() -> LessonProgress:
    db.session.expire_all()
    return db.session.scalars(select(LessonProgress)).one()


def test_seconds_of_a_page_complete_a_lesson_with_its_end(beat):
    assert [beat(58), beat(58), beat(58)] == [204, 204, 204]
    assert row().reason == {"code": "reading", "seconds": 174, "minutes": 2, "end": False}
    assert beat(0, after=2, end="1") == 204
    assert (row().state, row().reason) == (LearningState.DONE, {"code": "read_through", "seconds": 174})


def test_a_page_that_says_too_much_gets_what_the_clock_allows(beat):
    beat(90)
    beat(90, after=10)
    beat(10**12, after=5)
    assert studied() == [{"seconds": 90}, {"seconds": 10}, {"seconds": 5}]


@pytest.mark.parametrize("nonsense", ["", "many", "-5", "1e3", "١٢"])
def test_nonsense_counts_for_nothing(beat, nonsense):
    assert beat(nonsense) == 204
    assert [one for one in studied() if one["seconds"] > 12] == []


def test_the_end_is_noted_once(beat):
    beat(30, end="1")
    beat(30, end="1")
    ends = select(ProgressEvent.id).where(ProgressEvent.kind == ProgressKind.REACHED_END)
    assert len(db.session.scalars(ends).all()) == 1


def test_two_windows_do_not_make_two_hours_of_one(member, lesson, transaction):
    other = LessonFactory(module=lesson.module)
    start = utcnow()
    for minute in range(1, 4):
        moment = start + timedelta(minutes=minute)
        with transaction():
            studying.note_active({(member.id, lesson.id): Beat(60, moment), (member.id, other.id): Beat(60, moment)})
    assert sum(one["seconds"] for one in studied()) == 60 * 3


def test_who_does_not_take_the_course_leaves_no_time(lesson, transaction):
    with transaction():
        studying.note_active({(UserFactory().id, lesson.id): Beat(60, utcnow())})
    assert studied() == []


def test_without_scripts_the_time_from_opening_to_marking_counts_up_to_twice_the_minutes(reader, lesson, clock):
    reader.get(f"/study/lessons/{lesson.id}")
    clock.advance(seconds=90)
    answer = reader.post(f"/study/lessons/{lesson.id}/read", headers=EN)
    assert answer.location == f"/study/lessons/{lesson.id}"
    page = reader.get(answer.location, headers=EN).text
    assert "Noted: read 1 of 2 minutes, to the end." in page
    clock.advance(seconds=3600)
    reader.post(f"/study/lessons/{lesson.id}/read")
    assert studied() == [{"seconds": 90, "clock": True}, {"seconds": 510, "clock": True}]
    clock.advance(seconds=3600)
    reader.post(f"/study/lessons/{lesson.id}/read")
    assert sum(one["seconds"] for one in studied()) == 600
    assert row().state is LearningState.DONE


def test_with_scripts_the_button_brings_what_was_not_sent_yet(reader, lesson, clock, beat):
    reader.get(f"/study/lessons/{lesson.id}")
    beat(60)
    beat(60)
    clock.advance(seconds=1800)
    answer = reader.post(f"/study/lessons/{lesson.id}/read", data={"active": "4"})
    assert studied() == [{"seconds": 60}, {"seconds": 60}, {"seconds": 4}]
    assert answer.location.startswith("/study/courses/")


def test_sittings_are_forgotten_after_a_day(beat, clock):
    beat(60)
    clock.advance(hours=23)
    assert forget_sittings() == 0
    clock.advance(hours=2)
    assert forget_sittings() == 1
    assert db.session.scalars(select(Sitting)).all() == []


def test_minutes_of_the_week_stand_on_home_and_on_ones_progress(reader, member, lesson, actor_of, clock, beat):
    for _minute in range(3):
        beat(60)
    rhythm = get_rhythm(actor_of(member))
    assert (rhythm.this_week.minutes, rhythm.in_a_row, rhythm.days_studied) == (3, 1, 1)
    assert "3 minutes this week" in reader.get("/", headers=EN).text
    assert "<dt>Minutes this week</dt><dd>3</dd>" in reader.get("/study/progress", headers=EN).text


def test_days_in_a_row_may_be_more_than_what_is_shown(member, lesson, actor_of, transaction):
    note_progress(member, lesson, ProgressKind.OPENED)
    with transaction():
        for back in range(1, 100):
            moment = utcnow() - timedelta(days=back)
            db.session.add(ProgressEvent(user_id=member.id, lesson_id=lesson.id, kind=ProgressKind.OPENED, at=moment))
    assert get_rhythm(actor_of(member)).in_a_row == 100


def test_what_a_teacher_notes_is_no_day_of_study(member, lesson, actor_of):
    note_progress(member, lesson, ProgressKind.MARKED, passed=True)
    assert get_rhythm(actor_of(member)).in_a_row == 0


def test_a_lesson_that_changed_since_it_was_done_says_so_until_it_is_opened_again(
    reader, member, clock, flush_buffers, transaction
):
    lesson = LessonFactory()
    EnrolmentFactory(user=member, course=lesson.module.course)
    note_progress(member, lesson)
    slug = lesson.module.course.slug
    clock.advance(minutes=20)
    with transaction():
        lesson.text_changed_at, lesson.body = utcnow(), Faces("新的话")
    clock.advance(minutes=1)
    assert "Changed since" in reader.get(f"/study/courses/{slug}", headers=EN).text
    assert "Changed since you read it." in reader.get(f"/study/lessons/{lesson.id}", headers=EN).text
    flush_buffers()
    assert row().state is LearningState.DONE
    assert "Changed since" not in reader.get(f"/study/courses/{slug}", headers=EN).text


def test_a_lesson_that_changed_while_it_is_read_says_so_until_it_is_opened_again(
    reader, lesson, beat, clock, flush_buffers, transaction
):
    lesson.text_changed_at = utcnow()
    db.session.commit()
    course, page = f"/study/courses/{lesson.module.course.slug}", f"/study/lessons/{lesson.id}"
    other = LessonFactory(module=lesson.module, title=Faces("旁边"), text_changed_at=utcnow())
    assert "hanged since" not in reader.get(page, headers=EN).text
    flush_buffers()
    beat(58)
    clock.advance(seconds=1)
    with transaction():
        lesson.text_changed_at = lesson.updated_at = utcnow()
        lesson.body = Faces("新的话")
    # The old text is still open and read on.
    beat(58)
    assert row().state is LearningState.UNDER_WAY
    assert studied() == [{"seconds": 58}, {"seconds": 58}]

    listed = reader.get(course, headers=EN).text
    assert (listed.count("Changed since"), listed.count("Under way")) == (1, 1)
    beside = reader.get(f"/study/lessons/{other.id}", headers=EN).text
    assert (beside.count("(changed since)"), "Changed since you read it." in beside) == (1, False)
    shown = reader.get(page, headers=EN).text
    assert "Changed since you read it." in shown
    assert "read 1 of 2 minutes" in shown

    flush_buffers()
    assert "hanged since" not in reader.get(course, headers=EN).text
    assert "hanged since" not in reader.get(page, headers=EN).text
    assert sum(one["seconds"] for one in studied()) == 116


def test_a_teacher_confirms_by_hand_and_takes_it_back(instructor, sign_in, member):
    lesson = LessonFactory(completion=CompletionRule.BY_HAND)
    EnrolmentFactory(user=member, course=lesson.module.course)
    teacher, address = sign_in(instructor), f"/study/manage/lessons/{lesson.id}/learners"
    assert "not opened yet" in teacher.get(address, headers=EN).text
    assert teacher.post(f"{address}/{member.id}", data={"done": "1"}).status_code == 303
    assert (row().state, row().opened_at) == (LearningState.DONE, None)
    assert "confirmed by a teacher on" in teacher.get(address, headers=EN).text
    teacher.post(f"{address}/{member.id}", data={"done": "0"})
    assert row().state is LearningState.UNDER_WAY
    assert teacher.post(f"{address}/{UserFactory().id}", data={"done": "1"}).status_code == 404


def test_a_teacher_confirms_for_several_at_once_and_lists_who_is_left(instructor, sign_in):
    lesson = LessonFactory(completion=CompletionRule.BY_HAND)
    people = UserFactory.create_batch(3)
    for person in people:
        EnrolmentFactory(user=person, course=lesson.module.course)
    teacher, address = sign_in(instructor), f"/study/manage/lessons/{lesson.id}/learners"
    chosen = [people[0].id, people[2].id, UserFactory().id, "x", "²"]
    sent = teacher.post(address, data={"who": chosen, "show": "waiting"}, headers=EN, follow_redirects=True).text
    assert ("Confirmed for 2 members." in sent, [one.username in sent for one in people]) == (
        True,
        [False, True, False],
    )
    done = teacher.get(f"{address}?show=done", headers=EN).text
    assert [one.username in done for one in people] == [True, False, True]
    assert "Tick somebody first." in teacher.post(address, headers=EN, follow_redirects=True).text


@pytest.mark.parametrize("learners", [1, 3])
def test_the_list_of_learners_costs_the_same_at_any_length(instructor, sign_in, count_queries, learners):
    lesson = LessonFactory(completion=CompletionRule.BY_HAND)
    for _one in range(learners):
        EnrolmentFactory(course=lesson.module.course)
    teacher, address = sign_in(instructor), f"/study/manage/lessons/{lesson.id}/learners"
    teacher.get(address)
    with count_queries() as seen:
        page = teacher.get(address).text
    assert (page.count("</form></div></li>"), len(seen)) == (learners, 6)


def test_only_lessons_confirmed_by_hand_have_such_a_list(instructor, sign_in):
    assert sign_in(instructor).get(f"/study/manage/lessons/{LessonFactory().id}/learners").status_code == 404
