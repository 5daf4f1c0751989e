"""Fields and checks that several forms share."""

from collections.abc import Callable, Sequence
from typing import Any

from wtforms import (
    EmailField,
    PasswordField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from accounts import names, passwords, queries
from accounts.errors import UsernameTaken
from accounts.models import Branch
from core.errors import DomainError
from core.forms import NotBlank, one_line
from core.i18n import _, _l

LANGUAGE_CHOICES = [SelectChoice("zh-Hans", "中文"), SelectChoice("en", "English")]


class Rule:
    """Lets a rule of the domain check a field: what the rule raises stands beside the field."""

    def __init__(self, rule: Callable[[str], object]) -> None:
        self.rule = rule

    def __call__(self, _form: Any, field: Any) -> None:
        """Check a field.

        Raises:
            ValidationError: the rule refused it.
        """
        if not field.data:
            return
        try:
            self.rule(field.data)
        except DomainError as fault:
            raise ValidationError(str(fault)) from fault


class NewPassword:
    """Checks a new password against the rules, knowing the names typed beside it."""

    def __init__(self, *beside: str) -> None:
        self.beside = beside

    def __call__(self, form: Any, field: Any) -> None:
        """Check a field.

        Raises:
            ValidationError: the password may not be used.
        """
        if not field.data:
            raise ValidationError(_("Enter a password."))
        known = [form[name].data or "" for name in self.beside if name in form]
        try:
            passwords.check_new(field.data, *known)
        except DomainError as fault:
            raise ValidationError(str(fault)) from fault


def unclaimed(_form: Any, field: Any) -> None:
    """Refuse a user name that somebody has, together with whatever else is wrong; user names are public.

    Raises:
        ValidationError: another person has it, or one that looks the same.
    """
    if field.data and not field.errors and queries.is_username_taken(field.data):
        raise ValidationError(str(UsernameTaken()))


def username_field() -> StringField:
    """Return a field for a user name that people may choose."""
    return StringField(
        _l("User name"),
        filters=[one_line],
        validators=[NotBlank(_l("Enter a user name.")), Rule(names.free_username), unclaimed],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"},
    )


def display_name_field() -> StringField:
    """Return a field for the name others see."""
    return StringField(
        _l("Name"),
        filters=[one_line],
        validators=[NotBlank(_l("Enter a name.")), Rule(names.display_name)],
        render_kw={"autocomplete": "name"},
    )


def email_field(*more: Any) -> EmailField:
    """Return a field for an address."""
    return EmailField(
        _l("E-mail address"),
        filters=[one_line],
        validators=[NotBlank(_l("Enter an e-mail address.")), Rule(names.email), *more],
        render_kw={"autocomplete": "email"},
    )


def new_password_field(*beside: str) -> PasswordField:
    """Return a field for a new password, checked against the fields named."""
    return PasswordField(_l("Password"), validators=[NewPassword(*beside)], render_kw={"autocomplete": "new-password"})


def old_password_field() -> PasswordField:
    """Return a field that asks for the present password again."""
    return PasswordField(
        _l("Present password"),
        validators=[NotBlank(_l("Enter your present password."))],
        render_kw={"autocomplete": "current-password"},
    )


class BranchField(SelectField):
    """One branch of the tree; deeper ones are moved in."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(label, coerce=_branch_id, choices=[], **options)

    def offer(self, branches: Sequence[Branch]) -> None:
        """Set the branches to choose from, in the order of the tree."""
        base = min((branch.path.count("/") for branch in branches), default=0)
        self.choices = [SelectChoice(0, _("Choose"))] + [
            SelectChoice(branch.id, "\u3000" * (branch.path.count("/") - base) + branch.name.pick())
            for branch in branches
        ]

    def pre_validate(self, form: Any) -> None:
        """Refuse what is not offered, and nothing at all.

        Raises:
            ValidationError: no branch was chosen.
        """
        if not self.data or self.data not in {choice.value for choice in self.choices}:
            raise ValidationError(_("Please choose a branch."))


def _branch_id(value: Any) -> int:
    text = str(value or "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
