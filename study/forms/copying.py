"""What an author types to copy a course."""

from wtforms import RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from core.forms import Form, Short, face_line, one_line, require_one_face
from core.i18n import _l
from study.forms.courses import TITLE_MAX, address_pattern
from study.models.courses import SLUG_MAX

EDITION, COPY = "edition", "copy"


class CopyForm(Form):
    """The name of the copy, and what it is to be."""

    kind = RadioField(
        _l("What it is to be"),
        choices=[
            SelectChoice(EDITION, _l("A new edition: newcomers are led to it once it is published")),
            SelectChoice(COPY, _l("A course of its own")),
        ],
        default=EDITION,
    )
    title_zh = face_line(_l("Title in Chinese"), "zh", limit=TITLE_MAX)
    title_en = face_line(_l("Title in English"), "en", limit=TITLE_MAX)
    slug = StringField(_l("Address"), filters=[one_line], validators=[Optional(), Short(SLUG_MAX), address_pattern()])

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields and that one language at least has a title."""
        valid = super().validate(extra_validators)
        return require_one_face(self, "title") and valid
