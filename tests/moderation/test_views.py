import pytest
from sqlalchemy import select

from core.db import db, transaction
from core.house_rules import Rule
from core.permissions import Role, branch_audience
from core.refs import Ref
from moderation import services
from moderation.enums import Action, ReportReason
from moderation.models import Decision, Report
from moderation.services import Verdict
from tests.factories.accounts import UserFactory, grant
from tests.factories.moderation import DecisionFactory, ReportFactory

CHROME = 4
"""Queries that a page costs an office holder before it shows anything: person, grants, branches below, enrolments."""

CANARY = "Canary words that nobody else wrote"


def in_english(browser):
    browser.set_cookie("lang", "en", domain="localhost")
    return browser


def test_the_report_form_quotes_what_is_reported(leaflet, member, sign_in):
    page = in_english(sign_in(member)).get("/moderation/report/leaflet/1")

    assert page.status_code == 200
    assert "Buy cheap pipes." in page.text
    assert "Attacks or talks about a person by name" in page.text


def test_a_moderator_is_offered_to_decide_instead_of_reporting(leaflet, moderator, sign_in):
    assert 'href="/moderation/subjects/leaflet/1"' in sign_in(moderator).get("/moderation/report/leaflet/1").text


def test_a_report_leads_back_to_where_it_was_made(leaflet, member, sign_in):
    answer = sign_in(member).post("/moderation/report/leaflet/1", data={"reason": "advertising"})

    assert (answer.status_code, answer.location) == (302, "/leaflets/1")
    assert db.session.scalars(select(Report.reason)).all() == [ReportReason.ADVERTISING]


@pytest.mark.parametrize("data", [{}, {"reason": "nonsense"}, {"reason": "other", "words": "  "}])
def test_a_faulty_report_shows_the_form_again(leaflet, member, sign_in, data):
    answer = sign_in(member).post("/moderation/report/leaflet/1", data=data)

    assert answer.status_code == 422
    assert 'class="errsum"' in answer.text
    assert db.session.scalars(select(Report)).all() == []


def test_a_long_remark_is_refused_and_kept_in_the_form(leaflet, member, sign_in):
    answer = sign_in(member).post("/moderation/report/leaflet/1", data={"reason": "other", "words": "话" * 1001})

    assert answer.status_code == 422
    assert "话" * 1001 in answer.text


def test_a_second_report_is_a_conflict(leaflet, member, sign_in):
    ReportFactory(reporter=member)

    answer = in_english(sign_in(member)).post("/moderation/report/leaflet/1", data={"reason": "other", "words": "x"})

    assert answer.status_code == 409
    assert "You have already reported this." in answer.text


def test_the_queue_groups_by_subject_and_begins_with_the_oldest(leaflet, leaflets, member, officer, moderator, sign_in):
    ReportFactory(reporter=member, subject=leaflets.add(2), title="Second")
    ReportFactory(reporter=member, title="First again")
    ReportFactory(reporter=officer, subject=leaflets.add(2), words="Look here.")

    page = in_english(sign_in(moderator)).get("/moderation/queue").text

    assert page.count('<section class="module panel"') == 2
    assert page.index("Second") < page.index("First again")
    assert "2 reports" in page
    assert "Look here." in page


def test_the_log_tells_moderators_how_many_wait(client, leaflet, member, moderator, sign_in):
    ReportFactory(reporter=member)

    assert "/moderation/queue" not in client.get("/moderation/log").text
    assert "Moderation queue (1)</a>" in in_english(sign_in(moderator)).get("/moderation/log").text


def test_the_queue_shows_only_reports_of_the_own_scope(leaflets, member, branch, other_branch, sign_in):
    local = UserFactory(branch=branch)
    grant(local, Role.MODERATOR, branch)
    ReportFactory(reporter=member, title="Ours", branch_id=branch.id)
    ReportFactory(reporter=member, title="Theirs", subject=leaflets.add(2), branch_id=other_branch.id)

    page = sign_in(local).get("/moderation/queue").text

    assert "Ours" in page
    assert "Theirs" not in page


def test_a_moderator_gets_no_buttons_for_the_own_work(leaflets, member, moderator, sign_in):
    ReportFactory(reporter=member, subject=leaflets.add(1, author=moderator), author_id=moderator.id)

    page = sign_in(moderator).get("/moderation/queue").text

    assert 'value="hide"' not in page


@pytest.mark.parametrize("reports", [1, 3])
def test_the_queue_costs_the_same_at_any_length(leaflets, member, moderator, sign_in, count_queries, reports):
    for number in range(reports):
        ReportFactory(reporter=member, subject=leaflets.add(number + 1))
    browser = sign_in(moderator)

    with count_queries() as seen:
        page = browser.get("/moderation/queue")

    assert (page.text.count('<section class="module panel"'), len(seen)) == (reports, CHROME + 4)


def test_the_queue_is_paged(leaflets, member, moderator, sign_in, monkeypatch):
    monkeypatch.setattr("moderation.queries.PAGE", 2)
    for number in range(3):
        ReportFactory(reporter=member, subject=leaflets.add(number + 1), title=f"Case {number}")
    browser = sign_in(moderator)

    first = browser.get("/moderation/queue").text
    href = first.split('rel="next" href="')[1].split('"')[0]
    second = browser.get(href).text

    assert ("Case 0" in first, "Case 2" in first) == (True, False)
    assert ("Case 0" in second, "Case 2" in second) == (False, True)


def hide(browser, **changes):
    data = {"action": "hide", "rule": "no_advertising", "reason": "Sells pipes.", "seen": "0", **changes}
    return browser.post("/moderation/subjects/leaflet/1", data=data)


def hidden_by(judge, **changes):
    """Hide leaflet 1 in the name of somebody who is not this test's reader."""
    verdict = {"action": Action.HIDE, "rule": Rule.NO_ADVERTISING, "reason": "Sells pipes.", **changes}
    with transaction():
        return services.decide(Ref("leaflet", 1), judge, Verdict(**verdict))


def test_a_decision_leads_to_its_log_entry(leaflet, leaflets, moderator, sign_in):
    answer = hide(sign_in(moderator))

    assert (answer.status_code, answer.location) == (302, "/moderation/log/1")
    assert leaflets.find(1).hidden


@pytest.mark.parametrize(
    "changes", [{"reason": " "}, {"rule": ""}, {"action": ""}, {"action": "burn"}, {"rule": "nonsense"}]
)
def test_a_faulty_decision_changes_nothing_and_keeps_what_was_typed(leaflet, leaflets, moderator, sign_in, changes):
    answer = hide(sign_in(moderator), **{"reason": "Kept words", **changes})

    assert answer.status_code == 422
    assert ("Kept words" in answer.text) == ("reason" not in changes)
    assert not leaflets.find(1).hidden


def test_the_second_moderator_sees_who_was_faster_and_the_present_state(leaflet, leaflets, judge, root, sign_in):
    second = UserFactory(branch=root)
    grant(second, Role.MODERATOR, root)
    hidden_by(judge)

    answer = hide(in_english(sign_in(second)), reason="My own words")

    assert answer.status_code == 409
    assert f"{judge.display_name} has already decided on this: Hidden" in answer.text
    assert "My own words" in answer.text
    assert 'value="restore"' in answer.text
    assert len(db.session.scalars(select(Decision)).all()) == 1


def test_the_subject_page_shows_what_was_decided_before(leaflet, moderator, sign_in):
    DecisionFactory(actor=moderator, action=Action.KEEP, rule=None, reason="Neighbourly.")

    page = sign_in(moderator).get("/moderation/subjects/leaflet/1").text

    assert "Neighbourly." in page


@pytest.mark.parametrize("path", ["/moderation/log", "/moderation/log/10500"])
def test_the_log_never_shows_text_title_or_author(client, leaflets, author, moderator, judge, path):
    leaflets.add(1, author=author, title=f"Title: {CANARY}", excerpt=f"Text: {CANARY}")
    ReportFactory(reporter=author, title=CANARY, excerpt=CANARY, words=CANARY)
    DecisionFactory(actor=moderator, author=author, number=10500)
    hidden_by(judge, seen=db.session.scalar(select(Decision.id)))

    visitor = client.get(path)
    entry = client.get("/moderation/log/1")

    assert (visitor.status_code, entry.status_code) == (200, 200)
    for page in (visitor.text, entry.text):
        assert CANARY not in page
        assert author.display_name not in page


def test_no_column_of_a_decision_holds_the_text(leaflets, author, judge):
    leaflets.add(1, author=author, title=f"Title: {CANARY}", excerpt=f"Text: {CANARY}")
    ReportFactory(reporter=author, excerpt=CANARY)
    hidden_by(judge)

    decision = db.session.execute(select(*Decision.__table__.columns)).one()
    report = db.session.execute(select(Report.excerpt)).one()

    assert CANARY not in str(decision)
    assert CANARY not in str(report)


def test_the_log_does_not_name_a_place_that_is_not_public(client, moderator, branch):
    DecisionFactory(actor=moderator, audience=branch_audience(branch.id), number=10_001)

    log, entry = client.get("/moderation/log").text, client.get("/moderation/log/10001").text

    assert "公告栏" not in log
    assert "公告栏" not in entry


def test_readers_of_a_place_see_its_name_in_the_log(member, moderator, branch, sign_in):
    DecisionFactory(actor=moderator, audience=branch_audience(branch.id))

    assert "Notice board" in in_english(sign_in(member)).get("/moderation/log").text


def test_the_author_can_read_the_own_hidden_text_and_the_reason(leaflet, author, judge, sign_in):
    hidden_by(judge)

    page = sign_in(author).get("/moderation/log/1").text

    assert "Buy cheap pipes." in page
    assert "Sells pipes." in page


def test_the_log_can_be_filtered_by_act(client, moderator):
    DecisionFactory(actor=moderator, reason="A hidden one")
    DecisionFactory(actor=moderator, action=Action.KEEP, rule=None, reason="A kept one")

    page = client.get("/moderation/log?action=keep").text

    assert "A kept one" in page
    assert "A hidden one" not in page


@pytest.mark.parametrize("address", ["/moderation/log?action=burn", "/moderation/log?cursor=zzz", "/moderation/log/77"])
def test_unknown_addresses_of_the_log_are_not_found(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("entries", [1, 3])
def test_the_log_costs_two_queries_at_any_length(client, moderator, count_queries, entries):
    DecisionFactory.create_batch(entries, actor=moderator)

    with count_queries() as seen:
        page = client.get("/moderation/log")

    assert (page.text.count('href="/moderation/log/'), len(seen)) == (entries, 2)


def test_an_undone_act_and_its_undoing_point_at_each_other(client, leaflet, judge):
    first = hidden_by(judge)
    hidden_by(judge, action=Action.RESTORE, rule=None, reason="A mistake.", seen=first.id)

    assert "/moderation/log/2" in client.get("/moderation/log/1").text
    assert "/moderation/log/1" in client.get("/moderation/log/2").text
