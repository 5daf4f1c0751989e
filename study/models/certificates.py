"""Certificates: whether a course gives one, those that were given, and what was done with each."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import NAME_MAX, User
from core.clock import utcnow
from core.db import Base, Timestamped
from core.faces import Faces
from core.refs import Ref
from study.enums import CertificateAct, CertificateState
from study.models.courses import Course

REASON_MAX = 500
NUMBER_MAX = 32
KEY_MAX = 24


class CertificateRule(Timestamped, Base):
    """What the certificate of a course says. Switched off, it is kept for the day it is wanted again."""

    __tablename__ = "study_certificate_rules"

    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(KEY_MAX), unique=True)
    """The name of the achievement outside: not to be guessed, since the course may be for a few only."""
    is_on: Mapped[bool] = mapped_column(default=True)
    title: Mapped[Faces]
    hours_tenths: Mapped[int]
    """Hours of study in tenths: 15 is an hour and a half."""
    valid_months: Mapped[int | None]
    """None: it never runs out."""


class Certificate(Base):
    """What was issued to one member for one course, in the words of that day: none of them changes later."""

    __tablename__ = "study_certificates"
    __table_args__ = (
        UniqueConstraint("user_id", "course_id"),
        # Serves the list of one course, the latest first.
        Index(None, "course_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(NUMBER_MAX), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"))
    holder_name: Mapped[str] = mapped_column(String(NAME_MAX))
    title: Mapped[Faces]
    course_title: Mapped[Faces]
    branch_name: Mapped[Faces]
    hours_tenths: Mapped[int]
    issued_at: Mapped[datetime] = mapped_column(default=utcnow)
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoke_reason: Mapped[str] = mapped_column(String(REASON_MAX), default="")
    shows_name: Mapped[bool] = mapped_column(default=False)
    shows_course: Mapped[bool] = mapped_column(default=True)
    shows_date: Mapped[bool] = mapped_column(default=True)

    course: Mapped[Course] = relationship(lazy="raise")
    user: Mapped[User] = relationship(lazy="raise")

    @property
    def ref(self) -> Ref:
        """Return how other rooms point at this certificate."""
        return Ref("certificate", self.id)

    @property
    def state(self) -> CertificateState:
        """Tell whether it holds now. Revoked comes before expired: it says more."""
        if self.revoked_at is not None:
            return CertificateState.REVOKED
        if self.expires_at is not None and self.expires_at <= utcnow():
            return CertificateState.EXPIRED
        return CertificateState.VALID


class CertificateRecord(Base):
    """What was done with a certificate, by whom and why. Rows are only ever added."""

    __tablename__ = "study_certificate_records"

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("study_certificates.id", ondelete="CASCADE"), index=True)
    act: Mapped[CertificateAct]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    reason: Mapped[str] = mapped_column(String(REASON_MAX), default="")
    at: Mapped[datetime] = mapped_column(default=utcnow)

    actor: Mapped[User | None] = relationship(lazy="raise")
