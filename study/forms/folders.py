"""A folder, a ZIP or several files that an author sends at once."""

from flask_wtf.file import MultipleFileField
from wtforms import StringField

from core.forms import Form, Short, one_line
from core.i18n import _l
from study.extraction import ENDINGS
from study.folders import TITLE_MAX

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif")


class FolderForm(Form):
    """Files one by one or as a ZIP, and a whole folder where the browser can send one."""

    files = MultipleFileField(_l("Files, or a ZIP"), render_kw={"accept": ",".join((*ENDINGS, *PICTURES, ".zip"))})
    folder = MultipleFileField(_l("A whole folder"), render_kw={"webkitdirectory": True})
    module = StringField(
        _l("Module for files that lie in no folder"), filters=[one_line], validators=[Short(TITLE_MAX)]
    )
