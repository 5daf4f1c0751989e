"""Finds questions in a bank: by words, kind, folder, tag, level, state and likeness."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from sqlalchemy import JSON, ColumnElement, Select, and_, func, or_, select, type_coerce

from core.db import db
from core.pages import Page, page_of
from study.enums import Difficulty, QuestionKind, VersionState
from study.models import Citation, Question, QuestionBank, QuestionVersion
from study.models.questions import FOLDER_MAX, TAG_MAX, clean_folder, tags_of
from study.queries.citations import rests_on_change
from study.quiz.queries.banks import current_version, lines_of_questions

PAGE: Final = 50
WORDS_MAX: Final = 200
NONE: Final = "-"
"""Asks for questions that have none: no folder, no level."""
CHANGED: Final = "changed"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is looked for in a bank; an empty word asks for nothing."""

    q: str = ""
    kind: str = ""
    folder: str = ""
    tag: str = ""
    level: str = ""
    state: str = ""
    twins: str = ""
    cited: str = ""
    """Whether only questions are wanted whose paragraph has changed."""

    @classmethod
    def read(cls, sent: Any) -> Self:
        """Return what an address or a form asks for; what is not known asks for nothing."""

        def among(name: str, known: Any) -> str:
            said = sent.get(name, "")
            return said if said in {one.value for one in known} else ""

        level = sent.get("level", "")
        folder = sent.get("folder", "")
        return cls(
            q=" ".join(sent.get("q", "").split())[:WORDS_MAX],
            kind=among("kind", QuestionKind),
            folder=NONE if folder == NONE else clean_folder(folder[:FOLDER_MAX]),
            tag=sent.get("tag", "").replace("|", "")[:TAG_MAX],
            level=NONE if level == NONE else among("level", Difficulty),
            state=among("state", VersionState),
            twins="1" if sent.get("twins") else "",
            cited=CHANGED if sent.get("cited") else "",
        )

    @property
    def fields(self) -> dict[str, str]:
        """Return what is asked for, by name, as an address says it."""
        return {name: value for name, value in asdict(self).items() if value}

    def conditions(self) -> list[ColumnElement[bool]]:
        """Return what a question and its latest version must fulfil."""
        found: list[ColumnElement[bool]] = []
        if self.q:
            found.append(has_words(self.q))
        if self.kind:
            found.append(QuestionVersion.kind == QuestionKind(self.kind))
        if self.folder:
            found.append(in_folder("" if self.folder == NONE else self.folder))
        if self.tag:
            found.append(has_tag(self.tag))
        if self.level:
            level = None if self.level == NONE else Difficulty(self.level)
            found.append(Question.level.is_(None) if level is None else Question.level == level)
        if self.state:
            found.append(Question.state == VersionState(self.state))
        asked = [(self.twins, Question.twin_of_id.is_not(None)), (self.cited, rests_on_change())]
        return [*found, *(condition for is_asked, condition in asked if is_asked)]


def in_folder(folder: str) -> ColumnElement[bool]:
    """Return the condition that a question lies in a folder or below it; without a name, in none."""
    if not folder:
        return Question.folder == ""
    return or_(Question.folder == folder, Question.folder.startswith(f"{folder}/", autoescape=True))


def has_words(sought: str) -> ColumnElement[bool]:
    """Return the condition that a question holds these words, in its name or in what it asks."""
    texts = type_coerce(QuestionVersion.text, JSON)
    words = [Question.name, texts["zh"].as_string(), texts["en"].as_string()]
    return or_(*(word.icontains(sought, autoescape=True) for word in words))


def has_tag(tag: str) -> ColumnElement[bool]:
    """Return the condition that a question bears a tag."""
    return Question.tags.contains(f"|{tag}|", autoescape=True)


def _matching(bank: QuestionBank, wish: Wish) -> Select[*tuple[Any, ...]]:
    return lines_of_questions().where(Question.bank_id == bank.id, *wish.conditions())


def page_of_questions(bank: QuestionBank, cursor: str | None, wish: Wish | None = None) -> Page[Any]:
    """Return a page of the questions of a bank in the order they came."""
    return page_of(_matching(bank, wish or Wish()), order=[Question.id], cursor=cursor, limit=PAGE, descending=False)


def count_questions(bank: QuestionBank, wish: Wish) -> int:
    """Return how many questions are found."""
    found = _matching(bank, wish).subquery()
    return db.session.scalar(select(func.count()).select_from(found)) or 0


def list_ids(bank: QuestionBank, wish: Wish) -> list[int]:
    """Return the ids of all questions that are found."""
    statement = select(Question.id).join(QuestionVersion, and_(current_version()))
    return list(db.session.scalars(statement.where(Question.bank_id == bank.id, *wish.conditions())))


@dataclass(frozen=True, kw_only=True)
class Shelves:
    """How a bank is arranged: each folder and tag with the number of its questions."""

    folders: list[tuple[str, int]]
    tags: list[tuple[str, int]]
    has_twins: bool
    has_changed: bool
    """Whether questions rest on paragraphs that have changed."""


def list_shelves(bank: QuestionBank | None = None, *, banks_of: Sequence[int] = ()) -> Shelves:
    """Return the folders and tags of a bank, or of several together."""
    ids = [bank.id] if bank is not None else list(banks_of)
    rows = db.session.execute(
        select(
            Question.folder,
            Question.tags,
            func.count(),
            func.count(Question.twin_of_id),
            func.count(Citation.changed_at),
        )
        .outerjoin(Citation, Citation.question_id == Question.id)
        .where(Question.bank_id.in_(ids))
        .group_by(Question.folder, Question.tags)
    ).all()
    folders: Counter[str] = Counter()
    tags: Counter[str] = Counter()
    for folder, stored, count, _twins, _changed in rows:
        steps = folder.split("/") if folder else []
        for depth in range(1, len(steps) + 1):
            folders["/".join(steps[:depth])] += count
        for tag in tags_of(stored):
            tags[tag] += count
    return Shelves(
        folders=sorted(folders.items()),
        tags=sorted(tags.items()),
        has_twins=any(row[3] for row in rows),
        has_changed=any(row[4] for row in rows),
    )
