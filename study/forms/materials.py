"""What an author sends as material."""

from flask_wtf.file import MultipleFileField

from core.forms import Form
from core.i18n import _l
from study.extraction import ENDINGS


class UploadForm(Form):
    """One or more files."""

    files = MultipleFileField(
        _l("Files"),
        render_kw={"accept": ",".join(ENDINGS)},
    )
