"""What people type about certificates."""

from decimal import Decimal
from typing import Any

from wtforms import BooleanField, DecimalField, IntegerField, StringField, TextAreaField
from wtforms.validators import NumberRange, Optional

from core.forms import Form, NotBlank, Short, face_line, faces_of, one_line, require_one_face, strip
from core.i18n import _l
from study.forms.courses import TITLE_MAX
from study.models import Certificate, CertificateRule
from study.models.certificates import REASON_MAX
from study.services.certificates import RuleContent, Shown

HOURS_MAX = 1000
MONTHS_MAX = 240


class RuleForm(Form):
    """Whether a course gives a certificate, and what it says."""

    is_on = BooleanField(_l("This course gives a certificate"))
    title_zh = face_line(_l("Heading in Chinese"), "zh", limit=TITLE_MAX)
    title_en = face_line(_l("Heading in English"), "en", limit=TITLE_MAX)
    hours = DecimalField(
        _l("Hours of study"),
        places=None,
        validators=[NumberRange(0, HOURS_MAX, message=_l("Enter a number from 0 to 1000, such as 1.5."))],
    )
    valid_months = IntegerField(
        _l("Valid for how many months"),
        validators=[Optional(), NumberRange(1, MONTHS_MAX, message=_l("Enter a whole number from 1 to 240."))],
    )

    def show(self, rule: CertificateRule | None, minutes: int) -> None:
        """Fill the fields with what is decided, or with what suits a course of so many minutes."""
        if rule is None:
            self.title_zh.data, self.title_en.data = "结业证书", "Certificate of completion"
            self.hours.data = Decimal(max(1, round(minutes / 6))) / 10
            return
        self.is_on.data = rule.is_on
        self.title_zh.data, self.title_en.data = rule.title.zh, rule.title.en
        self.hours.data = Decimal(rule.hours_tenths) / 10
        self.valid_months.data = rule.valid_months

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and that one language at least has a heading."""
        valid = super().validate(extra_validators)
        return require_one_face(self, "title") and valid

    def content(self) -> RuleContent:
        """Return what was typed. Meaningful only after validation."""
        return RuleContent(
            is_on=self.is_on.data,
            title=faces_of(self, "title"),
            hours_tenths=round((self.hours.data or Decimal()) * 10),
            valid_months=self.valid_months.data,
        )


class ShownForm(Form):
    """What the check page may say."""

    name = BooleanField(_l("My name"))
    course = BooleanField(_l("The course and its hours"))
    date = BooleanField(_l("The dates"))

    def show(self, certificate: Certificate) -> None:
        """Fill the boxes with what is shown now."""
        self.name.data, self.course.data = certificate.shows_name, certificate.shows_course
        self.date.data = certificate.shows_date

    def content(self) -> Shown:
        """Return what was ticked."""
        return Shown(name=self.name.data, course=self.course.data, date=self.date.data)


class NumberForm(Form):
    """A number from a certificate, as somebody reads it off."""

    class Meta:
        """Sent by GET: there is nothing to protect."""

        csrf = False

    number = StringField(
        _l("Number of the certificate"),
        filters=[one_line],
        validators=[NotBlank(_l("Enter the number that stands on the certificate.")), Short(60)],
        render_kw={"autocapitalize": "characters", "spellcheck": "false", "autocomplete": "off"},
    )


class RevokeForm(Form):
    """Why a certificate is revoked or restored."""

    reason = TextAreaField(
        _l("Reason"),
        filters=[strip],
        validators=[NotBlank(_l("Give a reason; the holder reads it.")), Short(REASON_MAX)],
    )
