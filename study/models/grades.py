"""Gradebooks: what counts how much in a course, and the marks that people put into it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import User
from core.clock import utcnow
from core.db import Base, Timestamped
from core.faces import Faces
from study.enums import EmptyMark, GradeAct

FULL_MARK = 100_000
"""Thousandths: what quizzes and assignments are marked out of in a gradebook, so that marks are per cent."""
WEIGHT = 1000
"""Thousandths: what counts once."""
MARK_MAX, WEIGHT_MAX = 1_000_000, 1_000_000
"""Thousandths: the highest full mark of a column of its own, and the highest weight."""
FEEDBACK_MAX = 5_000
REASON_MAX = 500
TOKEN_MAX = 40
FILE_NAME_MAX = 200
_CURRENT = text("is_current")


class Gradebook(Base):
    """What those who write a course settled about its marks; without a row nothing is settled."""

    __tablename__ = "study_gradebooks"

    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), primary_key=True)
    empty: Mapped[EmptyMark] = mapped_column(default=EmptyMark.OPEN)
    settled_at: Mapped[datetime] = mapped_column(default=utcnow)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)


class GradeItem(Timestamped, Base):
    """A column: a quiz or an assignment of the course, once anything is said about it, or one of its own."""

    __tablename__ = "study_grade_items"
    __table_args__ = (
        UniqueConstraint("quiz_id"),
        UniqueConstraint("lesson_id"),
        CheckConstraint("quiz_id IS NULL OR lesson_id IS NULL", name="of_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), index=True)
    quiz_id: Mapped[int | None] = mapped_column(ForeignKey("study_quizzes.id", ondelete="CASCADE"))
    lesson_id: Mapped[int | None] = mapped_column(ForeignKey("study_lessons.id", ondelete="CASCADE"))
    title: Mapped[Faces] = mapped_column(default=Faces())
    """Of its own columns; others are called as what they are about."""
    max_mark: Mapped[int] = mapped_column(default=FULL_MARK)
    weight: Mapped[int] = mapped_column(default=WEIGHT)
    is_hidden: Mapped[bool] = mapped_column(default=False)
    """Whether learners do not see it yet; it counts for nobody then."""
    due_at: Mapped[datetime | None]
    """The first moment that is late, of its own columns."""

    @property
    def is_own(self) -> bool:
        """Tell whether its marks come from people alone."""
        return self.quiz_id is None and self.lesson_id is None


class GradeImport(Base):
    """A file of marks that was taken in, so that it can be taken back as a whole."""

    __tablename__ = "study_grade_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"), index=True)
    token: Mapped[str] = mapped_column(String(TOKEN_MAX), unique=True)
    """The preview that was accepted, so that two clicks take it in once."""
    file_name: Mapped[str] = mapped_column(String(FILE_NAME_MAX))
    count: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)

    made_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[made_by_id])
    undone_by: Mapped[User | None] = relationship(lazy="raise", foreign_keys=[undone_by_id])


class Grade(Base):
    """What a person said about one learner and one column. Rows are only ever added; the current one counts."""

    __tablename__ = "study_grades"
    __table_args__ = (
        UniqueConstraint("item_id", "user_id", "number"),
        # Whatever races: one of them counts.
        Index(
            "uq_study_grades_current",
            "item_id",
            "user_id",
            unique=True,
            sqlite_where=_CURRENT,
            postgresql_where=_CURRENT,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("study_grade_items.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    is_current: Mapped[bool] = mapped_column(default=True)
    act: Mapped[GradeAct] = mapped_column(default=GradeAct.GIVEN)
    mark: Mapped[int | None]
    """Thousandths, out of the full mark of the column; None leaves it to what was handed in."""
    feedback: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(String(REASON_MAX), default="")
    made_at: Mapped[datetime] = mapped_column(default=utcnow)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(ForeignKey("study_grade_imports.id", ondelete="SET NULL"), index=True)

    made_by: Mapped[User] = relationship(lazy="raise", foreign_keys=[made_by_id])
