"""What is refused about lessons and their order."""

from typing import Any

from core.errors import Conflict, Denied, Invalid
from core.i18n import _l, ngettext


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


class PlaceGone(Conflict):
    """Somebody else has moved what stood before the place."""

    message = _l("Somebody else has changed the order meanwhile. Nothing was moved; reload the page.")


class LessonUnfinished(Invalid):
    """A lesson lacks its document, quiz or address."""

    message = _l("The lesson “%(title)s” has no content yet. Complete or delete it, then publish.")


class LessonLacking(Invalid):
    """A lesson of a published course must hold what its kind needs."""

    message = _l("The course is published, so this lesson cannot stay empty. A quiz needs questions.")


class TooManyDrafts(Conflict):
    """An author keeps as many drafts as one may."""

    message = _l("This draft cannot be kept: it is too long, or you keep too many.")


class OtherDraft(Conflict):
    """A form must not replace a draft that it does not come from."""

    message = _l("Another draft is kept here. Reload the page to go on with it or discard it.")


class LastLesson(Conflict):
    """A published course keeps a lesson."""

    status = 422
    message = _l(
        "A published course keeps at least one lesson. Archive the course or take it back to draft first, then delete."
    )


class KindSettled(Conflict):
    """What members handed in, or their seats, would be lost from sight with the kind of a lesson."""

    status = 422

    def __init__(self, *, works: int = 0, seats: int = 0) -> None:
        super().__init__()
        self.works, self.seats = works, seats

    def __str__(self) -> str:
        if self.works:
            return ngettext(
                "%(num)s member has handed in work here, so the kind stays. Add another lesson instead.",
                "%(num)s members have handed in work here, so the kind stays. Add another lesson instead.",
                self.works,
            )
        return ngettext(
            "%(num)s member has signed up or come here, so the kind stays. Add another lesson instead.",
            "%(num)s members have signed up or come here, so the kind stays. Add another lesson instead.",
            self.seats,
        )
