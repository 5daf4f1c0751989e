"""What a certificate says as an Open Badge 3.0: credential, achievement, issuer and whether it was revoked.

Names are those of the specification (1EdTech, “Open Badges 3.0”, sections 8.2 and B); the proof is the outer one, a
JSON Web Token whose payload is the credential itself.
"""

import hashlib
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from core.addresses import absolute
from core.faces import Faces
from core.i18n import _, in_language
from study import urls
from study.badges.keys import public_key, sign
from study.certificate_wording import hours_words
from study.models import Certificate

CONTEXT = ["https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"]
SCHEMA = {
    "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
    "type": "1EdTechJsonSchemaValidator2019",
}
LANGUAGES = (("zh-Hans", "zh"), ("en", "en"))


def issuer(organisation: Faces) -> dict[str, Any]:
    """Return the profile of the site as issuer."""
    return {
        "id": absolute(urls.BADGE_ISSUER),
        "type": ["Profile"],
        "name": _line(organisation),
        "url": absolute("/"),
    }


def achievement(key: str, course_title: Faces, title: Faces, hours_tenths: int) -> dict[str, Any]:
    """Return what the certificate of a course is given for."""
    return {
        "id": absolute(urls.for_achievement(key)),
        "type": ["Achievement"],
        "achievementType": "Certificate",
        "name": _line(course_title),
        "description": f"{_line(title)}: {_each(course_title, lambda: hours_words(hours_tenths))}",
        "criteria": {"narrative": _each(course_title, lambda: _("Every lesson of the course is done."))},
    }


def credential(certificate: Certificate, key: str, organisation: Faces, email: str | None) -> dict[str, Any]:
    """Return a certificate as credential, for its holder to hand on."""
    subject: dict[str, Any] = {
        "id": subject_id(certificate.number),
        "type": ["AchievementSubject"],
        "identifier": _identifiers(certificate, email),
        "achievement": achievement(key, certificate.course_title, certificate.title, certificate.hours_tenths),
    }
    found: dict[str, Any] = {
        "@context": CONTEXT,
        "id": absolute(urls.for_certificate(certificate.number)),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _line(certificate.title),
        "issuer": issuer(organisation),
        "validFrom": _moment(certificate.issued_at),
        "credentialSubject": subject,
        "credentialStatus": {
            "id": absolute(urls.for_status(certificate.number)),
            "type": "1EdTechRevocationList",
        },
        "credentialSchema": [SCHEMA],
    }
    if certificate.expires_at:
        found["validUntil"] = _moment(certificate.expires_at)
    return found


def signed(found: dict[str, Any]) -> str:
    """Return a credential as compact JWS with the site's key."""
    claims = {
        "iss": found["issuer"]["id"],
        "jti": found["id"],
        "sub": found["credentialSubject"]["id"],
        "nbf": _seconds(found["validFrom"]),
    }
    if "validUntil" in found:
        claims["exp"] = _seconds(found["validUntil"])
    return sign({**found, **claims}, absolute(urls.for_badge_key(public_key()["kid"])))


def revocations(certificate: Certificate) -> dict[str, Any]:
    """Return the list of revoked credentials that concerns this one alone: no other number is given away."""
    revoked = [{"id": absolute(urls.for_certificate(certificate.number)), "revoked": True}]
    return {
        "id": absolute(urls.for_status(certificate.number)),
        "issuer": absolute(urls.BADGE_ISSUER),
        "revokedCredential": revoked if certificate.revoked_at else [],
    }


def subject_id(number: str) -> str:
    """Return the name of the holder in the credential: it tells nothing about the person."""
    return uuid.uuid5(uuid.NAMESPACE_URL, absolute(urls.for_certificate(number)) + "#holder").urn


def _identifiers(certificate: Certificate, email: str | None) -> list[dict[str, Any]]:
    """Return by what the holder is known: the name as issued, and the hash of an address that can be asked about."""
    name = {"identityType": "name", "hashed": False, "identityHash": certificate.holder_name}
    found = [{"type": "IdentityObject", **name}]
    if email:
        salt = certificate.number
        digest = hashlib.sha256((email + salt).encode()).hexdigest()
        hashed = {"identityType": "emailAddress", "hashed": True, "salt": salt, "identityHash": f"sha256${digest}"}
        found.append({"type": "IdentityObject", **hashed})
    return found


def _line(faces: Faces) -> str:
    return faces.all().replace("\n", " / ")


def _each(like: Faces, say: Callable[[], str]) -> str:
    """Say something in each language in which a title is written."""
    said = []
    for tag, face in LANGUAGES:
        if getattr(like, face):
            with in_language(tag):
                said.append(say())
    return " / ".join(said)


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _seconds(written: str) -> int:
    return int(datetime.fromisoformat(written).timestamp())
