"""What a film or recording shows beside itself: subtitles and chapters for the player, words to read along."""

from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from accounts.web import current_actor
from core.errors import NotFound
from core.media_types import AUDIO, WEBVTT
from core.media_types import PLAYED as PLAYED_TYPES
from study.chapters import as_webvtt, chapter_cues, clock
from study.enums import PLAYED, LessonKind
from study.models import Lesson, Material
from study.queries.lessons import get_open_lesson, lesson_material
from study.queries.media import LANGUAGES, Player, get_player, transcript_of
from study.views import bp
from study.views.playing import watch_part

SECOND_MAX = 48 * 3600


def asked_second() -> int | None:
    """Return at which second the address wants to begin; None when it does not say."""
    second = request.args.get("t", None, int)
    return min(max(second, 0), SECOND_MAX) if second is not None else None


def player_part(lesson: Lesson, material: Material | None, *, tracked: bool) -> dict[str, Any]:
    """Return what a lesson's page needs to play it; nothing where it is not played."""
    if lesson.kind not in PLAYED or material is None or material.file is None:
        return {"player": None}
    if material.file.media_type not in PLAYED_TYPES:
        return {"player": None}
    player = get_player(lesson, material)
    asked, watch = asked_second(), watch_part(lesson, player.length_ms) if tracked else None
    second = watch.resume_second if watch and asked is None else asked or 0
    return {
        "player": player,
        "watch": watch,
        "resumed": asked is None and bool(second),
        "second": second,
        "transcript": transcript_of(player, request.args.get("captions", ""), second),
        "languages": LANGUAGES,
        "clock": clock,
    }


def lesson_kind(material: Material) -> LessonKind:
    """Return what kind of lesson a material becomes. It comes with its file."""
    media_type = material.file.media_type if material.file else ""
    if media_type in PLAYED_TYPES:
        return LessonKind.AUDIO if media_type in AUDIO else LessonKind.VIDEO
    return LessonKind.DOCUMENT


def _player(lesson_id: int) -> Player:
    lesson, _outline = get_open_lesson(lesson_id, current_actor())
    material = lesson_material(lesson) if lesson.kind in PLAYED and lesson.material_id else None
    if material is None:
        raise NotFound
    return get_player(lesson, material)


def _webvtt(text: str) -> ResponseReturnValue:
    answer = Response(text, mimetype=WEBVTT)
    answer.add_etag()
    return answer.make_conditional(request)


@bp.get("/lessons/<int:lesson_id>/subtitles/<language>.vtt")
def send_subtitles(lesson_id: int, language: str) -> ResponseReturnValue:
    """Send the subtitles of a lesson in one language, whatever form they came in."""
    cues = _player(lesson_id).subtitles.get(language)
    if cues is None:
        raise NotFound
    return _webvtt(as_webvtt(cues))


@bp.get("/lessons/<int:lesson_id>/chapters.vtt")
def send_chapters(lesson_id: int) -> ResponseReturnValue:
    """Send the chapters of a lesson."""
    player = _player(lesson_id)
    if not player.chapters:
        raise NotFound
    return _webvtt(as_webvtt(chapter_cues(player.chapters, player.length_ms)))
