"""What an author types about questions: one form for all kinds that quizzes take."""

from typing import Any

from wtforms import BooleanField, FieldList, FormField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from core.forms import Form, NotBlank, Short, face_area, faces_of, one_line, require_one_face, strip
from core.i18n import _, _l
from study.enums import QuestionKind
from study.models import Question, QuestionVersion
from study.models.questions import BANK_NAME_MAX, QUESTION_NAME_MAX
from study.quiz.forms.citing import CitingFields
from study.quiz.forms.meanwhile import SeenFields
from study.quiz.forms.rows import BandForm, GapForm, OptionForm, RightField, percent, thousandths
from study.quiz.kinds import CHOSEN, FULL, TYPED, Option, QuestionContent, Scoring, Settings
from study.quiz.kinds.by_hand import FILES_MAX
from study.quiz.kinds.cloze import GAPS_MAX
from study.quiz.marking import shares_for
from study.quiz.services.preparing import LETTERS
from study.quiz.wording import SCORINGS
from study.rubric import NotACriterion, parse_rubric, rubric_text

TEXT_MAX = 8000
ROWS = 4
GAPS = 3
BANDS = 2
BANDS_MAX = 10
UNITS_MAX = 200
LINES_MAX = 60
RUBRIC_MAX = 5000


class BankForm(Form):
    """The name of a question bank."""

    name = StringField(
        _l("Name of the question bank"), filters=[one_line], validators=[NotBlank(), Short(BANK_NAME_MAX)]
    )


class QuestionForm(CitingFields, SeenFields):
    """A question with its answers; the kind is fixed from the start, and the page shows what that kind has."""

    name = StringField(_l("Short name"), filters=[one_line], validators=[Short(QUESTION_NAME_MAX)])
    text_zh = face_area(_l("Question in Chinese"), "zh", limit=TEXT_MAX)
    text_en = face_area(_l("Question in English"), "en", limit=TEXT_MAX)
    options = FieldList(FormField(OptionForm), min_entries=2, max_entries=len(LETTERS))
    right = RightField(_l("Right answer"), default=set)
    gaps = FieldList(FormField(GapForm), min_entries=GAPS, max_entries=GAPS_MAX)
    bands = FieldList(FormField(BandForm), min_entries=BANDS, max_entries=BANDS_MAX)
    feedback_zh = face_area(_l("Explanation in Chinese"), "zh", limit=TEXT_MAX)
    feedback_en = face_area(_l("Explanation in English"), "en", limit=TEXT_MAX)
    scoring = SelectField(
        _l("How parts count"),
        choices=[SelectChoice(scoring.value, words) for scoring, words in SCORINGS.items()],
        default=Scoring.SHARES.value,
    )
    keep_order = BooleanField(_l("Keep this order also where a quiz shuffles"))
    case_counts = BooleanField(_l("Capital letters matter"))
    width_counts = BooleanField(_l("Full and half width matter"))
    spaces_count = BooleanField(_l("Spaces matter"))
    variants_match = BooleanField(_l("Simplified and traditional characters are the same"))
    units = StringField(_l("Units"), filters=[one_line], validators=[Short(UNITS_MAX)])
    unit_cost = StringField(_l("A missing unit costs, in %"), filters=[one_line], validators=[Short(12)])
    lines = IntegerField(
        _l("Lines to write on"),
        default=10,
        validators=[Optional(), NumberRange(1, LINES_MAX, message=_l("Enter a number from 1 to 60."))],
    )
    files = IntegerField(
        _l("Files that an answer may have"),
        default=0,
        validators=[Optional(), NumberRange(0, FILES_MAX, message=_l("Enter a number from 0 to 10."))],
    )
    rubric = TextAreaField(_l("Criteria"), filters=[strip], validators=[Short(RUBRIC_MAX)])
    model_zh = face_area(_l("Model answer in Chinese"), "zh", limit=TEXT_MAX)
    model_en = face_area(_l("Model answer in English"), "en", limit=TEXT_MAX)
    guide = TextAreaField(_l("For those who mark"), filters=[strip], validators=[Short(TEXT_MAX)])

    def add_rows(self, count: int) -> None:
        """Offer more rows, as far as there may be any."""
        for _row in range(min(count, len(LETTERS) - len(self.options))):
            self.options.append_entry()

    def add_gaps(self, count: int) -> None:
        """Offer more gaps, as far as there may be any."""
        for _row in range(min(count, GAPS_MAX - len(self.gaps))):
            self.gaps.append_entry()

    def show(self, question: Question, version: QuestionVersion) -> None:
        """Fill the fields with a question as it is."""
        content = version.content
        self.name.data = question.name
        for name, faces in (("text", content.text), ("feedback", content.feedback)):
            self[f"{name}_zh"].data, self[f"{name}_en"].data = faces.zh, faces.en
        self._show_options(content)
        self.add_gaps(len(content.gaps) - len(self.gaps))
        for row, gap in zip(self.gaps, content.gaps, strict=False):
            row.form.show(gap)
        for _row in range(len(content.bands) - len(self.bands)):
            self.bands.append_entry()
        for row, band in zip(self.bands, content.bands, strict=False):
            row.form.show(band)
        self._show_settings(content.settings)

    def _show_options(self, content: QuestionContent) -> None:
        found = list(content.options)
        self.add_rows(len(found) - len(self.options))
        self.right.data = _right_places(content.kind, [option.fraction for option in found])
        usual = _usual(content.kind, [place in self.right.data for place in range(len(found))])
        for row, option, share in zip(self.options, found, usual, strict=False):
            row.form.show(option, share, weighed=content.kind is not QuestionKind.TRUE_FALSE)

    def _show_settings(self, settings: Settings) -> None:
        for name in FLAGS:
            self[name].data = getattr(settings, name)
        self.scoring.data = settings.scoring.value
        self.units.data = ", ".join(f"{name}={factor}" for name, factor in settings.units)
        self.unit_cost.data = percent(settings.unit_cost) if settings.unit_cost else ""
        self.lines.data, self.files.data, self.guide.data = settings.lines, settings.files, settings.guide
        self.rubric.data = rubric_text(settings.rubric)
        self.model_zh.data, self.model_en.data = settings.model.zh, settings.model.en

    def validate_rubric(self, field: TextAreaField) -> None:
        """Check that each line is a criterion.

        Raises:
            ValidationError: one is none; the message says which.
        """
        try:
            parse_rubric(field.data or "")
        except NotACriterion as error:
            raise ValidationError(
                _("Line %(number)s is not points and a title: “%(line)s”.", number=error.number, line=error.line[:80])
            ) from error

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields and that one language at least is filled."""
        valid = super().validate(extra_validators)
        return require_one_face(self, "text") and valid

    def content(self, kind: QuestionKind) -> QuestionContent:
        """Return what was typed. Meaningful only after validation.

        Raises:
            WeightWrong: a weight is no number; the message says which.
        """
        has_gaps = kind is QuestionKind.CLOZE
        gaps = [row.form for row in self.gaps if not row.form.is_blank] if has_gaps else []
        bands = [row.form.band() for row in self.bands]
        return QuestionContent(
            kind=kind,
            name=self.name.data or "",
            text=faces_of(self, "text"),
            feedback=faces_of(self, "feedback"),
            options=_read_options(self, kind),
            gaps=[gap.gap(number) for number, gap in enumerate(gaps, start=1)],
            bands=sorted((band for band in bands if band), key=lambda band: -band.least),
            settings=self._settings(kind),
        )

    def _settings(self, kind: QuestionKind) -> Settings:
        found: dict[str, Any] = {name: bool(self[name].data) for name in FLAGS if name in OFFERED.get(kind, ())}
        if "scoring" in OFFERED.get(kind, ()):
            found["scoring"] = Scoring(self.scoring.data)
        if "units" in OFFERED.get(kind, ()):
            found |= {"units": _units(self.units.data or ""), "unit_cost": thousandths(self.unit_cost.data, 0)}
        if "rubric" in OFFERED.get(kind, ()):
            found |= {"lines": self.lines.data or 10, "files": self.files.data or 0, "guide": self.guide.data or ""}
            rubric = tuple((one.points, one.title) for one in parse_rubric(self.rubric.data or ""))
            found |= {"rubric": rubric, "model": faces_of(self, "model")}
        return Settings(**found)


FLAGS = ("keep_order", "case_counts", "width_counts", "spaces_count", "variants_match")
COMPARING = ("case_counts", "width_counts", "spaces_count", "variants_match")
OFFERED: dict[QuestionKind, tuple[str, ...]] = {
    QuestionKind.SINGLE_CHOICE: ("keep_order", "scoring"),
    QuestionKind.MULTIPLE_CHOICE: ("keep_order", "scoring"),
    QuestionKind.TRUE_FALSE: ("scoring",),
    QuestionKind.SHORT_ANSWER: COMPARING,
    QuestionKind.NUMERICAL: ("units",),
    QuestionKind.MATCHING: ("keep_order", "scoring"),
    QuestionKind.ORDERING: ("scoring",),
    QuestionKind.CLOZE: ("keep_order", "scoring", *COMPARING),
    QuestionKind.ESSAY: ("lines", "files", "rubric", "model", "guide"),
}
"""Which settings the form of a kind offers."""


def _right_places(kind: QuestionKind, fractions: list[int]) -> set[int]:
    if kind is QuestionKind.SINGLE_CHOICE:
        return {fractions.index(max(fractions))}
    return {place for place, fraction in enumerate(fractions) if fraction > 0}


def _usual(kind: QuestionKind, marked: list[bool]) -> list[int]:
    """Return what the rows earn when no weight is typed."""
    if kind in TYPED:
        return [FULL for _row in marked]
    if kind is QuestionKind.MULTIPLE_CHOICE:
        return shares_for(marked)
    return [FULL if is_right and kind in CHOSEN else 0 for is_right in marked]


def _read_options(form: QuestionForm, kind: QuestionKind) -> list[Option]:
    if kind in (QuestionKind.CLOZE, QuestionKind.DESCRIPTION, QuestionKind.ESSAY):
        return []
    right, truth = form.right.data or set(), kind is QuestionKind.TRUE_FALSE
    rows = [(place, row.form) for place, row in enumerate(form.options) if truth or not row.form.is_blank]
    usual = _usual(kind, [place in right for place, _row in rows])
    found = [row.option(kind, share) for (_place, row), share in zip(rows, usual, strict=True)]
    return found[: 2 if truth else None]


def _units(typed: str) -> tuple[tuple[str, str], ...]:
    """Read ``m=1, cm=0.01``; the first unit may leave its factor out."""
    found = []
    for words in typed.replace("，", ",").replace("＝", "=").replace("；", ",").split(","):
        name, _sign, factor = words.partition("=")
        if name.strip():
            found.append((name.strip(), factor.strip() or "1"))
    return tuple(found)
