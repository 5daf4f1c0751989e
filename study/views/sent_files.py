"""Files that a page sends with a form: put on the disk, before the transaction that keeps them."""

from collections.abc import Callable, Sequence

from werkzeug.datastructures import FileStorage

from core import files
from core.errors import DomainError
from core.files import File
from core.i18n import _


def stored(parts: Sequence[FileStorage], limit: int, refuse: Callable[[str], None]) -> list[File]:
    """Return what was put on the disk: one more than may be kept at most, so that too many are noticed.

    ``refuse`` is told of each that is not taken.
    """
    kept: list[File] = []
    for part in parts[: limit + 1]:
        try:
            kept.append(files.store(part.stream, part.filename or ""))  # type: ignore[arg-type]  # as werkzeug makes it
        except DomainError as error:
            refuse(_("%(name)s: %(reason)s", name=part.filename, reason=str(error)))
    for part in parts:
        part.close()
    return kept
