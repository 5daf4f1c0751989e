"""What an author types about a quiz."""

from decimal import Decimal
from typing import Any

from wtforms import BooleanField, DecimalField, IntegerField, RadioField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange, Optional

from core.forms import face_line, faces_of, require_one_face
from core.i18n import _l
from study.enums import Grading
from study.forms.courses import TITLE_MAX
from study.forms.saving import SavedForm
from study.models import Quiz
from study.quiz.services.quizzes import QuizContent
from study.quiz.wording import GRADINGS, percent

ATTEMPTS_MAX = 100
MINUTES_MAX = 600


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

    def show(self, quiz: Quiz) -> None:
        """Fill the fields with a quiz as it is."""
        self.title_zh.data, self.title_en.data = quiz.title.zh, quiz.title.en
        self.pass_percent.data = Decimal(percent(quiz.pass_thousandths))
        self.attempts_allowed.data = quiz.attempts_allowed
        self.time_limit_minutes.data = quiz.time_limit_minutes
        self.grading.data = quiz.grading.value
        self.shuffle.data = quiz.shuffle

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and that one language at least has a title."""
        valid = super().validate(extra_validators)
        return require_one_face(self, "title") and valid

    def content(self) -> QuizContent:
        """Return what was typed. Meaningful only after validation."""
        return QuizContent(
            title=faces_of(self, "title"),
            pass_thousandths=int((self.pass_percent.data * 10).to_integral_value()),
            attempts_allowed=self.attempts_allowed.data,
            time_limit_minutes=self.time_limit_minutes.data or None,
            grading=Grading(self.grading.data),
            shuffle=bool(self.shuffle.data),
        )
