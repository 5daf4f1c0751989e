"""Certificates as Open Badges 3.0, checked by libraries that did not sign them and by rules of the specification."""

import base64
import hashlib
import json
import re
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from core.faces import Faces
from study.badges import keys
from tests.conftest import BASE_URL
from tests.factories.accounts import UserFactory
from tests.factories.certificates import CertificateFactory, rule_for
from tests.factories.study import CourseFactory

IDENTITY_TYPES = {"name", "emailAddress"}


def _issued(**more):
    course = CourseFactory(title=Faces("开放的支部", "The open branch"))
    rule_for(course)
    more.setdefault("user", UserFactory())
    return CertificateFactory(course=course, holder_name="李文", **more)


def _badge(sign_in, certificate, form=""):
    answer = sign_in(certificate.user).get(f"/study/progress/certificates/{certificate.number}/badge{form}")
    assert answer.status_code == 200
    return answer.text


def _part(token, place):
    part = token.split(".")[place]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _key_of(client, token):
    """Fetch the key as a stranger would: by the address that stands in the header."""
    address = _part(token, 0)["kid"]
    assert address.startswith(BASE_URL)
    answer = client.get(urlsplit(address).path)
    assert answer.content_type == "application/jwk+json"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    return answer.get_json(force=True)


def _pem(jwk):
    def number(name):
        return int.from_bytes(base64.urlsafe_b64decode(jwk[name] + "=="), "big")

    return (
        RSAPublicNumbers(number("e"), number("n"))
        .public_key()
        .public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )


def _check_credential(found):
    """What the JSON schema of the achievement credential asks for, as the specification's data model lists it."""
    assert found["@context"][:2] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]
    assert found["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert urlsplit(found["id"]).scheme
    assert isinstance(found["name"], str)
    for moment in ("validFrom", "validUntil"):
        if moment in found:
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found[moment])
    _check_profile(found["issuer"])
    subject = found["credentialSubject"]
    assert subject["type"] == ["AchievementSubject"]
    assert subject["id"].startswith("urn:uuid:")
    for one in subject["identifier"]:
        assert one["type"] == "IdentityObject"
        assert one["identityType"] in IDENTITY_TYPES
        assert isinstance(one["hashed"], bool)
        assert isinstance(one["identityHash"], str)
    _check_achievement(subject["achievement"])
    for schema in found["credentialSchema"]:
        assert set(schema) == {"id", "type"}
    assert found["credentialStatus"] == {"id": f"{found['id']}/status", "type": "1EdTechRevocationList"}


def _check_profile(found):
    assert found["type"] == ["Profile"]
    assert urlsplit(found["id"]).netloc
    assert urlsplit(found["url"]).netloc
    assert found["name"]


def _check_achievement(found):
    assert found["type"] == ["Achievement"]
    assert found["achievementType"] == "Certificate"
    assert urlsplit(found["id"]).netloc
    assert all(isinstance(found[name], str) and found[name] for name in ("name", "description"))
    assert isinstance(found["criteria"]["narrative"], str)


def test_a_badge_follows_the_specification(sign_in, client, clock):
    clock.set(datetime(2026, 3, 1, 8, 30, tzinfo=UTC))
    holder = UserFactory(email="li.wen@example.org")
    one = _issued(user=holder, expires_at=datetime(2027, 3, 1, tzinfo=UTC))

    token = _badge(sign_in, one)

    header, found = _part(token, 0), _part(token, 1)
    assert set(header) == {"alg", "kid", "typ"}
    assert (header["alg"], header["typ"]) == ("RS256", "JWT")
    _check_credential(found)
    assert found["iss"] == found["issuer"]["id"]
    assert found["jti"] == found["id"] == f"{BASE_URL}/study/certificates/{one.number}"
    assert found["sub"] == found["credentialSubject"]["id"]
    assert found["nbf"] == int(datetime(2026, 3, 1, 8, 30, tzinfo=UTC).timestamp())
    assert found["exp"] == int(datetime(2027, 3, 1, tzinfo=UTC).timestamp())
    name, email = found["credentialSubject"]["identifier"]
    assert name["identityHash"] == "李文"
    digest = hashlib.sha256(("li.wen@example.org" + email["salt"]).encode()).hexdigest()
    assert email["identityHash"] == f"sha256${digest}"
    assert "li.wen" not in json.dumps(found)


def test_two_libraries_that_did_not_sign_it_find_it_good(sign_in, client):
    token = _badge(sign_in, _issued())
    jwk = _key_of(client, token)

    payload = jwt.decode(token, jwt.PyJWK(jwk).key, algorithms=["RS256"])
    credential = OB3Verifier(_pem(jwk)).verify(token)

    assert payload["credentialSubject"]["achievement"]["name"] == "开放的支部 / The open branch"
    assert credential.recipient_id == payload["sub"]


def test_a_changed_byte_anywhere_fails(sign_in, client):
    token = _badge(sign_in, _issued())
    jwk = _key_of(client, token)
    verifier, head, body, end = OB3Verifier(_pem(jwk)), *token.split(".")
    other = json.dumps({**_part(token, 1), "name": "另一张"}).encode()
    forged = [
        f"{head}.{base64.urlsafe_b64encode(other).decode().rstrip('=')}.{end}",
        f"{head}.{body}.{'A' if end[0] != 'A' else 'B'}{end[1:]}",
        *(f"{head}.{body[:at]}{'x' if body[at] != 'x' else 'y'}{body[at + 1 :]}.{end}" for at in (10, 200, 400)),
    ]

    for wrong in forged:
        with pytest.raises(jwt.InvalidTokenError):
            jwt.decode(wrong, jwt.PyJWK(jwk).key, algorithms=["RS256"])
        with pytest.raises(OB3VerificationError):
            verifier.verify(wrong)


def test_the_picture_carries_the_same_credential(sign_in, client):
    picture = _badge(sign_in, _issued(), "?form=svg")

    root = etree.fromstring(picture.encode())
    (inside,) = root.findall("{https://purl.imsglobal.org/ob/v3p0}credential")

    token = inside.get("verify")
    assert jwt.decode(token, jwt.PyJWK(_key_of(client, token)).key, algorithms=["RS256"])
    assert OB3Verifier.extract_token_from_svg(picture.encode()) == inside.get("verify")
    assert "开放的支部" in picture


def test_words_of_a_title_cannot_break_out_of_the_picture(sign_in):
    one = _issued(course_title=Faces('<script>"&x', ""), title=Faces(zh='"><g/>'))

    root = etree.fromstring(_badge(sign_in, one, "?form=svg").encode())

    assert not root.findall(".//{*}script")
    assert '<script>"&x' in "".join(root.itertext())


def test_issuer_and_achievement_stand_where_the_badge_says(sign_in, client):
    found = _part(_badge(sign_in, _issued()), 1)

    issuer = client.get(urlsplit(found["issuer"]["id"]).path)
    achievement = client.get(urlsplit(found["credentialSubject"]["achievement"]["id"]).path)

    _check_profile(issuer.get_json())
    _check_achievement(achievement.get_json())
    assert issuer.get_json()["id"] == found["issuer"]["id"]
    assert {**achievement.get_json(), "@context": 0} == {**found["credentialSubject"]["achievement"], "@context": 0}
    assert client.get("/study/badges/achievements/none").status_code == 404
    assert client.get("/study/badges/keys/none").status_code == 404


def test_a_revoked_badge_is_said_to_be_so_and_no_other_number_with_it(client, clock):
    good, bad = _issued(), _issued(revoked_at=clock.now, revoke_reason="内部的原因")

    lists = [client.get(f"/study/certificates/{one.number}/status").get_json() for one in (good, bad)]

    assert lists[0]["revokedCredential"] == []
    assert lists[1]["revokedCredential"] == [{"id": f"{BASE_URL}/study/certificates/{bad.number}", "revoked": True}]
    assert lists[1]["issuer"] == f"{BASE_URL}/study/badges/issuer"


def test_the_key_is_made_once_for_the_owner_alone_and_only_its_public_half_is_served(app, client):
    path = Path(app.config["DATA"]) / "badge-key.pem"
    assert not path.exists()

    served = client.get("/.well-known/jwks.json").get_json(force=True)["keys"]

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [set(key) for key in served] == [{"kty", "n", "e", "kid", "alg", "use"}]
    assert client.get("/.well-known/jwks.json").get_json(force=True)["keys"] == served
    assert [one.name for one in path.parent.glob("*badge-key*")] == ["badge-key.pem"]


def test_processes_that_make_the_key_at_once_agree(app):
    found = []

    def make():
        with app.app_context():
            found.append(keys.public_key()["kid"])

    threads = [threading.Thread(target=make) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 4
    assert len(set(found)) == 1
