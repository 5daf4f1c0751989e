"""What no machine marks: essays; and descriptions, which ask nothing."""

from typing import Any

from study.enums import QuestionKind
from study.quiz.kinds.base import Answer, Given, Kind, Order, Typed
from study.quiz.kinds.content import QuestionContent

ESSAY_MAX = 20_000
FILES_MAX = 10
"""Files that an answer may have at most."""


class Essay(Typed):
    """A text of one's own. Answer: ``{"text": …}``."""

    kind = QuestionKind.ESSAY
    is_marked = False

    def problem(self, content: QuestionContent) -> Any:
        """Ask for nothing more."""
        return None

    def read(self, content: QuestionContent, order: Order, given: Given) -> dict[str, Any]:
        """Return what was typed."""
        return {"text": given.text.replace("\r\n", "\n").rstrip()[:ESSAY_MAX]}

    def fraction(self, content: QuestionContent, answer: Answer) -> int | None:
        """Leave it to a person, unless there is nothing to read."""
        return None if self.is_answered(answer) else 0


class Description(Kind):
    """Words between questions."""

    kind = QuestionKind.DESCRIPTION
    is_asked = False

    def problem(self, content: QuestionContent) -> Any:
        """Ask for nothing more."""
        return None

    def read(self, content: QuestionContent, order: Order, given: Given) -> dict[str, Any]:
        """Return nothing."""
        return {}

    def is_answered(self, answer: Answer) -> bool:
        """Say that nothing is left open."""
        return False

    def fraction(self, content: QuestionContent, answer: Answer) -> int:
        """Return nothing: it is worth nothing."""
        return 0
