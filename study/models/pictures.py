"""Pictures and recordings of a course, and the lessons and questions that show them."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.clock import utcnow
from core.db import Base
from core.files import NAME_MAX, File
from study.models.courses import Course

ALT_MAX = 300


class Picture(Base):
    """A picture that the texts of one course may show, as we encoded it, with a small form of it.

    A recording that they may play is kept the same way, as it was sent: it is its own small form, and measures nothing.
    """

    __tablename__ = "study_pictures"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("core_files.id"))
    thumbnail_id: Mapped[int] = mapped_column(ForeignKey("core_files.id"))
    name: Mapped[str] = mapped_column(String(NAME_MAX))
    alt: Mapped[str] = mapped_column(String(ALT_MAX), default="")
    width: Mapped[int]
    height: Mapped[int]
    """Of the small form, in pixels."""
    source: Mapped[str] = mapped_column(String(64), default="")
    """The checksum of what was sent, so that the same folder sent twice brings no second picture."""
    import_id: Mapped[int | None] = mapped_column(
        ForeignKey("study_question_imports.id", ondelete="SET NULL"), index=True
    )
    """The file of questions it came with, whose taking back takes it too where nothing else shows it."""
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(default=utcnow)

    course: Mapped[Course] = relationship(lazy="raise")
    file: Mapped[File] = relationship(lazy="raise", foreign_keys=file_id)


class PicturePlace(Base):
    """A lesson shows a picture; told by its text, and rewritten with it."""

    __tablename__ = "study_picture_places"

    picture_id: Mapped[int] = mapped_column(ForeignKey("study_pictures.id", ondelete="CASCADE"), primary_key=True)
    lesson_id: Mapped[int] = mapped_column(
        ForeignKey("study_lessons.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class QuestionPicture(Base):
    """A version of a question shows a picture; written with the version, which never changes."""

    __tablename__ = "study_question_pictures"

    version_id: Mapped[int] = mapped_column(
        ForeignKey("study_question_versions.id", ondelete="CASCADE"), primary_key=True
    )
    picture_id: Mapped[int] = mapped_column(
        ForeignKey("study_pictures.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    is_asked: Mapped[bool]
    """Whether it stands where everybody sees it who is asked, and not only in feedback or another part of the key."""
