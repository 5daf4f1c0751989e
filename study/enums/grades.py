"""What gradebooks choose from."""

from enum import StrEnum


class EmptyMark(StrEnum):
    """What it means that a learner has no mark for something."""

    OPEN = "open"
    """Not yet: it counts for nothing, however late it is."""
    ZERO = "zero"
    """Not yet as long as it is not due; then it counts as 0."""


class GradeKind(StrEnum):
    """Where the marks of a column come from."""

    QUIZ = "quiz"
    ASSIGNMENT = "assignment"
    OWN = "own"
    """From people alone, such as an oral exam."""


class GradeAct(StrEnum):
    """How a mark got into a gradebook, or out of it."""

    GIVEN = "given"
    IMPORTED = "imported"
    UNDONE = "undone"
    """What stood before stands again."""


class GradeState(StrEnum):
    """What there is to say about one learner and one column."""

    MARKED = "marked"
    WAITING = "waiting"
    """Handed in; a person has still to mark it."""
    OPEN = "open"
    MISSED = "missed"
    """Nothing was handed in by its day, and the course counts that as 0."""
    HELD = "held"
    """Its results are not released yet."""
    SEALED = "sealed"
    """It is marked without names, and the names are hidden still."""
