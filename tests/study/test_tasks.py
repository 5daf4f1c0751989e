"""Assigned study: who is asked, by when, told once, and nothing lost."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from accounts.models import Branch, Membership
from accounts.services import people
from accounts.services.branches import move_branch
from core.clock import utcnow
from core.db import db
from core.errors import Denied
from core.faces import Faces
from core.permissions import PUBLIC, branch_audience
from notify.models import Notification
from study import notices
from study.deadlines import next_reminder
from study.enums import CourseState, TaskFor
from study.errors import AlreadyAssigned, CourseNotForBranch, DeadlinePast, StillAssigned, TaskOver
from study.models import Enrolment, Task, TaskMember
from study.queries import tasks as queries
from study.services import enrolments
from study.services import tasks as services
from study.settling import settle
from study.timers import remind_of_tasks
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, note_progress

DAY = timedelta(days=1)


def terms(days: float = 10, note: str = "") -> services.Terms:
    return services.Terms(due_at=utcnow() + days * DAY, note=note)


@pytest.fixture
def lesson(app):
    return LessonFactory()


@pytest.fixture
def course(lesson):
    return lesson.module.course


@pytest.fixture
def assign(officer, branch, actor_of, transaction, drain):
    """Return ``assign(course, days=10, people=None) -> Task``: the officer asks the branch, and everybody is told."""

    def act(course, days: float = 10, people=None, note: str = "") -> Task:
        with transaction():
            task = services.assign(course, branch, actor_of(officer), terms(days, note), people)
        drain()
        return task

    return act


@pytest.fixture
def own(officer, actor_of):
    """Return ``own(task) -> task, officer``: as the officer's page loads it."""

    def load(task):
        actor = actor_of(officer)
        return queries.get_task(task.id, actor), actor

    return load


def asked(task) -> set[int]:
    db.session.expire_all()
    wanted = select(TaskMember.user_id).where(TaskMember.task_id == task.id, TaskMember.ended_at.is_(None))
    return set(db.session.scalars(wanted))


def taking(course) -> set[int]:
    wanted = select(Enrolment.user_id).where(Enrolment.course_id == course.id, Enrolment.left_at.is_(None))
    return set(db.session.scalars(wanted))


def told(kind) -> list[int]:
    return sorted(db.session.scalars(select(Notification.user_id).where(Notification.kind == kind.code)))


def test_everybody_in_the_branch_and_below_is_enrolled_and_told_once(
    assign, course, branch, other_branch, officer, member
):
    below = UserFactory(branch=BranchFactory(parent=branch))
    UserFactory(branch=other_branch)
    task = assign(course)
    assert asked(task) == taking(course) == {officer.id, member.id, below.id}
    assert told(notices.ASSIGNED) == sorted([member.id, below.id])
    assert settle() == 0


def test_nothing_that_was_done_before_is_lost(assign, lesson, course, member):
    LessonFactory(module=lesson.module)
    EnrolmentFactory(user=member, course=course, left_at=utcnow(), enrolled_at=utcnow() - DAY)
    note_progress(member, lesson)
    task = assign(course)
    mine = db.session.scalars(select(Enrolment).where(Enrolment.user_id == member.id)).one()
    assert (mine.left_at, mine.enrolled_at < utcnow() - DAY / 2) == (None, True)
    assert queries.count_people(task).under_way == 1


def test_who_had_done_it_is_counted_and_not_bothered(assign, lesson, course, member):
    EnrolmentFactory(user=member, course=course)
    note_progress(member, lesson)
    task = assign(course)
    assert told(notices.ASSIGNED) == []
    assert queries.count_people(task) == queries.TaskCounts(not_begun=1, under_way=0, done=1, overdue=0)


def test_only_named_people_are_asked(assign, course, branch, member):
    UserFactory(branch=branch)
    task = assign(course, people=[member])
    assert (task.whom, asked(task), taking(course)) == (TaskFor.NAMED, {member.id}, {member.id})


def test_who_joins_later_is_asked_and_who_leaves_no_longer(
    assign, course, branch, officer, actor_of, transaction, drain
):
    task, late = assign(course), UserFactory()
    for _time in range(2):
        with transaction():
            people.join_branch(late, branch, actor_of(officer))
        drain()
        assert late.id in asked(task)
        with transaction():
            found = db.session.scalars(select(Membership).where(Membership.user_id == late.id)).one()
            people.leave_branch(late, found.id, actor_of(officer))
        drain()
        assert (late.id in asked(task), late.id in taking(course)) == (False, True)
    assert told(notices.ASSIGNED) == [late.id]


def test_who_joins_after_the_deadline_is_not_asked(assign, course, branch, clock, transaction, drain):
    task, late = assign(course, days=1), UserFactory()
    clock.advance(days=2)
    with transaction():
        people.join_branch(late, branch, None)
    drain()
    assert late.id not in asked(task)


def test_a_branch_that_moves_in_is_asked(
    assign, course, branch, other_branch, administrator, actor_of, drain, transaction
):
    moved, task = UserFactory(branch=other_branch), assign(course)
    with transaction():
        move_branch(db.session.get_one(Branch, other_branch.id), branch, actor_of(administrator))
    drain()
    assert moved.id in asked(task)


def test_suspended_people_are_asked_nothing_until_they_are_back(
    assign, course, member, administrator, actor_of, transaction, drain
):
    task = assign(course)
    with transaction():
        people.suspend(member, actor_of(administrator), "reason")
    drain()
    assert member.id not in asked(task)
    with transaction():
        people.reactivate(member, actor_of(administrator), "reason")
    drain()
    assert member.id in asked(task)


def test_erased_people_are_asked_nothing(assign, course, member, actor_of, transaction, drain):
    task = assign(course)
    with transaction():
        people.erase(member.id, actor_of(member))
    drain()
    assert member.id not in asked(task)


@pytest.mark.parametrize("state", [CourseState.DRAFT, CourseState.ARCHIVED])
def test_only_published_courses_are_assigned(assign, state):
    with pytest.raises(CourseNotForBranch):
        assign(CourseFactory(state=state))


def test_a_course_must_be_for_everybody_in_the_branch(assign, branch, other_branch, root):
    for audience in (PUBLIC, branch_audience(root.id), branch_audience(branch.id)):
        assign(CourseFactory(audience=audience))
    for narrow in (branch_audience(other_branch.id), branch_audience(BranchFactory(parent=branch).id)):
        with pytest.raises(CourseNotForBranch):
            assign(CourseFactory(audience=narrow))


def test_an_officer_assigns_in_the_own_scope_only(course, officer, other_branch, actor_of, transaction):
    with pytest.raises(Denied), transaction():
        services.assign(course, other_branch, actor_of(officer), terms())


def test_a_deadline_lies_ahead(assign, course):
    with pytest.raises(DeadlinePast):
        assign(course, days=-1)


def test_assigning_twice_is_refused_until_it_is_withdrawn(assign, course, own, transaction):
    task = assign(course)
    with pytest.raises(AlreadyAssigned):
        assign(course)
    with transaction():
        services.withdraw(*own(task))
    assert assign(course).id != task.id


def test_withdrawing_keeps_the_course_and_is_told_once(assign, course, own, member, transaction, drain, clock):
    task = assign(course)
    for _time in range(2):
        with transaction():
            services.withdraw(*own(task))
        drain()
    assert (told(notices.WITHDRAWN), member.id in taking(course)) == ([member.id], True)
    clock.advance(days=11)
    assert remind_of_tasks() == 0
    with pytest.raises(TaskOver), transaction():
        services.change(*own(task), terms(20))


def test_reminders_come_a_week_before_a_day_before_and_after_each_once(assign, course, member, clock, drain):
    assign(course, days=10, people=[member])
    heard = []
    for _hour in range(0, 24 * 12, 2):
        clock.advance(hours=2)
        remind_of_tasks()
        remind_of_tasks()
        drain()
        heard.append((len(told(notices.DUE_SOON)), len(told(notices.OVERDUE))))
    steps = {step: 2 * (heard.index(step) + 1) for step in dict.fromkeys(heard)}
    assert steps == {(0, 0): 2, (1, 0): 3 * 24, (2, 0): 9 * 24, (2, 1): 10 * 24}


def test_a_worker_that_was_away_sends_only_the_latest_reminder(assign, course, member, clock, drain):
    assign(course, days=10, people=[member])
    clock.advance(days=11)
    remind_of_tasks()
    drain()
    assert (told(notices.DUE_SOON), told(notices.OVERDUE)) == ([], [member.id])


def test_who_is_done_is_not_reminded(assign, lesson, course, member, clock, drain):
    assign(course, people=[member])
    note_progress(member, lesson)
    clock.advance(days=11)
    remind_of_tasks()
    drain()
    assert (told(notices.DUE_SOON), told(notices.OVERDUE)) == ([], [])


def test_a_new_day_for_all_spares_those_with_their_own_and_reminds_again(
    assign, course, member, branch, own, transaction, clock, drain
):
    other = UserFactory(branch=branch)
    task = assign(course, days=10, people=[member, other])
    with transaction():
        found, actor = own(task)
        services.extend(found, queries.get_person(found, other.username)[0], actor, utcnow() + 30 * DAY)
    clock.advance(days=4)
    remind_of_tasks()
    with transaction():
        services.change(*own(task), terms(20, "later"))
    db.session.expire_all()
    days = {row.user_id: round((row.due_at - utcnow()) / DAY) for row in db.session.scalars(select(TaskMember))}
    assert days == {member.id: 20, other.id: 26}
    clock.advance(days=14)
    remind_of_tasks()
    drain()
    assert told(notices.DUE_SOON) == [member.id, member.id]


def test_an_extension_is_told_and_moves_the_reminders(assign, course, member, own, transaction, clock, drain):
    task = assign(course, people=[member])
    with transaction():
        found, actor = own(task)
        services.extend(found, queries.get_person(found, member.username)[0], actor, utcnow() + 20 * DAY)
    clock.advance(days=11)
    remind_of_tasks()
    drain()
    assert (told(notices.DUE_CHANGED), told(notices.OVERDUE)) == ([member.id], [])


def test_an_assigned_course_cannot_be_left_before_it_is_done(assign, lesson, course, member, actor_of, transaction):
    assign(course)
    with pytest.raises(StillAssigned), transaction():
        enrolments.leave(course, actor_of(member))
    note_progress(member, lesson)
    with transaction():
        enrolments.leave(course, actor_of(member))
    assert member.id not in taking(course)


@pytest.mark.parametrize(
    ("hours", "next_hours"), [(0, 24 * 3), (24 * 3, 24 * 9), (24 * 9 - 1, 24 * 9), (24 * 9, 24 * 10), (24 * 10, None)]
)
def test_the_next_reminder(hours, next_hours):
    start = utcnow()
    wanted = None if next_hours is None else start + timedelta(hours=next_hours)
    assert next_reminder(start + 10 * DAY, start + timedelta(hours=hours)) == wanted


def test_titles_and_days_of_notices_are_in_the_language_of_the_reader(assign, member, sign_in, clock):
    clock.set(datetime(2026, 11, 20, 4, tzinfo=UTC))
    course = CourseFactory(title=Faces("公开账目", "Open accounts"))
    assign(course, note="看第三节。")
    page = sign_in(member).get("/inbox", headers={"Accept-Language": "zh"}).text
    assert "请您在11月30日前学完“公开账目”" in page
    assert "看第三节。" in page
    page = sign_in(member).get("/inbox", headers={"Accept-Language": "en"}).text
    assert "asks you to study “Open accounts” by 30 Nov" in page
