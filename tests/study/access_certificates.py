"""Who gets what of certificates."""

from study.badges.keys import public_key
from tests.access import Row
from tests.factories.certificates import CertificateFactory, rule_for
from tests.factories.study import CourseFactory

EVERYBODY = dict(visitor=200, member=200, instructor=200, moderator=200, officer=200, administrator=200)
OWN = dict(visitor=302, member=200, instructor=404, moderator=404, officer=404, administrator=404)
AUTHORS = dict(visitor=302, member=403, instructor=200, moderator=403, officer=403, administrator=200)
STAFF = {**AUTHORS, "officer": 200}
STAFF_POST = {**AUTHORS, "instructor": 303, "officer": 303, "administrator": 303}


def furnish(world) -> None:
    """Make a course of the officer's branch with a certificate that the member has earned."""
    world.certified = CourseFactory(slug="certified", branch=world.branch)
    world.certificate_rule = rule_for(world.certified)
    world.certificate = CertificateFactory(user=world.member, course=world.certified)


def _own(world) -> str:
    return f"/study/progress/certificates/{world.certificate.number}"


def _manage(world) -> str:
    return f"/study/manage/courses/{world.certified.slug}"


def _issued(world) -> str:
    return f"/study/manage/certificates/{world.certificate.id}"


RULE = {"is_on": "y", "title_zh": "结业证书", "hours": "2"}

ROWS = [
    Row("study.ask_number", "GET", lambda w: "/study/certificates/", **EVERYBODY),
    Row("study.check_certificate", "GET", lambda w: f"/study/certificates/{w.certificate.number}", **EVERYBODY),
    Row("study.show_own_certificate", "GET", _own, **OWN),
    Row("study.change_shown", "POST", lambda w: _own(w) + "/shown", **{**OWN, "member": 303}),
    Row("study.print_own_certificate", "GET", lambda w: _own(w) + "/pdf", **OWN),
    Row("study.send_badge", "GET", lambda w: _own(w) + "/badge", **OWN),
    Row("study.show_revocations", "GET", lambda w: f"/study/certificates/{w.certificate.number}/status", **EVERYBODY),
    Row("study.show_badge_issuer", "GET", lambda w: "/study/badges/issuer", **EVERYBODY),
    Row(
        "study.show_achievement",
        "GET",
        lambda w: f"/study/badges/achievements/{w.certificate_rule.key}",
        **EVERYBODY,
        note="by a name that nobody guesses",
    ),
    Row("study.show_badge_key", "GET", lambda w: f"/study/badges/keys/{public_key()['kid']}", **EVERYBODY),
    Row("well_known.show_keys", "GET", lambda w: "/.well-known/jwks.json", **EVERYBODY),
    Row("study.edit_certificate", "GET", lambda w: _manage(w) + "/certificate", **AUTHORS),
    Row(
        "study.edit_certificate",
        "POST",
        lambda w: _manage(w) + "/certificate",
        **{**AUTHORS, "instructor": 303, "administrator": 303},
        data=lambda w: RULE,
    ),
    Row("study.list_certificates", "GET", lambda w: _manage(w) + "/certificates", **STAFF),
    Row("study.show_issued", "GET", _issued, **STAFF),
    Row(
        "study.revoke_certificate",
        "POST",
        lambda w: _issued(w) + "/state",
        **STAFF_POST,
        data=lambda w: {"act": "revoked", "reason": "弄错了人"},
    ),
]
