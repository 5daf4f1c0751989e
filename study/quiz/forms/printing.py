"""What an author sends who prints a quiz."""

from wtforms import BooleanField, IntegerField
from wtforms.validators import NumberRange

from core.forms import Form
from core.i18n import _l

AT_ONCE = 8


class PrintForm(Form):
    """How many forms are drawn, and whether each has an order of its own."""

    count = IntegerField(_l("How many forms"), default=1, validators=[NumberRange(min=1, max=AT_ONCE)])
    shuffle = BooleanField(_l("Each form has its questions and options in an order of its own"), default=True)
