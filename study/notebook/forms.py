"""What a member settles for the daily set."""

from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from core.forms import Form
from core.i18n import _l
from study.models import Notebook
from study.models.notebook import MOST_A_DAY, NEW_A_DAY
from study.notebook.services.settings import Settings

MOST = 500


class SettingsForm(Form):
    """How much a day takes, and whether it is said that cards are due."""

    new_a_day = IntegerField(
        _l("New cards a day"), default=NEW_A_DAY, validators=[InputRequired(), NumberRange(min=0, max=MOST)]
    )
    most_a_day = IntegerField(
        _l("Cards a day at most"), default=MOST_A_DAY, validators=[InputRequired(), NumberRange(min=1, max=MOST)]
    )
    reminds = BooleanField(_l("Tell me in the inbox, once a day, when cards are due"))

    def show(self, kept: Notebook | None) -> None:
        """Fill the fields with what is settled."""
        if kept is not None:
            self.new_a_day.data, self.most_a_day.data = kept.new_a_day, kept.most_a_day
            self.reminds.data = kept.remind_at is not None

    def settings(self) -> Settings:
        """Return what was typed. Meaningful only after validation."""
        return Settings(
            new_a_day=self.new_a_day.data or 0,
            most_a_day=self.most_a_day.data or MOST_A_DAY,
            reminds=bool(self.reminds.data),
        )
