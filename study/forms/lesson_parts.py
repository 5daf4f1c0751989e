"""The parts of the form of a lesson that only some kinds need: assignments and meetings."""

import re
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from wtforms import BooleanField, IntegerField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional, ValidationError

from core.clock import utcnow
from core.days import DayField, end_of, last_day
from core.forms import Form, Short, one_line, strip
from core.i18n import _, _l, current_zone
from study.enums import LessonKind
from study.models import Meeting, WorkBrief
from study.models.lessons import URL_MAX
from study.models.meetings import PLACE_MAX
from study.models.works import PASS_PERCENT
from study.rubric import NotACriterion, parse_rubric, rubric_text
from study.services.meetings import MeetingContent
from study.services.works import BriefContent

RUBRIC_TEXT_MAX = 5_000
SEATS_MAX = 100_000
DUE_BEFORE, DUE_AFTER = timedelta(days=366), timedelta(days=5 * 366)
"""How far from today the last day of an assignment may lie: courses of last year are still read."""
_TIME = re.compile(r"([01]?\d|2[0-3])\s*[:：.]\s*([0-5]\d)(?::[0-5]\d)?", re.ASCII)


def is_web_address(text: str) -> bool:
    """Tell whether a text is the whole address of a web page."""
    try:
        parts = urlsplit(text)
    except ValueError:
        # Half a bracket, such as in http://[::1
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


class BriefPart(Form):
    """What an assignment asks for."""

    kind: Any
    due_before: datetime | None = None
    """As it is kept: an old day may stay."""
    due = DayField(_l("Hand in by"), validators=[Optional()])
    rubric = TextAreaField(_l("Criteria"), filters=[strip], validators=[Short(RUBRIC_TEXT_MAX)])
    pass_percent = IntegerField(
        _l("Percent to be accepted"),
        default=PASS_PERCENT,
        validators=[Optional(), NumberRange(1, 100, message=_l("Enter a number from 1 to 100."))],
    )
    may_repeat = BooleanField(_l("What was not accepted may be handed in again"), default=True)

    def show_brief(self, brief: WorkBrief) -> None:
        """Fill the fields with what is asked now."""
        self.due.data, self.rubric.data = last_day(brief.due_at), rubric_text(brief.rubric)
        self.pass_percent.data, self.may_repeat.data = brief.pass_percent, brief.may_repeat

    def validate_due(self, field: DayField) -> None:
        """Check that the day lies neither long ago nor absurdly far ahead, unless it was kept before.

        Raises:
            ValidationError: it does.
        """
        if self.kind.data != LessonKind.ASSIGNMENT or field.data in (None, last_day(self.due_before)):
            return
        today = utcnow().astimezone(current_zone()).date()
        if not today - DUE_BEFORE <= field.data <= today + DUE_AFTER:
            raise ValidationError(_("Choose a day from a year ago to five years from now."))

    def validate_rubric(self, field: TextAreaField) -> None:
        """Check that every line is a criterion.

        Raises:
            ValidationError: one is not; it is named.
        """
        try:
            parse_rubric(field.data or "")
        except NotACriterion as fault:
            raise ValidationError(
                _(
                    "Line %(number)s is no criterion: “%(line)s”. Write points and what they are for, such as "
                    "“40 Facts are right”.",
                    number=fault.number,
                    line=fault.line[:60],
                )
            ) from fault

    @property
    def brief(self) -> BriefContent | None:
        """What was typed; None for another kind. Meaningful only after validation."""
        if self.kind.data != LessonKind.ASSIGNMENT:
            return None
        return BriefContent(
            due_at=end_of(self.due.data),
            rubric=parse_rubric(self.rubric.data or ""),
            pass_percent=self.pass_percent.data or PASS_PERCENT,
            may_repeat=self.may_repeat.data,
        )


class MeetingPart(Form):
    """When and where a meeting is."""

    kind: Any
    starts_before: datetime | None = None
    """As it is kept: a meeting that is over may be written about."""
    meets_on = DayField(_l("Day of the meeting"), validators=[Optional()])
    meets_at = StringField(_l("Time it begins"), filters=[one_line])
    place = StringField(_l("Meeting place"), filters=[one_line], validators=[Short(PLACE_MAX)])
    meeting_link = StringField(_l("Address of the online room"), filters=[one_line], validators=[Short(URL_MAX)])
    seats = IntegerField(
        _l("Seats"),
        default=0,
        validators=[Optional(), NumberRange(0, SEATS_MAX, message=_l("Enter a number from 0 to 100,000."))],
    )

    def show_meeting(self, meeting: Meeting) -> None:
        """Fill the fields with the meeting as it is."""
        if meeting.starts_at:
            local = meeting.starts_at.astimezone(current_zone())
            self.meets_on.data, self.meets_at.data = local.date(), f"{local:%H:%M}"
        self.place.data, self.meeting_link.data, self.seats.data = meeting.place, meeting.link, meeting.seats

    @property
    def _is_meeting(self) -> bool:
        return bool(self.kind.data == LessonKind.MEETING)

    def validate_meets_at(self, field: StringField) -> None:
        """Check that a day has its time, written so that it can be read.

        Raises:
            ValidationError: it has not.
        """
        if self._is_meeting and (self.meets_on.data or field.data) and _time_of(field.data) is None:
            raise ValidationError(_("Write the time like this: 19:30."))

    def validate_meeting_link(self, field: StringField) -> None:
        """Check that the address leads to a web page.

        Raises:
            ValidationError: it does not.
        """
        if self._is_meeting and field.data and not is_web_address(field.data):
            raise ValidationError(_("Enter a whole address that begins with https:// or http://."))

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that a time has its day."""
        valid: bool = super().validate(extra_validators)
        if self._is_meeting and self.meets_at.data and not self.meets_on.data and not self.meets_on.errors:
            self.add_error("meets_on", _("Choose a day."))
            return False
        if valid and self.meeting and self._newly_past(self.meeting.starts_at):
            self.add_error("meets_on", _("Choose a day and time that are still to come."))
            return False
        return valid

    def _newly_past(self, begins: datetime | None) -> bool:
        if begins is None or begins >= utcnow():
            return False
        # The form knows minutes only.
        return self.starts_before is None or begins != self.starts_before.replace(second=0, microsecond=0)

    @property
    def meeting(self) -> MeetingContent | None:
        """What was typed; None for another kind. Meaningful only after validation."""
        if not self._is_meeting:
            return None
        begins, day = _time_of(self.meets_at.data), self.meets_on.data
        return MeetingContent(
            starts_at=None if day is None or begins is None else datetime.combine(day, begins, current_zone()),
            place=self.place.data or "",
            link=self.meeting_link.data or "",
            seats=self.seats.data or 0,
        )


def _time_of(text: str | None) -> time | None:
    """Return a time of day as people write it: 9:05, 19:30 or 19：30."""
    match = _TIME.fullmatch((text or "").strip())
    return time(int(match[1]), int(match[2])) if match else None
