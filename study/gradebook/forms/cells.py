"""What those who mark type about one mark, and the file they send."""

from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Optional, ValidationError

from core.forms import Form, Short, one_line, strip
from core.i18n import _, _l
from study.gradebook.adding import Cell
from study.gradebook.queries.items import Item
from study.gradebook.services.grading import Change
from study.gradebook.typed import read_thousandths
from study.models.grades import FEEDBACK_MAX, FULL_MARK, REASON_MAX
from study.quiz.figures import figure


class CellForm(Form):
    """A mark, why it is that one, and what the learner is told."""

    mark = StringField(_l("Mark"), filters=[one_line])
    reason = StringField(_l("Reason"), filters=[one_line], validators=[Optional(), Short(REASON_MAX)])
    feedback = TextAreaField(_l("Feedback"), filters=[strip], validators=[Optional(), Short(FEEDBACK_MAX)])
    seen = HiddenField()
    """Which of the changes was the last one when the page was shown."""
    item: Item
    cell: Cell

    def for_cell(self, item: Item, cell: Cell) -> "CellForm":
        """Show what stands there, unless something was sent."""
        self.item, self.cell = item, cell
        self.mark.label.text = _("Mark, 0 to %(max)s", max=figure(item.max_mark))
        if not self.is_submitted():
            said = cell.said
            self.mark.data = "" if said.mark is None else figure(said.mark)
            self.feedback.data, self.seen.data = said.feedback, str(said.number)
        return self

    def validate_mark(self, field: StringField) -> None:
        """Check that it is none, or one within the full mark.

        Raises:
            ValidationError: it is neither.
        """
        try:
            fits = not field.data or self._read() <= self.item.max_mark
        except ValueError:
            fits = False
        if not fits:
            raise ValidationError(_("Enter a number from 0 to %(most)s.", most=figure(self.item.max_mark)))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check all fields, and that whoever overrules a mark that was earned says why."""
        valid: bool = super().validate(extra_validators)
        if valid and not self.item.is_own and self._overrules() and not self.reason.data:
            self.add_error("reason", _("Say in a few words why this mark takes the place of what was earned."))
            return False
        return valid

    def _overrules(self) -> bool:
        return bool(self.mark.data) and self._read() != self.cell.said.mark

    def _read(self) -> int:
        return read_thousandths(self.mark.data or "", in_percent=self.item.max_mark == FULL_MARK)

    def change(self, user_id: int) -> Change:
        """Return what was typed. Meaningful only after validation."""
        seen = self.seen.data or ""
        return Change(
            item=self.item,
            user_id=user_id,
            mark=self._read() if self.mark.data else None,
            feedback=self.feedback.data or "",
            seen=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
        )


class SheetForm(Form):
    """A file of marks."""

    file = FileField(_l("File"))

    def validate_file(self, field: FileField) -> None:
        """Check that a file was chosen.

        Raises:
            ValidationError: none was.
        """
        if not field.data or not getattr(field.data, "filename", ""):
            raise ValidationError(_("Choose a file first."))


class AcceptSheetForm(Form):
    """The preview's "take this in"; what was looked at travels in a signed token."""

    ticket = HiddenField()
