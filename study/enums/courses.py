"""What courses, lessons and materials choose from."""

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
