"""Handing in work, and marking it."""

from dataclasses import replace

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required
from werkzeug.datastructures import FileStorage

from accounts.web import current_actor
from core import files
from core.db import transaction
from core.errors import Conflict, DomainError, Invalid, NotFound
from core.files import File
from core.files_http import send
from core.i18n import _
from study import urls, wording
from study.enums import LessonKind, WorkState
from study.errors import NotEnrolled, WorkEmpty, WorkTooManyFiles
from study.forms.works import MarkForm, WorkForm, mark_form
from study.models import Work
from study.queries.lessons import get_open_lesson
from study.queries.works import (
    Handing,
    count_works,
    get_brief,
    get_handed_in,
    get_handing,
    get_marked_lesson,
    get_work_file,
    page_of_works,
)
from study.rubric import Criterion, in_force
from study.services import works as services
from study.services.works import FILES_MAX, Written
from study.views import bp
from study.views.lessons import lesson_page

TABS = {"waiting": WorkState.HANDED_IN, "marked": WorkState.MARKED}


@bp.post("/lessons/<int:lesson_id>/work")
@login_required
def send_work(lesson_id: int) -> ResponseReturnValue:
    """Keep a draft or hand it in, or show the page again with what is wrong."""
    lesson, outline = get_open_lesson(lesson_id, current_actor())
    if lesson.kind is not LessonKind.ASSIGNMENT:
        raise NotFound
    if not outline.is_enrolled:
        raise NotEnrolled
    form = WorkForm()
    typed_well = form.validate_on_submit()
    written = _written(form, get_handing(lesson, current_actor().id))
    if not form.errors and _take(lesson_id, form, written):
        return redirect(f"{urls.for_lesson(lesson_id)}#work", 303)
    _keep_the_rest(lesson_id, form, written if typed_well else replace(written, body=None))
    lesson, outline = get_open_lesson(lesson_id, current_actor())
    return lesson_page(lesson, outline, form), 422


def _take(lesson_id: int, form: WorkForm, written: Written) -> bool:
    """Write what was sent and say so, or put beside the field why it is not taken."""
    handing_in = request.form.get("act") == "hand_in"
    act = services.hand_in if handing_in else services.save_work
    try:
        with transaction():
            act(get_open_lesson(lesson_id, current_actor())[0], current_actor(), written)
    except WorkEmpty as error:
        form.add_error("body", error)
        return False
    except Invalid as error:
        form.add_error("files", error)
        return False
    flash(_("Your work is handed in.") if handing_in else _("Your draft is kept. It is not handed in yet."), "success")
    return True


def _keep_the_rest(lesson_id: int, form: WorkForm, written: Written) -> None:
    """Keep as a draft what can be taken where something cannot: nobody types or uploads twice."""
    if not (written.body or written.files):
        return
    try:
        with transaction():
            services.save_work(get_open_lesson(lesson_id, current_actor())[0], current_actor(), written)
    except Invalid as error:
        form.add_error("files", error)
        return
    flash(_("The rest of your work is kept as a draft. It is not handed in yet."), "wait")


def _written(form: WorkForm, handing: Handing) -> Written:
    """Put the files on the disk, before the transaction; those that are not taken are named beside the field."""
    kept: list[File] = []
    dropped = request.form.getlist("drop", type=int)
    there = [one for one in (handing.draft.files if handing.draft else ()) if one.id not in dropped]
    sent: list[FileStorage] = [part for part in form.files.data or [] if part and part.filename]
    for part in sent:
        try:
            if len(there) + len(kept) >= FILES_MAX:
                raise WorkTooManyFiles(limit=FILES_MAX)
            kept.append(files.store(part.stream, part.filename or ""))  # type: ignore[arg-type]  # as werkzeug makes it
        except DomainError as error:
            form.add_error("files", _("%(name)s: %(reason)s", name=part.filename, reason=str(error)))
    for part in sent:
        part.close()
    return Written(body=form.body.data or "", files=kept, dropped=dropped)


@bp.post("/lessons/<int:lesson_id>/work/take-back")
@login_required
def take_work_back(lesson_id: int) -> ResponseReturnValue:
    """Make a draft again of what was handed in and is not marked."""
    with transaction():
        lesson, _outline = get_open_lesson(lesson_id, current_actor())
        services.take_back(lesson, current_actor())
    flash(_("Your work is a draft again."), "success")
    return redirect(f"{urls.for_lesson(lesson_id)}#work", 303)


@bp.get("/works/files/<int:work_file_id>")
def send_work_file(work_file_id: int) -> ResponseReturnValue:
    """Send a file that was handed in, to be saved."""
    return send(get_work_file(work_file_id, current_actor()), download=True)


@bp.get("/manage/lessons/<int:lesson_id>/works")
@login_required
def list_works(lesson_id: int) -> ResponseReturnValue:
    """List what was handed in for a lesson: what waits, or with ``?show=marked`` what is marked."""
    lesson = get_marked_lesson(lesson_id, current_actor())
    state = TABS.get(request.args.get("show", ""), WorkState.HANDED_IN)
    return render_template(
        "study/works.html",
        urls=urls,
        lesson=lesson,
        course=lesson.module.course,
        brief=get_brief(lesson),
        counts=count_works(lesson_id),
        state=state,
        page=page_of_works(lesson_id, state, request.args.get("cursor")),
    )


@bp.route("/manage/works/<int:work_id>", methods=["GET", "POST"])
@login_required
def mark_work(work_id: int) -> ResponseReturnValue:
    """Show a piece of work, and mark it or say what is wrong."""
    seen = request.form.get("seen", "")
    work = get_handed_in(work_id, current_actor(), was_seen=bool(seen))
    rubric = in_force(get_brief(work.lesson).rubric)
    form = mark_form(rubric, work)
    if work.state is not WorkState.DRAFT and not form.validate_on_submit():
        return _mark_page(work, rubric, form), 422 if form.errors else 200
    goal = urls.to_works(work.lesson_id)
    try:
        with transaction():
            work = get_handed_in(work_id, current_actor(), hold=True)
            services.mark(work, current_actor(), form.points, rubric, form.comment.data or "", seen=seen)
    except Conflict as changed:
        work = get_handed_in(work_id, current_actor(), was_seen=True)
        # Sent once more it is a choice.
        form.seen.data = work.stamp
        return _mark_page(work, rubric, form, changed), 409
    flash(_("Marked. The member is told."), "success")
    return redirect(goal, 303)


def _mark_page(work: Work, rubric: list[Criterion], form: MarkForm, changed: Conflict | None = None) -> str:
    return render_template(
        "study/work.html",
        urls=urls,
        wording=wording,
        work=work,
        lesson=work.lesson,
        course=work.lesson.module.course,
        brief=get_brief(work.lesson),
        rubric=rubric,
        form=form,
        changed=changed,
    )
