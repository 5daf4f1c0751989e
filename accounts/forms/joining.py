"""Input of those who come: signing in, signing up, setting up, forgotten passwords."""

from wtforms import (
    BooleanField,
    EmailField,
    PasswordField,
    StringField,
)
from wtforms.validators import Optional

from accounts import names
from accounts.forms.fields import BranchField, Rule, display_name_field, email_field, new_password_field, username_field
from core.forms import Form, NotBlank, one_line
from core.i18n import _l


class SignInForm(Form):
    """Who somebody says they are, and the password."""

    name = StringField(
        _l("User name or e-mail address"),
        filters=[one_line],
        validators=[NotBlank(_l("Enter your user name or your e-mail address."))],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    password = PasswordField(
        _l("Password"),
        validators=[NotBlank(_l("Enter your password."))],
        render_kw={"autocomplete": "current-password"},
    )
    keep = BooleanField(_l("Stay signed in on this device for 30 days"))


class SignUpForm(Form):
    """What somebody tells who wants an account."""

    display_name = display_name_field()
    username = username_field()
    email = email_field()
    password = new_password_field("display_name", "username", "email")
    branch = BranchField(_l("Branch"))


class InvitedForm(Form):
    """What an invited person tells; branch and address are known."""

    display_name = display_name_field()
    username = username_field()
    password = new_password_field("display_name", "username")


class SetUpForm(Form):
    """What a person tells whose account staff began. The name may be one kept for the site: staff chose it."""

    display_name = display_name_field()
    username = StringField(
        _l("User name"),
        filters=[one_line],
        validators=[NotBlank(_l("Enter a user name.")), Rule(names.username)],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )
    email = EmailField(
        _l("E-mail address"),
        filters=[one_line],
        validators=[Optional(), Rule(names.email)],
        render_kw={"autocomplete": "email"},
    )
    password = new_password_field("display_name", "username", "email")


class ConfirmForm(Form):
    """A button, and another user name where the first was taken meanwhile."""

    username = StringField(
        _l("User name"),
        filters=[one_line],
        validators=[Rule(names.free_username)],
        render_kw={"autocomplete": "username"},
    )


class AskResetForm(Form):
    """Whose password was forgotten."""

    name = StringField(
        _l("User name or e-mail address"),
        filters=[one_line],
        validators=[NotBlank(_l("Enter your user name or your e-mail address."))],
        render_kw={"autocomplete": "username"},
    )


class ResetForm(Form):
    """A new password after the old one was forgotten."""

    password = new_password_field()
