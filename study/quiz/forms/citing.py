"""The fields in which an author says on which paragraph of a lesson a question rests."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from wtforms import HiddenField, SelectField, StringField
from wtforms.fields import SelectChoice

from core.forms import Form, Short, one_line
from core.i18n import _, _l
from core.passages import Passage
from core.text import excerpt
from study import urls
from study.queries.citations import Standing

ADDRESS_MAX: Final = 300
OFFERED_MAX: Final = 400
"""Paragraphs of one lesson that a list offers; a book has thousands."""
LINE: Final = 70


class CitingFields(Form):
    """The paragraph a question rests on: its address, or chosen from a lesson."""

    cited = StringField(_l("Address of the paragraph"), filters=[one_line], validators=[Short(ADDRESS_MAX)], default="")
    cited_was = HiddenField(default="")
    """What the field held when the page was made: left as it is, nothing changes, also when the lesson does."""
    cited_lesson = SelectField(_l("Lesson"), choices=[], validate_choice=False, default="")
    cited_pick = SelectField(_l("Paragraph"), choices=[], validate_choice=False, default="")

    def show_cited(self, standing: Standing | None) -> None:
        """Fill the field with what the question rests on."""
        self.cited.data = self.cited_was.data = standing.address if standing else ""

    def offer_lessons(self, lessons: Iterable[Any]) -> None:
        """Offer the lessons of the course."""
        found = [SelectChoice(str(row.id), row.title.pick()) for row in lessons]
        self.cited_lesson.choices = [SelectChoice("", _("choose")), *found]

    def offer_passages(self, lesson_id: int, found: Sequence[Passage]) -> None:
        """Offer the passages of a lesson."""
        lines = [
            SelectChoice(urls.for_passage(lesson_id, one.mark), excerpt(one.text, LINE)) for one in found[:OFFERED_MAX]
        ]
        self.cited_pick.choices = [SelectChoice("", _("choose")), *lines]

    @property
    def chosen_lesson(self) -> int:
        """The lesson whose paragraphs are wanted; 0 for none."""
        typed = self.cited_lesson.data or ""
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0

    @property
    def wanted(self) -> str:
        """The address that counts: a paragraph that was chosen goes before one that was pasted."""
        return self.cited_pick.data or self.cited.data or ""

    @property
    def is_untouched(self) -> bool:
        """Tell whether it stays what it was."""
        return bool(self.wanted) and self.wanted == self.cited_was.data
