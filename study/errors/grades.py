"""What is refused about gradebooks."""

from core.errors import Conflict, Invalid
from core.i18n import _l


class GradeMeanwhile(Conflict):
    """Somebody else has said something about the cell since the page was shown."""

    message = _l("Somebody else has changed this mark in the meantime.")


class GradesMeanwhile(Conflict):
    """Somebody has changed what a preview was about."""

    message = _l("Marks have changed since you looked at the file. Look again before you take it in.")


class WeightsMeanwhile(Conflict):
    """Somebody else has settled the weights since the page was shown."""

    message = _l("Somebody else has changed the weights in the meantime. Save once more to have yours.")


class MarkTooHigh(Invalid):
    """It is more than the full mark."""

    message = _l("There are marks above this: up to %(highest)s.")


class ColumnHasMarks(Conflict):
    """The column is not empty."""

    message = _l("There are marks in this column, so it is not deleted. Hide it instead.")


class NameHidden(Conflict):
    """Whose mark it is must not be seen yet."""

    message = _l("This is marked without names: until it is marked and told, nothing is changed here.")


class ImportUndone(Conflict):
    """The file was taken back before."""

    message = _l("This file is taken back already.")
