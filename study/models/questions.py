"""Question banks: questions, and their versions, which never change once a paper used them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Branch
from core.clock import utcnow
from core.db import Base, Timestamped
from core.faces import Faces
from study.enums import Difficulty, QuestionKind, VersionState
from study.models.courses import Course
from study.quiz.kinds import TYPED
from study.quiz.kinds.content import Option, QuestionContent, details_of

BANK_NAME_MAX = 120
QUESTION_NAME_MAX = 200
KEY_MAX = 80
FOLDER_MAX = 200
TAG_MAX = 40
TAGS_MAX = 400
"""Characters of all tags of a question together, with the strokes between them."""
SKETCH_MAX = 200


class QuestionBank(Timestamped, Base):
    """A named pile of questions that belongs to a course, whose authors alone change it; others may be let use it."""

    __tablename__ = "study_question_banks"
    __table_args__ = (UniqueConstraint("course_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("study_courses.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(BANK_NAME_MAX))
    shared_with_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"), index=True)
    """The branch whose authors, and those of branches below it, may look at it and ask its questions."""

    course: Mapped[Course] = relationship(lazy="raise")
    shared_with: Mapped[Branch | None] = relationship(lazy="raise")


class QuestionImport(Base):
    """One file that was taken in: what it brought can be taken back as a whole."""

    __tablename__ = "study_question_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("study_question_banks.id", ondelete="CASCADE"), index=True)
    file_name: Mapped[str] = mapped_column(String(FOLDER_MAX))
    added: Mapped[int] = mapped_column(default=0)
    """Questions that are new."""
    changed: Mapped[int] = mapped_column(default=0)
    """Questions that were there and got a new version."""
    refused: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    undone_at: Mapped[datetime | None]


class Question(Timestamped, Base):
    """One question through all its versions. ``key`` finds it again when its file is imported once more."""

    __tablename__ = "study_questions"
    __table_args__ = (UniqueConstraint("bank_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("study_question_banks.id", ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(KEY_MAX))
    name: Mapped[str] = mapped_column(String(QUESTION_NAME_MAX))
    current_version: Mapped[int] = mapped_column(default=1)
    """The number of the version that new papers take: the latest that is ready, if there is one."""
    state: Mapped[VersionState] = mapped_column(default=VersionState.READY)
    """Retired questions are kept for old papers but offered to no new quiz; drafts have no version that is ready."""
    folder: Mapped[str] = mapped_column(String(FOLDER_MAX), default="")
    """Where it lies in its bank: names with strokes between them, ``bank/first``."""
    tags: Mapped[str] = mapped_column(String(TAGS_MAX), default="")
    """Its tags between strokes, ``|minutes|rules|``: so that one can be looked for."""
    level: Mapped[Difficulty | None]
    sketch: Mapped[str] = mapped_column(String(SKETCH_MAX), default="")
    """Tells whether two questions are alike, see ``study.quiz.likeness``."""
    twin_of_id: Mapped[int | None] = mapped_column(ForeignKey("study_questions.id", ondelete="SET NULL"), index=True)
    """An older question of the course that says nearly the same."""
    import_id: Mapped[int | None] = mapped_column(
        ForeignKey("study_question_imports.id", ondelete="SET NULL"), index=True
    )

    bank: Mapped[QuestionBank] = relationship(lazy="raise")

    @property
    def tag_list(self) -> list[str]:
        """Return its tags."""
        return tags_of(self.tags)


def tags_of(stored: str) -> list[str]:
    """Return tags from what the column stores."""
    return [tag for tag in stored.split("|") if tag]


def join_tags(tags: Iterable[str]) -> str:
    """Return what the column stores: each tag once, as many as have room."""
    stored = ""
    for tag in dict.fromkeys(" ".join(tag.replace("|", " ").split())[:TAG_MAX] for tag in tags):
        if tag and len(stored) + len(tag) + 2 <= TAGS_MAX:
            stored = f"{stored or '|'}{tag}|"
    return stored


def clean_folder(path: str) -> str:
    """Return the path of a folder without empty steps."""
    steps = (" ".join(step.split()) for step in path.split("/"))
    return "/".join(step for step in steps if step)[:FOLDER_MAX].strip("/")


class QuestionVersion(Timestamped, Base):
    """What a question asked at one time; ``content`` is all of it.

    ``options``, or ``answers`` of kinds that are typed, hold ``Option`` objects as JSON, in the author's order.
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
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """Gaps, bands and settings, where a question has any."""
    feedback: Mapped[Faces] = mapped_column(default=Faces())
    feedback_html: Mapped[Faces] = mapped_column(default=Faces())
    render_version: Mapped[int] = mapped_column(default=0)
    state: Mapped[VersionState] = mapped_column(default=VersionState.READY)
    content_hash: Mapped[str] = mapped_column(String(64))
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    import_id: Mapped[int | None] = mapped_column(
        ForeignKey("study_question_imports.id", ondelete="SET NULL"), index=True
    )

    question: Mapped[Question] = relationship(lazy="raise")

    @property
    def option_list(self) -> list[Option]:
        """Return the options, or the accepted answers of a kind that is typed."""
        return [Option.from_json(stored) for stored in self.options or self.answers]

    @property
    def content(self) -> QuestionContent:
        """Return the question as it stands, rendered; its name belongs to the question, not to the version."""
        return QuestionContent(
            kind=self.kind,
            text=self.text,
            html=self.html,
            feedback=self.feedback,
            feedback_html=self.feedback_html,
            options=self.option_list,
            **details_of(self.details),
        )

    @staticmethod
    def columns_of(content: QuestionContent) -> dict[str, Any]:
        """Return what the columns hold of a prepared question, by name."""
        stored: list[Any] = [option.to_json() for option in content.options]
        is_typed = content.kind in TYPED
        return {
            "kind": content.kind,
            "text": content.text,
            "html": content.html,
            "options": [] if is_typed else stored,
            "answers": stored if is_typed else [],
            "details": content.details(),
            "feedback": content.feedback,
            "feedback_html": content.feedback_html,
            "content_hash": content.digest,
        }
