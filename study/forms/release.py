"""What an author types about when something opens."""

from datetime import datetime
from typing import Any

from wtforms import IntegerField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from core.clock import utcnow
from core.forms import Form, one_line
from core.i18n import _, _l, current_zone
from core.permissions import Actor
from study.models import Course, Lesson, Module
from study.queries import gates as queries
from study.release import Terms

NONE = 0
PASS_PERCENT = 60
YEARS_AHEAD = 20


class ReleaseForm(Form):
    """A day, a lesson, a mark, a course and a branch; what is left empty asks for nothing."""

    opens_at = StringField(
        _l("From day and time"), filters=[one_line], render_kw={"type": "datetime-local", "autocomplete": "off"}
    )
    after_lesson_id = SelectField(_l("After this lesson is done"), coerce=int, default=NONE)
    quiz_lesson_id = SelectField(_l("After a mark in this quiz"), coerce=int, default=NONE)
    quiz_percent = IntegerField(
        _l("of at least, in per cent"),
        default=PASS_PERCENT,
        validators=[Optional(), NumberRange(1, 100, message=_l("Enter a number from 1 to 100."))],
    )
    after_course_id = SelectField(_l("After this course is finished"), coerce=int, default=NONE)
    branch_id = SelectField(_l("Only for members of"), coerce=int, default=NONE)

    def offer(self, course: Course, author: Actor, holder: Module | Lesson, terms: Terms) -> None:
        """Fill the lists with what a rule of this course may name."""
        lessons = [row for row in queries.list_lesson_choices(course.id) if not _is_within(row, holder)]
        quizzes = queries.list_lesson_choices(course.id, quizzes=True)
        self.after_lesson_id.choices = _choices(_("No lesson"), lessons)
        self.quiz_lesson_id.choices = _choices(_("No quiz"), [row for row in quizzes if not _is_within(row, holder)])
        courses = queries.list_course_choices(course.id, author, terms.after_course_id)
        self.after_course_id.choices = _choices(_("No course"), courses)
        branches = queries.list_branch_choices(course, author, terms.branch_id)
        self.branch_id.choices = [
            SelectChoice(NONE, _("Everybody who may read the course")),
            *(SelectChoice(row.id, "\u2003" * (row.path.count("/") - 2) + row.name.pick()) for row in branches),
        ]

    def show(self, terms: Terms) -> None:
        """Fill the fields with a rule as it is."""
        at = terms.opens_at
        self.opens_at.data = at.astimezone(current_zone()).strftime("%Y-%m-%dT%H:%M") if at else ""
        self.after_lesson_id.data = terms.after_lesson_id or NONE
        self.quiz_lesson_id.data = terms.quiz_lesson_id or NONE
        self.quiz_percent.data = terms.quiz_percent or PASS_PERCENT
        self.after_course_id.data = terms.after_course_id or NONE
        self.branch_id.data = terms.branch_id or NONE

    def validate_opens_at(self, field: StringField) -> None:
        """Check that a day is one.

        Raises:
            ValidationError: it is none, or lies too far ahead.
        """
        try:
            moment = self.moment()
        except ValueError as error:
            raise ValidationError(_("Write day and time like this: 2027-03-01 18:00")) from error
        if moment and moment.year > utcnow().year + YEARS_AHEAD:
            raise ValidationError(_("That is too far ahead."))

    def moment(self) -> datetime | None:
        """Return the day as typed in the author's own time zone.

        Raises:
            ValueError: it is none.
        """
        typed = self.opens_at.data or ""
        if not typed:
            return None
        moment = datetime.fromisoformat(typed)
        try:
            return moment if moment.tzinfo else moment.replace(tzinfo=current_zone())
        except OverflowError as error:
            raise ValueError from error

    def terms(self) -> Terms:
        """Return what was typed. Meaningful only after validation."""
        return Terms(
            opens_at=self.moment(),
            after_lesson_id=self.after_lesson_id.data or None,
            quiz_lesson_id=self.quiz_lesson_id.data or None,
            quiz_percent=(self.quiz_percent.data or PASS_PERCENT) if self.quiz_lesson_id.data else 0,
            after_course_id=self.after_course_id.data or None,
            branch_id=self.branch_id.data or None,
        )


def _is_within(row: Any, holder: Module | Lesson) -> bool:
    return isinstance(holder, Lesson) and row.id == holder.id


def _choices(none: str, rows: Any) -> list[SelectChoice]:
    found = [SelectChoice(NONE, none)]
    for row in rows:
        module = getattr(row, "module", None)
        words = f"{module.pick()} · {row.title.pick()}" if module else row.title.pick()
        found.append(SelectChoice(row.id, words))
    return found
