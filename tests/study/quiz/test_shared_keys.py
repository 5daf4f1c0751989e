"""A wrong key of a question that quizzes of several courses ask: each course decides about its own papers."""

import re
from html import unescape

import pytest
from sqlalchemy import select

from core.db import db
from core.errors import Denied
from core.outbox import drain_all
from notify.models import Notification
from study.enums import CourseState, KeyRule, TeamRole
from study.models import KeyChange, KeyMark, QuestionVersion, QuizSlot, TeamMember
from study.queries.courses import find_course
from study.quiz.queries.banks import get_seen_question
from study.quiz.queries.key_sheet import sheet_of
from study.quiz.services.rekeying import Plan, change_key, undo_change
from tests.factories.accounts import UserFactory
from tests.factories.quiz import CANARY, add_version, choice, enrolled
from tests.factories.sharing import shared_bank
from tests.factories.study import CourseFactory
from tests.study.quiz.test_key_changes import paper_of

EN = {"Accept-Language": "en"}


class Desk:
    """One question that a quiz at home and one in the village ask, each with a paper that chose the second option."""

    def __init__(self, sign_in, actor_of):
        self.sign_in, self.actor_of, self.shared = sign_in, actor_of, shared_bank(1)
        self.shared.home.state = CourseState.PUBLISHED
        self.question = self.shared.questions[0]
        self.home_quiz, self.their_quiz = self.shared.quiz(self.shared.home), self.shared.quiz()
        for quiz in (self.home_quiz, self.their_quiz):
            db.session.add(QuizSlot(quiz_id=quiz.id, position=0, question_id=self.question.id, max_mark=1000))
        db.session.commit()
        self.mei, self.lan = UserFactory(display_name="Mei at home"), UserFactory(display_name="Lan below")
        enrolled(self.mei, self.shared.home)
        enrolled(self.lan, self.shared.below)
        self.at_home, self.below = self.paper(self.mei, self.home_quiz), self.paper(self.lan, self.their_quiz)
        self.right = add_version(self.question, choice(0, 1000, text="共用第1题？"), 2)

    def begin(self, user, quiz) -> str:
        return self.sign_in(user).post(f"/study/quizzes/{quiz.id}/attempts").location

    def send(self, user, url: str) -> int:
        data = {"client": "c", "go": "end", "sure": "1", "seen1": "0", "q1": "2"}
        self.sign_in(user).post(url, data=data)
        return int(url.rpartition("/")[2])

    def paper(self, user, quiz) -> int:
        return self.send(user, self.begin(user, quiz))

    def as_(self, name):
        return self.sign_in(self.shared.people[name])

    def url(self, **wish) -> str:
        said = "&".join(f"{name}={value}" for name, value in {"version": 1, "rule": "new", "key": 2, **wish}.items())
        return f"/study/manage/questions/{self.question.id}/key?{said}"

    def accept(self, name, **wish):
        browser = self.as_(name)
        page = browser.get(self.url(**wish), headers=EN).text
        act = unescape(re.search(r'<form method="post" action="([^"]*/key\?[^"]*)"', page)[1])
        token = re.search(r'name="token"[^>]*value="([^"]+)"', page)[1]
        return browser.post(act, data={"reason": "Option 2 is right.", "token": token}, headers=EN)

    def told(self, name) -> list[str]:
        drain_all()
        mine = Notification.user_id == self.shared.people[name].id
        return list(db.session.scalars(select(Notification.kind).where(mine).order_by(Notification.id)))

    def version(self) -> QuestionVersion:
        found = select(QuestionVersion).where(
            QuestionVersion.question_id == self.question.id, QuestionVersion.version == 1
        )
        return db.session.scalars(found).one()


@pytest.fixture
def desk(app, sign_in, actor_of):
    return Desk(sign_in, actor_of)


WRONG, RIGHT = (0, 1000, False), (1000, 1000, True)


def test_the_sheet_shows_only_papers_about_which_one_may_decide_and_counts_the_rest(desk):
    home = desk.as_("home author").get(desk.url(), headers=EN).text
    below = desk.as_("author below").get(desk.url(), headers=EN).text

    assert ("Mei at home" in home, "Lan below" in home) == (True, False)
    assert "1 quiz of another course uses this question: its teachers decide about its papers" in home
    assert ("Mei at home" in below, "Lan below" in below) == (False, True)
    assert "/study/manage/courses/home" not in below


def test_the_file_of_the_sheet_holds_no_other_papers_either(desk):
    answer = desk.as_("author below").get(desk.url().replace("/key?", "/key.csv?"))
    assert ("Lan below" in answer.text, "Mei at home" in answer.text) == (True, False)


@pytest.mark.parametrize(
    ("name", "at_home", "below"),
    [("home author", RIGHT, WRONG), ("author below", WRONG, RIGHT), ("team below", WRONG, RIGHT)],
)
def test_a_change_is_about_the_papers_of_one_course(desk, name, at_home, below):
    done = desk.accept(name)
    assert (paper_of(desk.at_home), paper_of(desk.below)) == (at_home, below)
    assert desk.as_(name).get(done.location).status_code == 200


def test_papers_handed_in_later_follow_the_change_of_their_own_course(desk):
    db.session.get(QuizSlot, _slot(desk.their_quiz).id).fixed_version_id = desk.version().id
    db.session.get(QuizSlot, _slot(desk.home_quiz).id).fixed_version_id = desk.version().id
    db.session.commit()
    open_here, open_there = desk.begin(desk.mei, desk.home_quiz), desk.begin(desk.lan, desk.their_quiz)

    desk.accept("home author")

    assert paper_of(desk.send(desk.mei, open_here)) == RIGHT
    assert paper_of(desk.send(desk.lan, open_there)) == WRONG


def _slot(quiz):
    return db.session.scalars(select(QuizSlot).where(QuizSlot.quiz_id == quiz.id)).one()


def test_who_may_decide_about_several_courses_chooses_one(desk):
    page = desk.as_("author of the region").get(desk.url(), headers=EN).text
    assert page.count("<optgroup") == 2
    assert ("Mei at home" in page, "Lan below" in page, "their teachers decide" in page) == (True, False, False)
    course = f"course-{desk.shared.below.id}"
    assert "Lan below" in desk.as_("author of the region").get(desk.url(quiz=course), headers=EN).text

    desk.accept("author of the region", quiz=course)
    assert (paper_of(desk.at_home), paper_of(desk.below)) == (WRONG, RIGHT)
    desk.accept("author of the region", quiz=desk.home_quiz.id)
    assert (paper_of(desk.at_home), paper_of(desk.below)) == (RIGHT, RIGHT)


@pytest.mark.parametrize("wish", ["their quiz", "their course"])
def test_papers_about_which_one_may_not_decide_are_refused_and_no_others_taken(desk, wish):
    quiz = desk.their_quiz.id if wish == "their quiz" else f"course-{desk.shared.below.id}"
    browser = desk.as_("home author")

    page = browser.get(desk.url(quiz=quiz), headers=EN)
    made = browser.post(desk.url(quiz=quiz), data={"reason": "x", "token": "t"}, headers=EN)

    assert ("No paper of that quiz asks this question." in page.text, "Mei at home" in page.text) == (True, False)
    assert (made.status_code, db.session.scalars(select(KeyChange)).all()) == (422, [])


def test_what_one_course_decided_is_undone_there_whatever_the_other_did_since(desk):
    desk.accept("home author")
    desk.accept("author below")
    first, second = db.session.scalars(select(KeyChange).order_by(KeyChange.id))
    first_id, second_id = first.id, second.id

    assert desk.as_("author below").post(f"/study/manage/key-changes/{first_id}/undo").status_code in (403, 404)
    assert desk.as_("home author").post(f"/study/manage/key-changes/{first_id}/undo").status_code == 303

    assert (paper_of(desk.at_home), paper_of(desk.below)) == (WRONG, RIGHT)
    assert desk.as_("home author").get(f"/study/manage/key-changes/{second_id}").status_code in (403, 404)


@pytest.mark.parametrize("name", ["assistant below", "home assistant", "author elsewhere", "officer", "member"])
def test_others_change_no_key(desk, name):
    answers = [desk.as_(name).get(desk.url()), desk.as_(name).post(desk.url(), data={"reason": "x", "token": "t"})]
    assert {answer.status_code for answer in answers} <= {403, 404}
    assert db.session.scalars(select(KeyMark)).all() == []
    assert CANARY not in answers[0].text


def test_the_quiz_of_another_course_is_refused_by_the_rule_itself(desk):
    actor = desk.actor_of(desk.shared.people["home author"])
    question, _version = get_seen_question(desk.question.id, actor)
    course = question.bank.course
    plan = Plan(rule=KeyRule.FULL, versions=[desk.version()], quiz_id=desk.their_quiz.id)
    with pytest.raises(Denied):
        change_key(question, course, plan, actor, reason="x", token="t")
    assert paper_of(desk.below) == WRONG


def test_authors_of_the_other_courses_get_one_notice_each(desk):
    second = desk.shared.quiz()
    db.session.add(QuizSlot(quiz_id=second.id, position=0, question_id=desk.question.id, max_mark=1000))
    db.session.commit()

    desk.accept("home author")

    assert desk.told("team below") == ["study.key_changed_elsewhere"]
    assert [desk.told(name) for name in ("assistant below", "home author", "team elsewhere")] == [[], [], []]
    drain_all()
    kinds = select(Notification.kind).where(Notification.user_id.in_([desk.mei.id, desk.lan.id]))
    assert db.session.scalars(kinds).all() == ["study.key_changed"]
    url = db.session.scalars(
        select(Notification.url).where(Notification.user_id == desk.shared.people["team below"].id)
    ).one()
    assert desk.as_("team below").get(url).status_code == 200


def test_those_who_wrote_the_question_hear_when_a_course_changes_its_key(desk):
    person = UserFactory()
    desk.shared.people["home team"] = person
    db.session.add(TeamMember(course_id=desk.shared.home.id, user_id=person.id, role=TeamRole.INSTRUCTOR))
    db.session.commit()
    desk.accept("author below")
    assert desk.told("home team") == ["study.key_changed_elsewhere"]


def test_the_key_can_be_changed_when_the_bank_is_shared_no_longer(desk):
    desk.shared.stop()
    page = desk.as_("author below").get(f"/study/manage/questions/{desk.question.id}/preview", headers=EN).text
    assert "Change the key of papers handed in" in page
    desk.accept("author below")
    assert paper_of(desk.below) == RIGHT


def test_changes_of_other_courses_are_listed_to_those_who_may_see_them(desk):
    desk.accept("author below")
    url = f"/study/manage/questions/{desk.question.id}/preview"
    texts = {name: desk.as_(name).get(url, headers=EN).text for name in ("home author", "author below")}
    assert "Option 2 is right." in texts["author below"]
    assert "Option 2 is right." not in texts["home author"]
    desk.accept("home author")
    page = desk.as_("author below").get(url, headers=EN).text
    mine, theirs = (db.session.scalars(select(KeyChange.id).order_by(KeyChange.id))).all()
    assert (f"/key-changes/{mine}" in page, f"/key-changes/{theirs}" in page) == (True, False)


def test_a_doubt_goes_to_the_authors_of_the_quiz_and_of_the_bank(desk):
    person = UserFactory()
    desk.shared.people["home team"] = person
    db.session.add(TeamMember(course_id=desk.shared.home.id, user_id=person.id, role=TeamRole.INSTRUCTOR))
    db.session.commit()

    desk.sign_in(desk.lan).post(f"/study/attempts/{desk.below}/doubts/1")

    assert (desk.told("team below"), desk.told("home team")) == (["study.key_doubted"], ["study.key_doubted"])
    url = f"/study/manage/questions/{desk.question.id}/preview"
    home, below = (desk.as_(name).get(url, headers=EN).text for name in ("home author", "author below"))
    assert ("1 member doubts this key." in home, "Lan below" in home, "takes another course" in home) == (
        True,
        False,
        True,
    )
    assert ("1 member doubts this key." in below, "Lan below" in below) == (True, True)


def test_a_doubt_is_settled_by_the_change_of_its_own_course_only(desk, clock):
    desk.sign_in(desk.lan).post(f"/study/attempts/{desk.below}/doubts/1")
    clock.advance(minutes=1)
    url = f"/study/manage/questions/{desk.question.id}/preview"
    desk.accept("home author")
    assert "1 member doubts this key." in desk.as_("author below").get(url, headers=EN).text
    desk.accept("author below")
    assert "doubts this key" not in desk.as_("author below").get(url, headers=EN).text


@pytest.mark.parametrize("courses", [1, 3])
def test_the_sheet_costs_the_same_for_any_number_of_courses(desk, count_queries, courses):
    for _turn in range(courses):
        quiz = desk.shared.quiz(CourseFactory(branch=desk.shared.village))
        db.session.add(QuizSlot(quiz_id=quiz.id, position=0, question_id=desk.question.id, max_mark=1000))
    db.session.commit()
    browser = desk.as_("home author")
    with count_queries() as seen:
        page = browser.get(desk.url(), headers=EN).text
    assert f"{1 + courses} quizzes of other courses use this question" in page
    assert len(seen) == 26


def test_the_sheet_of_all_papers_there_are_names_both(desk):
    lines = sheet_of(KeyRule.FULL, [desk.version()], None, None).lines
    assert {line.attempt_id for line in lines} == {desk.at_home, desk.below}


def test_the_rule_itself_lets_nobody_undo_what_another_course_decided(desk):
    desk.accept("home author")
    change = db.session.scalars(select(KeyChange)).one()
    course, actor = find_course("below"), desk.actor_of(desk.shared.people["author below"])
    with pytest.raises(Denied):
        undo_change(change, course, actor)
    assert paper_of(desk.at_home) == RIGHT
