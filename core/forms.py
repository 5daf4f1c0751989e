"""What all forms share: the base class, filters and fields with two faces."""

import re
from typing import Any

from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import Length, Optional, ValidationError

from core.faces import Faces
from core.i18n import _, _l
from core.text import is_blank, normalise

_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")


class Form(FlaskForm):
    """Base of all forms. Errors are shown in a summary and beside the field; what was typed stays."""

    def add_error(self, field_name: str, words: object) -> None:
        """Put an error beside a field after the rules of the domain refused the input."""
        field = self[field_name]
        field.errors = [*field.errors, str(words)]


def strip(value: str | None) -> str:
    """Drop blank lines around a text, bring it to NFC and unify line ends; the filter of every text field.

    A text of which nothing can be seen becomes empty. The first line of several keeps its indentation, which means
    something in Markdown.
    """
    text = normalise(value or "")
    if is_blank(text):
        return ""
    return _BLANK_LINES.sub("", text).rstrip() if "\n" in text.strip() else text.strip()


def one_line(value: str | None) -> str:
    """Trim and fold white space to single blanks: for titles and names."""
    return " ".join(strip(value).split())


class NotBlank:
    """Refuses an empty text, also when a filter emptied it, and says what to do."""

    def __init__(self, words: Any = None) -> None:
        self.words = words

    # The attribute is what WTForms looks for to mark the field as required.
    field_flags = {"required": True}  # noqa: RUF012 -- WTForms reads a plain dict

    def __call__(self, form: Any, field: Any) -> None:
        """Check a field.

        Raises:
            ValidationError: it is blank.
        """
        if not field.data or is_blank(str(field.data)):
            raise ValidationError(str(self.words or _("This cannot be empty.")))


class Short(Length):
    """Limits a text to ``max`` characters and names both numbers."""

    def __init__(self, max: int) -> None:  # noqa: A002 -- the library's name
        super().__init__(max=max)

    def __call__(self, form: Any, field: Any) -> None:
        """Check a field.

        Raises:
            ValidationError: it is too long.
        """
        length = len(field.data or "")
        if length > self.max:
            raise ValidationError(
                _("This may have %(limit)s characters; it has %(length)s.", limit=self.max, length=length)
            )


def face_line(label: Any, language: str, *, limit: int) -> StringField:
    """Return a one-line field for one face; ``language`` is ``zh`` or ``en``."""
    return StringField(
        label,
        filters=[one_line],
        validators=[Optional(), Short(limit)],
        render_kw={"lang": "zh-Hans" if language == "zh" else "en"},
    )


def face_area(label: Any, language: str, *, limit: int) -> TextAreaField:
    """Return a text field for one face."""
    return TextAreaField(
        label,
        filters=[strip],
        validators=[Optional(), Short(limit)],
        render_kw={"lang": "zh-Hans" if language == "zh" else "en"},
    )


def faces_of(form: Form, name: str) -> Faces:
    """Return the faces typed into the fields ``<name>_zh`` and ``<name>_en``."""
    return Faces(zh=form[f"{name}_zh"].data or "", en=form[f"{name}_en"].data or "")


def require_one_face(form: Form, name: str) -> bool:
    """Check that at least one of two face fields is filled; adds the error to the Chinese one."""
    if faces_of(form, name):
        return True
    form.add_error(f"{name}_zh", _("Fill in at least one of the two languages."))
    return False


SUBMIT_AGAIN = _l("Send again")
