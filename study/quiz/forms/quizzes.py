"""What an author types about a quiz."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, DecimalField, IntegerField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from core.clock import utcnow
from core.forms import face_line, faces_of, one_line, require_one_face
from core.i18n import _, _l, current_zone
from study.enums import Grading, Review
from study.forms.courses import TITLE_MAX
from study.forms.saving import SavedForm
from study.models import Quiz
from study.quiz.services.quizzes import QuizContent
from study.quiz.wording import GRADINGS, REVIEWS, percent

ATTEMPTS_MAX = 100
MINUTES_MAX = 600
DELAY_MAX = 43_200
YEARS_AHEAD = 20
MOMENT = {"type": "datetime-local", "autocomplete": "off"}


class QuizForm(SavedForm):
    """The rules of a quiz."""

    title_zh = face_line(_l("Title in Chinese"), "zh", limit=TITLE_MAX)
    title_en = face_line(_l("Title in English"), "en", limit=TITLE_MAX)
    pass_percent = DecimalField(
        _l("Per cent needed to pass"),
        places=None,
        default=Decimal(60),
        validators=[NumberRange(0, 100, message=_l("Enter a number from 0 to 100."))],
    )
    attempts_allowed = IntegerField(
        _l("Attempts allowed"),
        default=0,
        validators=[NumberRange(0, ATTEMPTS_MAX, message=_l("Enter a number from 0 to 100."))],
    )
    time_limit_minutes = IntegerField(
        _l("Time limit in minutes"),
        validators=[Optional(), NumberRange(1, MINUTES_MAX, message=_l("Enter a number from 1 to 600."))],
    )
    grading = RadioField(
        _l("Of several attempts"),
        choices=[SelectChoice(grading.value, words) for grading, words in GRADINGS.items()],
        default=Grading.BEST.value,
    )
    shuffle = BooleanField(_l("Shuffle questions and answers"))
    opens_at = StringField(_l("Opens on day and time"), filters=[one_line], render_kw=MOMENT)
    closes_at = StringField(_l("Closes on day and time"), filters=[one_line], render_kw=MOMENT)
    delay_minutes = IntegerField(
        _l("Pause between two attempts, in minutes"),
        default=0,
        validators=[Optional(), NumberRange(0, DELAY_MAX, message=_l("Enter a number from 0 to 43200."))],
    )
    review = RadioField(
        _l("Members see what was right, and why"),
        choices=[SelectChoice(review.value, words) for review, words in REVIEWS.items()],
        default=Review.AT_ONCE.value,
    )

    def show(self, quiz: Quiz) -> None:
        """Fill the fields with a quiz as it is."""
        self.title_zh.data, self.title_en.data = quiz.title.zh, quiz.title.en
        self.pass_percent.data = Decimal(percent(quiz.pass_thousandths))
        self.attempts_allowed.data = quiz.attempts_allowed
        self.time_limit_minutes.data = quiz.time_limit_minutes
        self.grading.data = quiz.grading.value
        self.shuffle.data = quiz.shuffle
        self.opens_at.data, self.closes_at.data = _typed(quiz.opens_at), _typed(quiz.closes_at)
        self.delay_minutes.data = quiz.delay_minutes
        self.review.data = quiz.review.value

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and that one language at least has a title."""
        valid = super().validate(extra_validators)
        return self._is_in_order() and require_one_face(self, "title") and valid

    def _is_in_order(self) -> bool:
        """Check that a quiz opens before it closes, and closes if its answers are shown after that."""
        if self.opens_at.errors or self.closes_at.errors:
            return True
        opens, closes = _moment(self.opens_at.data), _moment(self.closes_at.data)
        if opens and closes and opens >= closes:
            self.add_error("closes_at", _("A quiz closes after it opens."))
            return False
        if self.review.data == Review.AFTER_CLOSING and not closes:
            self.add_error("closes_at", _("Say when it closes, or show the answers at another time."))
            return False
        return True

    def validate_opens_at(self, field: StringField) -> None:
        """Check that a day is one.

        Raises:
            ValidationError: it is none, or lies too far ahead.
        """
        try:
            moment = _moment(field.data)
        except ValueError as error:
            raise ValidationError(_("Write day and time like this: 2027-03-01 18:00")) from error
        if moment and moment.year > utcnow().year + YEARS_AHEAD:
            raise ValidationError(_("That is too far ahead."))

    validate_closes_at = validate_opens_at

    def content(self) -> QuizContent:
        """Return what was typed. Meaningful only after validation."""
        return QuizContent(
            title=faces_of(self, "title"),
            pass_thousandths=int((self.pass_percent.data * 10).to_integral_value()),
            attempts_allowed=self.attempts_allowed.data,
            time_limit_minutes=self.time_limit_minutes.data or None,
            grading=Grading(self.grading.data),
            shuffle=bool(self.shuffle.data),
            opens_at=_moment(self.opens_at.data),
            closes_at=_moment(self.closes_at.data),
            delay_minutes=self.delay_minutes.data or 0,
            review=Review(self.review.data),
        )


def _typed(moment: datetime | None) -> str:
    return moment.astimezone(current_zone()).strftime("%Y-%m-%dT%H:%M") if moment else ""


def _moment(typed: str | None) -> datetime | None:
    """Return a day as typed in the author's own time zone.

    Raises:
        ValueError: it is none.
    """
    if not typed:
        return None
    moment = datetime.fromisoformat(typed)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=current_zone())).astimezone(UTC)
    except OverflowError as error:
        raise ValueError from error
