"""The page of a lesson, and what reading it leaves behind."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.buffer import WriteBuffer
from core.clock import utcnow
from core.db import db, transaction
from core.documents import discussions
from core.i18n import _
from core.passages import Passage
from study import release_wording, urls, wording
from study.active_time import Beat, claimed, joined
from study.annotating import place
from study.contents import document_headings, headings
from study.enums import BarKind, CompletionRule, LearningState, LessonKind
from study.errors import LessonLocked, NotEnrolled
from study.forms.meetings import CodeForm
from study.forms.works import WorkForm
from study.models import Lesson, Material, Reading
from study.passages import PAGE, document_passages, page_passages, page_ways, passages_of, threads_by_page, with_ways
from study.permissions import StudyPermission, may_author, may_in_course
from study.queries.lessons import get_open_lesson, lesson_material
from study.queries.notes import list_on
from study.queries.outlines import Outline
from study.queries.readings import find_reading
from study.services import progress as services
from study.services import studying
from study.views import bp
from study.views.materials import NO_PAGES, NO_WAYS, page_window, pages_of
from study.views.media import player_part
from study.views.meeting_part import meeting_part
from study.views.practice import with_questions, without_unknown
from study.views.reading import reading_part
from study.views.work_part import work_part

DIGITS = 7
"""No sitting has a million seconds."""


def _write_opened(opened: dict[tuple[int, int], datetime]) -> None:
    with transaction():
        services.note_opened(opened)


opened_lessons = WriteBuffer("study.opened", _write_opened)


def _write_active(beats: dict[tuple[int, int], Beat]) -> None:
    with transaction():
        studying.note_active(beats)


active_time = WriteBuffer("study.active", _write_active)


@bp.get("/lessons/<int:lesson_id>")
def show_lesson(lesson_id: int) -> ResponseReturnValue:
    """Show a lesson; a quiz is shown on its own page."""
    reader = current_actor()
    lesson, outline = get_open_lesson(lesson_id, reader)
    if outline.is_enrolled:
        opened_lessons.put((reader.id, lesson.id), utcnow(), max)
    if lesson.kind is LessonKind.QUIZ and lesson.quiz_id is not None:
        return redirect(urls.for_quiz(lesson.quiz_id))
    return lesson_page(lesson, outline)


def lesson_page(
    lesson: Lesson, outline: Outline, work_form: WorkForm | None = None, code_form: CodeForm | None = None
) -> str:
    """Return the page of a lesson; of an assignment or a meeting with what was typed into its form."""
    reader, html, forum = current_actor(), lesson.html.pick(), discussions()
    material = lesson_material(lesson) if lesson.material_id else None
    reading = find_reading(material) if material and lesson.kind is LessonKind.DOCUMENT else None
    talk, own = forum.talk_on(lesson.ref, reader), list_on(lesson.id, reader)
    pages = pages_of(material, reading) if material else []
    # A book has thousands of passages: they are looked at only where something hangs on one.
    whole = _passages_shown(pages, reading) if own or talk.places else []
    notes = place(own, [*passages_of(lesson.html), *whole])
    ways = partial(
        with_ways,
        places=talk.places,
        talk=partial(forum.start_url, lesson.ref),
        notes=notes,
        note=partial(urls.for_note, lesson.id),
    )
    is_author = may_author(reader, outline.course)
    shown = html if is_author else without_unknown(html)
    return render_template(
        "study/lesson.html",
        **frame(lesson, outline),
        html=with_questions(ways(shown) if reader.id else shown, lesson, outline, is_author=is_author),
        notes=notes,
        headings=[*headings(html), *(document_headings(reading.contents) if reading else ())],
        threads=talk.threads,
        start_url=forum.start_url(lesson.ref),
        is_author=is_author,
        may_mark=may_in_course(reader, StudyPermission.GRADE, outline.course),
        **_document(lesson, material, reading, pages, _Ways(ways, whole) if reader.id else None, outline),
        **player_part(lesson, material, tracked=outline.is_enrolled),
        **work_part(lesson, outline, reader, work_form),
        **meeting_part(lesson, outline, reader, code_form),
    )


def frame(lesson: Lesson, outline: Outline) -> dict[str, Any]:
    """Return what every page of a lesson shows around it: its place, its neighbours, the contents of the module."""
    line = outline.lesson(lesson.id)
    module = next(module for module in outline.modules if line in module.lessons)
    before, after = outline.neighbours(lesson.id)
    return {
        "urls": urls,
        "wording": wording,
        "lesson": lesson,
        "outline": outline,
        "course": outline.course,
        "module": module,
        "number": module.lessons.index(line) + 1 if line else 1,
        "before": before,
        "after": after,
        "standing": outline.standing(lesson.id),
    }


def _document(
    lesson: Lesson,
    material: Material | None,
    reading: Reading | None,
    pages: list[str],
    ways: "_Ways | None",
    outline: Outline,
) -> dict[str, Any]:
    if material is None:
        return {"material": None, "place": 0, "left_at": 0, **NO_WAYS, **NO_PAGES}
    found = page_window(material, reading, pages, *([ways.dress] if ways else ()))
    there = [number for number in found["shown"] if number <= len(pages)]
    return {
        "material": material,
        **(ways.of_pages(there) if ways and not reading else NO_WAYS),
        **found,
        **reading_part(lesson, pages, is_pdf=found["is_pdf"], tracked=outline.is_enrolled),
    }


@dataclass(frozen=True)
class _Ways:
    """What leads from the passages of a document to threads and notes."""

    with_ways: partial[str]
    whole: Sequence[Passage]
    """All passages of the document; none where nothing hangs on any."""

    def dress(self, html: str) -> str:
        """Return a part of a document in which each passage has its ways."""
        return self.with_ways(html, whole=self.whole)

    def of_pages(self, shown: Iterable[int]) -> dict[str, Any]:
        """Return the ways of each page that is shown, and where the reader of a PDF finds those of the others."""
        told = self.with_ways.keywords
        threads = threads_by_page(self.whole, told["places"])
        return {
            "ways": page_ways(shown, threads, told["talk"], told["notes"], told["note"]),
            "page_talk": told["talk"](PAGE),
            "page_threads": threads,
        }


def _passages_shown(pages: Sequence[str], reading: Reading | None) -> Sequence[Passage]:
    return document_passages(pages) if reading else page_passages(pages)


@bp.post("/lessons/<int:lesson_id>/active")
@login_required
def note_active(lesson_id: int) -> ResponseReturnValue:
    """Take from a script how many seconds the reader was really there, and whether the end was seen."""
    reader = current_actor()
    lesson, outline = get_open_lesson(lesson_id, reader)
    if outline.is_enrolled:
        seconds = claimed(request.form.get("seconds", 0, int))
        beat = Beat(seconds, utcnow(), at_end=request.form.get("end") == "1")
        active_time.put((reader.id, lesson.id), beat, joined)
    return "", 204


@bp.post("/lessons/<int:lesson_id>/read")
@login_required
def mark_read(lesson_id: int) -> ResponseReturnValue:
    """Note that the reader has read the lesson; go on to the next one, or say what is still missing."""
    opened_lessons.flush_now()
    active_time.flush_now()
    with transaction():
        lesson, outline = get_open_lesson(lesson_id, current_actor())
        studying.note_time(lesson, current_actor(), _unsent())
        standing = services.mark_read(lesson, current_actor())
    # A film may be completed by a button as well, and then nothing is known of how long it was open.
    is_watched = lesson.completion is CompletionRule.WATCHED
    if standing.state is not LearningState.DONE:
        if is_watched:
            flash(
                _("You have had this lesson open for less time than it plays. Play it, then mark it as watched."),
                "wait",
            )
        else:
            flash(_("Noted: %(standing)s.", standing=wording.standing_words(standing)), "info")
        return redirect(urls.for_lesson(lesson.id), 303)
    after = outline.neighbours(lesson.id)[1]
    flash(_("Marked as watched.") if is_watched else _("Marked as read."), "success")
    return redirect(urls.for_lesson(after.id) if after else urls.for_course(outline.course.slug), 303)


def _unsent() -> int | None:
    """Return the seconds a script has not sent yet; None where there is no script."""
    typed = request.form.get("active", "")
    return claimed(int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < DIGITS else None


_OF_LESSON = re.compile(r"(?<=\d)/[a-z-]+$")
"""What an act adds to the address of a lesson."""


@bp.errorhandler(NotEnrolled)
def offer_enrolment(error: NotEnrolled) -> ResponseReturnValue:
    """Send somebody who does not take the course back to the lesson with the words."""
    db.session.rollback()
    flash(str(error), "error")
    return redirect(_OF_LESSON.sub("", request.path), 303)


@bp.errorhandler(LessonLocked)
def show_lock(locked: LessonLocked) -> ResponseReturnValue:
    """Say what opens a lesson that is not open yet."""
    return (
        render_template(
            "study/locked.html",
            **frame(locked.lesson, locked.outline),
            keys=release_wording.keys(locked.lock.bars, locked.outline),
            asks_to_enrol=any(bar.kind in (BarKind.ENROL, BarKind.ORDER) for bar in locked.lock.bars)
            and not locked.outline.is_enrolled,
        ),
        403,
    )
