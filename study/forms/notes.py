"""What a member notes at a passage."""

from wtforms import RadioField, TextAreaField
from wtforms.fields.choices import SelectChoice

from core.forms import Form, Short, strip
from core.i18n import _l
from study.enums import NoteColour
from study.models import LessonNote
from study.services.notes import NoteContent

BODY_MAX = 4000

COLOURS = {
    NoteColour.YELLOW: _l("Yellow"),
    NoteColour.GREEN: _l("Green"),
    NoteColour.BLUE: _l("Blue"),
}


class NoteForm(Form):
    """A highlight, with or without words."""

    body = TextAreaField(_l("My note"), filters=[strip], validators=[Short(BODY_MAX)])
    colour = RadioField(
        _l("Highlight"),
        default=NoteColour.YELLOW.value,
        choices=[SelectChoice(colour.value, words) for colour, words in COLOURS.items()],
    )

    def show(self, note: LessonNote) -> None:
        """Fill the fields with a note as it is."""
        self.body.data, self.colour.data = note.body, note.colour.value

    def content(self) -> NoteContent:
        """Return what was typed. Meaningful only after validation."""
        return NoteContent(body=self.body.data or "", colour=NoteColour(self.colour.data))
