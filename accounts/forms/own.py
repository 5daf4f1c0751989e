"""Input about one's own account."""

from typing import Any

from wtforms import (
    BooleanField,
    PasswordField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional, ValidationError

from accounts.forms.fields import (
    LANGUAGE_CHOICES,
    NewPassword,
    display_name_field,
    email_field,
    old_password_field,
)
from accounts.models import ABOUT_MAX
from core.forms import Form, NotBlank, Short, one_line, strip
from core.i18n import _, _l, is_time_zone


class PasswordForm(Form):
    """A new password instead of the present one."""

    old_password = old_password_field()
    password = PasswordField(_l("New password"), validators=[NewPassword()], render_kw={"autocomplete": "new-password"})


class EmailForm(Form):
    """Another address, and the password."""

    email = email_field()
    old_password = old_password_field()


class EraseForm(Form):
    """The password, before everything personal goes."""

    old_password = old_password_field()
    sure = BooleanField(
        _l("I know that this cannot be undone"), validators=[NotBlank(_l("Tick the box if you mean it."))]
    )


class SettingsForm(Form):
    """How a person is shown, and how the site speaks to them."""

    display_name = display_name_field()
    about = TextAreaField(_l("About you"), filters=[strip], validators=[Short(ABOUT_MAX)])
    locale = RadioField(
        _l("Language of mails and of new devices"),
        choices=LANGUAGE_CHOICES,
        validators=[NotBlank(_l("Choose a language."))],
    )
    time_zone = StringField(
        _l("Time zone"), filters=[one_line], validators=[Optional()], render_kw={"list": "zones", "autocomplete": "off"}
    )

    def validate_time_zone(self, field: Any) -> None:
        """Refuse a zone that the machine does not know.

        Raises:
            ValidationError: there is no such zone.
        """
        if field.data and (len(field.data) > 40 or not is_time_zone(field.data)):
            raise ValidationError(_("There is no such time zone. It looks like Asia/Shanghai."))
