import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.errors import Denied, NotFound
from core.events import ContentEvent, ModeratorActed
from core.faces import Faces
from core.house_rules import Rule
from core.notifications import PeopleTold
from core.outbox import announce
from core.permissions import VISITOR, Role, branch_audience
from core.refs import Ref
from moderation import queries, services
from moderation.enums import Action, ReportReason, ReportState
from moderation.errors import AlreadyHandled, AlreadyReported, NoReason, NoRule, NothingChanges, OwnReport, OwnWork
from moderation.models import Decision, Report
from moderation.services import Verdict
from tests.factories.accounts import UserFactory, grant
from tests.factories.moderation import ReportFactory

HIDE = Verdict(action=Action.HIDE, rule=Rule.NO_ADVERTISING, reason="Sells pipes.")
KEEP = Verdict(action=Action.KEEP, reason="An offer among neighbours.")
RESTORE = Verdict(action=Action.RESTORE, reason="It was no advertising.")


def decide(ref, judge, verdict):
    """Decide knowing everything that was decided before."""
    with transaction():
        seen = queries.last_decision_id(ref)
        return services.decide(
            ref, judge, Verdict(action=verdict.action, rule=verdict.rule, reason=verdict.reason, seen=seen)
        )


def report(ref, actor, reason=ReportReason.ADVERTISING, words=""):
    with transaction():
        return services.report(ref, actor, reason, words)


def test_a_report_keeps_what_the_reader_saw(leaflet, member, actor_of, branch, author):
    row = report(leaflet, actor_of(member), ReportReason.OTHER, "Look at the last line.")

    assert (row.reason, row.words, row.state) == (ReportReason.OTHER, "Look at the last line.", ReportState.OPEN)
    assert (row.title, row.excerpt, row.url) == ("Leaflet 1", "Buy cheap pipes.", "/leaflets/1")
    assert (row.author_id, row.branch_id) == (author.id, branch.id)
    assert row.place == Faces(zh="公告栏", en="Notice board")


def test_a_reader_reports_the_same_thing_once_while_the_report_waits(leaflet, member, actor_of):
    report(leaflet, actor_of(member))

    with pytest.raises(AlreadyReported):
        report(leaflet, actor_of(member))


def told_waiting(announced):
    return [event for event in announced() if isinstance(event, PeopleTold) and event.kind == "moderation.waiting"]


def test_the_moderators_of_the_place_hear_of_the_first_report(
    leaflet, member, officer, moderator, administrator, author, branch, other_branch, actor_of, announced
):
    near, far = UserFactory(branch=branch), UserFactory(branch=other_branch)
    grant(near, Role.MODERATOR, branch)
    grant(far, Role.MODERATOR, other_branch)
    grant(author, Role.MODERATOR, branch)

    report(leaflet, actor_of(member))
    report(leaflet, actor_of(officer))

    (told,) = told_waiting(announced)
    assert told.recipient_ids == tuple(sorted([near.id, moderator.id, administrator.id]))
    assert (told.url, told.actor_id) == ("/moderation/subjects/leaflet/1", None)


def test_the_moderators_hear_again_after_a_decision(leaflet, member, moderator, actor_of, judge, announced):
    report(leaflet, actor_of(member))
    decide(leaflet, judge, KEEP)
    report(leaflet, actor_of(member))

    first, second = told_waiting(announced)
    assert first.key != second.key


def test_a_reader_may_report_again_after_a_decision(leaflet, member, actor_of, judge):
    report(leaflet, actor_of(member))
    decide(leaflet, judge, KEEP)

    assert report(leaflet, actor_of(member)).state is ReportState.OPEN


def test_a_visitor_may_not_report(leaflet):
    with pytest.raises(Denied):
        report(leaflet, VISITOR)


def test_authors_do_not_report_themselves(leaflet, author, actor_of):
    with pytest.raises(OwnReport):
        report(leaflet, actor_of(author))


@pytest.mark.parametrize("missing", [Ref("leaflet", 99), Ref("nothing", 1)])
def test_what_does_not_exist_cannot_be_reported(leaflet, member, actor_of, missing):
    with pytest.raises(NotFound):
        report(missing, actor_of(member))


def test_what_is_hidden_cannot_be_reported(leaflets, author, member, actor_of):
    hidden = leaflets.add(2, author=author, hidden=True)

    with pytest.raises(NotFound):
        report(hidden, actor_of(member))


def test_what_a_reader_may_not_read_cannot_be_reported(leaflets, author, member, actor_of, other_branch):
    foreign = leaflets.add(2, author=author, audience=branch_audience(other_branch.id))

    with pytest.raises(NotFound):
        report(foreign, actor_of(member))


def test_hiding_goes_through_the_port_and_into_the_log(leaflet, leaflets, judge, author, branch):
    decision = decide(leaflet, judge, HIDE)

    assert leaflets.find(1).hidden
    assert leaflets.reasons == {1: "Sells pipes."}
    assert (decision.number, decision.action, decision.rule) == (1, Action.HIDE, Rule.NO_ADVERTISING)
    assert (decision.actor_id, decision.author_id, decision.branch_id) == (judge.id, author.id, branch.id)
    assert decision.place == Faces(zh="公告栏", en="Notice board")


def test_numbers_run_without_gaps(leaflet, leaflets, author, judge):
    other = leaflets.add(2, author=author)
    decide(leaflet, judge, KEEP)
    with pytest.raises(NoReason):
        decide(leaflet, judge, Verdict(action=Action.KEEP, reason="  "))

    assert decide(other, judge, HIDE).number == 2


def test_a_decision_closes_all_reports_and_forgets_the_copied_text(leaflet, member, officer, judge):
    ReportFactory(reporter=member)
    ReportFactory(reporter=officer)
    elsewhere = ReportFactory(reporter=member, subject=Ref("leaflet", 7))

    decision = decide(leaflet, judge, HIDE)

    rows = db.session.scalars(select(Report).order_by(Report.id)).all()
    assert [row.state for row in rows] == [ReportState.HANDLED, ReportState.HANDLED, ReportState.OPEN]
    assert [row.decision_id for row in rows] == [decision.id, decision.id, None]
    assert [row.excerpt for row in rows] == ["", "", elsewhere.excerpt]


def test_the_author_hears_the_reason_and_the_reporters_the_outcome(leaflet, member, officer, judge, author, announced):
    ReportFactory(reporter=member)
    ReportFactory(reporter=officer)

    decision = decide(leaflet, judge, HIDE)

    told = [event for event in announced() if isinstance(event, PeopleTold)]
    assert [(event.kind, event.recipient_ids) for event in told] == [
        ("moderation.hide", (author.id,)),
        ("moderation.report_hide", tuple(sorted([member.id, officer.id]))),
    ]
    assert told[0].url == f"/moderation/log/{decision.number}"
    assert told[0].params == {"title": "Leaflet 1", "reason": "Sells pipes.", "number": decision.number, "rule": 3}


def test_the_author_is_not_troubled_when_nothing_changes(leaflet, member, judge, announced):
    ReportFactory(reporter=member)

    decide(leaflet, judge, KEEP)

    assert [event.kind for event in announced() if isinstance(event, PeopleTold)] == ["moderation.report_keep"]


def test_restoring_undoes_the_act_that_hid(leaflet, leaflets, judge):
    hid = decide(leaflet, judge, HIDE)

    back = decide(leaflet, judge, RESTORE)

    assert back.undoes_id == hid.id
    assert not leaflets.find(1).hidden


def test_what_its_author_took_away_is_not_brought_back(leaflets, author, judge):
    deleted = leaflets.add(2, author=author, hidden=True)

    with pytest.raises(NothingChanges):
        decide(deleted, judge, RESTORE)


def test_hiding_what_is_hidden_is_refused(leaflet, judge):
    decide(leaflet, judge, HIDE)

    with pytest.raises(NothingChanges):
        decide(leaflet, judge, HIDE)


def test_nothing_is_decided_without_a_reason(leaflet, judge):
    with pytest.raises(NoReason):
        decide(leaflet, judge, Verdict(action=Action.HIDE, rule=Rule.NO_ADVERTISING, reason=" "))


def test_nothing_is_hidden_without_a_rule(leaflet, judge):
    with pytest.raises(NoRule):
        decide(leaflet, judge, Verdict(action=Action.HIDE, reason="Sells pipes."))


def test_a_moderator_does_not_judge_the_own_work(leaflets, moderator, judge):
    own = leaflets.add(2, author=moderator)

    with pytest.raises(OwnWork):
        decide(own, judge, HIDE)


def test_members_do_not_decide(leaflet, member, actor_of):
    with pytest.raises(Denied):
        decide(leaflet, actor_of(member), HIDE)


def test_a_moderator_of_another_branch_does_not_decide(leaflet, other_branch, actor_of):
    stranger = UserFactory(branch=other_branch)
    grant(stranger, Role.MODERATOR, other_branch)

    with pytest.raises(Denied):
        decide(leaflet, actor_of(stranger), HIDE)


def test_what_a_foreign_moderator_may_not_read_is_not_there_for_them(leaflets, author, branch, other_branch, actor_of):
    stranger = UserFactory(branch=other_branch)
    grant(stranger, Role.MODERATOR, other_branch)
    private = leaflets.add(2, author=author, branch=branch, audience=branch_audience(branch.id))

    with pytest.raises(NotFound):
        decide(private, actor_of(stranger), HIDE)


def test_the_second_moderator_hears_who_was_faster(leaflet, judge, root, actor_of):
    second = UserFactory(username="second", branch=root)
    grant(second, Role.MODERATOR, root)
    decide(leaflet, judge, KEEP)

    with pytest.raises(AlreadyHandled) as refusal, transaction():
        services.decide(leaflet, actor_of(second), HIDE)

    assert refusal.value.words["name"] == judge.display_name
    assert db.session.scalars(select(Decision.action)).all() == [Action.KEEP]


def test_reports_on_what_is_gone_are_closed(leaflet, leaflets, member):
    gone = ReportFactory(reporter=member, subject=Ref("leaflet", 9))
    still = ReportFactory(reporter=member)

    with transaction():
        closed = services.withdraw_reports([Ref("leaflet", 9), leaflet])

    assert closed == 1
    assert (gone.state, gone.excerpt, still.state) == (ReportState.WITHDRAWN, "", ReportState.OPEN)


def locked(leaflet, judge, key="lock:1"):
    return ModeratorActed(subject=leaflet, action="lock", actor_id=judge.id, reason="Settled.", key=key)


def test_what_moderators_do_in_a_feature_stands_in_the_log_once(leaflet, judge, author, drain):
    with transaction():
        announce(locked(leaflet, judge))
        announce(locked(leaflet, judge))
        announce(locked(Ref("leaflet", 99), judge, key="lock:2"))
    drain()

    (decision,) = db.session.scalars(select(Decision)).all()
    assert (decision.number, decision.action, decision.reason) == (1, Action.LOCK, "Settled.")
    assert decision.author_id == author.id
    assert decide(leaflet, judge, KEEP).number == 2


def test_the_author_hears_of_what_was_done_in_a_feature(leaflet, judge, author, announced):
    with transaction():
        services.record(locked(leaflet, judge))

    told = [event for event in announced() if isinstance(event, PeopleTold)]
    assert [(event.kind, event.recipient_ids) for event in told] == [("moderation.lock", (author.id,))]


def test_a_report_that_slips_past_the_check_is_stopped_by_the_index(leaflet, member, actor_of, monkeypatch):
    report(leaflet, actor_of(member))
    monkeypatch.setattr(queries, "has_open_report", lambda *_args: False)

    with pytest.raises(AlreadyReported):
        report(leaflet, actor_of(member))


def test_reports_are_closed_when_the_author_takes_the_thing_away(leaflet, leaflets, member, author, drain):
    waiting = ReportFactory(reporter=member)
    other = ReportFactory(reporter=member, subject=leaflets.add(2, author=author))
    leaflets.rows.pop(1)

    with transaction():
        announce(ContentEvent(subject=leaflet))
        announce(ContentEvent(subject=other.subject))
    drain()

    assert (waiting.state, other.state) == (ReportState.WITHDRAWN, ReportState.OPEN)


def test_reports_stay_when_a_moderator_has_hidden_the_thing(leaflet, leaflets, member, judge):
    decide(leaflet, judge, HIDE)
    later = ReportFactory(reporter=member)

    with transaction():
        closed = services.withdraw_reports([leaflet])

    assert (closed, later.state) == (0, ReportState.OPEN)


def test_a_change_that_nobody_reported_closes_nothing(leaflet, leaflets, member, author, drain):
    waiting = ReportFactory(reporter=member)

    with transaction():
        announce(ContentEvent(subject=leaflets.add(2, author=author)))
    drain()

    assert waiting.state is ReportState.OPEN


def test_what_is_not_there_cannot_be_decided(leaflets, judge):
    with pytest.raises(NotFound):
        decide(Ref("leaflet", 9), judge, HIDE)


def test_who_moderates_nowhere_has_no_cases(member, actor_of):
    assert queries.count_cases(actor_of(member)) == 0
