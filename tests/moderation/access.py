"""The access matrix of moderation."""

from core.refs import Ref
from tests.access import Row
from tests.factories.moderation import DecisionFactory, new_leaflets

REPORT = {"reason": "advertising"}


def furnish(world):
    leaflets = new_leaflets()
    leaflets.add(1, branch=world.branch)
    leaflets.add(2, branch=world.branch, audience=f"branch:{world.branch.id}")
    leaflets.add(3, branch=world.branch, hidden=True)
    world.decision = DecisionFactory(actor=world.moderator, subject=Ref("leaflet", 4))


def _verdict(world):
    return {"action": "keep", "reason": "Fine."}


ROWS = [
    Row("moderation.ask_report", "GET", lambda w: "/moderation/report/leaflet/1", 302, 200, 200, 200, 200, 200),
    Row(
        "moderation.ask_report",
        "GET",
        lambda w: "/moderation/report/leaflet/2",
        302,
        200,
        200,
        200,
        200,
        200,
        note="readers of the branch, officers and site-wide offices",
    ),
    Row(
        "moderation.ask_report",
        "GET",
        lambda w: "/moderation/report/leaflet/3",
        302,
        404,
        404,
        404,
        404,
        404,
        note="hidden",
    ),
    Row(
        "moderation.report",
        "POST",
        lambda w: "/moderation/report/leaflet/1",
        302,
        302,
        302,
        302,
        302,
        302,
        data=lambda w: REPORT,
    ),
    Row(
        "moderation.report",
        "POST",
        lambda w: "/moderation/report/leaflet/3",
        302,
        404,
        404,
        404,
        404,
        404,
        data=lambda w: REPORT,
        note="hidden",
    ),
    Row("moderation.show_queue", "GET", lambda w: "/moderation/queue", 302, 403, 403, 200, 403, 200),
    Row("moderation.show_subject", "GET", lambda w: "/moderation/subjects/leaflet/1", 302, 403, 403, 200, 403, 200),
    Row(
        "moderation.show_subject",
        "GET",
        lambda w: "/moderation/subjects/leaflet/3",
        302,
        404,
        404,
        200,
        404,
        200,
        note="hidden",
    ),
    Row(
        "moderation.decide",
        "POST",
        lambda w: "/moderation/subjects/leaflet/1",
        302,
        403,
        403,
        302,
        403,
        302,
        data=_verdict,
    ),
    Row("moderation.show_log", "GET", lambda w: "/moderation/log", 200, 200, 200, 200, 200, 200),
    Row("moderation.show_entry", "GET", lambda w: f"/moderation/log/{w.decision.number}", 200, 200, 200, 200, 200, 200),
]
