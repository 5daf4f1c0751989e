"""Input of staff about people and branches."""

from collections.abc import Sequence
from typing import Any

from wtforms import (
    EmailField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from accounts import names
from accounts.enums import BranchKind
from accounts.forms.fields import LANGUAGE_CHOICES, BranchField, Rule, display_name_field, email_field, unclaimed
from accounts.models import REASON_MAX, SLUG_MAX, Branch
from core.forms import Form, NotBlank, Short, face_line, one_line, require_one_face, strip
from core.i18n import _, _l
from core.permissions import Role


class InviteForm(Form):
    """Whom an officer asks to join."""

    email = email_field()
    locale = RadioField(_l("Language of the mail"), choices=LANGUAGE_CHOICES, default="zh-Hans")


class EnterForm(Form):
    """Somebody whom staff enter, with or without an address for mails."""

    display_name = display_name_field()
    username = StringField(
        _l("User name"),
        filters=[one_line],
        validators=[NotBlank(_l("Enter a user name.")), Rule(names.username), unclaimed],
        render_kw={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"},
    )
    email = EmailField(
        _l("E-mail address"),
        filters=[one_line],
        validators=[Optional(), Rule(names.email)],
        render_kw={"autocomplete": "off"},
    )
    branch = BranchField(_l("Branch"))


class ReasonForm(Form):
    """Why something is done to an account; the person reads it."""

    reason = TextAreaField(
        _l("Reason"),
        filters=[strip],
        validators=[NotBlank(_l("Give a reason; the person reads it.")), Short(REASON_MAX)],
    )


class GrantForm(Form):
    """A role at a branch."""

    role = SelectField(_l("Office"), choices=[])
    branch = BranchField(_l("Branch"))

    def offer(self, roles: Sequence[Role], words: dict[Role, Any], branches: Sequence[Branch]) -> None:
        """Set what this officer may give."""
        self.role.choices = [SelectChoice(role.value, str(words[role])) for role in roles]
        self.branch.offer(branches)


class MembershipForm(Form):
    """A branch somebody is entered into."""

    # An id of its own: the page has another form with a branch.
    branch = BranchField(_l("Branch"), id="join-branch")


class BranchForm(Form):
    """What a branch is called."""

    name_zh = face_line(_l("Name in Chinese"), "zh", limit=80)
    name_en = face_line(_l("Name in English"), "en", limit=80)
    slug = StringField(
        _l("Name in the address"),
        filters=[one_line],
        validators=[NotBlank(_l("Enter a name for the address.")), Short(SLUG_MAX)],
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    kind = RadioField(
        _l("Kind"),
        choices=[
            SelectChoice(BranchKind.REGION.value, _l("Region")),
            SelectChoice(BranchKind.BRANCH.value, _l("Branch")),
        ],
        default=BranchKind.BRANCH.value,
    )
    position = IntegerField(_l("Place among its neighbours"), default=0, validators=[Optional()])

    def validate_position(self, field: Any) -> None:
        """Refuse numbers no list needs.

        Raises:
            ValidationError: the number is too small or too large.
        """
        if field.data is not None and not 0 <= field.data <= 9999:
            raise ValidationError(_("Enter a number from 0 to 9999."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, then that one language is there."""
        valid = super().validate(extra_validators)
        return require_one_face(self, "name") and valid


class NewBranchForm(BranchForm):
    """A branch and where it goes."""

    parent = BranchField(_l("Below"))


class MoveForm(Form):
    """Where a branch goes."""

    parent = BranchField(_l("Below"))
