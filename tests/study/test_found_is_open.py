"""What search finds behind gates is what opens: for those who passed under older rules, for the team, for a branch."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from accounts.actors import actor_for
from accounts.models import Grant
from core.clock import utcnow
from core.db import db, transaction
from core.documents import closed_to, source_for
from core.faces import Faces
from core.permissions import Role, branch_audience, finding
from study.enums import CompletionRule, CourseState, LessonKind, ProgressKind, TeamRole
from study.models import Course, Lesson, Module, TeamMember
from study.queries.lessons import find_lock, get_own_lesson, get_own_module
from study.release import Terms
from study.services.gates import set_terms
from study.services.progress import Note, note
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.study import (
    CourseFactory,
    EnrolmentFactory,
    LessonFactory,
    MaterialFactory,
    ModuleFactory,
    QuizFactory,
)


@pytest.fixture
def lesson(root):
    return LessonFactory(html=Faces("<p>桥洞里的灯</p>", ""))


@pytest.fixture
def learner(lesson, branch):
    user = UserFactory(branch=branch)
    EnrolmentFactory(user=user, course=course_of(lesson))
    db.session.commit()
    did(user, lesson, ProgressKind.OPENED)
    return user


def module_of(lesson) -> Module:
    return db.session.get_one(Module, lesson.module_id)


def course_of(lesson) -> Course:
    return db.session.get_one(Course, module_of(lesson).course_id)


def gate(holder, **terms) -> None:
    """Say when a lesson or a module opens, as its author does."""
    course_id = module_of(holder).course_id if isinstance(holder, Lesson) else holder.course_id
    author = UserFactory()
    db.session.add(TeamMember(course_id=course_id, user_id=author.id, role=TeamRole.INSTRUCTOR))
    db.session.commit()
    get = get_own_lesson if isinstance(holder, Lesson) else get_own_module
    actor = actor_for(author.id)
    with transaction():
        set_terms(get(holder.id, actor), actor, Terms(**terms))


def is_found(thing, user) -> bool:
    return source_for(thing.ref.kind).get([thing.id])[0].is_for(finding(actor_for(user.id)))


def is_open(lesson, user) -> bool:
    return find_lock(lesson.id, actor_for(user.id)) is None


def state(user, lesson) -> tuple[bool, bool]:
    return is_found(lesson, user), is_open(lesson, user)


def did(user, lesson, kind=ProgressKind.READ, **detail) -> None:
    """Write into the ledger what somebody did; all that follows is derived."""
    user_id, lesson_id = user.id, lesson.id
    with transaction():
        note([Note(user_id, lesson_id, kind, utcnow(), detail)])


def finish(user, course) -> None:
    lesson = LessonFactory(module__course=course)
    EnrolmentFactory(user=user, course=course)
    db.session.commit()
    did(user, lesson)


def test_who_opened_a_lesson_before_it_was_limited_to_another_branch_finds_it_no_more(learner, lesson):
    before = state(learner, lesson)
    gate(lesson, branch_id=BranchFactory().id)
    assert (before, state(learner, lesson)) == ((True, True), (False, False))


def test_a_document_limited_to_another_branch_is_found_by_its_words_no_more(learner, lesson):
    material = MaterialFactory(course=course_of(lesson))
    shown = LessonFactory(module=module_of(lesson), kind=LessonKind.DOCUMENT, material_id=material.id)
    did(learner, shown, ProgressKind.OPENED)
    before = is_found(material, learner)
    gate(shown, branch_id=BranchFactory().id)
    assert (before, is_found(material, learner)) == (True, False)


@pytest.mark.parametrize("whole_module", [False, True])
def test_a_lesson_that_now_waits_for_another_is_found_again_once_that_is_done(learner, lesson, whole_module):
    first = LessonFactory(module=ModuleFactory(course=course_of(lesson)))
    gate(module_of(lesson) if whole_module else lesson, after_lesson_id=first.id)
    before = state(learner, lesson)
    did(learner, first)
    assert (before, state(learner, lesson)) == ((False, False), (True, True))


@pytest.mark.parametrize(("percent", "opens"), [(69, False), (70, True)])
def test_a_mark_opens_what_waits_for_it_and_search_says_the_same(learner, lesson, percent, opens):
    course = course_of(lesson)
    quiz = LessonFactory(
        module=module_of(lesson),
        kind=LessonKind.QUIZ,
        quiz_id=QuizFactory(course=course).id,
        completion=CompletionRule.QUIZ_PASSED,
    )
    gate(lesson, quiz_lesson_id=quiz.id, quiz_percent=70)
    did(learner, quiz, ProgressKind.QUIZ_FAILED, attempt=1, percent=percent)
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
    gate(lesson, after_lesson_id=LessonFactory(module=module_of(lesson)).id)
    did(learner, lesson)
    assert state(learner, lesson) == (True, True)


@pytest.mark.parametrize("terms", ["other branch", "after another"])
def test_what_was_done_before_its_whole_module_was_closed_is_found_where_it_opens(learner, lesson, terms):
    other = LessonFactory(module=module_of(lesson))
    material = MaterialFactory(course=course_of(lesson))
    shown = LessonFactory(module=module_of(lesson), kind=LessonKind.DOCUMENT, material_id=material.id)
    first = LessonFactory(module=ModuleFactory(course=course_of(lesson)))
    for one in (lesson, shown):
        did(learner, one)
    gate(
        module_of(lesson),
        **({"after_lesson_id": first.id} if terms == "after another" else {"branch_id": BranchFactory().id}),
    )
    opens = terms == "after another"
    assert [state(learner, one) for one in (lesson, other)] == [(opens, opens), (False, False)]
    assert is_found(material, learner) == opens


def test_both_gates_must_let_through(learner, lesson, branch):
    gate(module_of(lesson), branch_id=BranchFactory().id)
    gate(lesson, branch_id=branch.id)
    assert state(learner, lesson) == (False, False)


def test_nothing_is_found_in_a_course_that_is_limited_to_others_afterwards(learner, lesson, branch):
    gate(lesson, branch_id=branch.id)
    course = course_of(lesson)
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
    teacher, course = UserFactory(), course_of(lesson)
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
    db.session.add(Grant(user_id=officer.id, branch_id=course_of(lesson).branch_id, role=Role.OFFICER))
    gate(lesson, opens_at=utcnow() + timedelta(days=1))
    closed = closed_to([lesson.ref], actor_for(officer.id))
    assert (is_open(lesson, officer), list(closed)) == (False, [lesson.ref])


def test_all_readers_ask_one_statement_with_what_is_theirs(learner, lesson, branch):
    gate(lesson, branch_id=branch.id)
    other = UserFactory(branch=BranchFactory())
    EnrolmentFactory(user=other, course=course_of(lesson))
    db.session.commit()
    asked = []

    def note_statement(_connection, statement, *_rest) -> None:
        if "outer_gate" in str(statement):
            asked.append(statement)

    event.listen(db.engine, "before_execute", note_statement)
    try:
        found = [is_found(lesson, user) for user in (learner, other)]
    finally:
        event.remove(db.engine, "before_execute", note_statement)

    assert found == [True, False]
    assert asked[0] is asked[1], "building it anew costs more than asking it"
