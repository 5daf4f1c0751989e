"""What an author types about a lesson."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from wtforms import IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, ValidationError

from core.forms import Form, Short, face_area, face_line, faces_of, one_line, require_one_face
from core.i18n import _, _l
from core.markup import SOURCE_MAX
from study.enums import LessonKind
from study.forms.courses import TITLE_MAX
from study.models import Lesson
from study.models.lessons import URL_MAX
from study.queries.materials import list_choices as list_materials
from study.queries.quiz_choices import list_choices as list_quizzes
from study.services.lessons import LessonContent
from study.wording import LESSON_KINDS

MINUTES_MAX = 600
NONE = 0


def _offer(rows: Iterable[tuple[int, str]]) -> list[SelectChoice]:
    return [SelectChoice(NONE, _("None")), *(SelectChoice(ident, words) for ident, words in rows)]


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        # Half a bracket, such as in http://[::1
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


class LessonForm(Form):
    """A lesson in both languages, with what its kind needs."""

    kind = RadioField(_l("Kind"), choices=[SelectChoice(kind.value, words) for kind, words in LESSON_KINDS.items()])
    title_zh = face_line(_l("Title in Chinese"), "zh", limit=TITLE_MAX)
    title_en = face_line(_l("Title in English"), "en", limit=TITLE_MAX)
    body_zh = face_area(_l("Text in Chinese"), "zh", limit=SOURCE_MAX)
    body_en = face_area(_l("Text in English"), "en", limit=SOURCE_MAX)
    minutes = IntegerField(
        _l("Minutes it takes, about"),
        default=5,
        validators=[NumberRange(1, MINUTES_MAX, message=_l("Enter a number from 1 to 600."))],
    )
    material_id = SelectField(_l("Document"), coerce=int, default=NONE)
    quiz_id = SelectField(_l("Quiz"), coerce=int, default=NONE)
    url = StringField(_l("Address of the link"), filters=[one_line], validators=[Short(URL_MAX)])

    def offer(self, course_id: int) -> None:
        """Fill the lists with the documents and quizzes of the course."""
        self.material_id.choices = _offer(list_materials(course_id))
        self.quiz_id.choices = _offer(list_quizzes(course_id))

    def show(self, lesson: Lesson) -> None:
        """Fill the fields with a lesson as it is."""
        for name in ("title", "body"):
            faces = getattr(lesson, name)
            self[f"{name}_zh"].data, self[f"{name}_en"].data = faces.zh, faces.en
        self.kind.data = lesson.kind.value
        self.minutes.data = lesson.minutes
        self.material_id.data = lesson.material_id or NONE
        self.quiz_id.data = lesson.quiz_id or NONE
        self.url.data = lesson.url

    def validate_url(self, field: StringField) -> None:
        """Check that a link leads to a web page.

        Raises:
            ValidationError: it does not.
        """
        wanted = self.kind.data == LessonKind.LINK
        if (wanted or field.data) and not _is_web_address(field.data or ""):
            raise ValidationError(_("Enter a whole address that begins with https:// or http://."))

    def validate_material_id(self, field: SelectField) -> None:
        """Check that a document lesson has its document.

        Raises:
            ValidationError: it has none.
        """
        if self.kind.data == LessonKind.DOCUMENT and not field.data:
            raise ValidationError(_("Choose a document. Upload it under “Materials” first."))

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields and that one language at least has a title."""
        valid = super().validate(extra_validators)
        return require_one_face(self, "title") and valid

    def content(self) -> LessonContent:
        """Return what was typed. Meaningful only after validation."""
        return LessonContent(
            kind=LessonKind(self.kind.data),
            title=faces_of(self, "title"),
            body=faces_of(self, "body"),
            minutes=self.minutes.data,
            material_id=self.material_id.data or None,
            quiz_id=self.quiz_id.data or None,
            url=self.url.data or "",
        )
