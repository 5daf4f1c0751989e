"""What is refused about files."""

from core.errors import Conflict, Invalid
from core.i18n import _l
from study.enums import ExtractionFault
from study.wording import FAULTS


class UploadGone(Conflict):
    """The files of a folder were kept for a day."""

    message = _l("The files of this folder are no longer kept. Send it again.")


class MaterialInUse(Conflict):
    """A lesson still shows the material."""

    message = _l("The lesson “%(title)s” still shows this material. Change or delete the lesson first.")


class TooManyInside(Invalid):
    """A ZIP holds more files than are taken at once."""

    message = _l("A ZIP may hold %(limit)s files; this one holds %(count)s. Send it in several parts.")


class UnreadableFile(Invalid):
    """A file cannot be taken; the message says why and what to do."""

    def __init__(self, fault: ExtractionFault) -> None:
        super().__init__(fault.value)
        self.fault = fault

    def __str__(self) -> str:
        return str(FAULTS[self.fault])
