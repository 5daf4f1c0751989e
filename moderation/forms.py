"""What readers and moderators send in."""

from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, ValidationError

from core.forms import Form, NotBlank, Short, one_line, strip
from core.house_rules import Rule
from core.i18n import _l
from moderation.enums import VERDICTS, Action, ReportReason
from moderation.models import WORDS_MAX
from moderation.services import Verdict

NUMBER_DIGITS = 10
"""A longer number is none of ours."""


class ReportForm(Form):
    """Why a reader thinks that a moderator should look."""

    reason = RadioField(
        _l("What is wrong with it?"),
        choices=[SelectChoice(reason.value, reason.label) for reason in ReportReason],
        validators=[InputRequired(_l("Choose what is wrong."))],
    )
    words = TextAreaField(_l("Anything to add"), filters=[strip], validators=[Short(WORDS_MAX)], render_kw={"rows": 4})

    @property
    def chosen(self) -> ReportReason:
        """The reason. Meaningful only after validation."""
        return ReportReason(self.reason.data)

    def validate_words(self, field: Any) -> None:
        """Ask for words where the list of reasons says nothing.

        Raises:
            ValidationError: the reason is "other" and there are no words.
        """
        if self.reason.data == ReportReason.OTHER and not field.data:
            raise ValidationError(str(_l("Say in a few words what is wrong.")))


class VerdictForm(Form):
    """What a moderator decides, by which rule, and why."""

    action = HiddenField(_l("Decision"))
    rule = SelectField(
        _l("Rule"),
        choices=[SelectChoice("", _l("Choose a rule")), *(SelectChoice(rule.value, rule.label) for rule in Rule)],
        default="",
    )
    reason = StringField(
        _l("Reason (made public)"), filters=[one_line], validators=[NotBlank(_l("Give a reason.")), Short(WORDS_MAX)]
    )
    seen = HiddenField()

    def validate_action(self, field: Any) -> None:
        """Refuse a form sent without one of the buttons.

        Raises:
            ValidationError: no known act was chosen.
        """
        if field.data not in VERDICTS:
            raise ValidationError(str(_l("Choose what to do.")))

    def validate_rule(self, field: Any) -> None:
        """Ask for the rule where something is hidden.

        Raises:
            ValidationError: there is none.
        """
        if self.action.data == Action.HIDE and not field.data:
            raise ValidationError(str(_l("Choose the rule that is broken.")))

    @property
    def verdict(self) -> Verdict:
        """What was decided. Meaningful only after validation."""
        seen = self.seen.data or ""
        return Verdict(
            action=Action(self.action.data),
            rule=Rule(self.rule.data) if self.rule.data else None,
            reason=self.reason.data or "",
            seen=int(seen) if seen.isdecimal() and len(seen) < NUMBER_DIGITS else 0,
        )
