"""Writes certificates: whether a course gives one, issuing, what is shown of them, revoking and restoring."""

import calendar
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select

from accounts.models import Branch, User, UserState
from core.clock import utcnow
from core.db import db, lock
from core.errors import NotFound
from core.faces import Faces
from core.i18n import _l
from core.notifications import notice_kind, tell
from core.outbox import announce
from core.permissions import Actor, require
from core.upserts import upsert
from study import urls
from study.enums import CertificateAct, CertificateState
from study.errors import AlreadyRevoked, NotRevoked, RevokedNotRenewed
from study.events import CertificateOffered
from study.models import Certificate, CertificateRecord, CertificateRule, Course, Enrolment
from study.numbers import new_key, new_number
from study.permissions import StudyPermission, require_in_course

ISSUED = "study.certificate_issued"
REVOKED = "study.certificate_revoked"
RESTORED = "study.certificate_restored"
RENEWED = "study.certificate_renewed"
notice_kind(ISSUED, _l("You have earned the certificate of “%(course)s”."), icon="star")
_REASON = _l("Reason: %(reason)s")
notice_kind(REVOKED, _l("Your certificate of “%(course)s” was revoked."), icon="cross", detail=_REASON)
notice_kind(
    RESTORED, _l("Your certificate of “%(course)s” is valid again."), icon="star", detail=_l("Reason: %(reason)s")
)
notice_kind(RENEWED, _l("Your certificate of “%(course)s” was renewed."), icon="star", detail=_REASON)


@dataclass(frozen=True, kw_only=True)
class RuleContent:
    """What an author decides about the certificate of a course."""

    is_on: bool
    title: Faces
    hours_tenths: int
    valid_months: int | None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """What a holder lets the check page say."""

    name: bool
    course: bool
    date: bool


def set_rule(course: Course, actor: Actor, content: RuleContent) -> CertificateRule:
    """Decide about a course's certificate; those issued before stay as they are.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, course)
    rule = db.session.get(CertificateRule, course.id)
    began = content.is_on and (rule is None or not rule.is_on)
    if rule is None:
        rule = CertificateRule(course_id=course.id, key=new_key())
        db.session.add(rule)
    rule.is_on, rule.title = content.is_on, content.title
    rule.hours_tenths, rule.valid_months = content.hours_tenths, content.valid_months
    db.session.flush()
    if began:
        announce(CertificateOffered(course_id=course.id))
    return rule


def issue(course_id: int, user_id: int) -> Certificate | None:
    """Issue the certificate of a course that a member has done, once for all; None when there is none to issue."""
    rule, user = db.session.get(CertificateRule, course_id), _taking(course_id, user_id)
    if rule is None or not rule.is_on or user is None:
        return None
    now = utcnow()
    row = {
        "number": new_number(),
        "user_id": user_id,
        "course_id": course_id,
        "holder_name": user.display_name,
        **_words(course_id, rule),
        "issued_at": now,
        "expires_at": after_months(now, rule.valid_months) if rule.valid_months else None,
    }
    statement = upsert(Certificate, row, conflict=["user_id", "course_id"]).returning(Certificate)
    certificate: Certificate | None = db.session.scalars(statement).one_or_none()
    if certificate is not None:
        _tell_holder(certificate, ISSUED, _record(certificate, CertificateAct.ISSUED, None))
    return certificate


def _taking(course_id: int, user_id: int) -> User | None:
    """Return the member who takes a course; nobody when he left it, or the account is closed."""
    found: User | None = db.session.scalars(
        select(User)
        .join(Enrolment, Enrolment.user_id == User.id)
        .where(
            User.id == user_id,
            User.state == UserState.ACTIVE,
            Enrolment.course_id == course_id,
            Enrolment.left_at.is_(None),
        )
    ).one_or_none()
    return found


def _words(course_id: int, rule: CertificateRule) -> dict[str, object]:
    """Return what the certificate says of its course, as it is called today."""
    course = db.session.execute(
        select(Course.title, Branch.name).join(Branch, Branch.id == Course.branch_id).where(Course.id == course_id)
    ).one()
    return {
        "title": rule.title,
        "course_title": course.title,
        "branch_name": course.name,
        "hours_tenths": rule.hours_tenths,
    }


def after_months(moment: datetime, months: int) -> datetime:
    """Return the same day of the month so many months later, or its last day where that month is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def show(certificate_id: int, holder: Actor, shown: Shown) -> None:
    """Let the check page say so much.

    Raises:
        NotFound: it is not the actor's own.
    """
    certificate = _held(certificate_id)
    if certificate is None or certificate.user_id != holder.id:
        raise NotFound
    certificate.shows_name, certificate.shows_course, certificate.shows_date = shown.name, shown.course, shown.date
    _record(certificate, CertificateAct.SHOWN, holder.id)


def revoke(certificate: Certificate, actor: Actor, reason: str) -> None:
    """Take a certificate back; the holder reads why. Its course and branch are loaded.

    Raises:
        Denied: the actor may not revoke certificates of this branch.
        AlreadyRevoked: somebody did.
    """
    require(actor, StudyPermission.REVOKE, certificate.course.branch.path)
    if not take_back(certificate.id, actor.id, reason):
        raise AlreadyRevoked


def take_back(certificate_id: int, actor_id: int | None, reason: str) -> bool:
    """Revoke a certificate; tell whether it held until now. The caller has asked who may."""
    row = _held(certificate_id)
    if row is None or row.revoked_at is not None:
        return False
    row.revoked_at, row.revoke_reason = utcnow(), reason
    _tell_holder(row, REVOKED, _record(row, CertificateAct.REVOKED, actor_id, reason))
    return True


def restore(certificate: Certificate, actor: Actor, reason: str) -> None:
    """Take a revocation back that was a mistake; the holder reads why. Its course and branch are loaded.

    Raises:
        Denied: the actor may not revoke certificates of this branch.
        NotRevoked: it is not revoked.
    """
    require(actor, StudyPermission.REVOKE, certificate.course.branch.path)
    if not give_back(certificate.id, actor.id, reason):
        raise NotRevoked


def give_back(certificate_id: int, actor_id: int | None, reason: str, *, revoked_for: str | None = None) -> bool:
    """Let a revoked certificate hold again; tell whether it was revoked, for this reason if one is named.

    The caller has asked who may.
    """
    row = _held(certificate_id)
    if row is None or row.revoked_at is None or revoked_for not in (None, row.revoke_reason):
        return False
    row.revoked_at, row.revoke_reason = None, ""
    _tell_holder(row, RESTORED, _record(row, CertificateAct.RESTORED, actor_id, reason))
    return True


def renew(certificate: Certificate, actor: Actor, reason: str) -> None:
    """Issue a certificate again from now on: for the name, course and hours of today, under the number it has.

    Its course and branch are loaded.

    Raises:
        Denied: the actor may not revoke certificates of this branch.
        RevokedNotRenewed: it is revoked.
    """
    require(actor, StudyPermission.REVOKE, certificate.course.branch.path)
    row, rule = _held(certificate.id), db.session.get(CertificateRule, certificate.course_id)
    if row is None or rule is None or row.state is CertificateState.REVOKED:
        raise RevokedNotRenewed
    for name, value in _words(row.course_id, rule).items():
        setattr(row, name, value)
    row.holder_name = db.session.get_one(User, row.user_id).display_name
    row.issued_at = utcnow()
    row.expires_at = after_months(row.issued_at, rule.valid_months) if rule.valid_months else None
    _tell_holder(row, RENEWED, _record(row, CertificateAct.RENEWED, actor.id, reason))


def forget_holder(user_id: int) -> None:
    """Delete the certificates of an erased person: each is nothing but personal data."""
    db.session.execute(delete(Certificate).where(Certificate.user_id == user_id))


def _held(certificate_id: int) -> Certificate | None:
    found: Certificate | None = db.session.scalars(
        lock(select(Certificate).where(Certificate.id == certificate_id))
    ).one_or_none()
    return found


def _record(certificate: Certificate, act: CertificateAct, actor_id: int | None, reason: str = "") -> CertificateRecord:
    record = CertificateRecord(certificate_id=certificate.id, act=act, actor_id=actor_id, reason=reason)
    db.session.add(record)
    db.session.flush()
    return record


def _tell_holder(certificate: Certificate, kind: str, record: CertificateRecord) -> None:
    tell(
        [certificate.user_id],
        kind,
        subject=certificate.ref,
        url=urls.for_own_certificate(certificate.number),
        key=f"{kind}:{record.id}",
        actor_id=record.actor_id,
        course=certificate.course_title.all().replace("\n", " / "),
        reason=record.reason,
    )
