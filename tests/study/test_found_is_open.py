"""What search finds behind gates is what opens: for those who passed under older rules, for the team, for a branch."""

from datetime import timedelta

import pytest

from accounts.actors import actor_for
from accounts.models import Grant
from core.clock import utcnow
from core.db import db
from core.documents import closed_to, source_for
from core.faces import Faces
from core.permissions import Role, branch_audience, finding
from study.enums import CourseState, LearningState, LessonKind, ProgressKind, TeamRole
from study.models import CourseProgress, Gate, LessonProgress, TeamMember
from study.queries.lessons import find_lock
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.study import (
    CourseFactory,
    EnrolmentFactory,
    LessonFactory,
    MaterialFactory,
    ModuleFactory,
    note_progress,
)


@pytest.fixture
def lesson(root):
    return LessonFactory(html=Faces("<p>桥洞里的灯</p>", ""))


@pytest.fixture
def learner(lesson, branch):
    user = UserFactory(branch=branch)
    EnrolmentFactory(user=user, course=lesson.module.course)
    note_progress(user, lesson, ProgressKind.OPENED)
    return user


def gate(holder, **terms) -> Gate:
    course = holder.module.course if hasattr(holder, "module") else holder.course
    place = {"lesson_id": holder.id} if hasattr(holder, "module") else {"module_id": holder.id}
    personal = bool(set(terms) - {"opens_at"})
    made = Gate(course_id=course.id, is_personal=personal, **place, **terms)
    db.session.add(made)
    db.session.commit()
    return made


def is_found(thing, user) -> bool:
    return source_for(thing.ref.kind).get([thing.id])[0].is_for(finding(actor_for(user.id)))


def is_open(lesson, user) -> bool:
    return find_lock(lesson.id, actor_for(user.id)) is None


def state(user, lesson) -> tuple[bool, bool]:
    return is_found(lesson, user), is_open(lesson, user)


def set_done(user, lesson, **reason) -> None:
    row = db.session.get(LessonProgress, (user.id, lesson.id))
    if row is None:
        row = LessonProgress(user_id=user.id, lesson_id=lesson.id)
        db.session.add(row)
    row.state = LearningState.UNDER_WAY if reason else LearningState.DONE
    row.reason = reason or {"code": "read"}
    db.session.commit()


def finish(user, course) -> None:
    row = CourseProgress(user_id=user.id, course_id=course.id, state=LearningState.DONE, done=1, total=1)
    db.session.add(row)
    db.session.commit()


def test_who_opened_a_lesson_before_it_was_limited_to_another_branch_finds_it_no_more(learner, lesson):
    before = state(learner, lesson)
    gate(lesson, branch_id=BranchFactory().id)
    assert (before, state(learner, lesson)) == ((True, True), (False, False))


def test_a_document_limited_to_another_branch_is_found_by_its_words_no_more(learner, lesson):
    material = MaterialFactory(course=lesson.module.course)
    shown = LessonFactory(module=lesson.module, kind=LessonKind.DOCUMENT, material_id=material.id)
    note_progress(learner, shown, ProgressKind.OPENED)
    before = is_found(material, learner)
    gate(shown, branch_id=BranchFactory().id)
    assert (before, is_found(material, learner)) == (True, False)


@pytest.mark.parametrize("whole_module", [False, True])
def test_a_lesson_that_now_waits_for_another_is_found_again_once_that_is_done(learner, lesson, whole_module):
    first = LessonFactory(module=ModuleFactory(course=lesson.module.course))
    gate(lesson.module if whole_module else lesson, after_lesson_id=first.id)
    before = state(learner, lesson)
    set_done(learner, first)
    assert (before, state(learner, lesson)) == ((False, False), (True, True))


@pytest.mark.parametrize(("percent", "opens"), [(69, False), (70, True)])
def test_a_mark_opens_what_waits_for_it_and_search_says_the_same(learner, lesson, percent, opens):
    quiz = LessonFactory(module=lesson.module)
    gate(lesson, quiz_lesson_id=quiz.id, quiz_percent=70)
    set_done(learner, quiz, code="quiz_passed", percent=percent)
    assert state(learner, lesson) == (opens, opens)


def test_a_course_done_opens_what_waits_for_it_as_long_as_it_is_readable(learner, lesson):
    other = CourseFactory()
    gate(lesson, after_course_id=other.id)
    before = state(learner, lesson)
    finish(learner, other)
    after = state(learner, lesson)
    other.state = CourseState.DRAFT
    db.session.commit()
    assert (before, after, state(learner, lesson)) == ((False, False), (True, True), (False, False))


def test_a_lesson_that_was_done_stays_open_and_is_found(learner, lesson):
    gate(lesson, after_lesson_id=LessonFactory(module=lesson.module).id)
    set_done(learner, lesson)
    assert state(learner, lesson) == (True, True)


def test_both_gates_must_let_through(learner, lesson, branch):
    gate(lesson.module, branch_id=BranchFactory().id)
    gate(lesson, branch_id=branch.id)
    assert state(learner, lesson) == (False, False)


def test_nothing_is_found_in_a_course_that_is_limited_to_others_afterwards(learner, lesson, branch):
    gate(lesson, branch_id=branch.id)
    course = lesson.module.course
    before = is_found(lesson, learner)
    course.audience = branch_audience(branch.id)
    db.session.commit()
    own = is_found(lesson, learner)
    course.audience = branch_audience(BranchFactory().id)
    db.session.commit()
    assert (before, own, is_found(lesson, learner)) == (True, True, False)


def test_the_members_of_a_branch_find_what_is_for_them_alone_before_they_open_it(lesson, branch):
    gate(lesson, branch_id=branch.id)
    inner, stranger = UserFactory(branch=BranchFactory(parent=branch)), UserFactory(branch=BranchFactory())
    assert [state(user, lesson) for user in (UserFactory(branch=branch), inner, stranger)] == [
        (True, True),
        (True, True),
        (False, False),
    ]


@pytest.mark.parametrize("role", TeamRole)
def test_the_team_finds_drafts_and_what_is_not_open_yet(lesson, role):
    teacher, course = UserFactory(), lesson.module.course
    db.session.add(TeamMember(course_id=course.id, user_id=teacher.id, role=role))
    gate(lesson, opens_at=utcnow() + timedelta(days=1))
    dated = state(teacher, lesson)
    course.state = CourseState.DRAFT
    db.session.commit()
    material = MaterialFactory(course=course)
    found = [is_found(thing, teacher) for thing in (lesson, course, material)]
    assert (dated, found) == ((True, True), [True, True, True])
    assert [is_found(thing, UserFactory()) for thing in (lesson, course, material)] == [False, False, False]


def test_an_officer_who_does_not_teach_sees_no_words_of_what_is_closed(lesson):
    officer = UserFactory()
    db.session.add(Grant(user_id=officer.id, branch_id=lesson.module.course.branch_id, role=Role.OFFICER))
    gate(lesson, opens_at=utcnow() + timedelta(days=1))
    closed = closed_to([lesson.ref], actor_for(officer.id))
    assert (is_open(lesson, officer), list(closed)) == (False, [lesson.ref])
