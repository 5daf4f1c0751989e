"""What an author sends when each paper is to draw questions of its own."""

from wtforms import IntegerField, SelectField, StringField
from wtforms.validators import NumberRange

from core.forms import Form, Short, one_line
from core.i18n import _l
from study.enums import Difficulty
from study.models.questions import FOLDER_MAX, TAG_MAX, clean_folder
from study.quiz.forms.arranging import LEVEL_CHOICES
from study.quiz.services.drawing import Rule

COUNT_MAX = 100


class DrawForm(Form):
    """From which bank how many questions are drawn, and what they must have."""

    bank = IntegerField(_l("Question bank"), validators=[NumberRange(min=1, max=2**31 - 1)])
    folder = StringField(_l("Folder"), filters=[one_line], validators=[Short(FOLDER_MAX)])
    tag = StringField(_l("Tag"), filters=[one_line], validators=[Short(TAG_MAX)])
    level = SelectField(_l("Level"), choices=LEVEL_CHOICES, default="")
    count = IntegerField(_l("How many"), default=1, validators=[NumberRange(min=1, max=COUNT_MAX)])

    def rule(self) -> Rule:
        """Return what was typed. Meaningful only after validation."""
        level = Difficulty(self.level.data) if self.level.data else None
        return Rule(self.bank.data or 0, clean_folder(self.folder.data or ""), self.tag.data or "", level)
