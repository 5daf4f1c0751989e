"""What an author sends when a whole course comes from a file."""

from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, Regexp

from core.forms import Form, Short, one_line
from core.i18n import _l
from core.permissions import Actor
from study.models.courses import SLUG_MAX
from study.queries.courses import list_own_branches


class CourseFileForm(Form):
    """A course file, the branch that answers for it, and perhaps another address."""

    file = FileField(_l("Course file"), validators=[FileRequired(_l("Choose a file."))])
    branch = SelectField(_l("Branch that answers for it"), coerce=int)
    slug = StringField(
        _l("Another address"),
        filters=[one_line],
        validators=[
            Optional(),
            Short(SLUG_MAX),
            Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", message=_l("Use small letters, digits and hyphens, like open-branch.")),
        ],
    )

    def offer(self, author: Actor) -> None:
        """Fill the list with the branches for which this author writes courses."""
        self.branch.choices = [SelectChoice(branch.id, branch.name.pick()) for branch in list_own_branches(author)]
