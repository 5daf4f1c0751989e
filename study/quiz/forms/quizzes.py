"""What an author types about a quiz."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, DecimalField, FieldList, FormField, IntegerField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from core.clock import utcnow
from core.forms import Short, face_line, faces_of, one_line, require_one_face
from core.i18n import _, _l, current_zone
from study.enums import Certainty, Grading, QuizMode, Review
from study.forms.courses import TITLE_MAX
from study.forms.saving import SavedForm
from study.models import Quiz
from study.models.quizzes import DIFFER, PAGE_SIZE, PASSWORD_MAX
from study.quiz.figures import percent
from study.quiz.forms.rows import BandForm, WeightWrong
from study.quiz.kinds import Band
from study.quiz.services.quizzes import QuizContent
from study.quiz.wording import CERTAINTIES, GRADINGS, MODES, REVIEWS

ATTEMPTS_MAX = 100
MINUTES_MAX = 600
DELAY_MAX = 43_200
YEARS_AHEAD = 20
PAGE_SIZE_MAX = 100
BANDS = 3
BANDS_MAX = 10
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
    page_size = IntegerField(
        _l("Questions on a page"),
        default=PAGE_SIZE,
        validators=[Optional(), NumberRange(0, PAGE_SIZE_MAX, message=_l("Enter a number from 0 to 100."))],
    )
    in_order = BooleanField(_l("One way only: a page that was left is not seen again"))
    password = StringField(
        _l("Password to begin"),
        filters=[one_line],
        validators=[Short(PASSWORD_MAX)],
        render_kw={"autocomplete": "off"},
    )
    mode = RadioField(
        _l("What it is for"),
        choices=[SelectChoice(mode.value, words) for mode, words in MODES.items()],
        default=QuizMode.TEST.value,
    )
    certainty = RadioField(
        _l("How sure one is"),
        choices=[SelectChoice(certainty.value, words) for certainty, words in CERTAINTIES.items()],
        default=Certainty.NONE.value,
    )
    is_anonymous = BooleanField(_l("Whoever marks by hand sees no names until a paper is marked and may be told"))
    is_double = BooleanField(_l("Two people mark each answer that no machine marks"))
    differ_percent = DecimalField(
        _l("By how many per cent of the mark they may differ"),
        places=None,
        default=Decimal(10),
        validators=[Optional(), NumberRange(0, 100, message=_l("Enter a number from 0 to 100."))],
    )
    bands = FieldList(FormField(BandForm), min_entries=BANDS, max_entries=BANDS_MAX)
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
        self.page_size.data, self.in_order.data, self.password.data = quiz.page_size, quiz.in_order, quiz.password
        self.mode.data, self.certainty.data = quiz.mode.value, quiz.certainty.value
        self.is_anonymous.data, self.is_double.data = quiz.is_anonymous, quiz.is_double
        self.differ_percent.data = Decimal(percent(quiz.differ_thousandths))
        for _row in range(min(BANDS_MAX, len(quiz.bands) + 1) - len(self.bands)):
            self.bands.append_entry()
        for row, band in zip(self.bands, quiz.band_list, strict=False):
            row.form.show(band)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and that one language at least has a title."""
        valid = super().validate(extra_validators)
        try:
            self._bands()
        except WeightWrong as error:
            self.add_error("bands", error)
            valid = False
        return self._is_in_order() and require_one_face(self, "title") and valid

    def _bands(self) -> list[Band]:
        bands = [row.form.band() for row in self.bands]
        return sorted((band for band in bands if band), key=lambda band: -band.least)

    def _is_in_order(self) -> bool:
        """Check that a quiz opens before it closes, and closes if its answers are shown after that."""
        if self.opens_at.errors or self.closes_at.errors:
            return True
        opens, closes = read_moment(self.opens_at.data), read_moment(self.closes_at.data)
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
        moment_of(field)

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
            opens_at=read_moment(self.opens_at.data),
            closes_at=read_moment(self.closes_at.data),
            delay_minutes=self.delay_minutes.data or 0,
            review=Review(self.review.data),
            page_size=PAGE_SIZE if self.page_size.data is None else self.page_size.data,
            in_order=bool(self.in_order.data),
            password=self.password.data or "",
            mode=QuizMode(self.mode.data),
            certainty=Certainty(self.certainty.data),
            bands=self._bands(),
            is_anonymous=bool(self.is_anonymous.data),
            is_double=bool(self.is_double.data),
            differ_thousandths=_share(self.differ_percent.data),
        )


def _share(typed: Decimal | None) -> int:
    return DIFFER if typed is None else int((typed * 10).to_integral_value())


def moment_of(field: StringField) -> datetime | None:
    """Return the moment that was typed into a field.

    Raises:
        ValidationError: it is none, or lies too far ahead.
    """
    try:
        moment = read_moment(field.data)
    except ValueError as error:
        raise ValidationError(_("Write day and time like this: 2027-03-01 18:00")) from error
    if moment and moment.year > utcnow().year + YEARS_AHEAD:
        raise ValidationError(_("That is too far ahead."))
    return moment


def _typed(moment: datetime | None) -> str:
    return moment.astimezone(current_zone()).strftime("%Y-%m-%dT%H:%M") if moment else ""


def read_moment(typed: str | None) -> datetime | None:
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
