"""What the study room refuses, in the reader's words."""

from typing import Any

from core.errors import Conflict, Denied, Invalid
from core.i18n import _l
from study.enums import ExtractionFault
from study.wording import FAULTS


class NotEnrolled(Conflict):
    """Progress is kept only for members who take the course."""

    message = _l("Enrol in this course first, then your progress is kept.")


class LessonLocked(Denied):
    """The course is taken in order and this lesson is not open yet; carries what the page needs to say why."""

    message = _l("This lesson is not open yet.")

    def __init__(self, outline: Any, lesson: Any, lock: Any) -> None:
        super().__init__()
        self.outline = outline
        self.lesson = lesson
        self.lock = lock


class ReleaseCircle(Invalid):
    """Some lessons would wait for each other for ever."""

    message = _l("These would wait for each other, so that nobody could ever open them: %(circle)s.")


class NobodySo(Invalid):
    """There is nobody of this name."""

    message = _l("There is no member “%(name)s”.")


class NewerEdition(Conflict):
    """Newcomers take the new edition; ``slug`` is its address."""

    message = _l("A new edition has taken the place of this course. You are taken to it.")

    def __init__(self, slug: str) -> None:
        super().__init__()
        self.slug = slug


class CourseBefore(Conflict):
    """A programme wants another course finished first; ``slug`` is its address."""

    message = _l("Finish the course “%(title)s” first: it comes before this one in its programme.")

    def __init__(self, slug: str, title: str) -> None:
        super().__init__(title=title)
        self.slug = slug


class EditionThere(Conflict):
    """A course has one new edition at most."""

    status = 422
    message = _l("There is a new edition already: “%(title)s”.")


class ProgrammeEmpty(Invalid):
    """A programme without courses stays out of the catalogue."""

    message = _l("Add at least one course before you publish the programme.")


class PlaceGone(Conflict):
    """Somebody else has moved what stood before the place."""

    message = _l("Somebody else has changed the order meanwhile. Nothing was moved; reload the page.")


class UploadGone(Conflict):
    """The files of a folder were kept for a day."""

    message = _l("The files of this folder are no longer kept. Send it again.")


class TooManyDrafts(Conflict):
    """An author keeps as many drafts as one may."""

    message = _l("This draft cannot be kept: it is too long, or you keep too many.")


class OtherDraft(Conflict):
    """A form must not replace a draft that it does not come from."""

    message = _l("Another draft is kept here. Reload the page to go on with it or discard it.")


class CourseEmpty(Invalid):
    """A course without lessons cannot be published."""

    message = _l("Add at least one lesson before you publish the course.")


class LessonUnfinished(Invalid):
    """A lesson lacks its document, quiz or address."""

    message = _l("The lesson “%(title)s” has no content yet. Complete or delete it, then publish.")


class LessonLacking(Invalid):
    """A lesson of a published course must hold what its kind needs."""

    message = _l("The course is published, so this lesson cannot stay empty. A quiz needs questions.")


class MeetingOver(Conflict):
    """The meeting is over."""

    message = _l("The meeting is over.")


class CodeWrong(Invalid):
    """Another code was given at the meeting."""

    message = _l("This is not the code of the meeting.")


class CodeClosed(Conflict):
    """It is too early or too late for the code."""

    status = 422
    message = _l("The code counts from 15 minutes before the meeting until 30 minutes after it.")


class NobodyInCourse(Invalid):
    """Nobody of this name takes the course."""

    message = _l("Nobody named “%(name)s” takes this course.")


class WorkClosed(Conflict):
    """The work was accepted, or is not to be handed in again."""

    message = _l("This work cannot be handed in again.")


class WorkWaiting(Conflict):
    """The work is handed in and not marked yet; it is taken back before it is changed."""

    message = _l("Your work is handed in. Take it back first if you want to change it.")


class WorkEmpty(Invalid):
    """There is nothing to hand in."""

    message = _l("Write something or choose a file before you hand in.")


class WorkTooManyFiles(Invalid):
    """There are more files than a piece of work may have."""

    message = _l("A piece of work may have %(limit)s files.")


class WorkTakenBack(Conflict):
    """The member took the work back while somebody was about to mark it."""

    message = _l("The member has taken this work back. It can be marked when it is handed in again.")


class QuizNotEnrolled(Conflict):
    """Only members who take the course have papers."""

    message = _l("Enrol in the course first; then you can take its quizzes.")


class AttemptsExhausted(Conflict):
    """All attempts are used up."""

    message = _l("You have used all %(allowed)s attempts of this quiz.")


class QuizEmpty(Conflict):
    """There is nothing to ask yet."""

    message = _l("This quiz has no questions yet.")


class AttemptLate(Conflict):
    """The time was up; the paper was handed in with what it had."""

    message = _l("Time was up. The answers that arrived in time were handed in; later ones were not taken.")


class AttemptClosed(Conflict):
    """The paper was handed in before; nothing was changed."""

    message = _l("This paper was handed in before. Nothing was changed.")


class QuestionIncomplete(Invalid):
    """The author left out what makes a question answerable; ``problem`` says what."""

    def __init__(self, problem: Any, **words: object) -> None:
        super().__init__(**words)
        self.problem = problem

    def __str__(self) -> str:
        return str(self.problem) % self.words


class QuizSettled(Conflict):
    """Members have papers of it."""

    message = _l("Members have taken this quiz already, so it cannot be deleted.")


class SlugTaken(Conflict):
    """Two courses cannot have the same address."""

    status = 422
    message = _l("Another course already has this address.")


class MaterialInUse(Conflict):
    """A lesson still shows the material."""

    message = _l("The lesson “%(title)s” still shows this material. Change or delete the lesson first.")


class AudienceRefused(Invalid):
    """The branch chosen as audience or owner is not the author's to choose."""

    message = _l("You can only choose branches in which you may write courses.")


class AlreadyAssigned(Conflict):
    """A branch is asked to study a course once at a time."""

    status = 422
    message = _l("This branch is already asked to study this course. Change the day there instead.")


class AskedAlready(AlreadyAssigned):
    """The same people are asked to study the same course by the same day already."""

    message = _l("They are asked already.")

    def __init__(self, task_id: int) -> None:
        super().__init__()
        self.task_id = task_id


class CourseNotForBranch(Invalid):
    """Not everybody in the branch may take the course."""

    message = _l("Not everybody in this branch may read this course. Choose another course, or a branch it is open to.")


class DeadlinePast(Invalid):
    """A deadline lies ahead."""

    message = _l("Choose a day from today on.")


class TaskOver(Conflict):
    """Nobody is asked any more."""

    message = _l("This was withdrawn, so nothing was changed.")


class StillAssigned(Conflict):
    """A course that one was asked to study can be left when it is done or no longer asked for."""

    message = _l("You are asked to study this course, so you cannot leave it now. You can when it is done.")


class UnreadableFile(Invalid):
    """A file cannot be taken; the message says why and what to do."""

    def __init__(self, fault: ExtractionFault) -> None:
        super().__init__(fault.value)
        self.fault = fault

    def __str__(self) -> str:
        return str(FAULTS[self.fault])


class AlreadyRevoked(Conflict):
    """Somebody else was faster."""

    message = _l("This certificate is revoked already.")


class NotRevoked(Conflict):
    """There is nothing to take back."""

    message = _l("This certificate is not revoked.")


class CourseFileRefused(Invalid):
    """A course file cannot be taken; ``because`` says why, with placeholders."""

    def __init__(self, because: Any, **words: object) -> None:
        super().__init__(**words)
        self.because = because

    def __str__(self) -> str:
        return str(self.because) % self.words if self.words else str(self.because)


class CourseDiffers(Conflict):
    """A course with this address is here and is another, or was changed since."""

    status = 422
    message = _l(
        "Another course has the address “%(slug)s”, or this one was changed since. "
        "Nothing was taken in; choose another address."
    )
