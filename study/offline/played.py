"""Puts what a film or recording says into words on paper: its chapters, and what is said, in paragraphs with times."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final, NamedTuple

from markupsafe import Markup
from sqlalchemy import or_, select

from core.addresses import absolute
from core.db import db
from core.i18n import _, current_locale
from core.text import one_line
from study import urls
from study.chapters import Chapter, clock
from study.enums import LessonKind
from study.extraction.cues import said_in
from study.extraction.parts import Cue
from study.models import LessonMedia, Timing
from study.offline.leaves import clean_text
from study.queries.lines import LessonLine
from study.queries.media import LANGUAGES

FULL: Final = 240
"""Characters after which a paragraph ends with its sentence."""
LONG: Final = 600
"""Characters after which it ends anyhow: automatic captions have no sentences."""
PAUSE_MS: Final = 4_000
"""So long a silence begins a paragraph."""
_ENDS: Final = tuple('.!?…。！？”’"»')


class Paragraph(NamedTuple):
    """What is said from one second on."""

    second: int
    text: str


def paragraphs(cues: Sequence[Cue], chapters: Sequence[Chapter] = ()) -> Iterator[Paragraph]:
    """Yield what is said in paragraphs of some sentences; a chapter or a silence begins a new one."""
    begins, until = [chapter.second * 1000 for chapter in chapters], {cue.start: cue.end for cue in cues}
    start, size, lines = 0, 0, list[str]()
    last = 0
    for at, line in said_in(cues):
        is_full = size >= LONG or (size >= FULL and lines[-1].endswith(_ENDS))
        is_new = bisect_right(begins, at) != bisect_right(begins, last) or at - until.get(last, at) >= PAUSE_MS
        if lines and (is_full or is_new):
            yield Paragraph(start // 1000, one_line("\n".join(lines)))
            size, lines = 0, []
        if not lines:
            start = at
        lines.append(line)
        size += len(line)
        last = at
    if lines:
        yield Paragraph(start // 1000, one_line("\n".join(lines)))


def played_part(line: LessonLine) -> Markup:
    """Return the chapters of a lesson and what is said in it, with where to play it; its rows are not kept."""
    row = db.session.execute(
        select(LessonMedia.chapters, LessonMedia.subtitles_zh_id, LessonMedia.subtitles_en_id).where(
            LessonMedia.lesson_id == line.id
        )
    ).one_or_none()
    chapters = [Chapter(*chapter) for chapter in row.chapters] if row else []
    language, cues = _subtitles(row.subtitles_zh_id, row.subtitles_en_id) if row else ("", ())
    said = list(paragraphs(cues, chapters))
    return Markup("\n").join(chain([_where(line)], _contents(chapters, said), _said(said, language)))


def _where(line: LessonLine) -> Markup:
    address = absolute(urls.for_lesson(line.id))
    if line.kind is LessonKind.AUDIO:
        words = _("Listen to it online: %(address)s", address=address)
    else:
        words = _("Watch it online: %(address)s", address=address)
    return Markup('<p class="note">{}</p>').format(words)


def _subtitles(zh_id: int | None, en_id: int | None) -> tuple[str, Sequence[Cue]]:
    """Return the subtitles in the reader's language, else in the other one; nothing while they are being read."""
    rows = db.session.execute(
        select(Timing.material_id, Timing.cues).where(or_(Timing.material_id == zh_id, Timing.material_id == en_id))
    ).all()
    found = {row.material_id: row.cues for row in rows if row.cues}
    ids = [("zh", zh_id), ("en", en_id)]
    for name, ident in reversed(ids) if current_locale() == "en" else ids:
        if ident in found:
            return LANGUAGES[name], [Cue(*cue) for cue in found[ident]]
    return "", ()


def _contents(chapters: Sequence[Chapter], said: Sequence[Paragraph]) -> Iterator[Markup]:
    """Yield the list of chapters; each leads to the paragraph that begins with it, where one does."""
    if not chapters:
        return
    starts = [one.second for one in said]
    yield Markup("<h2>{}</h2>\n<ul>").format(_("Chapters"))
    for chapter, end in zip(chapters, [*(one.second for one in chapters[1:]), None], strict=True):
        at = bisect_right(starts, chapter.second - 1)
        is_said = at < len(said) and (end is None or starts[at] < end)
        row = Markup('<li><a href="#said-{0}">{1}</a> {2}</li>') if is_said else Markup("<li>{1} {2}</li>")
        yield row.format(at + 1, clock(chapter.second), clean_text(chapter.title))
    yield Markup("</ul>")


def _said(said: Sequence[Paragraph], language: str) -> Iterator[Markup]:
    if not said:
        return
    yield Markup("<h2>{}</h2>").format(_("What is said"))
    yield Markup('<div class="text" lang="{0}" xml:lang="{0}">').format(language)
    for number, one in enumerate(said, start=1):
        row = Markup('<p id="said-{}"><span class="quiet">{}</span> {}</p>')
        yield row.format(number, clock(one.second), clean_text(one.text))
    yield Markup("</div>")
