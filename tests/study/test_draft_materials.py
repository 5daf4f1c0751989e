"""Documents of drafts are read by those who write and assist, with whatever stands before their lessons."""

import io

import pytest

from core.db import db
from core.files import store
from core.permissions import Role
from study.enums import CourseState, LessonKind, TeamRole
from study.models import Gate, TeamMember
from tests.factories.accounts import UserFactory, grant
from tests.factories.documents import document_lesson, word_bytes
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, MaterialFactory, ModuleFactory

WHO = {
    "author of the branch": 200,
    "instructor of the course": 200,
    "assistant of the course": 200,
    "administrator": 200,
    "learner of before": 404,
    "member": 404,
    "instructor of another branch": 404,
    "visitor": 404,
}


@pytest.fixture
def addresses(root, branch):
    """The addresses of a document in a draft: in no lesson, in one, and in one that opens after another."""
    course = CourseFactory(branch=branch, state=CourseState.DRAFT, in_order=True)
    loose = MaterialFactory(course=course, file=store(io.BytesIO(b"Words."), "words.txt"))
    module = ModuleFactory(course=course)
    first = LessonFactory(module=module)
    other = MaterialFactory(course=course)
    last = LessonFactory(module=module, kind=LessonKind.DOCUMENT, material_id=other.id)
    db.session.add(Gate(course_id=course.id, lesson_id=last.id, after_lesson_id=first.id, is_personal=True))
    shown = document_lesson(course, word_bytes())
    made = [f"/study/materials/{one}" for one in (loose.id, shown.material_id, other.id)]
    db.session.commit()
    return course, [*made, f"{made[0]}/file", f"{made[1]}/file", f"{made[1]}/pictures/1", f"/study/lessons/{last.id}"]


def person(who: str, course, root, branch, other_branch):
    user = UserFactory()
    if who == "author of the branch":
        grant(user, Role.INSTRUCTOR, branch)
    elif who == "officer of the branch":
        grant(user, Role.OFFICER, branch)
    elif who == "administrator":
        grant(user, Role.ADMINISTRATOR, root)
    elif who == "instructor of another branch":
        grant(user, Role.INSTRUCTOR, other_branch)
    elif who == "learner of before":
        EnrolmentFactory(user=user, course=course)
    elif who != "member":
        role = TeamRole.ASSISTANT if who.startswith("assistant") else TeamRole.INSTRUCTOR
        db.session.add(TeamMember(course_id=course.id, user_id=user.id, role=role))
    db.session.commit()
    return user


@pytest.mark.parametrize("who", WHO)
def test_documents_of_a_draft_are_for_those_who_write_and_assist(
    addresses, who, root, branch, other_branch, sign_in, client
):
    course, wanted = addresses
    browser = client if who == "visitor" else sign_in(person(who, course, root, branch, other_branch))
    assert statuses(browser, wanted) == dict.fromkeys(wanted, WHO[who])


def statuses(browser, addresses) -> dict[str, int]:
    found = {}
    for address in addresses:
        with browser.get(address) as answer:
            found[address] = answer.status_code
    return found


def test_an_officer_sees_the_drafts_of_the_branch_as_a_learner_would(addresses, root, branch, other_branch, sign_in):
    course, wanted = addresses
    browser = sign_in(person("officer of the branch", course, root, branch, other_branch))
    loose = {wanted[0], wanted[3]}
    # What stands behind another lesson is refused with what opens it, not hidden: the course itself is no secret.
    assert statuses(browser, wanted) == {address: 200 if address in loose else 403 for address in wanted}
