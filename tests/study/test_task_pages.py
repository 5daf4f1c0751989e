"""The pages of assigned study, and what happens when two do it at once."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

import core.db
from accounts.actors import actor_for
from accounts.models import Branch, User
from accounts.services import people
from core.clock import utcnow
from core.db import db, transaction
from core.faces import Faces
from core.i18n import current_zone
from core.outbox import drain_all
from core.permissions import Role
from notify.models import Notification
from study.models import Course, Enrolment, Task, TaskMember
from study.services import tasks as services
from tests.factories.accounts import BranchFactory, UserFactory, grant
from tests.factories.study import CourseFactory, EnrolmentFactory, LessonFactory, note_progress
from tests.factories.tasks import TaskFactory, TaskMemberFactory
from tests.threads import at_once

EN = {"Accept-Language": "en"}


def day(away: int) -> str:
    return (utcnow().astimezone(current_zone()).date() + timedelta(days=away)).isoformat()


@pytest.fixture
def course(app):
    return LessonFactory(module__course=CourseFactory(title=Faces("账目", "Accounts"))).module.course


@pytest.fixture
def form(course, branch):
    return {"course": course.id, "branch": branch.id, "whom": "everybody", "people": "", "due": day(9), "note": "Soon."}


@pytest.fixture
def head(sign_in, officer):
    return sign_in(officer)


def post(head, form, **changes):
    return head.post("/study/assigned/new", data={**form, **changes}, headers=EN)


def test_an_officer_assigns_and_sees_how_far_everybody_is(head, form, member, drain):
    answer = post(head, form)
    assert answer.status_code == 303
    drain()
    page = head.get(answer.location, headers=EN).text
    assert "due by" in page
    assert "in 9 days" in page
    assert f">{member.display_name}</a>" in page
    assert "Accounts" in head.get("/study/assigned/", headers=EN).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due": day(-1)}, "Choose a day from today on"),
        ({"due": "soon"}, "Write the day like this"),
        ({"due": ""}, "Choose a day."),
        ({"whom": "named"}, "Name at least one person."),
        ({"whom": "named", "people": "nobody-at-all"}, "is called: nobody-at-all"),
        ({"whom": "named", "people": " ".join(f"n{n}" for n in range(201))}, "Name 200 people at most."),
        ({"note": "x" * 501}, "This may have 500 characters"),
        ({"course": "77"}, "Not a valid choice"),
        ({"branch": "77"}, "Not a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(head, form, changes, words):
    answer = post(head, form, **changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert str(changes.get("note", "Soon.")) in answer.text
    assert db.session.scalar(select(func.count()).select_from(Task)) == 0


def test_people_of_other_branches_look_like_nobody(head, form, other_branch):
    stranger = UserFactory(branch=other_branch)
    answer = post(head, form, whom="named", people=stranger.username)
    assert (answer.status_code, f"is called: {stranger.username}" in answer.text) == (422, True)


def test_people_are_named_with_any_sign_between_them(head, form, branch, member, drain):
    other = UserFactory(branch=BranchFactory(parent=branch))
    answer = post(head, form, whom="named", people=f"@{member.username}，{other.username.upper()}\n{member.username}")
    assert answer.status_code == 303
    assert set(db.session.scalars(select(TaskMember.user_id))) == {member.id, other.id}


def test_a_course_that_is_not_for_the_branch_and_one_assigned_before_are_refused_beside_the_field(head, form, branch):
    below = BranchFactory(parent=branch)
    narrow = CourseFactory(audience=f"branch:{below.id}")
    assert "Not everybody in this branch may read this course" in post(head, form, course=narrow.id).text
    assert post(head, form).status_code == 303
    assert "already asked to study this course" in post(head, form, due=day(12)).text


def test_the_member_sees_by_whom_and_by_when_at_home_among_courses_and_on_the_course(
    sign_in, head, form, course, member, officer, drain
):
    post(head, form)
    drain()
    browser = sign_in(member)
    for url in ("/", "/study/", f"/study/courses/{course.slug}"):
        page = browser.get(url, headers=EN).text
        assert f"assigned by {officer.display_name}, due by" in page, url
        assert "Soon." in page
    assert "Leave this course" not in page


def test_what_is_overdue_is_said_in_words(sign_in, course, member):
    due = utcnow() - timedelta(days=3)
    task = TaskFactory(course=course, due_at=due)
    EnrolmentFactory(course=course, user=member)
    TaskMemberFactory(task=task, user=member)
    for url in ("/", "/study/", f"/study/courses/{course.slug}"):
        page = sign_in(member).get(url, headers=EN).text
        assert ("Overdue" in page, "overdue by 3 days" in page) == (True, True), url


def test_what_is_done_is_due_no_longer(sign_in, head, form, course, member, drain):
    from study.models import Lesson

    post(head, form)
    drain()
    note_progress(member, db.session.scalars(select(Lesson)).one())
    for url in ("/", "/study/", f"/study/courses/{course.slug}"):
        assert "assigned by" not in sign_in(member).get(url, headers=EN).text


def test_of_two_days_for_one_course_the_nearest_is_shown(sign_in, course, member):
    EnrolmentFactory(course=course, user=member)
    for days in (20, 5):
        task = TaskFactory(course=course, due_at=utcnow() + timedelta(days=days), branch=BranchFactory())
        TaskMemberFactory(task=task, user=member)
    for url in ("/", "/study/", f"/study/courses/{course.slug}"):
        page = sign_in(member).get(url, headers=EN).text
        assert ("in 5 days" in page, "in 20 days" in page) == (True, False), url


def test_one_person_gets_another_day_and_all_get_another(head, form, member, officer, drain):
    url = post(head, form).location
    drain()
    assert head.get(f"{url}/people/{member.username}", headers=EN).status_code == 200
    assert head.post(f"{url}/people/{member.username}", data={"due": day(-3)}, headers=EN).status_code == 422
    assert head.post(f"{url}/people/{member.username}", data={"due": day(30)}).status_code == 303
    assert head.post(f"{url}/edit", data={"due": day(12), "note": "Later."}).status_code == 303
    page = head.get(url, headers=EN).text
    assert ("own day" in page, "in 12 days" in page, "Later." in page) == (True, True, True)


def test_withdrawing_asks_first(head, form, drain):
    url = post(head, form).location
    drain()
    assert "1 person is asked no longer" in head.get(f"{url}/withdraw", headers=EN).text
    assert head.post(f"{url}/withdraw").status_code == 303
    page = head.get(url, headers=EN).text
    assert ("withdrawn" in page, "/edit" in page) == (True, False)
    assert head.post(f"{url}/edit", data={"due": day(12), "note": ""}, headers=EN).status_code == 409


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_and_the_page_of_a_task_cost_the_same_at_any_length(head, branch, count_queries, rows):
    for task in TaskFactory.create_batch(rows, branch=branch):
        for _row in range(rows):
            TaskMemberFactory(task=task, user=UserFactory(branch=branch))
    counts = []
    for url in ("/study/assigned/", f"/study/assigned/{task.id}"):
        with count_queries() as seen:
            page = head.get(url).text
        counts.append(len(seen))
        assert page.count("<h2><a") + page.count('role="rowheader"') == rows
    assert counts == [6, 7]


# Two at once, on a real database with real threads.


@pytest.fixture
def place(live_site):
    """A branch with an officer and five members, and a course."""
    token = core.db._writing.set(True)
    branch = BranchFactory()
    officer = UserFactory(branch=branch)
    grant(officer, Role.OFFICER, branch)
    UserFactory.create_batch(5, branch=branch)
    course = CourseFactory()
    ids = (branch.id, officer.id, course.id)
    db.session.remove()
    core.db._writing.reset(token)
    return live_site, *ids


def _assign(branch_id, officer_id, course_id):
    def act() -> str:
        with transaction():
            branch, course = db.session.get_one(Branch, branch_id), db.session.get_one(Course, course_id)
            terms = services.Terms(due_at=utcnow() + timedelta(days=9), note="")
            services.assign(course, branch, actor_for(officer_id), terms)
        return "assigned"

    return act


def test_of_many_who_assign_at_once_one_does(place):
    site, *ids = place
    found = at_once(site, [_assign(*ids)] * 4)
    assert sorted(found) == ["AlreadyAssigned"] * 3 + ["assigned"]


def test_who_joins_while_it_is_assigned_is_asked_and_told_once(place):
    site, branch_id, officer_id, course_id = place
    token = core.db._writing.set(True)
    newcomers = [user.id for user in UserFactory.create_batch(4)]
    db.session.remove()
    core.db._writing.reset(token)

    def join(user_id):
        def act() -> str:
            with transaction():
                people.join_branch(db.session.get_one(User, user_id), db.session.get_one(Branch, branch_id), None)
            drain_all()
            return "joined"

        return act

    at_once(site, [_assign(branch_id, officer_id, course_id), *[join(ident) for ident in newcomers], drain_all])
    drain_all()
    asked = set(db.session.scalars(select(TaskMember.user_id)))
    assert set(newcomers) < asked
    assert len(asked) == 10
    assert set(db.session.scalars(select(Enrolment.user_id))) == asked
    told = list(db.session.scalars(select(Notification.user_id)))
    assert sorted(told) == sorted(asked - {officer_id})


@pytest.mark.parametrize(("whom", "field"), [("everybody", "branch"), ("named", "people")])
def test_the_same_people_are_not_asked_twice_for_the_same_day(head, form, member, whom, field):
    sent = {"whom": whom, "people": member.username if whom == "named" else ""}
    first = post(head, form, **sent)
    second = post(head, form, **sent)

    assert (first.status_code, second.status_code) == (303, 422)
    assert "They are asked already." in second.text
    assert f'id="{field}-e"' in second.text
    assert f'href="{first.location}"' in second.text
    assert db.session.query(Task).count() == 1


def test_courses_of_one_title_are_told_apart_by_their_addresses(head, course):
    CourseFactory(title=Faces("小课", "Small"), slug="small-one")
    CourseFactory(title=Faces("小课", "Small"), slug="small-two")
    page = head.get("/study/assigned/new", headers=EN).text
    offered = sorted(re.findall(r"<option[^>]*>((?:Small|Accounts)[^<]*)<", page))
    assert offered == ["Accounts", "Small · small-one", "Small · small-two"]
