"""What the authors of a course tell its learners, and the secret of a member's calendar."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.clock import utcnow
from core.db import Base, Timestamped
from core.faces import Faces
from core.refs import Ref
from study.models.courses import Course


class Announcement(Timestamped, Base):
    """One announcement of a course."""

    __tablename__ = "study_announcements"
    # Serves the page of a course: its announcements, the newest first.
    __table_args__ = (Index(None, "course_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    title: Mapped[Faces]
    body: Mapped[Faces] = mapped_column(default=Faces())
    html: Mapped[Faces] = mapped_column(default=Faces())

    course: Mapped[Course] = relationship(lazy="raise")
    author: Mapped[User] = relationship(lazy="raise")

    @property
    def ref(self) -> Ref:
        """Name this announcement to other packages."""
        return Ref("announcement", self.id)


class CalendarToken(Base):
    """The secret in the address of one member's calendar; only its hash is kept."""

    __tablename__ = "study_calendar_tokens"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
