"""What is refused about study that is asked for."""

from core.errors import Conflict, Invalid
from core.i18n import _l


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
