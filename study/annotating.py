"""Puts somebody's own notes to the passages of a lesson as it is now."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup, escape

from core import passages
from core.i18n import _
from core.passages import Passage
from study.models.notes import WHOLE, LessonNote


@dataclass(kw_only=True)
class Placed:
    """The notes of one member on one lesson: at which passage each stands now, and which stand at none."""

    at: dict[str, LessonNote] = field(default_factory=dict)
    """Mark of a passage as it is now → note."""
    whole: LessonNote | None = None
    lost: list[LessonNote] = field(default_factory=list)

    def has_changed(self, mark: str) -> bool:
        """Tell whether a passage says something else than when its note was made."""
        return mark in self.at and self.at[mark].mark != mark


def place(notes: Iterable[LessonNote], found: Sequence[Passage]) -> Placed:
    """Find the passages of notes again; where two come to stand at one, the older keeps the place."""
    placed = Placed()
    for note in sorted(notes, key=lambda note: note.id):
        if note.mark == WHOLE:
            placed.whole = note
            continue
        now = passages.find_again(found, note.mark, note.quote)
        if now is None or now.mark in placed.at:
            placed.lost.append(note)
        else:
            placed.at[now.mark] = note
    return placed


def highlighted(html: str, anchor: str, note: LessonNote) -> str:
    """Return the HTML of a passage with the colour of its note."""
    return html.replace(f' id="{anchor}"', f' id="{anchor}" data-hl="{note.colour.value}"', 1)


def shown(note: LessonNote, address: str, *, has_changed: bool) -> Markup:
    """Return a note as it stands below its passage; a mere highlight needs none."""
    if not note.body and not has_changed:
        return Markup()
    words = Markup('<p class="pre">{}</p>').format(note.body) if note.body else Markup()
    changed = Markup("{} · ").format(_("The text has changed since.")) if has_changed else Markup()
    edit = Markup('<a href="{}">{}</a>').format(address, _("Change my note"))
    aside = Markup('\n<aside class="mine" data-hl="{}" aria-label="{}">{}<p class="meta">{}{}</p></aside>')
    return aside.format(note.colour.value, _("My note"), words, changed, edit)


def link(note: LessonNote | None, address: str) -> Markup:
    """Return the way to the note of a passage."""
    words = _("My note") if note else _("Note")
    return Markup('<a class="jot" href="{}">{}</a>').format(escape(address), words)


Address = Callable[[str], str]
"""Gives the address of the note at a mark."""
