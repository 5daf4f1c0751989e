"""What an author tells the learners of a course."""

from core.forms import Form, face_area, face_line, faces_of, require_one_face
from core.i18n import _l
from study.forms.courses import TITLE_MAX
from study.models import Announcement
from study.services.announcements import AnnouncementContent

BODY_MAX = 20_000


class AnnouncementForm(Form):
    """An announcement in one or both languages."""

    title_zh = face_line(_l("Title in Chinese"), "zh", limit=TITLE_MAX)
    title_en = face_line(_l("Title in English"), "en", limit=TITLE_MAX)
    body_zh = face_area(_l("Text in Chinese"), "zh", limit=BODY_MAX)
    body_en = face_area(_l("Text in English"), "en", limit=BODY_MAX)

    def show(self, announcement: Announcement) -> None:
        """Fill the fields with an announcement as it is."""
        for name in ("title", "body"):
            faces = getattr(announcement, name)
            self[f"{name}_zh"].data, self[f"{name}_en"].data = faces.zh, faces.en

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields and that one language at least has a title."""
        valid = super().validate(extra_validators)
        return require_one_face(self, "title") and valid

    def content(self) -> AnnouncementContent:
        """Return what was typed, rendered. Meaningful only after validation, and before a transaction."""
        return AnnouncementContent.of(faces_of(self, "title"), faces_of(self, "body"))
