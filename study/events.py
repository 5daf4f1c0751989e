"""What happened in the study room; ids only."""

from dataclasses import dataclass

from core.events import ContentEvent, Event


@dataclass(frozen=True, kw_only=True)
class PassagesChanged(ContentEvent):
    """A lesson or a document says something else now, or is gone."""


@dataclass(frozen=True, kw_only=True)
class LessonCited(Event):
    """A question rests on a passage of a lesson, which may have changed while its author looked at it."""

    lesson_id: int


@dataclass(frozen=True, kw_only=True)
class CourseChanged(Event):
    """A course was edited, published or taken back: whatever it holds may be read by others now."""

    course_id: int


@dataclass(frozen=True, kw_only=True)
class OutlineChanged(Event):
    """Lessons of a course came, went or are completed in another way: who takes it stands elsewhere now."""

    course_id: int


@dataclass(frozen=True, kw_only=True)
class StandingsChanged(Event):
    """Somebody takes a course, left it, is asked for it or is farther in it: what reports count is another number."""

    course_id: int


@dataclass(frozen=True, kw_only=True)
class CourseCompleted(Event):
    """A member has done every lesson of a course. Said again only if it was undone in between, as by a new lesson."""

    course_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class CompletionChanged(Event):
    """Something else completes a lesson now than before."""

    lesson_id: int


@dataclass(frozen=True, kw_only=True)
class MaterialFileArrived(Event):
    """A material has a file whose text is still to be read."""

    material_id: int


@dataclass(frozen=True, kw_only=True)
class TaskAssigned(Event):
    """An officer asks people to study a course; they are taken in one by one."""

    task_id: int


@dataclass(frozen=True, kw_only=True)
class TaskWithdrawn(Event):
    """An officer asks people no longer; they are told."""

    task_id: int


@dataclass(frozen=True, kw_only=True)
class QuizSubmitted(Event):
    """A paper was handed in, by the member or by the clock."""

    attempt_id: int
    quiz_id: int
    user_id: int


@dataclass(frozen=True, kw_only=True)
class QuizReleased(Event):
    """The results of an exam are told from now on."""

    quiz_id: int


@dataclass(frozen=True, kw_only=True)
class PracticeMissed(Event):
    """A member answered a question in a page, and not wholly right."""

    answer_id: int
    lesson_id: int


@dataclass(frozen=True, kw_only=True)
class KeyChanged(Event):
    """The key of papers was changed, or that was undone: those that are left are marked again."""

    change_id: int


@dataclass(frozen=True, kw_only=True)
class KeySettled(Event):
    """All papers that a changed key is about, or that a change undone was about, are marked again."""

    change_id: int


@dataclass(frozen=True, kw_only=True)
class CertificateOffered(Event):
    """A course began to give a certificate; those who have done it already get theirs now."""

    course_id: int


@dataclass(frozen=True, kw_only=True)
class AnnouncementMade(Event):
    """The authors of a course told its learners something."""

    announcement_id: int
