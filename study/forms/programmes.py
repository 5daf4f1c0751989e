"""What an author types about a programme."""

from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from core.forms import Form, Short, face_line, faces_of, one_line, require_one_face
from core.i18n import _l
from core.permissions import Actor
from study.forms.courses import SUMMARY_MAX, TITLE_MAX, address_pattern, offered_audiences
from study.models import Programme
from study.models.courses import SLUG_MAX
from study.queries.courses import list_own_branches
from study.services.programmes import ProgrammeContent


class ProgrammeForm(Form):
    """The words of a programme, its readers and its order."""

    title_zh = face_line(_l("Title in Chinese"), "zh", limit=TITLE_MAX)
    title_en = face_line(_l("Title in English"), "en", limit=TITLE_MAX)
    summary_zh = face_line(_l("One sentence about it, in Chinese"), "zh", limit=SUMMARY_MAX)
    summary_en = face_line(_l("One sentence about it, in English"), "en", limit=SUMMARY_MAX)
    audience = SelectField(_l("Who may read it"))
    in_order = BooleanField(_l("A course can be taken only when the one before it is finished"))

    def offer(self, author: Actor, programme: Programme | None = None) -> None:
        """Fill the lists with what this author may choose."""
        kept = programme.audience if programme else None
        self.audience.choices = [SelectChoice(*one) for one in offered_audiences(list_own_branches(author), kept)]

    def show(self, programme: Programme) -> None:
        """Fill the fields with a programme as it is."""
        for name in ("title", "summary"):
            faces = getattr(programme, name)
            self[f"{name}_zh"].data, self[f"{name}_en"].data = faces.zh, faces.en
        self.audience.data = programme.audience
        self.in_order.data = programme.in_order

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields and that one language at least has a title."""
        valid = super().validate(extra_validators)
        return require_one_face(self, "title") and valid

    def content(self) -> ProgrammeContent:
        """Return what was typed. Meaningful only after validation."""
        return ProgrammeContent(
            title=faces_of(self, "title"),
            summary=faces_of(self, "summary"),
            audience=self.audience.data,
            in_order=self.in_order.data,
        )


class NewProgrammeForm(ProgrammeForm):
    """The same, with what is decided once: address and branch."""

    slug = StringField(_l("Address"), filters=[one_line], validators=[Optional(), Short(SLUG_MAX), address_pattern()])
    branch = SelectField(_l("Branch that answers for it"), coerce=int)

    def offer(self, author: Actor, programme: Programme | None = None) -> None:
        """Fill the lists with what this author may choose."""
        super().offer(author, programme)
        self.branch.choices = [SelectChoice(branch.id, branch.name.pick()) for branch in list_own_branches(author)]


class AddCourseForm(Form):
    """A course to put into a programme."""

    course_id = SelectField(_l("Course"), coerce=int)
