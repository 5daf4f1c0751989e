"""Certificates as Open Badges: the holder's signed files, and what verifiers ask for."""

import json
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from core.errors import NotFound
from study.badges import credential as badges
from study.badges.keys import public_key
from study.badges.picture import draw
from study.queries import certificates as queries
from study.views import bp
from study.views.certificates import find_counted, own_file_of

well_known = Blueprint("well_known", __name__)
"""Addresses that stand at the root of the site."""


def _json(found: Any, media_type: str = "application/json") -> Response:
    answer = Response(json.dumps(found, ensure_ascii=False, indent=2), content_type=media_type)
    # Verifiers that run in a browser come from other sites; nothing here depends on who asks.
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _with_context(found: dict[str, Any]) -> dict[str, Any]:
    return {"@context": badges.CONTEXT, **found}


@bp.get("/badges/issuer")
def show_badge_issuer() -> ResponseReturnValue:
    """Say who issues the badges of this site."""
    return _json(_with_context(badges.issuer(queries.organisation_name())))


@bp.get("/badges/achievements/<key>")
def show_achievement(key: str) -> ResponseReturnValue:
    """Say what the certificate of a course is given for, to whoever has its name from a badge."""
    rule, course = queries.get_achievement(key)
    return _json(_with_context(badges.achievement(key, course.title, rule.title, rule.hours_tenths)))


@bp.get("/badges/keys/<kid>")
def show_badge_key(kid: str) -> ResponseReturnValue:
    """Give the public key with which badges are checked."""
    key = public_key()
    if kid != key["kid"]:
        raise NotFound
    return _json(key, "application/jwk+json")


@well_known.get("/.well-known/jwks.json")
def show_keys() -> ResponseReturnValue:
    """Give all public keys of the site."""
    return _json({"keys": [public_key()]}, "application/jwk-set+json")


@bp.get("/certificates/<number>/status")
def show_revocations(number: str) -> ResponseReturnValue:
    """Tell a verifier whether the credential of this number was revoked."""
    certificate = find_counted(number)
    if certificate is None:
        raise NotFound
    return _json(badges.revocations(certificate))


@bp.get("/progress/certificates/<number>/badge")
@login_required
def send_badge(number: str) -> ResponseReturnValue:
    """Send one's own certificate as signed Open Badge: as text or, with ``?form=svg``, inside a picture."""
    certificate = own_file_of(number)
    key, organisation, email = queries.badge_facts(certificate)
    jws = badges.signed(badges.credential(certificate, key, organisation, email))
    name, content, media_type = f"badge-{certificate.number}.jwt", jws, "application/vc+jwt"
    if request.args.get("form") == "svg":
        name, media_type = f"badge-{certificate.number}.svg", "image/svg+xml"
        content = draw(
            jws,
            issuer=certificate.branch_name,
            title=certificate.title,
            course=certificate.course_title,
            number=certificate.number,
        )
    answer = Response(content, content_type=media_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
