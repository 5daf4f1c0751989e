"""Keys of papers handed in are changed and put back: marks, verdicts, progress, certificates, notices."""

import pytest
from sqlalchemy import func, select

from core.clock import utcnow
from core.db import db, transaction
from core.faces import Faces
from core.outbox import OutboxRow, drain_all
from notify.models import Notification
from study.enums import CertificateState, Grading, KeyRule, KeyWork, LearningState, QuizMode
from study.errors import KeyBusy, KeyChangedSince, KeyUndone, KeyUnfit
from study.models import (
    Attempt,
    AttemptSlot,
    Certificate,
    CertificateRule,
    Course,
    KeyChange,
    KeyMark,
    LessonProgress,
    ProgressEvent,
    Question,
    QuestionVersion,
    Quiz,
    QuizSlot,
)
from study.quiz.queries.banks import get_own_question
from study.quiz.queries.key_certificates import certificates_moved
from study.quiz.queries.key_sheet import sheet_of
from study.quiz.queries.statistics import Which, statistics_of
from study.quiz.services import sweeping
from study.quiz.services.rekeying import Plan, change_key, undo_change
from tests.factories.accounts import UserFactory
from tests.factories.quiz import add_version, choice, enrolled, quiz_with, short

TWO = (choice(1000, 0, text="第1题？"), choice(1000, 0, text="第2题？"))


class Place:
    """A quiz, the writers of its papers, and an author of its course."""

    def __init__(self, sign_in, actor_of, author):
        self.sign_in, self.actor_of, self.author = sign_in, actor_of, author
        self.tokens = 0

    def quiz(self, *contents, **settings):
        self.quiz = quiz_with(*contents or TWO, **settings)
        self.course_id = self.quiz.course_id
        self.questions = db.session.scalars(
            select(Question.id).join(QuizSlot, QuizSlot.question_id == Question.id).order_by(QuizSlot.position)
        ).all()
        return self

    def writer(self, **changes):
        user = UserFactory(**changes)
        enrolled(user, db.session.get(Course, self.course_id))
        return user

    def begin(self, user) -> str:
        return self.sign_in(user).post(f"/study/quizzes/{self.quiz.id}/attempts").location

    def send(self, user, url: str, answers: dict[int, str], go="end") -> int:
        data = {"client": "c", "go": go, "sure": "1"}
        for at, said in answers.items():
            data |= {f"seen{at}": "0", f"q{at}": said}
        self.sign_in(user).post(url, data=data)
        return int(url.rpartition("/")[2])

    def paper(self, user, *answers: str) -> int:
        return self.send(user, self.begin(user), dict(enumerate(answers, start=1)))

    def plan(self, rule, place=0, key: QuestionVersion | None = None, quiz_id=None) -> Plan:
        versions = select(QuestionVersion).where(QuestionVersion.question_id == self.questions[place])
        found = db.session.scalars(versions.order_by(QuestionVersion.version)).all()
        return Plan(rule=rule, versions=[found[0]], key=key, quiz_id=quiz_id)

    def change(self, rule, place=0, key=None, *, token="", **more) -> int:
        self.tokens += 1
        with transaction():
            actor = self.actor_of(self.author)
            question, _version = get_own_question(self.questions[place], actor)
            key = key and db.session.get(QuestionVersion, key.id)
            row = change_key(
                question,
                question.bank.course,
                self.plan(rule, place, key, more.pop("quiz_id", None)),
                actor,
                reason="Option 2 is right.",
                token=token or f"t{self.tokens}",
                **more,
            )
            return row.id

    def undo(self, change_id: int) -> None:
        with transaction():
            actor = self.actor_of(self.author)
            row = db.session.get(KeyChange, change_id)
            question, _version = get_own_question(row.question_id, actor)
            undo_change(row, question.bank.course, actor)

    def new_key(self, place=0, content=None) -> QuestionVersion:
        row = db.session.get(Question, self.questions[place])
        return add_version(row, content or choice(0, 1000, text="第1题？"), row.current_version + 1)


def paper_of(attempt_id: int) -> tuple:
    db.session.expire_all()
    row = db.session.get(Attempt, attempt_id)
    return row.mark, row.max_mark, row.passed


def slots_of(attempt_id: int) -> list[tuple]:
    db.session.expire_all()
    found = db.session.scalars(
        select(AttemptSlot).where(AttemptSlot.attempt_id == attempt_id).order_by(AttemptSlot.position)
    )
    return [(slot.mark, slot.max_mark) for slot in found]


@pytest.fixture
def place(sign_in, actor_of, instructor):
    return Place(sign_in, actor_of, instructor)


def told(user) -> list[str]:
    drain_all()
    return list(
        db.session.scalars(select(Notification.kind).where(Notification.user_id == user.id).order_by(Notification.id))
    )


# What it does, and that it comes back


@pytest.mark.parametrize(
    ("rule", "right_before", "right_now", "neither"),
    [
        (KeyRule.FULL, (2000, 2000, True), (2000, 2000, True), (1000, 2000, False)),
        (KeyRule.EITHER, (2000, 2000, True), (2000, 2000, True), (0, 2000, False)),
        (KeyRule.NEW, (1000, 2000, False), (2000, 2000, True), (0, 2000, False)),
        (KeyRule.DROP, (1000, 1000, True), (1000, 1000, True), (0, 1000, False)),
    ],
)
def test_each_rule_marks_papers_again_and_undoing_gives_back_what_they_were(
    place, rule, right_before, right_now, neither
):
    place.quiz(choice(1000, 0, 0, text="第1题？"), TWO[1])
    users = [place.writer() for _n in range(3)]
    papers = [place.paper(users[0], "1", "1"), place.paper(users[1], "2", "1"), place.paper(users[2], "3", "2")]
    before = [(paper_of(one), slots_of(one)) for one in papers]
    assert [one[0] for one in before] == [(2000, 2000, True), (1000, 2000, False), (0, 2000, False)]

    change = place.change(rule, key=place.new_key(content=choice(0, 1000, 0, text="第1题？")))

    assert [paper_of(one) for one in papers] == [right_before, right_now, neither]
    assert db.session.get(KeyChange, change).work is KeyWork.APPLIED
    place.undo(change)
    assert [(paper_of(one), slots_of(one)) for one in papers] == before
    assert db.session.get(KeyChange, change).work is KeyWork.UNDONE


def test_the_sheet_says_what_applying_does_and_writes_nothing(place):
    place.quiz(choice(1000, 0, 0, text="第1题？"), TWO[1])
    for answers in (("1", "1"), ("2", "1"), ("3", "2"), ("2", "2")):
        place.paper(place.writer(), *answers)
    place.begin(place.writer())
    key = place.new_key(content=choice(0, 1000, 0, text="第1题？"))

    for rule in KeyRule:
        plan = place.plan(rule, key=key)
        sheet = sheet_of(plan.rule, plan.versions, plan.key, None)
        db.session.rollback()
        change = place.change(rule, key=key)
        assert {one.attempt_id: one.after for one in sheet.lines} == {
            row.id: type(sheet.lines[0].after)(mark=row.mark, max_mark=row.max_mark, passed=row.passed)
            for row in db.session.scalars(select(Attempt).where(Attempt.mark.is_not(None)))
        }
        marked = set(db.session.scalars(select(KeyMark.attempt_id).where(KeyMark.change_id == change)))
        assert {one.attempt_id for one in sheet.moved} == marked
        assert sheet.open == 1
        place.undo(change)


@pytest.mark.parametrize("papers", [1, 3])
def test_the_sheet_asks_the_same_questions_for_one_paper_and_for_more(place, count_queries, papers):
    place.quiz()
    for _n in range(papers):
        place.paper(place.writer(), "2", "1")
    plan = place.plan(KeyRule.NEW, key=place.new_key())

    with count_queries() as seen:
        sheet = sheet_of(plan.rule, plan.versions, plan.key, None)
        certificates_moved(sheet)

    assert (len(sheet.moved), len(seen)) == (papers, 14)


def test_a_paper_that_is_still_open_is_marked_by_the_changed_key_when_it_is_handed_in(place):
    place.quiz()
    user = place.writer()
    url = place.begin(user)
    change = place.change(KeyRule.NEW, key=place.new_key())

    paper = place.send(user, url, {1: "2", 2: "1"})

    assert (paper_of(paper), slots_of(paper)) == ((2000, 2000, True), [(1000, 1000), (1000, 1000)])
    assert told(user) == []
    place.undo(change)
    assert (paper_of(paper), slots_of(paper)) == ((1000, 2000, False), [(0, 1000), (1000, 1000)])


def test_papers_begun_later_with_the_same_faulty_version_go_by_the_change_too(place):
    place.quiz()
    place.change(KeyRule.DROP)

    assert paper_of(place.paper(place.writer(), "2", "1")) == (1000, 1000, True)


def test_a_paper_of_nothing_but_dropped_questions_has_no_verdict(place, sign_in):
    place.quiz(TWO[0])
    user = place.writer()
    paper = place.paper(user, "2")
    events = db.session.scalar(select(func.count()).select_from(ProgressEvent))

    change = place.change(KeyRule.DROP)
    late = place.paper(place.writer(), "1")

    assert (paper_of(paper), paper_of(late)) == ((0, 0, None), (0, 0, None))
    assert db.session.scalar(select(func.count()).select_from(ProgressEvent)) == events
    page = sign_in(user).get(f"/study/attempts/{paper}", headers={"Accept-Language": "en"}).text
    assert ("No verdict" in page, "Not passed" in page) == (True, False)
    place.undo(change)
    assert (paper_of(paper), paper_of(late)) == ((0, 1000, False), (1000, 1000, True))


def test_only_the_papers_of_the_chosen_quiz_are_marked_again(place):
    place.quiz()
    user = place.writer()
    paper = place.paper(user, "2", "2")
    other = quiz_with(TWO[1], course=db.session.get(Course, place.course_id))

    place.change(KeyRule.FULL, quiz_id=other.id)
    assert paper_of(paper) == (0, 2000, False)
    place.change(KeyRule.FULL, quiz_id=place.quiz.id)
    assert paper_of(paper) == (1000, 2000, False)


def test_a_later_change_rests_on_an_earlier_one_and_is_undone_first(place):
    place.quiz()
    paper = place.paper(place.writer(), "2", "1")
    first = place.change(KeyRule.DROP)
    second = place.change(KeyRule.FULL)
    late = place.paper(place.writer(), "2", "1")
    assert (paper_of(paper), paper_of(late)) == ((2000, 2000, True), (2000, 2000, True))

    with pytest.raises(KeyChangedSince):
        place.undo(first)
    place.undo(second)
    assert (paper_of(paper), paper_of(late)) == ((1000, 1000, True), (1000, 1000, True))
    place.undo(first)
    assert (paper_of(paper), paper_of(late)) == ((1000, 2000, False), (1000, 2000, False))
    with pytest.raises(KeyUndone):
        place.undo(first)


def test_changes_of_two_questions_of_one_paper_come_and_go_by_themselves(place):
    place.quiz()
    paper = place.paper(place.writer(), "2", "2")
    first = place.change(KeyRule.FULL, place=0)
    place.change(KeyRule.DROP, place=1)
    assert paper_of(paper) == (1000, 1000, True)

    place.undo(first)

    assert paper_of(paper) == (0, 1000, False)


def test_a_verdict_given_under_another_line_is_not_judged_anew_when_marks_rise(place):
    place.quiz()
    paper = place.paper(place.writer(), "1", "2")
    quiz = db.session.get(Quiz, place.quiz.id)
    with transaction():
        db.session.get(Attempt, paper).passed = True
        db.session.get(Quiz, quiz.id).pass_thousandths = 1000

    change = place.change(KeyRule.DROP, place=1)
    assert paper_of(paper) == (1000, 1000, True)
    place.undo(change)
    assert paper_of(paper) == (1000, 2000, True)


def test_a_version_that_asks_something_else_is_refused(place):
    place.quiz()
    place.paper(place.writer(), "2", "1")

    with pytest.raises(KeyUnfit):
        place.change(KeyRule.NEW, key=place.new_key(content=short("five")))
    with pytest.raises(KeyUnfit):
        place.change(KeyRule.EITHER)


def test_one_sheet_accepted_twice_makes_one_change(place):
    place.quiz()
    place.paper(place.writer(), "2", "1")

    assert place.change(KeyRule.FULL, token="same") == place.change(KeyRule.FULL, token="same")
    assert db.session.scalar(select(func.count()).select_from(KeyMark)) == 1


def test_many_papers_are_marked_again_some_at_a_time_by_the_worker(place, monkeypatch):
    monkeypatch.setattr(sweeping, "CHUNK", 2)
    place.quiz()
    papers = [place.paper(place.writer(), "2", "1") for _n in range(5)]

    change = place.change(KeyRule.FULL)
    assert [paper_of(one)[0] for one in papers] == [2000, 2000, 1000, 1000, 1000]
    with pytest.raises(KeyBusy):
        place.undo(change)
    with pytest.raises(KeyBusy):
        place.change(KeyRule.DROP)
    drain_all()

    assert [paper_of(one)[0] for one in papers] == [2000] * 5
    place.undo(change)
    drain_all()
    assert [paper_of(one)[0] for one in papers] == [1000] * 5
    assert db.session.scalar(select(func.count()).select_from(OutboxRow)) == 0


def test_a_last_slice_that_is_full_is_the_last_all_the_same(place, monkeypatch):
    monkeypatch.setattr(sweeping, "CHUNK", 2)
    place.quiz()
    papers = [place.paper(place.writer(), "2", "1") for _n in range(2)]

    change = place.change(KeyRule.FULL)

    assert [paper_of(one)[0] for one in papers] == [2000, 2000]
    assert db.session.get(KeyChange, change).work is KeyWork.APPLIED


def test_statistics_follow(place):
    place.quiz()
    for answers in (("2", "1"), ("1", "1")):
        place.paper(place.writer(), *answers)
    quiz = db.session.get(Quiz, place.quiz.id)
    assert [one.figures.facility for one in statistics_of(quiz, Which.ALL).items] == [0.5, 1.0]

    place.change(KeyRule.FULL)
    assert [one.figures.facility for one in statistics_of(quiz, Which.ALL).items] == [1.0, 1.0]
    place.change(KeyRule.DROP)
    found = statistics_of(quiz, Which.ALL)
    assert ([one.figures.facility for one in found.items], found.max_mark) == ([1.0], 1000)


# Progress and certificates


@pytest.mark.parametrize("grading", list(Grading))
def test_progress_follows_whatever_counts_of_several_papers(place, grading):
    place.quiz(TWO[0], grading=grading)
    user = place.writer()
    for _turn in range(2):
        place.paper(user, "2")

    def state() -> LearningState:
        db.session.expire_all()
        return db.session.scalars(select(LessonProgress.state)).one()

    assert state() is LearningState.UNDER_WAY
    change = place.change(KeyRule.FULL)
    assert state() is LearningState.DONE
    place.undo(change)
    assert state() is LearningState.UNDER_WAY


@pytest.fixture
def certified(place):
    """A course of one quiz that gives a certificate: one has it, one has not."""
    place.quiz(TWO[0])
    db.session.add(CertificateRule(course_id=place.quiz.course_id, key="k", title=Faces(en="Paper"), hours_tenths=10))
    db.session.commit()
    holder, other = place.writer(), place.writer()
    place.paper(holder, "1")
    place.paper(other, "2")
    drain_all()
    assert db.session.scalars(select(Certificate.user_id)).all() == [holder.id]
    return place, holder, other


def test_the_sheet_names_certificates_that_are_earned_and_that_move(certified):
    place, holder, other = certified
    plan = place.plan(KeyRule.NEW, key=place.new_key())

    moves = certificates_moved(sheet_of(plan.rule, plan.versions, plan.key, None))

    assert [one.name for one in moves.earned] == [other.display_name]
    number = db.session.scalars(select(Certificate.number)).one()
    assert [(one.name, one.number) for one in moves.lost] == [(holder.display_name, number)]


@pytest.mark.parametrize(
    ("revokes", "states"),
    [
        (False, [CertificateState.VALID, CertificateState.VALID]),
        (True, [CertificateState.REVOKED, CertificateState.VALID]),
    ],
)
def test_certificates_stay_unless_the_author_wants_them_revoked(certified, revokes, states):
    place, holder, _other = certified

    change = place.change(KeyRule.NEW, key=place.new_key(), revokes=revokes)
    drain_all()

    found = db.session.scalars(select(Certificate).order_by(Certificate.id)).all()
    assert [one.state for one in found] == states
    assert found[0].revoke_reason == ("Option 2 is right." if revokes else "")
    place.undo(change)
    db.session.expire_all()
    assert [one.state for one in db.session.scalars(select(Certificate))] == [CertificateState.VALID] * 2
    acts = ["study.certificate_revoked", "study.certificate_restored"]
    assert [kind for kind in told(holder) if kind in acts] == (acts if revokes else [])


def test_certificates_come_back_with_the_papers_of_their_holders(certified, monkeypatch):
    place, holder, other = certified
    place.paper(other, "1")
    drain_all()
    change = place.change(KeyRule.NEW, key=place.new_key(), revokes=True)
    monkeypatch.setattr(sweeping, "CHUNK", 1)

    def revoked() -> list[bool]:
        db.session.expire_all()
        found = {one.user_id: one.revoked_at is not None for one in db.session.scalars(select(Certificate))}
        return [found[holder.id], found[other.id]]

    assert revoked() == [True, False]
    db.session.get(KeyChange, change).revoked = db.session.scalars(select(Certificate.id)).all()
    second = db.session.scalars(select(Certificate).where(Certificate.user_id == other.id)).one()
    second.revoked_at, second.revoke_reason = utcnow(), "Option 2 is right."
    db.session.commit()
    place.undo(change)
    assert revoked() == [False, True]
    drain_all()
    assert revoked() == [False, False]


# Who is told


def test_only_those_whose_marks_moved_are_told_and_told_again_when_it_is_undone(place):
    place.quiz()
    moved, same = place.writer(), place.writer()
    place.paper(moved, "2", "1")
    place.paper(same, "1", "1")

    change = place.change(KeyRule.EITHER, key=place.new_key())
    assert (told(moved), told(same)) == (["study.key_changed"], [])
    place.undo(change)

    assert (told(moved), told(same)) == (["study.key_changed", "study.key_restored"], [])
    notices = db.session.scalars(
        select(Notification).where(Notification.user_id == moved.id).order_by(Notification.id)
    ).all()
    assert notices[0].params["reason"] == "Option 2 is right."
    assert [(one.params["mark"], one.params["max"]) for one in notices] == [("2", "2"), ("1", "2")]


def test_papers_of_an_exam_that_is_not_released_stay_silent(place):
    place.quiz(mode=QuizMode.EXAM)
    user = place.writer()
    paper = place.paper(user, "2", "1")

    change = place.change(KeyRule.FULL)

    assert (paper_of(paper), told(user)) == ((2000, 2000, True), [])
    assert db.session.scalars(select(ProgressEvent)).all() == []
    place.undo(change)
    assert told(user) == []


def test_sheets_of_two_questions_may_have_one_token(place):
    place.quiz()
    place.paper(place.writer(), "2", "2")

    one, other = (place.change(KeyRule.FULL, at, token="same") for at in (0, 1))

    assert one != other
