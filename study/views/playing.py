"""What a player reports of itself: collected in memory and written in bulk, as whatever a reader leaves behind."""

from dataclasses import dataclass
from datetime import datetime

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from itsdangerous import BadData, URLSafeSerializer

from accounts.web import current_actor
from core.buffer import WriteBuffer
from core.clock import utcnow
from core.db import transaction
from core.i18n import _
from study.enums import PLAYED, CompletionRule
from study.models import Lesson
from study.playing import Played, Report, parse_spans
from study.queries.lessons import get_open_lesson
from study.queries.media import find_watching, length_of
from study.services.playing import note_played, played_of
from study.views import bp

NUMBER_DIGITS = 12
Reports = dict[tuple[int, int], list[Report]]


def _write_reports(reports: Reports) -> None:
    with transaction():
        note_played(reports)


reports_waiting = WriteBuffer("study.played", _write_reports)


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What the page of a lesson knows of what the reader has played."""

    played: Played
    length_ms: int
    needed: int
    """Percent at least, when that is what completes the lesson; else 0."""
    token: str

    @property
    def percent(self) -> int:
        """The share played so far."""
        return self.played.percent(self.length_ms)

    @property
    def resume_second(self) -> int:
        """Where to go on."""
        return self.played.resume_ms(self.length_ms) // 1000

    @property
    def words(self) -> str:
        """Say how much was played; nothing before anything was."""
        if not self.percent:
            return ""
        if self.needed and self.percent >= self.needed:
            return _("Played: %(percent)s%%. That is enough.", percent=self.percent)
        if self.needed:
            return _("Played: %(percent)s%% of the %(needed)s%% needed.", percent=self.percent, needed=self.needed)
        return _("Played: %(percent)s%%.", percent=self.percent)


def watch_part(lesson: Lesson, length_ms: int) -> Watch:
    """Return what the signed-in reader has played of a lesson, with what waits to be written."""
    user_id = current_actor().id or 0
    played = played_of(find_watching(user_id, lesson.id))
    for report in reports_waiting.peek((user_id, lesson.id)) or ():
        played = played.after(report, length_ms=length_ms)
    needed = lesson.completion_number if lesson.completion is CompletionRule.WATCHED else 0
    return Watch(played=played, length_ms=length_ms, needed=needed, token=_sign(user_id, lesson.id))


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="study.played")


def _sign(user_id: int, lesson_id: int) -> str:
    """Say when a page was sent to whom, so that nobody reports more than can have been played since."""
    return str(_signer().dumps([user_id, lesson_id, int(utcnow().timestamp() * 1000)]))


def _opened_at(token: str, user_id: int, lesson_id: int) -> datetime:
    """Return when the page that reports was sent; this moment when it was sent to somebody else."""
    now = utcnow()
    try:
        found = _signer().loads(token)
    except BadData:
        return now
    if not isinstance(found, list) or found[:2] != [user_id, lesson_id]:
        return now
    return min(datetime.fromtimestamp(found[2] / 1000, now.tzinfo), now)


@bp.post("/lessons/<int:lesson_id>/played")
@login_required
def report_played(lesson_id: int) -> ResponseReturnValue:
    """Take a player's report and answer how much of the lesson was played."""
    reader = current_actor()
    lesson, outline = get_open_lesson(lesson_id, reader)
    report = _report(reader.id or 0, lesson_id)
    if report is None or lesson.kind not in PLAYED:
        return {"words": ""}, 422
    if not outline.is_enrolled:
        return {"words": ""}
    if "leaving" in request.form:
        # Whoever comes back at once, to whichever process, shall go on where it was left.
        _write_reports({(reader.id or 0, lesson_id): [report]})
    else:
        reports_waiting.put((reader.id, lesson_id), [report], lambda old, new: old + new)
    watch = watch_part(lesson, length_of(lesson))
    return {"words": watch.words, "percent": watch.percent, "done": outline.standing(lesson_id).is_done}


def _report(user_id: int, lesson_id: int) -> Report | None:
    """Return what was reported; None when it makes no sense."""
    sent = request.form
    try:
        return Report(
            received_at=utcnow(),
            opened_at=_opened_at(sent.get("token", ""), user_id, lesson_id),
            spans=parse_spans(sent.get("spans", "")),
            position_ms=_whole(sent.get("position", "0")),
            length_ms=_whole(sent.get("length", "0")),
        )
    except ValueError:
        return None


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= NUMBER_DIGITS):
        raise ValueError("not a number")
    return int(text)
