"""What an author types about a course and its modules."""

from collections.abc import Sequence

from wtforms import BooleanField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional, Regexp

from accounts.models import Branch
from core.forms import Form, Short, face_area, face_line, faces_of, one_line, require_one_face
from core.i18n import _, _l
from core.markup import SOURCE_MAX
from core.permissions import MEMBERS, PUBLIC, Actor, branch_audience
from study.enums import Level
from study.forms.saving import SavedForm
from study.models import Category, Course
from study.models.courses import SLUG_MAX
from study.queries.courses import list_categories, list_own_branches
from study.services.courses import CourseContent, category_named
from study.wording import LEVELS

TITLE_MAX = 120
SUMMARY_MAX = 400
OUTCOMES_MAX = 2000
NO_LEVEL = ""
NO_CATEGORY = ""
NEW_CATEGORY = "new"


def offered_audiences(branches: Sequence[Branch], kept: str | None) -> list[tuple[str, str]]:
    """Return the readers an author may choose, with words, and those of now in any case."""
    found = {MEMBERS: _("All members"), PUBLIC: _("Everybody, also visitors")} if branches else {}
    found |= {branch_audience(branch.id): _("%(branch)s and below", branch=branch.name.pick()) for branch in branches}
    if kept is not None:
        found.setdefault(kept, _("As it is now"))
    return list(found.items())


def address_pattern() -> Regexp:
    """Return the check of the last part of an address."""
    return Regexp(r"^[a-z0-9]+(-[a-z0-9]+)*$", message=_l("Use small letters, digits and hyphens, like open-branch."))


class CourseForm(SavedForm):
    """The front page of a course, its audience and its order."""

    title_zh = face_line(_l("Title in Chinese"), "zh", limit=TITLE_MAX)
    title_en = face_line(_l("Title in English"), "en", limit=TITLE_MAX)
    summary_zh = face_line(_l("One sentence about it, in Chinese"), "zh", limit=SUMMARY_MAX)
    summary_en = face_line(_l("One sentence about it, in English"), "en", limit=SUMMARY_MAX)
    body_zh = face_area(_l("Introduction in Chinese"), "zh", limit=SOURCE_MAX)
    body_en = face_area(_l("Introduction in English"), "en", limit=SOURCE_MAX)
    outcomes_zh = face_area(_l("What one learns, in Chinese"), "zh", limit=OUTCOMES_MAX)
    outcomes_en = face_area(_l("What one learns, in English"), "en", limit=OUTCOMES_MAX)
    level = SelectField(_l("Level"), default=NO_LEVEL)
    audience = SelectField(_l("Who may read it"))
    category = SelectField(_l("Subject"))
    category_zh = face_line(_l("Name of a new subject in Chinese"), "zh", limit=TITLE_MAX)
    category_en = face_line(_l("Name of a new subject in English"), "en", limit=TITLE_MAX)
    in_order = BooleanField(_l("Lessons open one after another"))

    def offer(self, author: Actor, course: Course | None = None) -> None:
        """Fill the lists with what this author may choose."""
        audiences = offered_audiences(list_own_branches(author), course.audience if course else None)
        self.audience.choices = [SelectChoice(*choice) for choice in audiences]
        self.level.choices = [
            SelectChoice(NO_LEVEL, _("Not said")),
            *(SelectChoice(level.value, words) for level, words in LEVELS.items()),
        ]
        self.category.choices = [
            SelectChoice(NO_CATEGORY, _("None")),
            *(SelectChoice(category.slug, category.name.pick()) for category in list_categories()),
            SelectChoice(NEW_CATEGORY, _("A new one, named below")),
        ]

    def show(self, course: Course) -> None:
        """Fill the fields with a course as it is."""
        for name in ("title", "summary", "body", "outcomes"):
            faces = getattr(course, name)
            self[f"{name}_zh"].data, self[f"{name}_en"].data = faces.zh, faces.en
        self.level.data = course.level.value if course.level else NO_LEVEL
        self.audience.data = course.audience
        self.category.data = course.category.slug if course.category else NO_CATEGORY
        self.in_order.data = course.in_order

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields and that one language at least has a title."""
        valid = super().validate(extra_validators)
        if self.category.data == NEW_CATEGORY:
            valid = require_one_face(self, "category") and valid
        return require_one_face(self, "title") and valid

    def content(self) -> CourseContent:
        """Return what was typed; a new subject is made. Call it inside a transaction, after validation."""
        return CourseContent(
            title=faces_of(self, "title"),
            summary=faces_of(self, "summary"),
            body=faces_of(self, "body"),
            audience=self.audience.data,
            category=self._category(),
            in_order=self.in_order.data,
            outcomes=faces_of(self, "outcomes"),
            level=Level(self.level.data) if self.level.data else None,
        )

    def _category(self) -> Category | None:
        if self.category.data == NEW_CATEGORY:
            return category_named(faces_of(self, "category"))
        return next((category for category in list_categories() if category.slug == self.category.data), None)


class NewCourseForm(CourseForm):
    """The same, with what is decided once: address and branch."""

    slug = StringField(
        _l("Address"),
        filters=[one_line],
        validators=[Optional(), Short(SLUG_MAX), address_pattern()],
    )
    branch = SelectField(_l("Branch that answers for it"), coerce=int)

    def offer(self, author: Actor, course: Course | None = None) -> None:
        """Fill the lists with what this author may choose."""
        super().offer(author, course)
        self.branch.choices = [SelectChoice(branch.id, branch.name.pick()) for branch in list_own_branches(author)]


class ModuleForm(Form):
    """The name of a module."""

    title_zh = face_line(_l("Name in Chinese"), "zh", limit=TITLE_MAX)
    title_en = face_line(_l("Name in English"), "en", limit=TITLE_MAX)

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields and that one language at least has a name."""
        valid = super().validate(extra_validators)
        return require_one_face(self, "title") and valid


class ActForm(Form):
    """A button alone; it carries the form token."""
