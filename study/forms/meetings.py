"""What a member types at a meeting, and who leads it."""

from wtforms import StringField

from core.forms import Form, NotBlank, Short, one_line
from core.i18n import _l


class CodeForm(Form):
    """The code that was said."""

    code = StringField(
        _l("Code of the meeting"), filters=[one_line], validators=[NotBlank(_l("Enter the code.")), Short(40)]
    )


class PresentForm(Form):
    """Somebody who came without having signed up."""

    username = StringField(
        _l("User name of somebody who came"), filters=[one_line], validators=[NotBlank(), Short(100)]
    )
