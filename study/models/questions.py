"""Question banks: questions, and their versions, which never change once a paper used them."""

from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Base, Timestamped
from core.faces import Faces
from study.enums import QuestionKind, VersionState
from study.models.courses import Course
from study.quiz.marking import Key

BANK_NAME_MAX = 120
QUESTION_NAME_MAX = 200
KEY_MAX = 80

NOTHING = Faces()


def _packed(faces: Faces) -> dict[str, str]:
    return {name: text for name, text in (("zh", faces.zh), ("en", faces.en)) if text}


def _faces(stored: dict[str, str] | None) -> Faces:
    return Faces(**(stored or {}))


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a choice, or one accepted short answer with its ``pattern``. ``fraction`` is in thousandths."""

    key: str
    fraction: int
    text: Faces = NOTHING
    html: Faces = NOTHING
    feedback: Faces = NOTHING
    feedback_html: Faces = NOTHING
    pattern: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return what the column stores."""
        return {
            "key": self.key,
            "fraction": self.fraction,
            "pattern": self.pattern,
            "text": _packed(self.text),
            "html": _packed(self.html),
            "feedback": _packed(self.feedback),
            "feedback_html": _packed(self.feedback_html),
        }

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        """Make the option again from what the column stores."""
        return cls(
            key=stored["key"],
            fraction=stored["fraction"],
            pattern=stored.get("pattern", ""),
            text=_faces(stored.get("text")),
            html=_faces(stored.get("html")),
            feedback=_faces(stored.get("feedback")),
            feedback_html=_faces(stored.get("feedback_html")),
        )


class QuestionBank(Timestamped, Base):
    """A named pile of questions that belongs to a course."""

    __tablename__ = "study_question_banks"
    __table_args__ = (UniqueConstraint("course_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(BANK_NAME_MAX))

    course: Mapped[Course] = relationship(lazy="raise")


class Question(Timestamped, Base):
    """One question through all its versions. ``key`` finds it again when its file is imported once more."""

    __tablename__ = "study_questions"
    __table_args__ = (UniqueConstraint("bank_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("study_question_banks.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(KEY_MAX))
    name: Mapped[str] = mapped_column(String(QUESTION_NAME_MAX))
    current_version: Mapped[int] = mapped_column(default=1)
    """The number of the version that new papers take."""
    state: Mapped[VersionState] = mapped_column(default=VersionState.READY)
    """Retired questions are kept for old papers but offered to no new quiz."""

    bank: Mapped[QuestionBank] = relationship(lazy="raise")


class QuestionVersion(Timestamped, Base):
    """What a question asked at one time.

    ``options`` and ``answers`` (of short answers) hold ``Option`` objects as JSON, in the author's order.
    """

    __tablename__ = "study_question_versions"
    __table_args__ = (UniqueConstraint("question_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("study_questions.id", ondelete="CASCADE"))
    version: Mapped[int]
    kind: Mapped[QuestionKind]
    text: Mapped[Faces]
    html: Mapped[Faces]
    options: Mapped[list[Any]] = mapped_column(default=list)
    answers: Mapped[list[Any]] = mapped_column(default=list)
    feedback: Mapped[Faces] = mapped_column(default=Faces())
    feedback_html: Mapped[Faces] = mapped_column(default=Faces())
    render_version: Mapped[int] = mapped_column(default=0)
    state: Mapped[VersionState] = mapped_column(default=VersionState.READY)
    content_hash: Mapped[str] = mapped_column(String(64))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))

    question: Mapped[Question] = relationship(lazy="raise")

    @property
    def option_list(self) -> list[Option]:
        """Return the options, or the accepted answers of a short answer."""
        return [Option.from_json(stored) for stored in self.options or self.answers]

    @property
    def marking_key(self) -> Key:
        """Return what marking needs."""
        return Key(
            kind=self.kind,
            fractions={stored["key"]: stored["fraction"] for stored in self.options},
            patterns=[(stored["pattern"], stored["fraction"]) for stored in self.answers],
        )
