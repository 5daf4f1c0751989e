"""Reads certificates: the public check, a holder's own, and what staff of the course's branch see."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.models import Branch, User, UserState
from core.db import db
from core.errors import Denied, NotFound
from core.faces import Faces
from core.pages import Page, page_of
from core.permissions import ROOT, Actor
from study.enums import LearningState
from study.models import (
    Certificate,
    CertificateRecord,
    CertificateRule,
    Course,
    CourseProgress,
    Enrolment,
)
from study.permissions import StudyPermission, may_read_course
from study.queries.courses import find_course


def find_certificate(number: str) -> Certificate | None:
    """Return a certificate by its number, with nothing loaded beside it: what it says stands in its own row."""
    return db.session.scalars(select(Certificate).where(Certificate.number == number)).one_or_none()


def get_own_certificate(number: str, holder: Actor) -> Certificate:
    """Return a certificate of the actor's own.

    Raises:
        NotFound: there is none.
    """
    certificate = find_certificate(number)
    if certificate is None or holder.id is None or certificate.user_id != holder.id:
        raise NotFound
    return certificate


def list_own_certificates(holder: Actor) -> Sequence[Certificate]:
    """Return a member's certificates, the latest first."""
    return db.session.scalars(
        select(Certificate)
        .where(Certificate.user_id == holder.id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    ).all()


def find_rule(course_id: int) -> CertificateRule | None:
    """Return what the certificate of a course says, switched on or not."""
    return db.session.get(CertificateRule, course_id)


def get_achievement(key: str) -> tuple[CertificateRule, Course]:
    """Return what a course's certificate says, by its name outside, with the course and its branch.

    Raises:
        NotFound: nothing has this name.
    """
    row = db.session.execute(
        select(CertificateRule, Course)
        .join(Course, Course.id == CertificateRule.course_id)
        .options(joinedload(Course.branch))
        .where(CertificateRule.key == key)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row.CertificateRule, row.Course


def organisation_name() -> Faces:
    """Return the name of the whole organisation, which is that of the root branch."""
    return db.session.scalars(select(Branch.name).where(Branch.path == ROOT)).one()


def badge_facts(certificate: Certificate) -> tuple[str, Faces, str | None]:
    """Return what a badge says beyond the certificate: the achievement's name outside, the issuer, an address."""
    row = db.session.execute(
        select(CertificateRule.key, User.email)
        .select_from(Certificate)
        .join(CertificateRule, CertificateRule.course_id == Certificate.course_id)
        .join(User, User.id == Certificate.user_id)
        .where(Certificate.id == certificate.id)
    ).one()
    return row.key, organisation_name(), row.email


def get_course_to_check(slug: str, staff: Actor) -> Course:
    """Return a course whose certificates the actor may see and revoke.

    Raises:
        NotFound: there is none that the actor may see.
        Denied: the actor may see the course but not its certificates.
    """
    course = find_course(slug)
    if course is None:
        raise NotFound
    _check_staff(course, staff)
    return course


def _check_staff(course: Course, staff: Actor) -> None:
    if not staff.may(StudyPermission.REVOKE, course.branch.path):
        raise Denied if may_read_course(staff, course) else NotFound


def get_issued(certificate_id: int, staff: Actor) -> Certificate:
    """Return a certificate that the actor may revoke, with its course, branch and holder.

    Raises:
        NotFound, Denied: as for ``get_course_to_check``.
    """
    statement = (
        select(Certificate)
        .join(Certificate.course)
        .join(Course.branch)
        .options(contains_eager(Certificate.course).contains_eager(Course.branch), joinedload(Certificate.user))
        .where(Certificate.id == certificate_id)
    )
    certificate = db.session.scalars(statement).one_or_none()
    if certificate is None:
        raise NotFound
    _check_staff(certificate.course, staff)
    return certificate


def page_of_issued(course: Course, cursor: str | None) -> Page[Any]:
    """Return a page of the certificates of a course with their holders, the latest first."""
    statement = select(Certificate).options(joinedload(Certificate.user)).where(Certificate.course_id == course.id)
    return page_of(statement, order=[Certificate.id], cursor=cursor, limit=50)


def list_records(certificate: Certificate) -> Sequence[CertificateRecord]:
    """Return what was done with a certificate, the latest first."""
    return db.session.scalars(
        select(CertificateRecord)
        .options(joinedload(CertificateRecord.actor))
        .where(CertificateRecord.certificate_id == certificate.id)
        .order_by(CertificateRecord.id.desc())
    ).all()


def list_earners(course_id: int, after: int, limit: int) -> Sequence[int]:
    """Return members who take a course, have done all of it and have no certificate of it, by id."""
    given = exists().where(Certificate.user_id == Enrolment.user_id, Certificate.course_id == course_id)
    return db.session.scalars(
        select(Enrolment.user_id)
        .join(User, User.id == Enrolment.user_id)
        .join(
            CourseProgress,
            (CourseProgress.user_id == Enrolment.user_id) & (CourseProgress.course_id == Enrolment.course_id),
        )
        .where(
            Enrolment.course_id == course_id,
            Enrolment.left_at.is_(None),
            Enrolment.user_id > after,
            User.state == UserState.ACTIVE,
            CourseProgress.state == LearningState.DONE,
            ~given,
        )
        .order_by(Enrolment.user_id)
        .limit(limit)
    ).all()
