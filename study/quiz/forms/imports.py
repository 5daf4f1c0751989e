"""What an author sends when questions come from a file."""

from collections.abc import Mapping

import wtforms
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField, StringField
from wtforms.fields import SelectChoice

from core.forms import Form, Short, one_line
from core.i18n import _, _l
from study.models.questions import BANK_NAME_MAX
from study.quiz.formats import AUTO, NAMES
from study.quiz.formats.columns import HEADINGS
from study.quiz.formats.grids import COLUMNS_MAX


class UploadForm(Form):
    """A question file, and the bank it goes into."""

    file = FileField(_l("File"))
    bank = StringField(_l("Question bank"), filters=[one_line], validators=[Short(BANK_NAME_MAX)])
    format = SelectField(
        _l("Format"),
        choices=[
            SelectChoice(AUTO, _l("Find out by content")),
            *(SelectChoice(value, name) for value, name in NAMES.items()),
        ],
        default=AUTO,
    )
    shared = BooleanField(_l("Look also whether a question stands already in a bank that other courses share"))

    def validate_file(self, field: FileField) -> None:
        """Check that a file was chosen.

        Raises:
            ValidationError: none was.
        """
        if not field.data or not getattr(field.data, "filename", ""):
            raise wtforms.validators.ValidationError(_("Choose a file first."))


class AcceptForm(Form):
    """The preview's "take these in"; what was looked at travels in a signed token."""

    ticket = wtforms.HiddenField()
    skip_twins = wtforms.BooleanField(_l("Leave out what is nearly the same as another question"))
    skip_shared = wtforms.BooleanField(_l("Leave out what stands already in a shared bank"))


def read_roles(sent: Mapping[str, str]) -> list[str]:
    """Return what somebody said each column of a table holds, in order."""
    found = []
    for place in range(COLUMNS_MAX):
        role = sent.get(f"role-{place}")
        if role is None:
            break
        found.append(role if role in HEADINGS or (len(role) == 1 and "A" <= role <= "Z") else "")
    return found
