"""Who gets what of films and recordings."""

from study.enums import CourseState
from tests.access import Row
from tests.factories.media import played_lesson
from tests.factories.study import CourseFactory

SIGNED_IN = dict(visitor=404, member=200, instructor=200, moderator=200, officer=200, administrator=200)
DRAFT = {**SIGNED_IN, "member": 404, "officer": 404}


def furnish(world) -> None:
    """Make a recording that all members hear, and one in a draft."""
    cues = [[1000, 2000, "会前通知"]]
    world.played = played_lesson(CourseFactory(slug="heard"), zh=cues, chapters=[(0, "开头")])
    draft = CourseFactory(slug="unheard", state=CourseState.DRAFT)
    world.unheard = played_lesson(draft, zh=cues, chapters=[(0, "开头")])


def _of(lesson, part: str) -> str:
    return f"/study/lessons/{lesson.id}/{part}"


ROWS = [
    Row("study.show_lesson", "GET", lambda w: f"/study/lessons/{w.played.id}?t=1", **SIGNED_IN, note="played"),
    Row("study.send_file", "GET", lambda w: f"/study/materials/{w.unheard.material_id}/file", **DRAFT, note="played"),
    Row(
        "study.send_version",
        "GET",
        lambda w: f"/study/materials/{w.unheard.material_id}/versions/1",
        **DRAFT,
        note="played",
    ),
    Row(
        "study.report_played",
        "POST",
        lambda w: _of(w.played, "played"),
        **{**SIGNED_IN, "visitor": 302},
        data=lambda w: {"spans": "0-900", "position": "900"},
    ),
    Row("study.report_played", "POST", lambda w: _of(w.unheard, "played"), **{**DRAFT, "visitor": 302}, note="draft"),
    Row("study.send_subtitles", "GET", lambda w: _of(w.played, "subtitles/zh.vtt"), **SIGNED_IN),
    Row("study.send_subtitles", "GET", lambda w: _of(w.unheard, "subtitles/zh.vtt"), **DRAFT, note="draft"),
    Row("study.send_chapters", "GET", lambda w: _of(w.played, "chapters.vtt"), **SIGNED_IN),
    Row("study.send_chapters", "GET", lambda w: _of(w.unheard, "chapters.vtt"), **DRAFT, note="draft"),
]
