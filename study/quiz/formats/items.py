"""What a question file holds: items that were understood, and items that were refused with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.errors import Invalid
from core.i18n import _l
from study.enums import Difficulty, QuestionKind
from study.quiz.formats.texts import EMPTY, Text
from study.quiz.kinds.settings import USUAL, Settings

if TYPE_CHECKING:
    from study.quiz.formats.enclosed import Enclosed


class FileRefused(Invalid):
    """The file as a whole cannot be read."""


class NotUtf8(FileRefused):
    """GIFT and Aiken are written in UTF-8 only."""

    message = _l("The file is not in UTF-8: line %(line)s has another encoding. Save it as UTF-8 and send it again.")


class FormatUnknown(FileRefused):
    """Neither the name nor the content says which format this is."""

    message = _l("The format of this file was not recognised. Known formats: %(formats)s.")


class ColumnsUnknown(FileRefused):
    """A table without a heading for the questions or the answers."""

    message = _l("No row names the columns: at least “Question” (题目) and “Answer” (答案) are needed.")


class NoQuestions(FileRefused):
    """There is nothing in the file."""

    message = _l("There are no questions in this file.")


class ItemFault(Exception):
    """One item is wrong; carries the words for the author."""

    def __init__(self, message: Any, **words: object) -> None:
        super().__init__(message)
        self.message = message
        self.words = words

    def __str__(self) -> str:
        return str(self.message) % self.words


@dataclass(frozen=True, kw_only=True)
class Choice:
    """An option of a choice question, or an accepted short answer. ``fraction`` is in thousandths, −1000 to 1000."""

    text: Text
    fraction: int
    feedback: Text = EMPTY


@dataclass(frozen=True, kw_only=True)
class Number:
    """An accepted number: exact decimals as text, ``value`` may be ``*`` for any other answer."""

    value: str
    tolerance: str = "0"
    fraction: int = 1000
    feedback: Text = EMPTY


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two things that belong together; the left one may be empty, then the right one only distracts."""

    left: Text
    right: str | Text
    """Plain words, or a text where there is more to show."""


@dataclass(frozen=True, kw_only=True)
class Blank:
    """A gap in the text of a cloze, filled as a question of its own kind."""

    kind: QuestionKind
    weight: int = 1
    options: tuple[Choice, ...] = ()
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question of a file."""

    number: int
    line: int
    kind: QuestionKind
    text: Text
    name: str = ""
    options: tuple[Choice, ...] = ()
    numbers: tuple[Number, ...] = ()
    pairs: tuple[Pair, ...] = ()
    gaps: tuple[Blank, ...] = ()
    bands: tuple[tuple[int, Text], ...] = ()
    """What is said to whoever earned at least so many thousandths."""
    settings: Settings = USUAL
    feedback: Text = EMPTY
    category: str = ""
    external_id: str = ""
    tags: tuple[str, ...] = ()
    level: Difficulty | None = None
    language: str = ""
    """``zh`` or ``en`` where the file says it."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """One item that cannot be taken, and why."""

    number: int
    line: int
    error: str


@dataclass(kw_only=True)
class Parsed:
    """A whole file, item by item."""

    items: list[Item] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    files: Mapping[str, "Enclosed"] = field(default_factory=dict)
    """What the texts show, by the checksum by which they name it."""


def decode(data: bytes) -> str:
    """Return the text of a file in UTF-8.

    Raises:
        NotUtf8: it is written in another encoding.
    """
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise NotUtf8(line=data[: error.start].count(b"\n") + 1) from error
