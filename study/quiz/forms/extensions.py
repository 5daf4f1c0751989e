"""What an author types about more time for some."""

from typing import Any

from wtforms import IntegerField, StringField
from wtforms.validators import NumberRange, Optional

from accounts.forms.fields import BranchField
from accounts.models import Branch, User
from accounts.queries.branches import list_branches
from accounts.queries.people import get_member
from core.errors import NotFound
from core.forms import Form, NotBlank, Short, one_line
from core.i18n import _, _l
from study.models import Quiz
from study.quiz.forms.quizzes import MINUTES_MAX, MOMENT, moment_of, read_moment
from study.quiz.services.extensions import MoreTime

USERNAME_MAX = 80


class ExtensionForm(Form):
    """How much more time."""

    extra_minutes = IntegerField(
        _l("Minutes more than the time limit"),
        validators=[Optional(), NumberRange(0, MINUTES_MAX, message=_l("Enter a number from 0 to 600."))],
    )
    closes_at = StringField(_l("Closes for them on day and time"), filters=[one_line], render_kw=MOMENT)

    def validate_closes_at(self, field: StringField) -> None:
        """Check that a day is one.

        Raises:
            ValidationError: it is none, or lies too far ahead.
        """
        moment_of(field)

    def check(self, quiz: Quiz) -> bool:
        """Tell whether this is more time than everybody has; adds what is wrong."""
        given = self.given
        if given.closes_at and (quiz.closes_at is None or given.closes_at <= quiz.closes_at):
            self.add_error("closes_at", _("That is no later than for everybody."))
        elif given.extra_minutes and not quiz.time_limit_minutes:
            self.add_error("extra_minutes", _("This quiz has no time limit."))
        elif not given.closes_at and not given.extra_minutes:
            self.add_error("extra_minutes", _("Give more minutes, or a later day, or both."))
        return not self.errors

    @property
    def given(self) -> MoreTime:
        """What was typed. Meaningful only after validation."""
        return MoreTime(extra_minutes=self.extra_minutes.data or 0, closes_at=read_moment(self.closes_at.data))


class PersonExtensionForm(ExtensionForm):
    """More time for one person."""

    username = StringField(_l("User name"), filters=[one_line], validators=[NotBlank(), Short(USERNAME_MAX)])

    def find(self) -> User | None:
        """Return the person; adds an error where there is none."""
        try:
            return get_member(self.username.data or "")
        except NotFound:
            self.add_error("username", _("Nobody is called so."))
            return None


class BranchExtensionForm(ExtensionForm):
    """More time for everybody of a branch and below it."""

    branch = BranchField(_l("Branch"))

    def __init__(self, *args: Any, below: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {branch.id: branch for branch in list_branches(below)}
        self.branch.offer(list(self.offered.values()))

    def find(self) -> Branch | None:
        """Return the branch that was chosen."""
        return self.offered.get(self.branch.data)
