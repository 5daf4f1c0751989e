"""What those who mark type about a question of a paper."""

from wtforms import HiddenField, TextAreaField
from wtforms.validators import Optional

from core.forms import Form, Short, strip
from core.i18n import _l
from study.models.hand_marks import COMMENT_MAX


class CommentForm(Form):
    """A few words; none take back what was said before."""

    comment = TextAreaField(_l("Comment"), filters=[strip], validators=[Optional(), Short(COMMENT_MAX)])
    seen = HiddenField(default="0")
    """The latest comment when the page was shown."""

    @property
    def seen_id(self) -> int:
        """The same as a number."""
        typed = self.seen.data or ""
        return int(typed) if typed.isdecimal() and len(typed) < 19 else 0
