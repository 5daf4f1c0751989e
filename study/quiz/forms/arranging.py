"""What an author sends to arrange questions: where they lie, what they are called by, and what is done with many."""

from collections.abc import Iterable

from wtforms import BooleanField, SelectField, StringField
from wtforms.fields import SelectChoice

from core.forms import Form, Short, one_line
from core.i18n import _l
from study.enums import Difficulty
from study.models import Question
from study.models.questions import FOLDER_MAX, TAGS_MAX
from study.quiz.services.arranging import Act, Change
from study.quiz.wording import LEVELS

LEVEL_CHOICES = [SelectChoice("", "–"), *(SelectChoice(level.value, words) for level, words in LEVELS.items())]


def split_tags(typed: str) -> list[str]:
    """Return tags as people separate them, in Chinese and English."""
    for sign in "，、;；":
        typed = typed.replace(sign, ",")
    return [tag.strip() for tag in typed.split(",") if tag.strip()]


class PlaceForm(Form):
    """Folder, tags and level of one question."""

    folder = StringField(_l("Folder"), filters=[one_line], validators=[Short(FOLDER_MAX)])
    tags = StringField(_l("Tags"), filters=[one_line], validators=[Short(TAGS_MAX)])
    level = SelectField(_l("Level"), choices=LEVEL_CHOICES, default="")

    def show(self, question: Question) -> None:
        """Fill the fields with a question as it is."""
        self.folder.data, self.tags.data = question.folder, ", ".join(question.tag_list)
        self.level.data = question.level.value if question.level else ""


class ArrangeForm(Form):
    """What is done with the chosen questions of a bank."""

    act = SelectField(
        _l("What to do"),
        choices=[
            SelectChoice(Act.MOVE.value, _l("Move to the folder")),
            SelectChoice(Act.TAG.value, _l("Add the tags")),
            SelectChoice(Act.UNTAG.value, _l("Take away the tags")),
            SelectChoice(Act.LEVEL.value, _l("Set the level")),
            SelectChoice(Act.RETIRE.value, _l("Retire")),
            SelectChoice(Act.BRING_BACK.value, _l("Bring back")),
            SelectChoice(Act.NO_TWINS.value, _l("Say that they are no duplicates")),
        ],
    )
    folder = StringField(_l("Folder"), filters=[one_line], validators=[Short(FOLDER_MAX)])
    tags = StringField(_l("Tags"), filters=[one_line], validators=[Short(TAGS_MAX)])
    level = SelectField(_l("Level"), choices=LEVEL_CHOICES, default="")
    knows_elsewhere = BooleanField(_l("Retire also what quizzes of other courses ask"))

    def change(self) -> Change:
        """Return what was chosen. Meaningful only after validation."""
        return Change(
            act=Act(self.act.data),
            folder=self.folder.data or "",
            tags=split_tags(self.tags.data or ""),
            level=Difficulty(self.level.data) if self.level.data else None,
            knows_elsewhere=bool(self.knows_elsewhere.data),
        )


def read_ids(sent: Iterable[str]) -> set[int]:
    """Return the ids of the questions that were marked."""
    return {int(value) for value in sent if value.isdecimal() and len(value) < 18}
