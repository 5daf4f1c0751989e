"""What is refused about courses, programmes and who takes them."""

from typing import Any

from core.errors import Conflict, Invalid
from core.i18n import _l


class NotEnrolled(Conflict):
    """Progress is kept only for members who take the course."""

    message = _l("Enrol in this course first, then your progress is kept.")


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


class CourseEmpty(Invalid):
    """A course without lessons cannot be published."""

    message = _l("Add at least one lesson before you publish the course.")


class SlugTaken(Conflict):
    """Two courses cannot have the same address."""

    status = 422
    message = _l("Another course already has this address.")


class AudienceRefused(Invalid):
    """The branch chosen as audience or owner is not the author's to choose."""

    message = _l("You can only choose branches in which you may write courses.")


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
