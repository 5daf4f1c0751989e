"""What the head of a branch sees of its members' study."""

import pytest

from core.permissions import Role
from tests.factories.accounts import BranchFactory, UserFactory, grant
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, ModuleFactory, note_progress

EN = {"Accept-Language": "en"}


@pytest.fixture
def head(sign_in, officer):
    return sign_in(officer)


def learners(course, branch, count, read=0):
    """Let so many members of a branch take a course and read its first lessons."""
    found = []
    lessons = LessonFactory.create_batch(2, module=ModuleFactory(course=course)) if not hasattr(course, "two") else None
    course.two = lessons or course.two
    for _n in range(count):
        user = UserFactory(branch=branch)
        EnrolmentFactory(user=user, course=course)
        for lesson in course.two[:read]:
            note_progress(user, lesson)
        found.append(user)
    return found


def cells(page: str, title: str) -> list[str]:
    """Return the figures of the row that begins with a title."""
    row = page.split(f">{title}</a>", 1)[1].split("</tr>", 1)[0]
    return [part.split(">", 1)[1].split("<", 1)[0] for part in row.split('class="n"')[1:]]


def test_members_of_the_branch_and_below_are_counted_and_nobody_else(head, branch, other_branch):
    course = CourseFactory()
    learners(course, branch, 1)
    learners(course, BranchFactory(parent=branch), 2, read=1)
    learners(course, BranchFactory(parent=branch), 3, read=2)
    learners(course, other_branch, 4, read=2)

    page = head.get(f"/study/reports/{branch.slug}", headers=EN).text

    assert cells(page, course.title.en) == ["6", "1", "2", "3", "50%"]


def test_children_are_listed_with_their_own_counts(head, branch):
    course = CourseFactory()
    child, empty = BranchFactory(parent=branch), BranchFactory(parent=branch)
    learners(course, child, 1, read=1)
    learners(course, BranchFactory(parent=child), 1, read=2)

    page = head.get(f"/study/reports/{branch.slug}", headers=EN).text

    assert cells(page, child.name.en) == ["2", "2", "0", "1", "1", "–"]
    assert cells(page, empty.name.en) == ["0", "0", "0", "0", "0", "–"]


def test_a_member_of_two_branches_counts_once(head, branch, root):
    from accounts.models import Membership
    from core.db import db

    course, child = CourseFactory(), BranchFactory(parent=branch)
    (user,) = learners(course, branch, 1, read=2)
    db.session.add(Membership(user_id=user.id, branch_id=child.id))
    db.session.commit()
    page = head.get(f"/study/reports/{branch.slug}", headers=EN).text
    assert cells(page, course.title.en) == ["1", "0", "0", "1", "–"]


def test_one_course_shows_how_far_each_member_is(head, branch):
    course = CourseFactory()
    (user,) = learners(course, branch, 1, read=1)
    slug = course.slug

    page = head.get(f"/study/reports/{branch.slug}?course={slug}", headers=EN).text

    assert f">{user.display_name}</a></th>" in page
    assert 'data-l="Progress">50%</td>' in page
    assert 'data-l="State">Under way</td>' in page


def test_a_course_nobody_of_the_branch_takes_is_not_shown(head, branch, other_branch):
    course = CourseFactory()
    learners(course, other_branch, 1)
    assert head.get(f"/study/reports/{branch.slug}?course={course.slug}").status_code == 404


def test_one_branch_is_opened_at_once_several_are_listed(sign_in, officer, branch, other_branch):
    assert sign_in(officer).get("/study/reports/").location == f"/study/reports/{branch.slug}"
    grant(officer, Role.OFFICER, other_branch)
    page = sign_in(officer).get("/study/reports/").text
    assert (f"/study/reports/{branch.slug}" in page, f"/study/reports/{other_branch.slug}" in page) == (True, True)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_report_costs_eight_queries_at_any_length(head, branch, count_queries, rows):
    for _row in range(rows):
        learners(CourseFactory(), BranchFactory(parent=branch), rows, read=1)
    slug = branch.slug
    with count_queries() as seen:
        page = head.get(f"/study/reports/{slug}").text
    assert (page.count('role="rowheader"'), len(seen)) == (2 * rows, 8), seen
