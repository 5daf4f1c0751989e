"""What is typed to sort threads: tags, choices, pins, closing days, and what boards and tags are called."""

from collections.abc import Iterable, Mapping
from typing import Any

from wtforms import BooleanField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from core.days import DayField, from_today
from core.faces import Faces
from core.forms import Form, NotBlank, Short, face_line, faces_of, one_line, require_one_face, strip
from core.i18n import _, _l
from core.markup import SOURCE_MAX
from forum import sorting
from forum.models import SLUG_MAX, TITLE_MAX
from forum.sorting import CHOICES_MAX, TAGS_MAX, WORDS_MAX, BoardField

TAGS_TYPED_MAX = 400
CHOICES_TYPED_MAX = 5000
FIELD = "field_"
"""Begins the name of the input for a field of the board."""


class PinForm(Form):
    """Where a thread is pinned, and until when."""

    where = RadioField(
        _l("Where"),
        choices=[
            SelectChoice("board", _l("At the head of its board")),
            SelectChoice("everywhere", _l("At the head of every board")),
        ],
        default="board",
    )
    until = DayField(_l("Last day; empty: until it is taken off"), validators=[Optional(), from_today])


class TimerForm(Form):
    """The last day on which a thread takes replies."""

    closes = DayField(_l("Last day for replies"), validators=[NotBlank(_l("Choose a day.")), from_today])


class _Tags(Form):
    """The tags of a thread, as one line of names."""

    tags = StringField(_l("Tags"), filters=[one_line], validators=[Short(TAGS_TYPED_MAX)])

    def validate_tags(self, field: Any) -> None:
        """Check how many there are.

        Raises:
            ValidationError: too many, or one is too long.
        """
        names = sorting.split_names(field.data or "")
        if len(names) > TAGS_MAX:
            raise ValidationError(
                _("A thread may have %(limit)s tags; these are %(number)s.", limit=TAGS_MAX, number=len(names))
            )
        if any(len(name) > WORDS_MAX for name in names):
            raise ValidationError(_("The name of a tag may have %(limit)s characters.", limit=WORDS_MAX))

    @property
    def tag_names(self) -> list[str]:
        """The names typed. Meaningful only after validation."""
        return sorting.split_names(self.tags.data or "")

    @property
    def choices(self) -> dict[str, int]:
        """Key of a field of the board → index of the choice. Meaningful only after validation."""
        found = {field.name[len(FIELD) :]: field.data for field in self if field.name.startswith(FIELD)}
        return {key: at for key, at in found.items() if at is not None}


def _index(value: Any) -> int | None:
    return int(value) if value not in {"", None, "None"} else None


def _choice_field(field: BoardField, *, must: bool) -> SelectField:
    none = _("Please choose") if must else _("No choice")
    return SelectField(
        str(field.label),
        coerce=_index,
        choices=[SelectChoice("", none), *(SelectChoice(at, str(one)) for at, one in enumerate(field.choices))],
        validators=[_Chosen()] if must else [],
    )


class _Chosen:
    """Refuses the empty choice."""

    field_flags = {"required": True}  # noqa: RUF012 -- WTForms reads a plain dict

    def __call__(self, _form: Any, field: Any) -> None:
        """Check a field.

        Raises:
            ValidationError: nothing is chosen.
        """
        if field.data is None:
            raise ValidationError(_("Choose one."))


def with_sorting(base: type[Form], stored: Iterable[Mapping[str, Any]]) -> type[Any]:
    """Return the form with a line for tags and one choice for each field that the board asks for.

    Built for each request, since the labels are the reader's.
    """
    fields = sorting.asked(sorting.fields_of(stored))
    members = {FIELD + field.key: _choice_field(field, must=field.required) for field in fields}
    return type(base.__name__, (_Tags, base) if base is not Form else (_Tags,), members)


class TagForm(Form):
    """What a tag is called."""

    name_zh = face_line(_l("Name in Chinese"), "zh", limit=WORDS_MAX)
    name_en = face_line(_l("Name in English"), "en", limit=WORDS_MAX)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that one of the two names is there."""
        fields_right = bool(super().validate(extra_validators))
        return require_one_face(self, "name") and fields_right

    @property
    def name(self) -> Faces:
        """The name in both languages. Meaningful only after validation."""
        return faces_of(self, "name")


class MergeForm(Form):
    """The tag that takes the threads of another."""

    into = StringField(_l("Name of the other tag"), filters=[one_line], validators=[NotBlank(), Short(SLUG_MAX)])


class FieldForm(Form):
    """One field by which the threads of a board are classified."""

    label_zh = face_line(_l("Name in Chinese"), "zh", limit=WORDS_MAX)
    label_en = face_line(_l("Name in English"), "en", limit=WORDS_MAX)
    choices = TextAreaField(
        _l("Choices"),
        filters=[strip],
        validators=[NotBlank(_l("Write at least two choices.")), Short(CHOICES_TYPED_MAX)],
    )
    required = BooleanField(_l("Every new thread must choose"))
    retired = BooleanField(_l("Out of use: not asked any more; threads keep what they chose"))

    def validate_choices(self, field: Any) -> None:
        """Check number and length.

        Raises:
            ValidationError: too few or many, one twice, or one too long.
        """
        found = sorting.read_choices(field.data or "")
        if len(found) < 2:
            raise ValidationError(_("Write at least two choices."))
        if len(found) > CHOICES_MAX:
            raise ValidationError(_("A field may have %(limit)s choices.", limit=CHOICES_MAX))
        if any(len(text) > WORDS_MAX for one in found for text in (one.zh, one.en)):
            raise ValidationError(_("A choice may have %(limit)s characters in each language.", limit=WORDS_MAX))
        if len(set(found)) < len(found):
            raise ValidationError(_("Two choices are the same."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that one of the two labels is there."""
        fields_right = bool(super().validate(extra_validators))
        return require_one_face(self, "label") and fields_right


class TemplateForm(Form):
    """A text with which a new thread may begin."""

    title_zh = face_line(_l("Name in Chinese"), "zh", limit=WORDS_MAX)
    title_en = face_line(_l("Name in English"), "en", limit=WORDS_MAX)
    thread_title = StringField(_l("Title of the thread"), filters=[one_line], validators=[Optional(), Short(TITLE_MAX)])
    body = TextAreaField(
        _l("Text"), filters=[strip], validators=[NotBlank(_l("Write something first.")), Short(SOURCE_MAX)]
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that one of the two names is there."""
        fields_right = bool(super().validate(extra_validators))
        return require_one_face(self, "title") and fields_right
