"""The sample organisation: what it holds, and that every part of it can be read in both languages."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from accounts.actors import actor_named
from accounts.models import Branch, Grant, User
from accounts.passwords import is_right
from app.sample import loader
from app.sample.courses import SLUGS
from app.sample.reading import HERE, Calendar, lesson_text, linked, load
from app.sample.talk import FILES
from core import clock
from core.db import db
from core.faces import Faces
from core.permissions import VISITOR, Role
from forum.models import Board, Poll, Post, Receipt, Tag, Thread, ThreadChoice, Vote
from moderation.enums import ReportState
from moderation.models import Decision, Report
from notify.models import Notification
from study.enums import AttemptState, CourseState, LessonKind, MaterialState, QuestionKind
from study.models import (
    Attempt,
    Course,
    Enrolment,
    Grade,
    Lesson,
    Material,
    QuestionComment,
    QuestionVersion,
    Quiz,
    TaskMember,
    TeamMember,
)

NOW = datetime(2027, 3, 1, 1, 30, tzinfo=UTC)


def count(model, *where):
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


def lesson_files():
    return [
        (slug, key)
        for slug in SLUGS
        for module in load("courses", slug, "course.toml")["modules"]
        for key in module["lessons"]
    ]


def questions():
    plans = sorted(HERE.glob("courses/*/quizzes/*.toml"))
    return [
        pytest.param(question, id=f"{path.stem}-{question['name']}")
        for path in plans
        for question in load(*path.relative_to(HERE).parts)["questions"]
    ]


def posts():
    return [
        (name, thread["key"], post)
        for name in FILES
        for thread in load("forum", f"{name}.toml")["threads"]
        for post in thread["posts"]
    ]


# ── the texts, without a database ─────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("course", "key"), lesson_files())
def test_a_lesson_says_the_same_in_both_languages(course, key):
    text = lesson_text(course, key)

    assert re.search(r"[\u4e00-\u9fff]", text.title.zh + text.body.zh)
    assert not re.search(r"[\u4e00-\u9fff]", text.title.en + text.body.en)
    for mark in (r"^## ", r"^\|", r"^- ", r"^\d+\. ", r"^> ", r"\]\("):
        assert len(re.findall(mark, text.body.zh, re.M)) == len(re.findall(mark, text.body.en, re.M)), mark


@pytest.mark.parametrize("question", questions())
def test_a_question_explains_every_option_in_both_languages(question):
    if question["kind"] in {"single_choice", "multiple_choice"}:
        explained = [option["why"] for option in question["options"]]
        asked = [{"zh": option["zh"], "en": option["en"]} for option in question["options"]]
        right = sum(bool(option.get("right")) for option in question["options"])
        assert right == 1 if question["kind"] == "single_choice" else right > 1
    elif question["kind"] == "true_false":
        explained, asked = [question["why_true"], question["why_false"]], []
        assert question["answer"] in {True, False}
    elif question["kind"] == "short_answer":
        explained, asked = [], []
        assert question["accept"]
    elif question["kind"] == "essay":
        explained, asked = [question["settings"]["model"]], []
        assert len(question["settings"]["rubric"]) > 1
    else:
        options = [*question.get("options", ()), *(one for gap in question.get("gaps", ()) for one in gap["options"])]
        asked = [value for option in options for name, value in option.items() if name in {"text", "partner"}]
        explained = [option["feedback"] for option in options if "feedback" in option]
        assert options

    for text in (question["text"], question["why"], *explained, *asked):
        assert set(text) == {"zh", "en"}
        assert all(text.values())


def test_every_kind_of_question_is_asked_somewhere():
    asked = {param.values[0]["kind"] for param in questions()}
    assert asked == {kind.value for kind in QuestionKind} - {"description"}


def test_the_course_on_open_branches_has_more_than_two_dozen_questions():
    plans = HERE.glob("courses/open-branch/quizzes/*.toml")

    assert sum(len(load(*path.relative_to(HERE).parts)["questions"]) for path in plans) >= 24


def test_conversations_are_in_both_languages():
    texts = [post["text"] for _file, _thread, post in posts()]
    chinese = [text for text in texts if re.search(r"[\u4e00-\u9fff]", text)]

    assert len(texts) >= 60
    assert len(chinese) >= 40
    assert len(texts) - len(chinese) >= 8


def test_a_link_to_something_the_sample_lacks_is_refused():
    with pytest.raises(KeyError):
        linked("[x](lesson:nowhere)", {})


def test_moments_count_back_from_now_in_the_zone_of_the_organisation():
    calendar = Calendar(NOW, ZoneInfo("Asia/Shanghai"))

    assert calendar.moment("-3 09:20") == datetime(2027, 2, 26, 1, 20, tzinfo=UTC)
    assert calendar.moment("5h") == NOW - timedelta(hours=5)


# ── the site that comes of it ─────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def accounts(app):
    with clock.at(NOW):
        return loader.fill()


def test_filling_an_empty_site_makes_the_whole_organisation(accounts):
    assert count(User) == len(accounts) == 20
    assert count(Branch) == 8
    assert {grant.role for grant in db.session.scalars(select(Grant))} == set(Role) - {Role.MEMBER}
    assert set(db.session.scalars(select(Board.slug))) >= {"general", "meetings", "announcements", "east-lake"}
    assert count(Thread) >= 12
    assert count(Post) == len(posts())
    assert count(Course, Course.state == CourseState.PUBLISHED) == len(SLUGS)
    assert count(Lesson) == len(lesson_files()) + count(Quiz)
    assert count(Quiz) == 7
    assert count(QuestionVersion) == len(questions())
    assert count(Attempt, Attempt.state == AttemptState.SUBMITTED) == 11
    assert count(Attempt, Attempt.passed.is_(True)) == 9
    assert count(Material, Material.state == MaterialState.READY) == 5
    # Of the thirteen members who were asked to study a course, seven had not taken it.
    assert count(TaskMember) == 13
    assert count(Enrolment) == len(load("acts.toml")["enrolments"]) + 7
    assert count(Report, Report.state == ReportState.OPEN) == 1
    assert count(Decision) == 5
    assert count(Tag, Tag.thread_count > 0) == 4
    assert count(ThreadChoice) == 4
    assert count(Thread, Thread.pinned_until > NOW) == count(Thread, Thread.digest_at.is_not(None)) == 1
    polls = db.session.scalars(select(Poll).order_by(Poll.closes_at)).all()
    assert [(poll.secret, poll.closes_at < NOW, poll.ballot_count) for poll in polls] == [
        (True, True, 11),
        (False, False, 6),
    ]
    assert count(Vote) == 6
    assert count(Thread, Thread.accepted_post_id.is_not(None)) == 1
    assert count(Receipt) == 12
    assert count(Post, Post.office.is_not(None)) == 2

    # Everything lies in the past, and not far back: a demonstration is always fresh.
    first, last = db.session.execute(select(func.min(Post.created_at), func.max(Post.created_at))).one()
    assert NOW - timedelta(weeks=6) <= first < last <= NOW
    assert count(Notification, Notification.created_at > NOW) == 0
    assert count(Notification, Notification.read_at.is_(None)) > 0

    for faces in db.session.scalars(select(Lesson.title)):
        assert faces.zh
        assert faces.en
    for faces in db.session.scalars(select(Course.html)):
        assert faces.zh
        assert faces.en
    linked_texts = [text for faces in db.session.scalars(select(Lesson.html)) for text in (faces.zh, faces.en)]
    assert not [text for text in linked_texts if "lesson:" in text or "course:" in text]

    root = db.session.get_one(Branch, 1)
    assert root.name == Faces("青禾社", "Qinghe Society")
    _check_roles(accounts)


def _check_roles(accounts):
    # In the same site as the rest, since filling one takes seconds.
    by_role = {role: actor_named(username) for role, username in loader.ROLES.items()}
    own_board = db.session.scalars(select(Board).where(Board.slug == "east-lake")).one()

    assert all(is_right(account.password, _hash(account.username)) for account in accounts[:2])
    assert [held.role for held in by_role["administrator"].roles] == [Role.ADMINISTRATOR]
    assert by_role["member"].roles == ()
    assert by_role["member"].can_read(own_board.audience)
    assert not VISITOR.can_read(own_board.audience)


def test_links_in_lessons_and_posts_lead_to_pages_that_open(accounts, sign_in):
    reader = sign_in(db.session.scalars(select(User).where(User.username == loader.ROLES["administrator"])).one())
    html = [text for faces in db.session.scalars(select(Lesson.html)) for text in (faces.zh, faces.en)]
    html += db.session.scalars(select(Post.html)).all()
    targets = {target for text in html for target in re.findall(r'href="(/[^"#]*)', text)}

    assert len(targets) > 15
    assert {target: reader.get(target, buffered=True).status_code for target in targets} == dict.fromkeys(targets, 200)


def test_the_sample_shows_what_courses_and_lessons_can_hold(accounts, sign_in):
    reader = sign_in(db.session.scalars(select(User).where(User.username == "ruth")).one())
    course = db.session.scalars(select(Course).where(Course.slug == "notice-board")).one()
    page = reader.get("/study/programmes/first-year", headers={"Accept-Language": "en"}).text
    assert (
        "A member’s first year" in page or "A member&#39;s first year" in page,
        "The board and the bell" in page,
    ) == (True, True)
    lessons = {lesson.title.en: lesson for lesson in db.session.scalars(select(Lesson))}
    seen = reader.get(f"/study/lessons/{lessons['Three sheets on the board'].id}").text
    assert (seen.count('<a class="pic"'), seen.count('class="callout ask"')) == (1, 1)
    bell = lessons["What the bell says"]
    assert (bell.kind, reader.get(f"/study/lessons/{bell.id}").status_code) == (LessonKind.AUDIO, 403)
    teacher = sign_in(db.session.scalars(select(User).where(User.username == "zhaomin")).one())
    heard = teacher.get(f"/study/lessons/{bell.id}", headers={"Accept-Language": "en"}).text
    assert ("Three in a row: we begin" in heard, count(TeamMember, TeamMember.course_id == course.id)) == (True, 2)
    member = sign_in(db.session.scalars(select(User).where(User.username == loader.ROLES["member"])).one())
    marks = member.get("/study/courses/open-branch/marks", headers={"Accept-Language": "en"}).text
    assert ("83% so far" in marks, "16 of 20" in marks, count(Grade), count(QuestionComment)) == (True, True, 3, 1)


def test_one_essay_of_the_sample_is_marked_and_one_waits(accounts, sign_in):
    papers = db.session.execute(select(Attempt.mark, Attempt.max_mark).where(Attempt.marking_code.is_not(None)))
    assert sorted(papers, key=lambda row: row.mark or 0) == [(None, 2000), (1900, 2000)]
    marker = sign_in(db.session.scalars(select(User).where(User.username == "wangfang")).one())
    desk = marker.get("/study/manage/courses/notice-board/marking", headers={"Accept-Language": "en"}).text
    assert "1 waits" in desk


def _hash(username):
    return db.session.scalar(select(User.password_hash).where(User.username == username))
