"""What people send in from their inbox."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from core.forms import Form
from core.i18n import _l
from notify.enums import MailCopies


class SettingsForm(Form):
    """How a person wants to be told."""

    mail = RadioField(
        _l("Also by mail"),
        choices=[SelectChoice(choice.value, choice.label) for choice in MailCopies],
        validators=[InputRequired(_l("Choose one."))],
    )
