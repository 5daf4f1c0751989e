"""Where a teacher confirms by hand who has done a lesson."""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import NotFound
from core.i18n import _, ngettext
from study import urls, wording
from study.enums import CompletionRule
from study.models import Lesson
from study.permissions import StudyPermission, require_in_course
from study.queries.confirming import Shown, page_of_learners
from study.queries.lessons import get_lesson
from study.services.confirming import confirm, confirm_all
from study.views import bp

DIGITS = 18
"""Numbers are shorter than this."""


def _lesson(lesson_id: int) -> Lesson:
    lesson = get_lesson(lesson_id, current_actor())
    require_in_course(current_actor(), StudyPermission.GRADE, lesson.module.course)
    if lesson.rule.kind is not CompletionRule.BY_HAND:
        raise NotFound
    return lesson


@bp.get("/manage/lessons/<int:lesson_id>/learners")
@login_required
def list_learners(lesson_id: int) -> ResponseReturnValue:
    """List those who take a lesson that is confirmed by hand."""
    lesson = _lesson(lesson_id)
    return render_template(
        "study/confirming.html",
        urls=urls,
        wording=wording,
        lesson=lesson,
        course=lesson.module.course,
        shown=_shown(request.args),
        cursor=request.args.get("cursor", ""),
        page=page_of_learners(lesson, request.args.get("cursor"), _shown(request.args)),
    )


def _shown(asked: Mapping[str, str]) -> Shown:
    wanted = asked.get("show", "")
    return Shown(wanted) if wanted in set(Shown) else Shown.ALL


def _back(lesson_id: int) -> str:
    """Return the part of the list from which something was sent."""
    asked = {"show": _shown(request.form).value, "cursor": request.form.get("cursor", "")}
    return f"{urls.to_learners(lesson_id)}?{urlencode({name: value for name, value in asked.items() if value})}"


@bp.post("/manage/lessons/<int:lesson_id>/learners")
@login_required
def confirm_learners(lesson_id: int) -> ResponseReturnValue:
    """Confirm for all who were ticked that they have done the lesson."""
    chosen = {int(value) for value in request.form.getlist("who") if value.isdecimal() and len(value) < DIGITS}
    with transaction():
        count = confirm_all(_lesson(lesson_id), current_actor(), chosen, done=True)
    if count:
        flash(ngettext("Confirmed for %(num)s member.", "Confirmed for %(num)s members.", count), "success")
    else:
        flash(_("Tick somebody first."), "wait")
    return redirect(_back(lesson_id), 303)


@bp.post("/manage/lessons/<int:lesson_id>/learners/<int:user_id>")
@login_required
def confirm_learner(lesson_id: int, user_id: int) -> ResponseReturnValue:
    """Confirm that somebody has done the lesson, or take it back."""
    done = request.form.get("done") == "1"
    with transaction():
        confirm(_lesson(lesson_id), current_actor(), user_id, done=done)
    flash(_("Confirmed.") if done else _("Taken back."), "success")
    return redirect(_back(lesson_id), 303)
