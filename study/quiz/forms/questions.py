"""What an author types about questions: one form for all kinds that quizzes take."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import wtforms
from flask_wtf.file import FileField
from wtforms import Field, FieldList, FormField, SelectField, StringField
from wtforms.fields import SelectChoice

from core.faces import Faces
from core.forms import Form, NotBlank, Short, face_area, face_line, faces_of, one_line, require_one_face
from core.i18n import _, _l
from study.enums import QuestionKind
from study.models import Question, QuestionVersion
from study.models.questions import BANK_NAME_MAX, QUESTION_NAME_MAX, Option
from study.quiz.formats import AUTO, FORMATS
from study.quiz.marking import ANSWER_MAX, FULL, shares_for
from study.quiz.services.questions import LETTERS, OptionContent, QuestionContent

TEXT_MAX = 8000
OPTION_MAX = 2000
ROWS = 4


class BankForm(Form):
    """The name of a question bank."""

    name = StringField(_l("Name"), filters=[one_line], validators=[NotBlank(), Short(BANK_NAME_MAX)])


class OptionForm(wtforms.Form):
    """One row: an option, or an accepted answer."""

    text_zh = face_line(_l("Answer in Chinese"), "zh", limit=OPTION_MAX)
    text_en = face_line(_l("Answer in English"), "en", limit=OPTION_MAX)
    pattern = StringField(_l("Accepted answer"), filters=[one_line], validators=[Short(ANSWER_MAX)])
    weight = StringField(_l("Weight in %"), filters=[one_line], validators=[Short(12)])
    feedback_zh = face_line(_l("Remark in Chinese"), "zh", limit=OPTION_MAX)
    feedback_en = face_line(_l("Remark in English"), "en", limit=OPTION_MAX)

    @property
    def is_blank(self) -> bool:
        """Tell whether nothing was typed that makes it an answer."""
        return not (self.text_zh.data or self.text_en.data or self.pattern.data)

    def faces(self, name: str) -> Faces:
        """Return both faces of a pair of fields."""
        return Faces(zh=self[f"{name}_zh"].data or "", en=self[f"{name}_en"].data or "")


class RightField(Field):
    """The places of the right options: radio buttons or check boxes beside the rows."""

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        """Take the places that were marked."""
        self.data = {int(value) for value in valuelist if value.isdecimal() and len(value) < 4}


class QuestionForm(Form):
    """A question with its answers; the kind is fixed from the start."""

    name = StringField(_l("Short name"), filters=[one_line], validators=[Short(QUESTION_NAME_MAX)])
    text_zh = face_area(_l("Question in Chinese"), "zh", limit=TEXT_MAX)
    text_en = face_area(_l("Question in English"), "en", limit=TEXT_MAX)
    options = FieldList(FormField(OptionForm), min_entries=2, max_entries=len(LETTERS))
    right = RightField(_l("Right answer"), default=set)
    feedback_zh = face_area(_l("Explanation in Chinese"), "zh", limit=TEXT_MAX)
    feedback_en = face_area(_l("Explanation in English"), "en", limit=TEXT_MAX)

    def add_rows(self, count: int) -> None:
        """Offer more rows, as far as there may be any."""
        for _row in range(min(count, len(LETTERS) - len(self.options))):
            self.options.append_entry()

    def show(self, question: Question, version: QuestionVersion) -> None:
        """Fill the fields with a question as it is."""
        self.name.data = question.name
        for name, faces in (("text", version.text), ("feedback", version.feedback)):
            self[f"{name}_zh"].data, self[f"{name}_en"].data = faces.zh, faces.en
        found = version.option_list
        self.add_rows(len(found) - len(self.options))
        self.right.data = _right_places(version.kind, [option.fraction for option in found])
        usual = _usual(version.kind, [place in self.right.data for place in range(len(found))])
        for row, option, share in zip(self.options, found, usual, strict=False):
            _show_option(row, option, share, weighed=version.kind is not QuestionKind.TRUE_FALSE)

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields and that one language at least is filled."""
        valid = super().validate(extra_validators)
        return require_one_face(self, "text") and valid

    def content(self, kind: QuestionKind) -> QuestionContent:
        """Return what was typed. Meaningful only after validation.

        Raises:
            ValueError: a weight is no number; the message says which.
        """
        return QuestionContent(
            kind=kind,
            name=self.name.data or "",
            text=faces_of(self, "text"),
            feedback=faces_of(self, "feedback"),
            options=_read_options(self, kind),
        )


def _right_places(kind: QuestionKind, fractions: list[int]) -> set[int]:
    if kind is QuestionKind.SINGLE_CHOICE:
        return {fractions.index(max(fractions))}
    return {place for place, fraction in enumerate(fractions) if fraction > 0}


def _usual(kind: QuestionKind, marked: list[bool]) -> list[int]:
    """Return what the rows earn when no weight is typed."""
    if kind is QuestionKind.SHORT_ANSWER:
        return [FULL for _row in marked]
    if kind is QuestionKind.MULTIPLE_CHOICE:
        return shares_for(marked)
    return [FULL if is_right else 0 for is_right in marked]


def _show_option(row: Any, option: Option, usual: int, *, weighed: bool) -> None:
    row.text_zh.data, row.text_en.data = option.text.zh, option.text.en
    row.feedback_zh.data, row.feedback_en.data = option.feedback.zh, option.feedback.en
    row.pattern.data = option.pattern
    if weighed and option.fraction != usual:
        row.weight.data = f"{Decimal(option.fraction) / 10:f}"


def _read_options(form: QuestionForm, kind: QuestionKind) -> list[OptionContent]:
    right, truth = form.right.data or set(), kind is QuestionKind.TRUE_FALSE
    rows = [(place, row) for place, row in enumerate(form.options) if truth or not row.form.is_blank]
    usual = _usual(kind, [place in right for place, _row in rows])
    return [
        OptionContent(
            fraction=share if truth else _weight(row.weight.data, share),
            text=Faces() if truth else row.form.faces("text"),
            feedback=row.form.faces("feedback"),
            pattern=row.pattern.data or "" if kind is QuestionKind.SHORT_ANSWER else "",
        )
        for (_place, row), share in list(zip(rows, usual, strict=True))[: 2 if truth else None]
    ]


def _weight(typed: str | None, usual: int) -> int:
    words = (typed or "").rstrip("% ％").strip()
    if not words:
        return usual
    try:
        percent = Decimal(words)
    except InvalidOperation as error:
        raise ValueError(_("“%(text)s” is not a weight. Enter a number from -100 to 100.", text=words)) from error
    if not percent.is_finite() or abs(percent) > 100:
        raise ValueError(_("“%(text)s” is not a weight. Enter a number from -100 to 100.", text=words))
    return int((percent * 10).to_integral_value())


class UploadForm(Form):
    """A question file, and the bank it goes into."""

    file = FileField(_l("File"))
    bank = StringField(_l("Question bank"), filters=[one_line], validators=[Short(BANK_NAME_MAX)])
    format = SelectField(
        _l("Format"),
        choices=[
            SelectChoice(AUTO, _l("Find out by content")),
            *(SelectChoice(name, name.upper()) for name in FORMATS),
        ],
        default=AUTO,
    )

    def validate_file(self, field: FileField) -> None:
        """Check that a file was chosen.

        Raises:
            ValidationError: none was.
        """
        if not field.data or not getattr(field.data, "filename", ""):
            raise wtforms.validators.ValidationError(_("Choose a file first."))


class AcceptForm(Form):
    """The preview's "take these in"; what was looked at travels in a signed token."""

    ticket = wtforms.HiddenField()
