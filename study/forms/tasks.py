"""What an officer types to assign study."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from wtforms import RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, ValidationError

from accounts.models import Branch, User
from core.days import DayField, end_of, from_today, last_day
from core.forms import Form, NotBlank, Short, strip
from core.i18n import _, _l
from core.permissions import Actor
from study.enums import TaskFor
from study.models import Task
from study.models.tasks import NOTE_MAX
from study.queries import tasks as queries
from study.services.tasks import Terms

PEOPLE_MAX = 200
PEOPLE_TYPED_MAX = 10_000
_BETWEEN = re.compile(r"[\s,;，、；]+")


def _named(courses: Sequence[Any]) -> list[SelectChoice]:
    """Offer courses by title; those of equal title with their address, by which they can be told apart."""
    counted = Counter(course.title.pick() for course in courses)
    return [
        SelectChoice(course.id, f"{title} · {course.slug}" if counted[title] > 1 else title)
        for course, title in ((course, course.title.pick()) for course in courses)
    ]


class DueForm(Form):
    """By which day."""

    due = DayField(_l("Last day"), validators=[NotBlank(_l("Choose a day.")), from_today])

    @property
    def due_at(self) -> Any:
        """The first moment that is too late. Meaningful only after validation."""
        return end_of(self.due.data)


class TaskForm(DueForm):
    """By which day, and a few words for those who are asked."""

    note = TextAreaField(_l("A few words to them"), filters=[strip], validators=[Optional(), Short(NOTE_MAX)])

    def show(self, task: Task) -> None:
        """Fill the fields with a task as it is."""
        self.due.data, self.note.data = last_day(task.due_at), task.note

    @property
    def terms(self) -> Terms:
        """What was typed. Meaningful only after validation."""
        return Terms(due_at=self.due_at, note=self.note.data or "")


class NewTaskForm(TaskForm):
    """The same, with what is decided once: which course, and who is asked."""

    course = SelectField(_l("Course"), coerce=int)
    branch = SelectField(_l("Branch"), coerce=int)
    whom = RadioField(
        _l("Who is asked"),
        choices=[
            SelectChoice(TaskFor.EVERYBODY.value, _l("Everybody in the branch and below it, also who joins later")),
            SelectChoice(TaskFor.NAMED.value, _l("Only these people of the branch or below it")),
        ],
        default=TaskFor.EVERYBODY.value,
    )
    people = TextAreaField(
        _l("User names of these people"), filters=[strip], validators=[Optional(), Short(PEOPLE_TYPED_MAX)]
    )

    def offer(self, officer: Actor, wanted: dict[str, str]) -> None:
        """Fill the lists with what this officer may choose; ``wanted`` names a branch and a course to begin with."""
        branches, courses = queries.list_branches(officer), queries.list_courses(officer)
        top = min((branch.path.count("/") for branch in branches), default=0)
        self.branch.choices = [
            SelectChoice(branch.id, "\u3000" * (branch.path.count("/") - top) + branch.name.pick())
            for branch in branches
        ]
        self.course.choices = _named(courses)
        if not self.is_submitted():
            self.branch.data = next((one.id for one in branches if one.slug == wanted.get("branch")), None)
            self.course.data = next((one.id for one in courses if one.slug == wanted.get("course")), None)

    @property
    def names(self) -> list[str]:
        """The user names that were typed, each once."""
        return list(dict.fromkeys(name for name in _BETWEEN.split(self.people.data or "") if name))

    def validate_people(self, _field: Any) -> None:
        """Check that people are named where only some are asked, and not too many.

        Raises:
            ValidationError: they are not.
        """
        if self.whom.data != TaskFor.NAMED.value:
            return
        if len(self.names) > PEOPLE_MAX:
            raise ValidationError(_("Name %(limit)s people at most.", limit=PEOPLE_MAX))

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that people are named where only some are asked."""
        valid: bool = super().validate(extra_validators)
        if self.whom.data == TaskFor.NAMED.value and not self.names:
            self.add_error("people", _("Name at least one person."))
            return False
        return valid

    def people_of(self, branch: Branch) -> list[User] | None:
        """Return the people who were named, None for everybody; adds an error when somebody is not there."""
        if self.whom.data == TaskFor.EVERYBODY.value:
            return None
        found = queries.list_people(branch, self.names)
        if unknown := [name for name, user in found.items() if user is None]:
            words = _("Nobody in this branch or below it is called: %(names)s", names=_(", ").join(unknown))
            self.add_error("people", words)
        return list({user.id: user for user in found.values() if user}.values())
