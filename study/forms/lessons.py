"""What an author types about a lesson."""

from collections.abc import Iterable

from wtforms import IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from core.forms import Short, face_area, face_line, faces_of, one_line, require_one_face, strip
from core.i18n import _, _l
from core.markup import SOURCE_MAX
from study.chapters import NotAChapter, chapters_text, parse_chapters
from study.enums import PLAYED, CompletionRule, LessonKind
from study.errors import KindSettled
from study.forms.courses import TITLE_MAX
from study.forms.lesson_parts import BriefPart, MeetingPart, is_web_address
from study.forms.saving import SavedForm
from study.models import Lesson, LessonMedia
from study.models.lessons import URL_MAX
from study.queries.materials import list_choices as list_materials
from study.queries.media import find_lesson_media
from study.queries.meetings import get_meeting
from study.queries.practice import list_offered
from study.queries.works import get_brief
from study.quiz.queries.choices import list_choices as list_quizzes
from study.rules import FITTING, Rule, usual_number, usual_rule
from study.services.keeping import check_kind
from study.services.lessons import LessonContent
from study.standing_wording import COMPLETION_RULES, fitting_words
from study.wording import LESSON_KINDS

MINUTES_MAX = 600
CHAPTERS_TEXT_MAX = 20_000
NONE = 0
USUAL = ""
"""What is chosen when the author leaves it to the kind of the lesson."""
_NUMBERS = {CompletionRule.READ_THROUGH: "least_minutes", CompletionRule.WATCHED: "least_percent"}
"""Where the number of a rule is typed."""


def _offer(rows: Iterable[tuple[int, str]]) -> list[SelectChoice]:
    return [SelectChoice(NONE, _("None")), *(SelectChoice(ident, words) for ident, words in rows)]


class LessonForm(BriefPart, MeetingPart, SavedForm):
    """A lesson in both languages, with what its kind needs."""

    kept: Lesson | None = None
    offered: list[tuple[str, list[tuple[int, str]]]] = []  # noqa: RUF012 -- never changed, only replaced
    """The questions that its texts may ask, by bank."""

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
    media_id = SelectField(_l("Video or audio file"), coerce=int, default=NONE)
    subtitles_zh_id = SelectField(_l("Chinese subtitles"), coerce=int, default=NONE)
    subtitles_en_id = SelectField(_l("English subtitles"), coerce=int, default=NONE)
    chapters = TextAreaField(_l("Chapters"), filters=[strip], validators=[Short(CHAPTERS_TEXT_MAX)])
    quiz_id = SelectField(_l("Quiz"), coerce=int, default=NONE)
    url = StringField(_l("Address of the link"), filters=[one_line], validators=[Short(URL_MAX)])
    completion = SelectField(_l("Done when"), default=USUAL)
    least_minutes = IntegerField(
        _l("Minutes to read at least"),
        validators=[Optional(), NumberRange(1, MINUTES_MAX, message=_l("Enter a number from 1 to 600."))],
    )
    least_percent = IntegerField(
        _l("Percent to watch at least"),
        validators=[Optional(), NumberRange(1, 100, message=_l("Enter a number from 1 to 100."))],
    )

    def offer(self, course_id: int) -> None:
        """Fill the lists with the documents and quizzes of the course."""
        materials = list_materials(course_id)
        self.material_id.choices = _offer(materials.documents)
        self.media_id.choices = _offer(materials.played)
        self.subtitles_zh_id.choices = self.subtitles_en_id.choices = _offer(materials.subtitles)
        self.quiz_id.choices = _offer(list_quizzes(course_id))
        self.offered = list_offered(course_id)
        offered = {rule for fitting in FITTING.values() for rule in fitting}
        rules = [SelectChoice(rule.value, words) for rule, words in COMPLETION_RULES.items() if rule in offered]
        self.completion.choices = [SelectChoice(USUAL, _("As usual for its kind")), *rules]

    def show(self, lesson: Lesson) -> None:
        """Fill the fields with a lesson as it is."""
        for name in ("title", "body"):
            faces = getattr(lesson, name)
            self[f"{name}_zh"].data, self[f"{name}_en"].data = faces.zh, faces.en
        self.kind.data = lesson.kind.value
        self.minutes.data = lesson.minutes
        chosen = self.media_id if lesson.kind in PLAYED else self.material_id
        chosen.data = lesson.material_id or NONE
        if media := find_lesson_media(lesson.id):
            self._show_media(media)
        if lesson.kind is LessonKind.ASSIGNMENT:
            self.show_brief(get_brief(lesson))
        if lesson.kind is LessonKind.MEETING:
            self.show_meeting(get_meeting(lesson))
        self.quiz_id.data = lesson.quiz_id or NONE
        self.url.data = lesson.url
        is_usual = lesson.rule == usual_rule(lesson.kind, lesson.minutes)
        self.completion.data = USUAL if is_usual else lesson.completion.value
        number = _NUMBERS.get(lesson.completion)
        if number and not is_usual:
            self[number].data = lesson.completion_number

    def keep(self, lesson: Lesson) -> None:
        """Note what the lesson is now: old days may stay, and its kind while members' work hangs on it."""
        self.kept = lesson
        self.due_before, self.starts_before = get_brief(lesson).due_at, get_meeting(lesson).starts_at

    def validate_kind(self, field: RadioField) -> None:
        """Check that no work or seat of a member would be lost from sight.

        Raises:
            ValidationError: some would.
        """
        if self.kept is None or field.data not in set(LessonKind):
            return
        try:
            check_kind(self.kept, LessonKind(field.data))
        except KindSettled as settled:
            raise ValidationError(str(settled)) from settled

    def _show_media(self, media: LessonMedia) -> None:
        self.chapters.data = chapters_text(media.chapters)
        self.subtitles_zh_id.data = media.subtitles_zh_id or NONE
        self.subtitles_en_id.data = media.subtitles_en_id or NONE

    @property
    def _is_played(self) -> bool:
        return self.kind.data in PLAYED

    def validate_url(self, field: StringField) -> None:
        """Check that a link leads to a web page.

        Raises:
            ValidationError: it does not.
        """
        wanted = self.kind.data == LessonKind.LINK
        if (wanted or field.data) and not is_web_address(field.data or ""):
            raise ValidationError(_("Enter a whole address that begins with https:// or http://."))

    def validate_material_id(self, field: SelectField) -> None:
        """Check that a document lesson has its document.

        Raises:
            ValidationError: it has none.
        """
        if self.kind.data == LessonKind.DOCUMENT and not field.data:
            raise ValidationError(_("Choose a document. Upload it under “Materials” first."))

    def validate_media_id(self, field: SelectField) -> None:
        """Check that a video or audio lesson has its file.

        Raises:
            ValidationError: it has none.
        """
        if self._is_played and not field.data:
            raise ValidationError(_("Choose a video or audio file. Upload it under “Materials” first."))

    def validate_chapters(self, field: TextAreaField) -> None:
        """Check that every line is a chapter.

        Raises:
            ValidationError: one is not; it is named.
        """
        try:
            parse_chapters(field.data or "")
        except NotAChapter as fault:
            raise ValidationError(
                _(
                    "Line %(number)s is no chapter, or its time is taken: “%(line)s”. "
                    "Write a time and a title, such as “1:30 Voting”.",
                    number=fault.number,
                    line=fault.line[:60],
                )
            ) from fault

    def validate_completion(self, field: SelectField) -> None:
        """Check that the rule fits the kind.

        Raises:
            ValidationError: it does not.
        """
        if field.errors or self.kind.data not in set(LessonKind) or not field.data:
            return
        if CompletionRule(field.data) not in FITTING[LessonKind(self.kind.data)]:
            raise ValidationError(fitting_words(LessonKind(self.kind.data)))

    def _rule(self) -> Rule | None:
        if not self.completion.data:
            return None
        rule = CompletionRule(self.completion.data)
        typed = self[_NUMBERS[rule]].data if rule in _NUMBERS else None
        return Rule(rule, typed or usual_number(rule, self.minutes.data))

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
            material_id=(self.media_id.data if self._is_played else self.material_id.data) or None,
            chapters=parse_chapters(self.chapters.data or ""),
            subtitles_zh_id=self.subtitles_zh_id.data or None,
            subtitles_en_id=self.subtitles_en_id.data or None,
            quiz_id=self.quiz_id.data or None,
            url=self.url.data or "",
            rule=self._rule(),
            brief=self.brief,
            meeting=self.meeting,
        )
