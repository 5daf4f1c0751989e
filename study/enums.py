"""The closed lists of the study room."""

from enum import StrEnum


class CourseState(StrEnum):
    """How far a course is on its way to the readers."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class Level(StrEnum):
    """How much a course expects of those who begin it."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class BarKind(StrEnum):
    """What keeps a lesson closed."""

    ORDER = "order"
    ENROL = "enrol"
    DATE = "date"
    LESSON = "lesson"
    QUIZ = "quiz"
    COURSE = "course"
    BRANCH = "branch"


class TeamRole(StrEnum):
    """What somebody does in one course."""

    INSTRUCTOR = "instructor"
    ASSISTANT = "assistant"


class LessonKind(StrEnum):
    """What a lesson is made of."""

    PAGE = "page"
    DOCUMENT = "document"
    VIDEO = "video"
    AUDIO = "audio"
    QUIZ = "quiz"
    LINK = "link"
    ASSIGNMENT = "assignment"
    MEETING = "meeting"


PLAYED = frozenset({LessonKind.VIDEO, LessonKind.AUDIO})
"""Kinds of lessons that are a film or a recording."""


class WorkState(StrEnum):
    """How far a piece of work is that a member hands in."""

    DRAFT = "draft"
    HANDED_IN = "handed_in"
    MARKED = "marked"


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


class MaterialState(StrEnum):
    """Whether the text of a material could be read."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"


class ExtractionFault(StrEnum):
    """Why a file could not be read; the words for it are in ``study/wording.py``."""

    KIND_REFUSED = "kind_refused"
    ENCRYPTED = "encrypted"
    BROKEN = "broken"
    TOO_LARGE_INSIDE = "too_large_inside"
    ENTITIES = "entities"
    TOO_LONG = "too_long"
    TOO_MUCH_MEMORY = "too_much_memory"
    NO_TEXT = "no_text"
    NOT_UTF8 = "not_utf8"
    OTHER_KIND = "other_kind"
    """Name and content disagree; such a file is kept as bytes that nobody opens here."""


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
