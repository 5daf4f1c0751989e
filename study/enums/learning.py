"""What members do and how far they are."""

from enum import StrEnum


class WorkState(StrEnum):
    """How far a piece of work is that a member hands in."""

    DRAFT = "draft"
    HANDED_IN = "handed_in"
    MARKED = "marked"


class CompletionRule(StrEnum):
    """What completes a lesson."""

    OPENED = "opened"
    READ = "read"
    READ_THROUGH = "read_through"
    WATCHED = "watched"
    QUIZ_PASSED = "quiz_passed"
    MARKED = "marked"
    ATTENDED = "attended"
    BY_HAND = "by_hand"


class ProgressKind(StrEnum):
    """One entry of the progress ledger, with what its ``detail`` says."""

    OPENED = "opened"
    READ = "read"
    """The member pressed the button."""
    STUDIED = "studied"
    """``{"seconds": n}`` of active time."""
    REACHED_END = "reached_end"
    """The end of the text was seen."""
    WATCHED = "watched"
    """``{"percent": n}`` of the seconds really played so far."""
    QUIZ_PASSED = "quiz_passed"
    QUIZ_FAILED = "quiz_failed"
    """``{"attempt": id, "percent": n}``, as for a passed one."""
    MARKED = "marked"
    """``{"passed": bool, "percent": n}`` by a teacher; the last mark counts."""
    ATTENDED = "attended"
    """``{}``, or ``{"attended": false}`` when it is taken back."""


class NoteColour(StrEnum):
    """How a passage is highlighted."""

    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"


class LearningState(StrEnum):
    """How far a member is with a lesson, a module or a course."""

    NOT_BEGUN = "not_begun"
    UNDER_WAY = "under_way"
    DONE = "done"


class CertificateState(StrEnum):
    """Whether a certificate holds."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


class CertificateAct(StrEnum):
    """What was done with a certificate."""

    ISSUED = "issued"
    SHOWN = "shown"
    REVOKED = "revoked"
    RESTORED = "restored"
    RENEWED = "renewed"


class TaskFor(StrEnum):
    """Whom an officer asks to study a course."""

    EVERYBODY = "everybody"
    NAMED = "named"


class Mistake(StrEnum):
    """Why a question stands in a notebook of mistakes."""

    WRONG = "wrong"
    PART = "part"
    GUESSED = "guessed"
    """It was right, but the member said that it was a guess."""


class CardStage(StrEnum):
    """How far a card of a notebook is."""

    NEW = "new"
    LEARNING = "learning"
    """It comes again within minutes, for the first time."""
    REVIEW = "review"
    """It comes again after days."""
    RELEARNING = "relearning"
    """It was forgotten, and comes again within minutes."""


class Recall(StrEnum):
    """How well a member says to have known a card."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"
    EASY = "easy"


class CardAct(StrEnum):
    """What was done with a card."""

    RATED = "rated"
    UNDONE = "undone"
    """The rating before was taken back."""
    RESET = "reset"
    """The card began anew."""
