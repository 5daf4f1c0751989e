"""Points: for retrieval and real study, less for the same again, capped, never taken away, and nothing while off."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core import settings
from core.clock import utcnow
from core.db import db
from core.faces import Faces
from core.i18n import current_zone
from study import pointing
from study.cli import study
from study.enums import AttemptState, LearningState, ProgressKind, QuizMode, Review
from study.models import (
    Attempt,
    AttemptSlot,
    BranchPoints,
    LessonProgress,
    PointDay,
    PracticeAnswer,
    ProgressEvent,
    QuestionVersion,
    Quiz,
)
from study.pointing import count_points
from study.points import A_DAY, DayPoints, Ledger, PointKind, Reason, figures_of, points_of, recalled
from study.queries import points as queries
from study.queries.points import read_ledgers
from study.services.points import SEEN
from tests.factories.accounts import BranchFactory, UserFactory
from tests.factories.quiz import quiz_with, truth
from tests.factories.study import LessonFactory

EN = {"Accept-Language": "en"}
DAY = date(2026, 11, 2)
NEXT = [DAY + timedelta(days=n) for n in range(6)]


@pytest.fixture
def switched_on(app, monkeypatch):
    monkeypatch.setitem(app.config, "POINTS", True)


def totals(ledger: Ledger) -> list[int]:
    return [one.total for one in points_of(ledger)]


def test_the_same_question_is_worth_less_on_each_day_and_soon_nothing():
    assert totals(Ledger(right={(day, 7) for day in NEXT})) == [2, 1, 1, 0, 0, 0]


def test_the_same_question_counts_once_a_day_and_others_beside_it():
    assert totals(Ledger(right={(DAY, 7), (DAY, 8), (NEXT[1], 7)})) == [4, 1]


def test_minutes_of_one_lesson_are_worth_half_then_a_quarter_then_nothing():
    assert totals(Ledger(studied={(day, 3): 1200 for day in NEXT[:4]})) == [4, 2, 1, 0]


def test_minutes_of_several_lessons_add_up_before_they_are_rounded():
    assert totals(Ledger(studied={(DAY, 3): 200, (DAY, 4): 100})) == [1]


def test_a_day_has_a_cap_and_says_what_was_earned():
    lessons = range(7)
    (day,) = points_of(Ledger(done={(DAY, one) for one in lessons}, proven=set(lessons), right={(DAY, 1)}))
    assert (day.total, day.earned) == (A_DAY, 37)
    assert day.reasons == (Reason(PointKind.RIGHT, 1, 2), Reason(PointKind.DONE, 7, 35))


@pytest.mark.parametrize(("seconds", "day", "points"), [(59, DAY, 0), (60, DAY, 5), (600, NEXT[1], 0)])
def test_a_lesson_done_is_worth_something_with_a_minute_of_study_by_that_day(seconds, day, points):
    ledger = Ledger(done={(DAY, 3)}, studied={(day, 3): seconds, (DAY, 4): 600})
    assert [one.points for day in points_of(ledger) for one in day.reasons if one.kind is PointKind.DONE] == (
        [points] if points else []
    )


def test_nothing_done_is_no_day():
    assert points_of(Ledger()) == []
    assert DayPoints(DAY, ()).total == 0


def test_figures_count_members_without_points():
    assert figures_of([0, 0, 5, 30]).mean_tenths == 87
    assert figures_of([0, 0, 5, 30]).median_tenths == 25
    assert figures_of([]).members == 0


def test_an_answer_after_the_solution_was_shown_that_day_is_a_copy():
    morning, noon = datetime(2026, 11, 2, 6, tzinfo=UTC), datetime(2026, 11, 2, 12, tzinfo=UTC)
    right = [(noon, 1), (morning, 2), (noon, 2), (noon, 3), (morning, 4)]
    shown = [*right, (morning, 1), (morning - timedelta(days=1), 3), (noon, 4)]
    assert recalled(right, shown, datetime.date) == {(DAY, 2), (DAY, 3), (DAY, 4)}


def practise(user, *, days_ago: int = 0, fraction: int = 1000, version=None) -> None:
    version = version or _version()
    db.session.add(
        PracticeAnswer(
            user_id=user.id,
            question_id=version.question_id,
            version_id=version.id,
            answer={"keys": ["t"]},
            fraction=fraction,
            answered_at=utcnow() - timedelta(days=days_ago),
        )
    )
    db.session.commit()


def _version() -> QuestionVersion:
    quiz_with(truth())
    return db.session.query(QuestionVersion).order_by(QuestionVersion.id.desc()).first()


def _paper(user) -> None:
    quiz = quiz_with(truth(), truth(is_true=False))
    versions = db.session.query(QuestionVersion).order_by(QuestionVersion.id.desc()).limit(2).all()
    paper = Attempt(
        quiz_id=quiz.id, user_id=user.id, number=1, state=AttemptState.SUBMITTED, submitted_at=utcnow(), max_mark=2000
    )
    db.session.add(paper)
    db.session.flush()
    for place, (version, mark) in enumerate(zip(versions, (1000, 0), strict=True), start=1):
        db.session.add(
            AttemptSlot(
                attempt_id=paper.id, position=place, version_id=version.id, max_mark=1000, mark=mark, answered=True
            )
        )
    db.session.commit()


def _studied(user, lesson, seconds: int) -> None:
    event = ProgressEvent(user_id=user.id, lesson_id=lesson.id, kind=ProgressKind.STUDIED, detail={"seconds": seconds})
    done = LessonProgress(
        user_id=user.id, lesson_id=lesson.id, state=LearningState.DONE, completed_at=utcnow(), reason={}
    )
    db.session.add_all([event, done])
    db.session.commit()


def test_a_member_sees_today_with_the_reasons(sign_in, member, switched_on):
    _paper(member)
    practise(member)
    practise(member, fraction=500)
    _studied(member, LessonFactory(), 1300)
    page = sign_in(member).get("/study/progress", headers=EN).text
    assert "Today 13 of at most 30" in page
    for words, points in (("2 questions answered rightly", 4), ("21 minutes of active study", 4), ("1 lesson done", 5)):
        assert f'<th scope="row">{words}</th><td class="n">{points}</td>' in page
    assert "13 in the last seven days, 13 altogether." in page


def test_buttons_pressed_and_answers_copied_are_worth_nothing_whoever_counts(app, member, switched_on):
    for _n in range(2):
        _studied(member, LessonFactory(html=Faces("<p>x</p>", "")), 0)
    version = _version()
    practise(member, fraction=0, version=version)
    practise(member, version=version)
    found = points_of(read_ledgers([member.id], current_zone())[member.id])
    assert (found, count_points(), db.session.query(PointDay).count()) == ([], 0, 0)
    assert app.test_cli_runner().invoke(study, ["rebuild-points", "--json"]).output == '{"changed": 0}\n'


@pytest.mark.parametrize(("review", "points"), [(Review.AT_ONCE, 2), (Review.NEVER, 4)])
def test_a_question_of_a_quiz_that_showed_its_answers_brings_nothing_more_that_day(member, switched_on, review, points):
    _paper(member)
    db.session.query(Quiz).update({"review": review})
    wrong = db.session.query(AttemptSlot).filter_by(position=2).one().version_id
    practise(member, version=db.session.get(QuestionVersion, wrong))
    assert [one.total for one in points_of(read_ledgers([member.id], current_zone())[member.id])] == [points]


def test_the_key_of_an_exam_is_shown_with_its_release_and_not_when_it_closes(member, switched_on, clock):
    clock.set(datetime(2026, 3, 4, 4, tzinfo=UTC))
    _paper(member)
    wrong = db.session.query(AttemptSlot).filter_by(position=2).one().version_id
    practise(member, version=db.session.get(QuestionVersion, wrong))
    hour = timedelta(hours=1)
    ends = {"closes_at": clock.now - hour, "released_at": clock.now + hour}
    db.session.query(Quiz).update({"mode": QuizMode.EXAM, "review": Review.AFTER_CLOSING, **ends})
    assert [one.total for one in points_of(read_ledgers([member.id], current_zone())[member.id])] == [4]


def test_while_off_nothing_is_seen_computed_or_kept(sign_in, member, officer):
    practise(member)
    assert "oints" not in sign_in(member).get("/study/progress", headers=EN).text.split("<main")[1]
    assert "oints" not in sign_in(officer).get("/study/reports/east-lake", headers=EN).text.split("<main")[1]
    assert (count_points(), db.session.query(PointDay).count(), db.session.query(BranchPoints).count()) == (0, 0, 0)


def test_the_worker_keeps_what_the_rule_says_and_once_is_enough(member, switched_on):
    version = _version()
    practise(member, days_ago=1, version=version)
    practise(member, version=version)
    assert (count_points(), count_points()) == (1, 0)
    rows = db.session.query(PointDay).order_by(PointDay.day).all()
    assert [(row.user_id, row.points) for row in rows] == [(member.id, 2), (member.id, 1)]
    practise(member)
    assert count_points() == 1
    assert [row.points for row in db.session.query(PointDay).order_by(PointDay.day)] == [2, 3]


def test_rebuilding_puts_right_what_is_wrong(app, member, switched_on):
    practise(member)
    count_points()
    db.session.query(PointDay).one().points = 99
    today = utcnow().astimezone(current_zone()).date()
    db.session.add(PointDay(user_id=member.id, day=today - timedelta(days=9), points=5))
    db.session.commit()

    found = app.test_cli_runner()
    assert found.invoke(study, ["rebuild-points", "--json"]).output == '{"changed": 1}\n'
    assert [row.points for row in db.session.query(PointDay)] == [2]
    assert found.invoke(study, ["rebuild-points", "--json"]).output == '{"changed": 0}\n'


def test_rebuilding_is_refused_while_off(app):

    assert app.test_cli_runner().invoke(study, ["rebuild-points"]).exit_code == 2


def test_the_report_of_a_branch_shows_the_median_beside_the_mean(sign_in, officer, branch, member, switched_on):
    others = [UserFactory(branch=branch) for _n in range(3)]
    for user in (member, others[0]):
        practise(user)
    _studied(member, LessonFactory(), 600)
    count_points()
    page = sign_in(officer).get("/study/reports/east-lake", headers=EN).text
    assert "median 0, mean 2.2" in page


def test_figures_of_few_are_not_shown(sign_in, officer, branch, member, switched_on):
    practise(member)
    count_points()
    page = sign_in(officer).get("/study/reports/east-lake", headers=EN).text
    assert "not shown for fewer than 5 people" in page
    assert "median" not in page


def test_nothing_can_be_worked_out_from_the_branch_above(root, branch, switched_on):
    inner = BranchFactory(parent=branch, slug="inner")
    for _n in range(6):
        UserFactory(branch=inner)
    UserFactory(branch=branch)
    practise(UserFactory(branch=inner))
    count_points()
    shown = {row.branch_id: (row.members, row.may_show) for row in db.session.query(BranchPoints)}
    assert (shown[branch.id], shown[inner.id]) == ((8, True), (7, False))


def test_an_entry_that_appears_behind_a_later_one_is_not_passed_over(member, switched_on, clock):
    first, last = UserFactory(), UserFactory()
    practise(last)
    later = db.session.query(PracticeAnswer).one()
    later.id += 10
    db.session.commit()
    assert count_points() == 1
    # Written before, committed after: its id is smaller.
    practise(first)
    db.session.query(PracticeAnswer).filter_by(user_id=first.id).one().id = later.id - 5
    db.session.commit()
    assert count_points() == 1
    clock.advance(minutes=5)
    count_points()
    assert settings.get(SEEN)["practice"] == later.id


def test_branches_are_added_up_now_and_then_not_at_every_answer(member, branch, switched_on, clock, monkeypatch):
    times = []
    monkeypatch.setattr(pointing, "get_reach", lambda: times.append(clock.now) or {})
    for minutes in (0, 1, 13, 2, 20):
        clock.advance(minutes=minutes)
        practise(member)
        count_points()
    clock.advance(minutes=20)
    count_points()
    assert [round((at - times[0]).total_seconds() / 60) for at in times] == [0, 16, 36]


def test_the_page_of_a_member_reads_only_what_today_depends_on(sign_in, member, switched_on, monkeypatch):
    again, old = _version(), _version()
    for days, version in ((9, old), (2, again), (1, again)):
        practise(member, days_ago=days, version=version)
    count_points()
    practise(member, version=again)
    ledgers = []
    monkeypatch.setattr(queries, "points_of", lambda ledger: ledgers.append(ledger) or points_of(ledger))

    page = sign_in(member).get("/study/progress", headers=EN).text

    assert {question for _day, question in ledgers[0].right} == {again.question_id}
    assert len(ledgers[0].right) == 3
    assert "Today 1 of at most 30" in page
    assert "4 in the last seven days, 6 altogether." in page
