"""What an author sends when questions come from a file."""

import wtforms
from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.fields import SelectChoice

from core.forms import Form, Short, one_line
from core.i18n import _, _l
from study.models.questions import BANK_NAME_MAX
from study.quiz.formats import AUTO, NAMES


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
