"""Why a moderator removes a post or thread."""

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from core.forms import Form, NotBlank, Short, one_line
from core.house_rules import Rule
from core.i18n import _l
from forum.models import REASON_MAX


class RemoveForm(Form):
    """The house rule that is broken, and the reason in the moderator's words."""

    rule = RadioField(
        _l("Rule"),
        choices=[SelectChoice(rule.value, rule.label) for rule in Rule],
        validators=[InputRequired(_l("Choose the rule that is broken."))],
    )
    reason = StringField(
        _l("Reason (made public)"), filters=[one_line], validators=[NotBlank(_l("Give a reason.")), Short(REASON_MAX)]
    )
