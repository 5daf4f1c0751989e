"""What somebody types to ask many people one thing."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional

from core.clock import utcnow
from core.faces import Faces
from core.forms import Form, one_line, strip
from core.i18n import _, _l, current_zone, is_time_zone
from forum.models import OPTION_MAX
from forum.services.polls import OPTIONS_MAX, OPTIONS_MIN, PollPlan

OPEN, SECRET = "open", "secret"
AHEAD_MAX = timedelta(days=5 * 365)


class PollFields:
    """The fields of a poll, for a form of their own or beside those of a thread."""

    poll_options = TextAreaField(_l("What can be chosen"), filters=[strip])
    poll_max = IntegerField(
        _l("How many may each person choose?"), default=1, validators=[Optional(), NumberRange(min=1, max=OPTIONS_MAX)]
    )
    poll_voters = SelectField(_l("Who may vote"), choices=[])
    poll_closes = StringField(_l("Ends by itself"), filters=[one_line], render_kw={"type": "datetime-local"})
    poll_secret = RadioField(
        _l("How is it voted?"),
        choices=[
            SelectChoice(OPEN, _l("Openly: names are shown, and a vote can be changed")),
            SelectChoice(SECRET, _l("Secretly: only sums are kept, and a vote cannot be changed")),
        ],
        default=OPEN,
    )

    zone: tzinfo | None = None

    def offer_voters(self, choices: Sequence[tuple[str, Faces | None]], zone: str = "") -> None:
        """Let the author choose among these audiences; the one without a name are the readers of the board.

        ``zone`` is the author's, for a form that is read without a request.
        """
        self.zone = ZoneInfo(zone) if is_time_zone(zone) else current_zone()
        words = [(value, str(name) if name else _readers_words(value)) for value, name in choices]
        self.poll_voters.choices = [SelectChoice(value, text) for value, text in words]
        self.poll_voters.default = choices[0][0]
        if not self.poll_voters.data:
            self.poll_voters.data = choices[0][0]

    def options(self) -> tuple[str, ...]:
        """Return what can be chosen, one a line as typed, empty lines left out."""
        return tuple(words for line in (self.poll_options.data or "").split("\n") if (words := one_line(line)))

    def closes_at(self) -> datetime | None:
        """Return when the poll ends, typed as a moment in the writer's own zone.

        Raises:
            ValueError: it is none.
        """
        typed = self.poll_closes.data or ""
        if not typed:
            return None
        moment = datetime.fromisoformat(typed)
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone or current_zone())

    def is_poll_right(self) -> bool:
        """Check what the fields say together; what is wrong stands beside them."""
        faults = [(self.poll_options, fault) for fault in _faults_of(self.options())]
        if (self.poll_max.data or 1) > max(1, len(self.options())):
            faults.append((self.poll_max, _("There are not so many options.")))
        try:
            moment = self.closes_at()
            wrong = moment is not None and not timedelta() < moment - utcnow() < AHEAD_MAX
        except (ValueError, OverflowError):
            faults.append((self.poll_closes, _("Write day and time like this: 2027-03-01 18:00")))
        else:
            if wrong:
                faults.append((self.poll_closes, _("The end must lie ahead, within five years.")))
        for field, fault in faults:
            if not field.errors:  # One thing to mend at a time.
                field.errors = [fault]
        return not faults

    def poll_plan(self) -> PollPlan:
        """Return what was decided. Meaningful only after validation."""
        return PollPlan(
            options=self.options(),
            audience=self.poll_voters.data,
            choices_max=self.poll_max.data or 1,
            secret=self.poll_secret.data == SECRET,
            closes_at=self.closes_at(),
        )


def _readers_words(audience: str) -> str:
    return _("All members") if audience == "members" else _("All who read this board")


def _faults_of(options: Sequence[str]) -> list[str]:
    faults = []
    if not OPTIONS_MIN <= len(options) <= OPTIONS_MAX:
        faults.append(_("Write %(least)s to %(most)s options, one a line.", least=OPTIONS_MIN, most=OPTIONS_MAX))
    if len({words.casefold() for words in options}) != len(options):
        faults.append(_("Two options are the same."))
    if any(len(words) > OPTION_MAX for words in options):
        faults.append(_("An option may have %(limit)s characters.", limit=OPTION_MAX))
    return faults


class PollForm(PollFields, Form):
    """Another shape for a poll in which nobody has voted."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check each field, and what they say together."""
        fields_right = bool(super().validate(extra_validators))
        return self.is_poll_right() and fields_right
