"""Signing up for meetings, and who was there."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import NotFound
from core.i18n import _
from core.limits import Limit, count
from study import urls
from study.enums import LessonKind
from study.errors import CodeClosed, CodeWrong, NobodyInCourse, NotEnrolled
from study.forms.meetings import CodeForm, PresentForm
from study.models import Lesson
from study.permissions import may_author
from study.queries.lessons import get_open_lesson
from study.queries.meetings import count_seats, get_led_lesson, get_meeting, page_of_seats, times_of
from study.queries.outlines import Outline
from study.services import meetings as services
from study.views import bp
from study.views.lessons import lesson_page

TRIES = Limit(name="study.attend", amount=5, seconds=600)
"""How often one member may try a code: a million codes are not gone through."""


def _open_meeting(lesson_id: int) -> tuple[Lesson, Outline]:
    lesson, outline = get_open_lesson(lesson_id, current_actor())
    if lesson.kind is not LessonKind.MEETING:
        raise NotFound
    if not outline.is_enrolled:
        raise NotEnrolled
    return lesson, outline


@bp.post("/lessons/<int:lesson_id>/sign-up")
@login_required
def sign_up_for_meeting(lesson_id: int) -> ResponseReturnValue:
    """Give the reader a seat, or a place on the waiting list."""
    with transaction():
        seat = services.sign_up(_open_meeting(lesson_id)[0], current_actor())
    if seat.is_waiting:
        flash(_("All seats are taken. You are on the waiting list and are told when one is free."), "success")
    else:
        flash(_("You have signed up."), "success")
    return redirect(f"{urls.for_lesson(lesson_id)}#meeting", 303)


@bp.post("/lessons/<int:lesson_id>/withdraw")
@login_required
def withdraw_from_meeting(lesson_id: int) -> ResponseReturnValue:
    """Take the reader's name off the list."""
    with transaction():
        services.withdraw(_open_meeting(lesson_id)[0], current_actor())
    flash(_("You are no longer on the list."), "success")
    return redirect(f"{urls.for_lesson(lesson_id)}#meeting", 303)


@bp.post("/lessons/<int:lesson_id>/attend")
@login_required
def attend_meeting(lesson_id: int) -> ResponseReturnValue:
    """Note that the reader is there, or show the page again with what is wrong."""
    lesson, outline = _open_meeting(lesson_id)
    form = CodeForm()
    if not form.validate_on_submit():
        return lesson_page(lesson, outline, code_form=form), 422
    if not count(TRIES, f"{lesson_id}:{current_actor().id}"):
        form.add_error("code", _("That was too often. Try again in %(num)s minutes.", num=TRIES.minutes))
        return lesson_page(lesson, outline, code_form=form), 429
    try:
        with transaction():
            services.attend(_open_meeting(lesson_id)[0], current_actor(), form.code.data or "")
    except (CodeWrong, CodeClosed) as error:
        form.add_error("code", error)
        return lesson_page(*_open_meeting(lesson_id), code_form=form), 422
    flash(_("You are noted as present."), "success")
    return redirect(f"{urls.for_lesson(lesson_id)}#meeting", 303)


@bp.get("/manage/lessons/<int:lesson_id>/meeting")
@login_required
def lead_meeting(lesson_id: int) -> ResponseReturnValue:
    """Show the code and who signed up and came."""
    return _lead_page(get_led_lesson(lesson_id, current_actor()), PresentForm(formdata=None))


def _lead_page(lesson: Lesson, form: PresentForm) -> ResponseReturnValue:
    meeting = get_meeting(lesson)
    page = render_template(
        "study/meeting.html",
        urls=urls,
        lesson=lesson,
        course=lesson.module.course,
        meeting=meeting,
        writes=may_author(current_actor(), lesson.module.course),
        times=times_of(lesson, meeting),
        counts=count_seats(lesson.id),
        form=form,
        page=page_of_seats(lesson.id, request.args.get("cursor")),
    )
    return page, 422 if form.errors else 200


@bp.post("/manage/lessons/<int:lesson_id>/meeting")
@login_required
def tick_present(lesson_id: int) -> ResponseReturnValue:
    """Note who of those shown was there."""
    shown, present = (request.form.getlist(name, type=int) for name in ("shown", "present"))
    with transaction():
        services.tick(get_led_lesson(lesson_id, current_actor()), current_actor(), shown, present)
    flash(_("Saved."), "success")
    return redirect(urls.to_meeting(lesson_id), 303)


@bp.post("/manage/lessons/<int:lesson_id>/meeting/present")
@login_required
def tick_by_name(lesson_id: int) -> ResponseReturnValue:
    """Note that somebody was there who had not signed up."""
    form = PresentForm()
    if form.validate_on_submit():
        try:
            with transaction():
                lesson = get_led_lesson(lesson_id, current_actor())
                services.tick_by_name(lesson, current_actor(), form.username.data or "")
            flash(_("Saved."), "success")
            return redirect(urls.to_meeting(lesson_id), 303)
        except NobodyInCourse as error:
            form.add_error("username", error)
    return _lead_page(get_led_lesson(lesson_id, current_actor()), form)


@bp.post("/manage/lessons/<int:lesson_id>/meeting/code")
@login_required
def renew_code(lesson_id: int) -> ResponseReturnValue:
    """Draw another code."""
    with transaction():
        services.renew_code(get_led_lesson(lesson_id, current_actor()), current_actor())
    flash(_("There is a new code. The old one no longer counts."), "success")
    return redirect(urls.to_meeting(lesson_id), 303)
