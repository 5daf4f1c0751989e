"""The numbers of a report are those of a recount, whatever happened and in whatever order."""

import random
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.enums import UserState
from accounts.errors import AlreadyMember
from accounts.models import Branch, Membership, User
from accounts.services import people
from accounts.services.branches import move_branch
from core.clock import utcnow
from core.db import db
from study.counting import count_all, count_changed
from study.enums import LearningState
from study.errors import AlreadyAssigned, StillAssigned
from study.models import BranchCount, BranchWeek, Course, CourseProgress, Enrolment, Lesson, Module, Task, TaskMember
from study.queries import reports
from study.queries import tasks as task_queries
from study.queries.counting import first_week, week_of
from study.services import branch_counts, course_progress, enrolments, progress, tasks
from study.tallying import Counts
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, ModuleFactory, note_progress
from tests.factories.tasks import TaskFactory, TaskMemberFactory

DAY = timedelta(days=1)


def where_people_belong() -> dict[int, set[int]]:
    paths = {branch.id: branch.path for branch in db.session.scalars(select(Branch))}
    active = set(db.session.scalars(select(User.id).where(User.state == UserState.ACTIVE)))
    belongs = defaultdict(set)
    for one in db.session.scalars(select(Membership)):
        if one.user_id in active:
            belongs[one.user_id] |= {int(part) for part in paths[one.branch_id].split("/") if part}
    return belongs


def who_is_late() -> set[tuple[int, int]]:
    asked = db.session.execute(select(TaskMember, Task).join(Task, Task.id == TaskMember.task_id))
    return {
        (member.user_id, task.course_id)
        for member, task in asked
        if member.ended_at is None and task.withdrawn_at is None and member.due_at <= utcnow()
    }


def naive() -> tuple[dict, dict, dict]:
    """Count everything again, person by person, from nothing but who belongs where and what they did."""
    db.session.expire_all()
    belongs, late, start = where_people_belong(), who_is_late(), first_week()
    standing = {(row.user_id, row.course_id): row for row in db.session.scalars(select(CourseProgress))}
    counts, weeks = defaultdict(Counter), defaultdict(lambda: [0, 0])
    for one in db.session.scalars(select(Enrolment).where(Enrolment.left_at.is_(None))):
        key = (one.user_id, one.course_id)
        row = standing.get(key)
        state = row.state.value if row else "not_begun"
        for branch_id in belongs[one.user_id]:
            counts[branch_id, one.course_id]["overdue" if key in late and state != "done" else state] += 1
            for place, moment in enumerate((row.begun_at, row.completed_at) if row else ()):
                if moment and week_of(moment) >= start:
                    weeks[branch_id, one.course_id, week_of(moment)][place] += 1
    sizes = Counter(branch_id for branches in belongs.values() for branch_id in branches)
    return {key: Counts(**found) for key, found in counts.items()}, {k: tuple(v) for k, v in weeks.items()}, sizes


def kept() -> tuple[dict, dict, dict]:
    """Return what the report has."""
    db.session.expire_all()
    counts = {
        (row.branch_id, row.course_id): Counts(row.not_begun, row.under_way, row.done, row.overdue)
        for row in db.session.scalars(select(BranchCount))
    }
    weeks = {
        (row.branch_id, row.course_id, row.week): (row.begun, row.done)
        for row in db.session.scalars(select(BranchWeek).where(BranchWeek.week >= first_week()))
    }
    top = db.session.scalars(select(Branch).where(Branch.parent_id.is_(None))).one()
    return counts, weeks, {key: size for key, size in reports.sizes_below(top).items() if size}


class Life:
    """Does one thing or another to a small organisation."""

    def __init__(self, seed, root, administrator, actor_of, transaction, clock) -> None:
        self.dice = random.Random(seed)
        self.admin, self.actor_of, self.transaction, self.clock = administrator, actor_of, transaction, clock
        regions = BranchFactory.create_batch(2, parent=root)
        self.branches = [*regions, *(BranchFactory(parent=region) for region in regions for _n in range(2))]
        self.people = [UserFactory(branch=self.dice.choice(self.branches)) for _n in range(8)]
        self.courses = [ModuleFactory().course for _n in range(2)]
        for course in self.courses:
            LessonFactory.create_batch(2, module=ModuleFactory(course=course))

    def step(self) -> None:
        act = self.dice.choice([name for name in dir(self) if name.startswith("do_")])
        try:
            with self.transaction():
                getattr(self, act)()
        except (AlreadyAssigned, AlreadyMember, StillAssigned):
            pass

    def person(self) -> User:
        return db.session.get_one(User, self.dice.choice(self.people).id)

    def course(self) -> Course:
        found = db.session.get_one(Course, self.dice.choice(self.courses).id)
        db.session.refresh(found, ["branch"])
        return found

    def branch(self) -> Branch:
        return db.session.get_one(Branch, self.dice.choice(self.branches).id)

    def do_enrol(self) -> None:
        enrolments.enrol(self.course(), self.actor_of(self.dice.choice(self._active())))

    do_enrol_again = do_enrol

    def do_leave(self) -> None:
        enrolments.leave(self.course(), self.actor_of(self.dice.choice(self._active())))

    def do_read(self) -> None:
        taken = db.session.execute(
            select(Enrolment.user_id, Lesson)
            .join(Module, Module.id == Lesson.module_id)
            .join(Enrolment, Enrolment.course_id == Module.course_id)
            .join(User, User.id == Enrolment.user_id)
            .where(Enrolment.left_at.is_(None), User.state == UserState.ACTIVE)
            .order_by(Enrolment.id, Lesson.id)
        ).all()
        if taken:
            user_id, lesson = self.dice.choice(taken)
            progress.mark_read(lesson, self.actor_of(db.session.get_one(User, user_id)))

    do_read_more = do_read_much = do_read

    def do_join(self) -> None:
        people.join_branch(self.person(), self.branch(), None)

    def do_strike_off(self) -> None:
        found = self.dice.choice(db.session.scalars(select(Membership).order_by(Membership.id)).all())
        people.leave_branch(db.session.get_one(User, found.user_id), found.id, self.actor_of(self.admin))

    def do_suspend(self) -> None:
        person = self.dice.choice(self._active())
        people.suspend(person, self.actor_of(self.admin), "why")

    def do_reactivate(self) -> None:
        for person in db.session.scalars(select(User).where(User.state == UserState.SUSPENDED)):
            people.reactivate(person, self.actor_of(self.admin), "why")

    def do_move(self) -> None:
        move_branch(
            db.session.get_one(Branch, self.branches[-1].id),
            db.session.get_one(Branch, self.branches[self.dice.randrange(2)].id),
            self.actor_of(self.admin),
        )

    def do_assign(self) -> None:
        terms = tasks.Terms(due_at=utcnow() + self.dice.randint(1, 9) * DAY, note="")
        tasks.assign(self.course(), self.branch(), self.actor_of(self.admin), terms)

    def do_extend(self) -> None:
        for member in db.session.scalars(
            select(TaskMember)
            .where(TaskMember.ended_at.is_(None))
            .order_by(TaskMember.task_id, TaskMember.user_id)
            .limit(1)
        ):
            task = task_queries.get_task(member.task_id, self.actor_of(self.admin))
            if task.stands:
                tasks.extend(task, member, self.actor_of(self.admin), utcnow() + 12 * DAY)

    def do_withdraw(self) -> None:
        for ident in db.session.scalars(
            select(Task.id).where(Task.withdrawn_at.is_(None)).order_by(Task.id).limit(1)
        ).all():
            tasks.withdraw(task_queries.get_task(ident, self.actor_of(self.admin)), self.actor_of(self.admin))

    def do_wait(self) -> None:
        self.clock.advance(days=self.dice.randint(1, 4))

    def end_with_somebody_at_work(self) -> None:
        person = UserFactory(branch=self.branches[0])
        with self.transaction():
            course = self.course()
            lesson = LessonFactory(module=ModuleFactory(course=course))
            enrolments.enrol(course, self.actor_of(person))
            progress.mark_read(lesson, self.actor_of(person))

    def _active(self) -> list[User]:
        known = [person.id for person in self.people]
        return list(
            db.session.scalars(select(User).where(User.state == UserState.ACTIVE, User.id.in_(known)).order_by(User.id))
        )


@pytest.mark.parametrize("seed", range(5))
def test_a_report_equals_a_recount(seed, root, administrator, actor_of, transaction, clock, drain):
    life = Life(seed, root, administrator, actor_of, transaction, clock)
    for _turn in range(6):
        for _step in range(8):
            life.step()
        drain()
        count_changed()
        assert kept() == naive()
    life.end_with_somebody_at_work()
    drain()
    count_changed()
    assert kept() == naive()
    assert all(naive()), "nothing was compared"


def test_counting_all_gives_the_same_and_mends_what_is_wrong(root, branch, transaction, clock):
    lesson = LessonFactory()
    for _n in range(3):
        user = UserFactory(branch=branch)
        EnrolmentFactory(user=user, course=lesson.module.course)
        note_progress(user, lesson)
    count_all()
    before = kept()
    assert before == naive()
    with transaction():
        for row in db.session.scalars(select(BranchCount)):
            row.done += 5
        db.session.delete(db.session.scalars(select(BranchWeek)).first())
    count_all()
    assert kept() == before


def test_a_day_that_passes_is_counted_without_anybody_doing_anything(root, branch, clock):
    user, course = UserFactory(branch=branch), CourseFactory()
    EnrolmentFactory(user=user, course=course)
    TaskMemberFactory(task=TaskFactory(course=course, branch=branch), user=user)
    count_all()
    assert count_changed() == 0
    clock.advance(days=11)
    assert count_changed() == 1
    assert kept()[0][branch.id, course.id] == Counts(overdue=1)


def test_what_changes_while_it_is_counted_is_counted_next_time(branch, transaction, monkeypatch):
    course_id = EnrolmentFactory(user=UserFactory(branch=branch)).course_id
    count_all()
    with transaction():
        branch_counts.note_changed([course_id])
    really = branch_counts.keep

    def keep(*found) -> None:
        branch_counts.note_changed([course_id])
        really(*found)

    monkeypatch.setattr(branch_counts, "keep", keep)
    assert count_changed() == 1
    monkeypatch.undo()
    assert count_changed() == 1
    assert count_changed() == 0


def test_a_deleted_course_is_counted_no_more(branch, transaction):
    lesson = LessonFactory()
    course = lesson.module.course
    EnrolmentFactory(user=UserFactory(branch=branch), course=course)
    count_all()
    with transaction():
        db.session.delete(db.session.get_one(Course, course.id))
    assert count_changed() == 0
    assert kept()[0] == {}


def test_progress_that_moves_no_state_asks_for_no_counting(branch, transaction, drain, actor_of):
    user = UserFactory(branch=branch)
    module = ModuleFactory()
    EnrolmentFactory(user=user, course=module.course)
    lessons = LessonFactory.create_batch(3, module=module)
    count_all()
    with transaction():
        progress.mark_read(lessons[0], actor_of(user))
    drain()
    assert count_changed() == 1
    with transaction():
        progress.mark_read(lessons[1], actor_of(user))
        course_progress.sum_up([(user.id, lessons[1].id)])
    drain()
    assert count_changed() == 0
    assert LearningState.UNDER_WAY in set(db.session.scalars(select(CourseProgress.state)))
