"""Input about people and branches. Passwords are taken as typed and never shown again."""

from accounts.forms.joining import (
    AskResetForm,
    ConfirmForm,
    InvitedForm,
    ResetForm,
    SetUpForm,
    SignInForm,
    SignUpForm,
)
from accounts.forms.own import (
    EmailForm,
    EraseForm,
    PasswordForm,
    SettingsForm,
)
from accounts.forms.staff import (
    BranchForm,
    EnterForm,
    GrantForm,
    InviteForm,
    MembershipForm,
    MoveForm,
    NewBranchForm,
    ReasonForm,
)

__all__ = [
    "AskResetForm",
    "BranchForm",
    "ConfirmForm",
    "EmailForm",
    "EnterForm",
    "EraseForm",
    "GrantForm",
    "InviteForm",
    "InvitedForm",
    "MembershipForm",
    "MoveForm",
    "NewBranchForm",
    "PasswordForm",
    "ReasonForm",
    "ResetForm",
    "SetUpForm",
    "SettingsForm",
    "SignInForm",
    "SignUpForm",
]
