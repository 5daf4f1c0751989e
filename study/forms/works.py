"""What a member hands in, and what those who mark it type."""

from collections.abc import Sequence
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import InputRequired, NumberRange, Optional

from core.forms import Form, Short, strip
from core.i18n import _, _l
from study.models import Work
from study.models.works import BODY_MAX, COMMENT_MAX
from study.rubric import Criterion


class WorkForm(Form):
    """Text and files."""

    body = TextAreaField(_l("Your work"), filters=[strip], validators=[Optional(), Short(BODY_MAX)])
    files = MultipleFileField(_l("Files"))


class MarkForm(Form):
    """A comment; the points of each criterion are put in by ``mark_form``."""

    comment = TextAreaField(_l("Comment"), filters=[strip], validators=[Optional(), Short(COMMENT_MAX)])
    seen = HiddenField()
    """The stamp of the work as the one who marks saw it."""

    @property
    def point_fields(self) -> list[Any]:
        """The fields of the criteria, in order."""
        return [field for field in self if field.name.startswith("points")]

    @property
    def points(self) -> list[int]:
        """What was typed. Meaningful only after validation."""
        return [field.data for field in self.point_fields]


def mark_form(rubric: Sequence[Criterion], work: Work) -> MarkForm:
    """Return the form of one piece of work, filled with the marks it has."""

    class Made(MarkForm):
        """The form with a field for each criterion."""

    for number, criterion in enumerate(rubric):
        setattr(Made, f"points{number}", _points(criterion))
    known = {title: got for got, _most, title in work.marks}
    begin = {f"points{number}": known.get(one.title) for number, one in enumerate(rubric)}
    form = Made(comment=work.comment, **begin)
    if not form.is_submitted():
        form.seen.data = work.stamp
    return form


def _points(criterion: Criterion) -> IntegerField:
    words = _("Enter a number from 0 to %(most)s.", most=criterion.points)
    label = criterion.title or _("The whole work")
    return IntegerField(
        _("%(title)s, 0 to %(most)s points", title=label, most=criterion.points),
        # Nought is a mark; an empty field is none.
        validators=[InputRequired(words), NumberRange(0, criterion.points, message=words)],
    )
