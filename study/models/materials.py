"""Materials: files and imported texts of a course, with the text that was read out of them."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from core.db import Base, Timestamped
from core.files import File
from core.refs import Ref
from study.enums import ExtractionFault, MaterialState
from study.models.courses import Course

TITLE_MAX = 300
EXTERNAL_ID_MAX = 300
ORIGIN_MAX = 100


class Material(Timestamped, Base):
    """A document of a course. Its text holds a form feed between pages."""

    __tablename__ = "study_materials"
    __table_args__ = (
        UniqueConstraint("course_id", "external_id"),
        # Serves the list of one course and the index, which walks by id.
        Index(None, "course_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("core_files.id"), index=True)
    title: Mapped[str] = mapped_column(String(TITLE_MAX))
    external_id: Mapped[str] = mapped_column(String(EXTERNAL_ID_MAX))
    """The name outside: a path inside an imported folder, or the id of an imported line."""
    origin: Mapped[str] = mapped_column(String(ORIGIN_MAX), default="")
    """The name of the imported folder: files of two folders may have one path inside."""
    text: Mapped[str] = deferred(mapped_column(Text, default=""))
    page_count: Mapped[int] = mapped_column(default=0)
    language: Mapped[str] = mapped_column(String(16), default="und")
    state: Mapped[MaterialState] = mapped_column(default=MaterialState.WAITING)
    fault: Mapped[ExtractionFault | None]
    version: Mapped[int] = mapped_column(default=1)
    checksum: Mapped[str] = mapped_column(String(64), default="")
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)

    course: Mapped[Course] = relationship(lazy="raise")
    file: Mapped[File | None] = relationship(lazy="raise")

    @property
    def ref(self) -> Ref:
        """Return how other rooms point at this material."""
        return Ref("material", self.id)


class MaterialVersion(Base):
    """A file that was replaced by a newer one and had been opened by then: proofs of hours name it.

    Files that nobody had opened are not kept.
    """

    __tablename__ = "study_material_versions"

    material_id: Mapped[int] = mapped_column(ForeignKey("study_materials.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("core_files.id"), index=True)
    checksum: Mapped[str] = mapped_column(String(64))
    replaced_at: Mapped[datetime]

    file: Mapped[File] = relationship(lazy="raise")
