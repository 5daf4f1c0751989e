"""What quizzes, questions and papers choose from."""

from enum import StrEnum


class QuestionKind(StrEnum):
    """What a question asks for. Quizzes take the kinds of ``study.quiz.kinds.TAKEN``; others are known by name."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    TRUE_FALSE = "true_false"
    SHORT_ANSWER = "short_answer"
    NUMERICAL = "numerical"
    MATCHING = "matching"
    ORDERING = "ordering"
    CLOZE = "cloze"
    ESSAY = "essay"
    DESCRIPTION = "description"


class VersionState(StrEnum):
    """How far a version of a question is on its way into quizzes."""

    DRAFT = "draft"
    READY = "ready"
    RETIRED = "retired"


class Difficulty(StrEnum):
    """How hard a question is."""

    EASY = "easy"
    MEDIUM = "medium"
    HARD = "hard"


class Grading(StrEnum):
    """Which of several attempts counts."""

    BEST = "best"
    LAST = "last"
    FIRST = "first"
    MEAN = "mean"
    """None of them alone, but the mean of all that were handed in."""


class Review(StrEnum):
    """When members see the questions of a paper again, with what was right and why. The mark is told at once."""

    AT_ONCE = "at_once"
    AFTER_CLOSING = "after_closing"
    NEVER = "never"


class QuizMode(StrEnum):
    """What a quiz is for."""

    TEST = "test"
    PRACTICE = "practice"
    """The reasons are told question by question, as soon as one wants them."""
    EXAM = "exam"
    """Nothing of the result is told before it is released."""


class Certainty(StrEnum):
    """Whether a quiz asks how sure one is of each answer."""

    NONE = "none"
    ASKED = "asked"
    COUNTS = "counts"
    """Being sure of what is right earns all, being sure of what is wrong costs."""


class AttemptState(StrEnum):
    """Whether a paper is still being written."""

    OPEN = "open"
    SUBMITTED = "submitted"


class MarkTurn(StrEnum):
    """Whose mark of an answer it is, where people mark."""

    FIRST = "first"
    SECOND = "second"
    """By another person, where two mark each answer."""
    DECISION = "decision"
    """By whoever decides between two that differ too much."""


class KeyRule(StrEnum):
    """What a changed key does to papers that were marked by the old one."""

    FULL = "full"
    """Everybody gets the whole mark."""
    EITHER = "either"
    """What was right stays right, and what the new key says is right too."""
    NEW = "new"
    """Only the new key counts."""
    DROP = "drop"
    """The question counts for nobody: its mark leaves the full mark of the paper."""


class KeyWork(StrEnum):
    """How far a change of a key is with the papers handed in."""

    APPLYING = "applying"
    APPLIED = "applied"
    UNDOING = "undoing"
    UNDONE = "undone"


class Refusal(StrEnum):
    """Why an answer was not taken."""

    LATE = "late"
    """The time of the paper was over, with the grace."""
    CLOSED = "closed"
    """The paper was handed in before."""
    FORGED = "forged"
    """No page of ours sends this: a question that is not asked, or another answer under a name that is used."""
    PASSED = "passed"
    """The paper goes one way, and its page lies behind."""
    FLOOD = "flood"
    """There are more changes than anybody makes."""
