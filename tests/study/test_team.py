"""The team of a course: who is in it, what each part allows, and that it reaches no further than the course."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from accounts.actors import actor_for
from core.db import db
from study.enums import CompletionRule, CourseState, LessonKind, TeamRole
from study.models import Course, Question, QuestionBank, Quiz, TeamMember
from study.permissions import StudyPermission, may_in_course
from study.queries.courses import get_course
from tests.factories.accounts import UserFactory
from tests.factories.quiz import quiz_with, truth
from tests.factories.study import CourseFactory, LessonFactory, MaterialFactory, ModuleFactory

EN = {"Accept-Language": "en"}


@pytest.fixture
def course(member, instructor, administrator):
    return LessonFactory(module__course=CourseFactory(state=CourseState.DRAFT)).module.course


def join(course, user, role) -> None:
    db.session.add(TeamMember(course_id=course.id, user_id=user.id, role=role))
    db.session.commit()


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (TeamRole.INSTRUCTOR, {"study.author", "study.grade", "study.see_results", "study.teach"}),
        (TeamRole.ASSISTANT, {"study.grade", "study.see_results", "study.teach"}),
    ],
)
def test_a_part_allows_so_much_in_its_course_and_nothing_elsewhere(course, member, role, allowed):
    other = CourseFactory()
    join(course, member, role)
    actor = actor_for(member.id)

    rights = [
        {right.value for right in StudyPermission if may_in_course(actor, right, get_course(one.slug, actor))}
        for one in (course, other)
    ]

    everybodys = {"study.enrol"}
    assert [held - everybodys for held in rights] == [allowed, set()]
    assert not actor.may_anywhere(StudyPermission.AUTHOR)


def test_an_instructor_of_the_team_writes_and_publishes_the_course(sign_in, course, member):
    other = CourseFactory()
    join(course, member, TeamRole.INSTRUCTOR)
    browser = sign_in(member)
    manage = f"/study/manage/courses/{course.slug}"

    listed = browser.get("/study/manage/").text
    answers = [
        browser.get(manage).status_code,
        browser.post(manage + "/modules", data={"title_zh": "新单元"}).status_code,
        browser.post(manage + "/state", data={"state": "published"}).status_code,
        browser.get(f"/study/manage/courses/{other.slug}").status_code,
        browser.get("/study/manage/new").status_code,
    ]

    db.session.expire_all()
    assert (course.title.zh in listed, other.title.zh in listed) == (True, False)
    assert answers == [200, 303, 303, 403, 403]
    assert db.session.get_one(Course, course.id).state is CourseState.PUBLISHED


def test_an_assistant_sees_the_draft_and_all_its_lessons_but_changes_nothing(sign_in, course, member):
    join(course, member, TeamRole.ASSISTANT)
    browser = sign_in(member)

    answers = [
        browser.get(f"/study/courses/{course.slug}").status_code,
        browser.get(f"/study/manage/courses/{course.slug}").status_code,
        browser.post(f"/study/manage/courses/{course.slug}/modules", data={"title_zh": "元"}).status_code,
        browser.post(f"/study/manage/courses/{course.slug}/state", data={"state": "published"}).status_code,
    ]

    assert answers == [200, 200, 403, 403]
    assert course.title.en in browser.get("/study/manage/", headers=EN).text


LINK = re.compile(r'<a [^>]*href="(/study/[^"#]+)|<form method="post" action="(/study/[^"]+)"')


@pytest.fixture
def furnished(course):
    """One of everything that the pages of a course list."""
    module = ModuleFactory(course=course)
    for kind, rule in (("assignment", "marked"), ("meeting", "attended"), ("page", "by_hand")):
        LessonFactory(module=module, kind=LessonKind(kind), completion=CompletionRule(rule))
    quiz_with(truth(), course=course)
    MaterialFactory(course=course)
    return course


def test_nothing_that_an_assistant_is_offered_is_refused(sign_in, furnished, member):
    join(furnished, member, TeamRole.ASSISTANT)
    browser = sign_in(member)
    seen, waiting, forms = set(), ["/study/manage/", f"/study/courses/{furnished.slug}"], set()
    while waiting:
        address = waiting.pop()
        with browser.get(address, headers=EN) as page:
            seen.add(address)
            assert page.status_code < 400, address
            found = LINK.findall(page.text) if "html" in page.content_type else []
        forms |= {act for _link, act in found if act.startswith("/study/manage")}
        waiting += sorted({unescape(link) for link, _act in found if link} - seen - set(waiting))

    manage = f"/study/manage/courses/{furnished.slug}"
    assert {manage, f"{manage}/materials", f"{manage}/quizzes", f"{manage}/banks", f"{manage}/team"} <= seen
    assert {part for part in ("works", "meeting", "learners") if any(part in one for one in seen)} == {
        "works", "meeting", "learners",
    }  # fmt: skip
    # Ticking who came is theirs.
    assert [act for act in forms if not act.endswith("/meeting/present")] == []


def test_an_assistant_reads_questions_with_their_answers_and_changes_none(sign_in, furnished, member):
    join(furnished, member, TeamRole.ASSISTANT)
    browser = sign_in(member)
    bank, asked, quiz = (db.session.scalars(select(model.id)).one() for model in (QuestionBank, Question, Quiz))
    read = [
        f"/study/manage/{one}" for one in (f"banks/{bank}", f"questions/{asked}/preview", f"quizzes/{quiz}/preview")
    ]
    closed = [f"/study/manage/{one}" for one in (f"questions/{asked}", f"quizzes/{quiz}", f"quizzes/{quiz}/settings")]
    assert [browser.get(address).status_code for address in read + closed] == [200] * 3 + [403] * 3
    assert browser.post(f"/study/manage/courses/{furnished.slug}/banks", data={"name": "B"}).status_code == 403


def test_the_team_does_not_widen_who_reads_the_course(sign_in, course, member):
    join(course, member, TeamRole.INSTRUCTOR)
    sent = {"title_zh": "题", "audience": "public", "category": "", "level": ""}

    answer = sign_in(member).post(f"/study/manage/courses/{course.slug}/edit", data=sent)
    kept = sign_in(member).post(f"/study/manage/courses/{course.slug}/edit", data={**sent, "audience": "members"})

    assert (answer.status_code, kept.status_code) == (422, 303)


def test_somebody_is_taken_in_by_name_told_and_named_on_the_page(sign_in, instructor, course, drain, announced):
    person = UserFactory()
    browser = sign_in(instructor)
    address = f"/study/manage/courses/{course.slug}/team"

    answer = browser.post(address, data={"username": f"@{person.username}", "role": "assistant"})
    told = [event.kind for event in announced() if hasattr(event, "recipient_ids")]
    page = browser.get(f"/study/courses/{course.slug}", headers=EN).text

    assert (answer.status_code, told) == (303, ["study.team_assistant"])
    assert f'<dt>Assistant</dt><dd><a href="/members/{person.username}">' in page


def test_the_same_person_twice_takes_the_new_part(sign_in, instructor, course):
    person = UserFactory()
    browser = sign_in(instructor)
    for role in ("assistant", "instructor"):
        browser.post(f"/study/manage/courses/{course.slug}/team", data={"username": person.username, "role": role})

    assert [row.role for row in db.session.query(TeamMember)] == [TeamRole.INSTRUCTOR]


@pytest.mark.parametrize("name", ["", "nobody-so", "x" * 300])
def test_a_name_that_nobody_has_is_refused_beside_the_field(sign_in, instructor, course, name):
    answer = sign_in(instructor).post(
        f"/study/manage/courses/{course.slug}/team", data={"username": name, "role": "assistant"}
    )
    assert (answer.status_code, 'id="username-e"' in answer.text) == (422, True)


def test_who_is_taken_out_is_out_at_once(sign_in, instructor, course, member):
    join(course, member, TeamRole.INSTRUCTOR)
    address = f"/study/manage/courses/{course.slug}"

    sign_in(instructor).post(f"{address}/team/{member.id}/remove")

    assert sign_in(member).get(address).status_code == 404


def test_an_instructor_of_the_team_does_not_change_the_team(sign_in, course, member):
    join(course, member, TeamRole.INSTRUCTOR)
    person = UserFactory()
    answer = sign_in(member).post(
        f"/study/manage/courses/{course.slug}/team", data={"username": person.username, "role": "instructor"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_the_team_costs_the_same_at_any_length(sign_in, instructor, course, count_queries, rows):
    for person in UserFactory.create_batch(rows):
        join(course, person, TeamRole.ASSISTANT)
    browser = sign_in(instructor)
    with count_queries() as seen:
        page = browser.get(f"/study/manage/courses/{course.slug}/team")
    assert (page.text.count('<li><div class="m">'), len(seen)) == (rows, 6), seen


def test_an_assistant_confirms_by_hand_and_a_learner_does_not(sign_in, course, member, officer):
    course.state = CourseState.PUBLISHED
    lesson = LessonFactory(module__course=course, completion=CompletionRule.BY_HAND)
    join(course, member, TeamRole.ASSISTANT)
    address = f"/study/manage/lessons/{lesson.id}/learners"

    answers = [sign_in(user).get(address).status_code for user in (member, officer)]
    page = sign_in(member).get(f"/study/lessons/{lesson.id}").text

    assert answers == [200, 403]
    assert f'href="{address}"' in page
