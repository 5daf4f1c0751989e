"""Reads films and recordings as lessons show them: the file, its chapters, and what is said when."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from core.db import db
from core.i18n import current_locale
from core.media_types import AUDIO
from study.chapters import Chapter, clock
from study.contents import window
from study.extraction.parts import Cue
from study.models import Lesson, LessonMedia, Material, Timing, Watching

LANGUAGES = {"zh": "zh-Hans", "en": "en"}
"""Short names, as addresses carry them, and what pages call the languages."""


@dataclass(frozen=True, kw_only=True)
class Player:
    """What a page needs to play a lesson."""

    material: Material
    is_audio: bool
    length_ms: int
    chapters: Sequence[Chapter] = ()
    subtitles: dict[str, tuple[Cue, ...]] = field(default_factory=dict)
    """By short name of the language; empty while they are being read."""

    @property
    def length(self) -> str:
        """The length as players show it; ``""`` when it is not known."""
        return clock(self.length_ms // 1000) if self.length_ms else ""

    def language(self, wanted: str = "") -> str:
        """Return whose subtitles are written beside the player: as asked for, else the reader's own, else any."""
        own = "en" if current_locale() == "en" else "zh"
        return next((one for one in (wanted, own, *self.subtitles) if one in self.subtitles), "")


@dataclass(frozen=True, kw_only=True)
class Transcript:
    """The part of what is said that a page shows."""

    language: str
    cues: Sequence[tuple[int, Cue]]
    """With their numbers, from 1."""
    current: int
    earlier: int | None
    """From which second the part before is shown; None when this is the first."""
    later: int | None


def find_watching(user_id: int | None, lesson_id: int) -> Watching | None:
    """Return what is written of what a member has played of a lesson; None when nothing is."""
    if user_id is None:
        return None
    return db.session.scalars(select(Watching).filter_by(user_id=user_id, lesson_id=lesson_id)).one_or_none()


def length_of(lesson: Lesson) -> int:
    """Return how long what a lesson plays is, in milliseconds; 0 when the file does not say."""
    return db.session.scalar(select(Timing.length_ms).where(Timing.material_id == lesson.material_id)) or 0


def find_lesson_media(lesson_id: int) -> LessonMedia | None:
    """Return the chapters and subtitles of a lesson, if it was given any."""
    return db.session.get(LessonMedia, lesson_id)


def get_player(lesson: Lesson, material: Material) -> Player:
    """Return what it takes to play a lesson. The material comes with its file."""
    media = find_lesson_media(lesson.id)
    ids = {"zh": media.subtitles_zh_id, "en": media.subtitles_en_id} if media else {}
    wanted = [material.id, *(ident for ident in ids.values() if ident is not None)]
    timings = {row.material_id: row for row in db.session.scalars(select(Timing).where(Timing.material_id.in_(wanted)))}
    length = timings[material.id].length_ms if material.id in timings else 0
    return Player(
        material=material,
        is_audio=material.file is not None and material.file.media_type in AUDIO,
        length_ms=length,
        chapters=[Chapter(*chapter) for chapter in media.chapters] if media else (),
        subtitles={
            name: tuple(Cue(*cue) for cue in timings[ident].cues)
            for name, ident in ids.items()
            if ident is not None and ident in timings
        },
    )


def transcript_of(player: Player, language: str, second: int) -> Transcript | None:
    """Return what is said around a second; None without subtitles."""
    language = player.language(language)
    cues = player.subtitles.get(language, ())
    if not cues:
        return None
    current = max((at for at, cue in enumerate(cues) if cue.start // 1000 <= second), default=-1)
    texts = [cue.text for cue in cues]
    # A page of the text begins at the same cue whatever second in it is asked for.
    first = 1
    while (shown := window(texts, first)).stop - 1 <= current:
        first, before = shown.stop, first
    earlier = cues[before - 1].start // 1000 if first > 1 else None
    return Transcript(
        language=language,
        cues=[(number, cues[number - 1]) for number in shown],
        current=current + 1,
        earlier=earlier,
        later=cues[shown.stop - 1].start // 1000 if shown.stop <= len(cues) else None,
    )
