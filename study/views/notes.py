"""One's own notes: at a passage, in a list, and to take away."""

from collections.abc import Iterable

from flask import Response, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import NotFound
from core.i18n import _
from core.passages import Passage, find_marked
from study import urls
from study.forms.notes import NoteForm
from study.models.notes import WHOLE
from study.queries.lessons import get_open_lesson
from study.queries.notes import NotedLesson, count_by_course, list_own
from study.queries.readings import list_passages
from study.services import notes as services
from study.views import bp


@bp.route("/lessons/<int:lesson_id>/notes/<mark>", methods=["GET", "POST"])
@login_required
def edit_note(lesson_id: int, mark: str) -> ResponseReturnValue:
    """Show the reader's own note at a passage, or keep what was typed."""
    lesson, outline = get_open_lesson(lesson_id, current_actor())
    note, passage = services.find_note(lesson, current_actor(), mark), find_marked(list_passages(lesson), mark)
    if note is None and passage is None and mark != WHOLE:
        raise NotFound
    form = NoteForm()
    if note is not None and not form.is_submitted():
        form.show(note)
    if not form.validate_on_submit():
        page = render_template(
            "study/note.html", urls=urls, lesson=lesson, course=outline.course, form=form, note=note, passage=passage
        )
        return page, 422 if form.errors else 200
    with transaction():
        lesson, _outline = get_open_lesson(lesson_id, current_actor())
        services.save_note(lesson, current_actor(), mark, form.content())
    flash(_("Your note is kept. Only you see it."), "success")
    return redirect(_back(lesson_id, passage), 303)


@bp.post("/lessons/<int:lesson_id>/notes/<mark>/delete")
@login_required
def delete_note(lesson_id: int, mark: str) -> ResponseReturnValue:
    """Delete one's own note."""
    with transaction():
        lesson, _outline = get_open_lesson(lesson_id, current_actor())
        passage = find_marked(list_passages(lesson), mark)
        services.delete_note(lesson, current_actor(), mark)
    flash(_("The note is deleted."), "success")
    return redirect(_back(lesson_id, passage), 303)


def _back(lesson_id: int, passage: Passage | None) -> str:
    here = urls.for_lesson(lesson_id)
    return passage.address_on(here) if passage else f"{here}#mine"


@bp.get("/notes")
@login_required
def list_notes() -> ResponseReturnValue:
    """List the reader's own notes, of one course or of all."""
    course = request.args.get("course", "")
    return render_template(
        "study/notes.html",
        urls=urls,
        course=course,
        courses=count_by_course(current_actor()),
        lessons=list_own(current_actor(), course),
    )


@bp.get("/notes.md")
@login_required
def download_notes() -> ResponseReturnValue:
    """Hand the reader's own notes out as Markdown."""
    course = request.args.get("course", "")
    lessons = list_own(current_actor(), course)
    answer = Response(as_markdown(lessons), mimetype="text/markdown")
    name = f"notes-{lessons[0].course_slug}" if course and lessons else "notes"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.md"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def as_markdown(lessons: Iterable[NotedLesson]) -> str:
    """Return notes as a text for any editor: headings, quotes, one's own words."""
    parts, course = [], ""
    for lesson in lessons:
        if lesson.course_slug != course:
            course = lesson.course_slug
            parts.append(f"# {lesson.course_title.pick()}")
        parts.append(f"## {lesson.title.pick()}")
        for note in lesson.notes:
            parts += ["\n".join(f"> {line}" for line in note.quote.splitlines())] if note.quote else []
            parts += [note.body] if note.body else []
    return "\n\n".join(parts) + "\n" if parts else ""
