"""What an author types about the team of a course."""

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice

from core.forms import Form, NotBlank, Short, one_line
from core.i18n import _l
from study.enums import TeamRole
from study.wording import TEAM_ROLES

LOGIN_MAX = 254


class TeamForm(Form):
    """Somebody and the part they take."""

    username = StringField(
        _l("Username"),
        filters=[one_line],
        validators=[NotBlank(_l("Enter a username.")), Short(LOGIN_MAX)],
        render_kw={"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"},
    )
    role = RadioField(
        _l("Part in the course"),
        choices=[SelectChoice(role.value, words) for role, words in TEAM_ROLES.items()],
        default=TeamRole.INSTRUCTOR.value,
    )
