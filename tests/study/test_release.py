"""When lessons open: what keeps them closed, what opens them, and that nothing gets round a closed one."""

import io
from datetime import UTC, datetime, timedelta

import pytest

from accounts.actors import actor_for
from core.clock import at, utcnow
from core.db import db
from core.documents import source_for
from core.faces import Faces
from core.files import store
from core.permissions import branch_audience, finding, staff_audience
from core.subjects import subject_for
from study import timers
from study.completion import NOT_BEGUN, Bar, Standing
from study.enums import BarKind, LearningState, LessonKind, ProgressKind
from study.errors import ReleaseCircle
from study.models import CourseProgress, Gate
from study.queries.courses import get_course
from study.queries.lessons import get_own_lesson, get_own_module
from study.queries.outlines import outline_of
from study.rebuilding import rebuild_progress
from study.release import Node, Standpoint, Terms, bars_before, find_circle
from study.services.gates import set_terms
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.study import (
    CourseFactory,
    EnrolmentFactory,
    LessonFactory,
    MaterialFactory,
    ModuleFactory,
    QuizFactory,
    note_progress,
)

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
DONE = Standing(LearningState.DONE, NOW, NOW, NOW, {"code": "read"})
EN = {"Accept-Language": "en"}


def quiz_at(percent: int) -> Standing:
    return Standing(LearningState.UNDER_WAY, NOW, NOW, None, {"code": "quiz_failed", "percent": percent})


@pytest.mark.parametrize(
    ("terms", "point", "kinds"),
    [
        (Terms(opens_at=NOW + timedelta(seconds=1)), {}, [BarKind.DATE]),
        (Terms(opens_at=NOW), {}, []),
        (Terms(after_lesson_id=1), {"is_enrolled": True}, [BarKind.LESSON]),
        (Terms(after_lesson_id=1), {"is_enrolled": True, "standings": {1: DONE}}, []),
        (Terms(after_lesson_id=1, quiz_lesson_id=2, quiz_percent=50), {}, [BarKind.ENROL]),
        (
            Terms(quiz_lesson_id=2, quiz_percent=70),
            {"is_enrolled": True, "standings": {2: quiz_at(69)}},
            [BarKind.QUIZ],
        ),
        (Terms(quiz_lesson_id=2, quiz_percent=70), {"is_enrolled": True, "standings": {2: quiz_at(70)}}, []),
        (Terms(quiz_lesson_id=2, quiz_percent=1), {"is_enrolled": True, "standings": {2: NOT_BEGUN}}, [BarKind.QUIZ]),
        (Terms(after_course_id=4), {}, [BarKind.COURSE]),
        (Terms(after_course_id=4), {"courses_done": {4}}, []),
        (Terms(branch_id=5), {"branch_ids": {1}}, [BarKind.BRANCH]),
        (Terms(branch_id=5), {"branch_ids": {1, 5}}, []),
        (Terms(branch_id=5, opens_at=NOW + timedelta(days=1)), {}, [BarKind.BRANCH, BarKind.DATE]),
        # What was done stays open when more is asked for afterwards; a day holds for everybody.
        (Terms(after_lesson_id=1, opens_at=NOW + timedelta(1)), {"standings": {9: DONE}}, [BarKind.DATE]),
    ],
)
def test_what_does_not_hold_yet_is_a_bar(terms, point, kinds):
    assert [bar.kind for bar in bars_before(9, [terms], Standpoint(now=NOW, **point))] == kinds


def test_a_bar_of_module_and_lesson_is_named_once():
    rules = [Terms(after_course_id=4), Terms(after_course_id=4)]
    assert bars_before(9, rules, Standpoint(now=NOW)) == (Bar(kind=BarKind.COURSE, course_id=4),)


@pytest.mark.parametrize(
    ("needs", "circle"),
    [
        ({1: [2], 2: [3], 3: []}, []),
        ({1: [1]}, [1, 1]),
        ({1: [2], 2: [3], 3: [2]}, [2, 3, 2]),
        ({1: [2, 3], 2: [3], 3: []}, []),
    ],
)
def test_a_circle_is_found_and_named(needs, circle):
    nodes = {Node("lesson", a): [Node("lesson", b) for b in to] for a, to in needs.items()}
    assert [node.id for node in find_circle(nodes, list(nodes))] == circle


def test_a_long_chain_is_walked_without_recursion():
    nodes = {Node("lesson", n): [Node("lesson", n + 1)] for n in range(5000)}
    assert find_circle(nodes, list(nodes)) == []


def gate(course, **values) -> Gate:
    terms = Terms(**{name: value for name, value in values.items() if name not in ("module_id", "lesson_id")})
    made = Gate(course_id=course.id, is_personal=terms.is_personal, is_told=False, **values)
    db.session.add(made)
    db.session.commit()
    return made


@pytest.fixture
def course(member, instructor, administrator):
    """A course the member takes: two lessons and a quiz in one module."""
    made = CourseFactory()
    EnrolmentFactory(user=member, course=made)
    return made


@pytest.fixture
def lessons(course):
    return LessonFactory.create_batch(3, module=ModuleFactory(course=course))


def test_a_day_keeps_a_module_closed_for_all_but_those_who_teach(client, sign_in, member, instructor, course, lessons):
    gate(course, module_id=lessons[0].module_id, opens_at=datetime(2040, 12, 2, 16, 0, tzinfo=UTC))
    address = f"/study/lessons/{lessons[0].id}"

    closed = sign_in(member).get(address, headers=EN)
    page = sign_in(member).get(f"/study/courses/{course.slug}", headers=EN).text
    teaching = sign_in(instructor).get(address)

    assert (closed.status_code, "Opens on 3 Dec 2040" in closed.text) == (403, True)
    assert "账目公布给每一位成员看" not in closed.text
    assert page.count("Opens on 3 Dec 2040") == 3
    assert teaching.status_code == 200


def test_a_lesson_opens_when_the_one_it_names_is_done(sign_in, member, course, lessons):
    gate(course, lesson_id=lessons[0].id, after_lesson_id=lessons[2].id)
    browser = sign_in(member)

    before = browser.get(f"/study/lessons/{lessons[0].id}", headers=EN)
    note_progress(member, lessons[2])
    after = browser.get(f"/study/lessons/{lessons[0].id}")

    assert f"Opens when “{lessons[2].title.en}” is done" in before.text
    assert f'href="/study/lessons/{lessons[2].id}"' in before.text
    assert (before.status_code, after.status_code) == (403, 200)


def test_a_lesson_opens_with_a_mark_in_a_quiz(sign_in, member, course, lessons):
    quiz = QuizFactory(course=course)
    asked = LessonFactory(module=lessons[0].module, kind=LessonKind.QUIZ, quiz_id=quiz.id)
    gate(course, lesson_id=lessons[0].id, quiz_lesson_id=asked.id, quiz_percent=70)
    browser = sign_in(member)

    page = browser.get(f"/study/lessons/{lessons[0].id}", headers=EN)
    note_progress(member, asked, ProgressKind.QUIZ_PASSED, percent=65)
    short = browser.get(f"/study/lessons/{lessons[0].id}")
    note_progress(member, asked, ProgressKind.QUIZ_PASSED, percent=70)
    enough = browser.get(f"/study/lessons/{lessons[0].id}")

    assert f"Opens with 70% in the quiz “{asked.title.en}”" in page.text
    assert (page.status_code, short.status_code, enough.status_code) == (403, 403, 200)


def test_a_lesson_opens_when_another_course_is_finished(sign_in, member, course, lessons):
    first = LessonFactory().module.course
    gate(course, lesson_id=lessons[0].id, after_course_id=first.id)
    browser = sign_in(member)

    page = browser.get(f"/study/lessons/{lessons[0].id}", headers=EN)
    db.session.add(CourseProgress(user_id=member.id, course_id=first.id, state=LearningState.DONE, done=1, total=1))
    db.session.commit()
    after = browser.get(f"/study/lessons/{lessons[0].id}")

    assert f"Opens when you have finished the course “{first.title.en}”" in page.text
    assert f'href="/study/courses/{first.slug}"' in page.text
    assert (page.status_code, after.status_code) == (403, 200)


def test_a_course_that_the_reader_cannot_see_is_not_named(sign_in, member, course, lessons, other_branch):
    hidden = CourseFactory(audience=branch_audience(other_branch.id))
    gate(course, lesson_id=lessons[0].id, after_course_id=hidden.id)

    page = sign_in(member).get(f"/study/lessons/{lessons[0].id}", headers=EN)

    assert (page.status_code, hidden.title.en in page.text) == (403, False)
    assert "Opens after a course that you cannot see" in page.text


def test_a_lesson_for_one_branch_counts_for_its_members_alone(sign_in, member, branch, other_branch, course, lessons):
    below = UserFactory(branch=BranchFactory(parent=other_branch))
    EnrolmentFactory(user=below, course=course)
    gate(course, lesson_id=lessons[0].id, branch_id=other_branch.id)
    for user in (member, below):
        for lesson in lessons[1:]:
            note_progress(user, lesson)
    rebuild_progress()

    states = [db.session.get_one(CourseProgress, (user.id, course.id)) for user in (member, below)]
    counted = [(row.done, row.total) for row in states]
    page = sign_in(member).get(f"/study/lessons/{lessons[0].id}", headers=EN)
    whole = [get_course(course.slug, actor_for(user.id)) for user in (member, below)]
    outlines = [outline_of(found, actor_for(user.id)) for found, user in zip(whole, (member, below), strict=True)]

    assert counted == [(2, 2), (2, 3)]
    assert [outline.tally.percent for outline in outlines] == [100, 66]
    assert (page.status_code, "Only for members of" in page.text) == (403, True)


def test_a_closed_lesson_gives_away_neither_document_nor_file_nor_passages(sign_in, member, instructor, course):
    file = store(io.BytesIO("会前、会中、会后。".encode()), "minutes.txt")
    material = MaterialFactory(course=course, file=file)
    lesson = LessonFactory(module__course=course, kind=LessonKind.DOCUMENT, material_id=material.id)
    gate(course, lesson_id=lesson.id, opens_at=utcnow() + timedelta(days=1))
    browser = sign_in(member)

    answers = [browser.get(f"/study/materials/{material.id}{rest}").status_code for rest in ("", "/file")]
    found = subject_for("lesson").find(lesson.id, actor_for(member.id))
    teacher = subject_for("lesson").find(lesson.id, actor_for(instructor.id))

    assert answers == [403, 403]
    assert (list(found.passages), bool(teacher.passages)) == ([], True)
    assert sign_in(instructor).get(f"/study/materials/{material.id}/file", buffered=True).status_code == 200


def test_a_document_that_an_open_lesson_shows_too_is_open(sign_in, member, course, lessons):
    material = MaterialFactory(course=course)
    for module in (lessons[0].module, ModuleFactory(course=course)):
        LessonFactory(module=module, kind=LessonKind.DOCUMENT, material_id=material.id)
    gate(course, module_id=lessons[0].module_id, opens_at=utcnow() + timedelta(days=1))

    assert sign_in(member).get(f"/study/materials/{material.id}").status_code == 200


def test_a_closed_quiz_cannot_be_begun(sign_in, member, course, lessons):
    quiz = QuizFactory(course=course)
    asked = LessonFactory(module=lessons[0].module, kind=LessonKind.QUIZ, quiz_id=quiz.id)
    gate(course, lesson_id=asked.id, opens_at=utcnow() + timedelta(days=1))
    browser = sign_in(member)

    answers = browser.get(f"/study/quizzes/{quiz.id}"), browser.post(f"/study/quizzes/{quiz.id}/attempts")

    assert [answer.status_code for answer in answers] == [403, 403]


def audience_of(lesson, kind="lesson") -> str:
    return source_for(kind).get([lesson.id])[0].audience


def test_search_finds_a_closed_lesson_for_nobody_but_the_staff_until_its_day(course, lessons, drain):
    day = utcnow() + timedelta(hours=1)
    gate(course, module_id=lessons[0].module_id, opens_at=day)
    before = audience_of(lessons[0])

    with at(day + timedelta(minutes=1)):
        opened, again = timers.tell_opened_gates(), timers.tell_opened_gates()
        after = audience_of(lessons[0])

    assert (before, after) == (staff_audience(course.branch_id), "members")
    assert (opened, again) == (1, 0)


def test_search_finds_what_opens_for_some_for_those_whom_it_lets_through(member, instructor, course, lessons):
    stranger = UserFactory()
    first = LessonFactory().module.course.id
    one = gate(course, module_id=lessons[0].module_id, after_course_id=first)
    material = MaterialFactory(course=course)
    LessonFactory(module=lessons[0].module, kind=LessonKind.DOCUMENT, material_id=material.id)
    audience = audience_of(lessons[0])
    note_progress(member, lessons[0])
    before = finding(actor_for(member.id)).can_read(audience)

    db.session.add(CourseProgress(user_id=member.id, course_id=first, state=LearningState.DONE, done=1, total=1))
    db.session.commit()

    assert (audience, audience_of(material, "material")) == (f"gate:{one.id}", f"gate:{one.id}")
    assert [before, finding(actor_for(member.id)).can_read(audience)] == [False, True]
    assert not actor_for(member.id).can_read(audience), "asked at every request, though only searches need it"
    found = source_for("lesson").get([lessons[0].id])[0]
    assert [found.is_for(actor_for(user.id)) for user in (instructor, stranger)] == [True, False]


def rule_form(**values) -> dict[str, str]:
    empty = dict.fromkeys(("after_lesson_id", "quiz_lesson_id", "after_course_id", "branch_id"), "0")
    return {"opens_at": "", "quiz_percent": "60", **empty, **values}


def test_an_author_says_when_a_lesson_opens_and_takes_it_back(sign_in, instructor, course, lessons):
    browser = sign_in(instructor)
    address = f"/study/manage/lessons/{lessons[1].id}/release"

    sent = browser.post(address, data=rule_form(opens_at="2040-12-03T08:30", after_lesson_id=str(lessons[0].id)))
    page = browser.get(address).text
    managed = browser.get(f"/study/manage/courses/{course.slug}", headers=EN).text
    kept = db.session.query(Gate).one()
    found = (kept.opens_at, kept.after_lesson_id, kept.is_personal)
    browser.post(address, data=rule_form())

    assert sent.status_code == 303
    assert found == (datetime(2040, 12, 3, 0, 30, tzinfo=UTC), lessons[0].id, True)
    assert 'value="2040-12-03T08:30"' in page
    assert "Opens on 3 Dec 2040 08:30" in managed
    db.session.expire_all()
    assert db.session.query(Gate).count() == 0


@pytest.mark.parametrize(
    "sent", [{"opens_at": "soon"}, {"opens_at": "9999-12-31T23:59"}, {"quiz_percent": "101"}, {"branch_id": "999999"}]
)
def test_what_makes_no_sense_is_refused_with_words(sign_in, instructor, lessons, sent):
    answer = sign_in(instructor).post(f"/study/manage/lessons/{lessons[1].id}/release", data=rule_form(**sent))
    assert (answer.status_code, "errsum" in answer.text) == (422, True)


def test_lessons_that_would_wait_for_each_other_are_refused_by_name(sign_in, instructor, course, lessons):
    gate(course, lesson_id=lessons[0].id, after_lesson_id=lessons[1].id)
    browser = sign_in(instructor)

    answer = browser.post(
        f"/study/manage/lessons/{lessons[1].id}/release", data=rule_form(after_lesson_id=str(lessons[0].id)), headers=EN
    )

    assert answer.status_code == 422
    assert "These would wait for each other" in answer.text
    assert lessons[0].title.zh in answer.text or lessons[0].title.en in answer.text
    assert db.session.query(Gate).count() == 1


def test_a_module_does_not_wait_for_a_lesson_of_its_own(instructor, course, lessons, transaction):
    author = actor_for(instructor.id)
    with transaction():
        held = get_own_module(lessons[0].module_id, author)
        with pytest.raises(ReleaseCircle):
            set_terms(held, author, Terms(after_lesson_id=lessons[2].id))


def test_two_courses_do_not_wait_for_each_other(instructor, course, lessons, transaction):
    other = LessonFactory()
    other_id = other.module.course.id
    gate(other.module.course, lesson_id=other.id, after_course_id=course.id)

    author = actor_for(instructor.id)
    with transaction():
        held = get_own_lesson(lessons[0].id, author)
        with pytest.raises(ReleaseCircle):
            set_terms(held, author, Terms(after_course_id=other_id))


def test_order_and_rules_together_may_not_form_a_circle(sign_in, instructor, course, lessons):
    gate(course, lesson_id=lessons[0].id, after_lesson_id=lessons[1].id)
    sent = {"title_zh": "题", "audience": "members", "category": "", "level": "", "in_order": "y"}

    answer = sign_in(instructor).post(f"/study/manage/courses/{course.slug}/edit", data=sent)

    db.session.refresh(course)
    assert (answer.status_code, course.in_order) == (422, False)


def test_moving_a_lesson_into_a_module_that_waits_for_it_is_refused(sign_in, instructor, course, lessons):
    later = ModuleFactory(course=course)
    gate(course, module_id=later.id, after_lesson_id=lessons[2].id)
    browser = sign_in(instructor)

    browser.post(f"/study/manage/lessons/{lessons[2].id}/move", data={"step": "down"})

    db.session.refresh(lessons[2])
    assert lessons[2].module_id == lessons[0].module_id
    assert "互相等待" in browser.get(f"/study/manage/courses/{course.slug}").text


def test_deleting_the_lesson_that_opens_another_opens_it(sign_in, instructor, member, course, lessons):
    gate(course, lesson_id=lessons[1].id, after_lesson_id=lessons[0].id)

    sign_in(instructor).post(f"/study/manage/lessons/{lessons[0].id}/delete")

    assert db.session.query(Gate).count() == 0
    assert sign_in(member).get(f"/study/lessons/{lessons[1].id}").status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_a_course_page_full_of_rules_costs_the_same_at_any_length(
    sign_in, member, course, other_branch, count_queries, rows
):
    for _row in range(rows):
        lesson = LessonFactory(module__course=course, title=Faces("题"))
        gate(course, lesson_id=lesson.id, after_course_id=CourseFactory().id, branch_id=other_branch.id)
        gate(course, module_id=lesson.module_id, opens_at=utcnow() + timedelta(days=1), branch_id=other_branch.id)
    browser = sign_in(member)

    with count_queries() as seen:
        page = browser.get(f"/study/courses/{course.slug}")

    assert page.text.count('class="locked"') == rows
    assert len(seen) == 8, seen
