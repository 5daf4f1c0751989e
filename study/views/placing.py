"""Putting modules and lessons in their places: dragged, or chosen from a list."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import DomainError
from core.i18n import _
from study import urls
from study.errors import PlaceGone, ReleaseCircle
from study.queries.lessons import get_own_lesson, get_own_module
from study.queries.outlines import outline_of
from study.services import placing as services
from study.views import bp

FIRST = 0


@bp.route("/manage/lessons/<int:lesson_id>/place", methods=["GET", "POST"])
@login_required
def place_lesson(lesson_id: int) -> ResponseReturnValue:
    """Offer every place of the course, or put a lesson into the one chosen: ``module`` and the lesson ``after``."""
    lesson = get_own_lesson(lesson_id, current_actor())
    course = lesson.module.course
    if request.method == "GET":
        outline = outline_of(course, current_actor())
        return render_template("study/place.html", urls=urls, lesson=lesson, course=course, outline=outline)
    module_id, after = _place()
    try:
        with transaction():
            lesson, module = get_own_lesson(lesson_id, current_actor()), get_own_module(module_id, current_actor())
            services.place_lesson(lesson, current_actor(), module, after)
    except (PlaceGone, ReleaseCircle) as error:
        return _answer(f"{urls.to_manage(course.slug)}#lesson-{lesson_id}", error)
    return _answer(f"{urls.to_manage(course.slug)}#lesson-{lesson_id}")


@bp.post("/manage/modules/<int:module_id>/place")
@login_required
def place_module(module_id: int) -> ResponseReturnValue:
    """Put a module behind another one of its course, or first."""
    goal = f"{urls.to_manage(get_own_module(module_id, current_actor()).course.slug)}#module-{module_id}"
    try:
        with transaction():
            module = get_own_module(module_id, current_actor())
            services.place_module(module, current_actor(), request.form.get("after", FIRST, int))
    except (PlaceGone, ReleaseCircle) as error:
        return _answer(goal, error)
    return _answer(goal)


def _place() -> tuple[int, int]:
    """Read where to: two fields from a script, one (``3:17``) from the list."""
    module, _sep, after = request.form.get("place", "").partition(":")
    module = module or request.form.get("module", "")
    after = after or request.form.get("after", "")
    return (int(module) if module.isdigit() else 0), (int(after) if after.isdigit() else FIRST)


def _answer(goal: str, error: DomainError | None = None) -> ResponseReturnValue:
    """Go back to the course; a script is told what went wrong instead."""
    if request.accept_mimetypes.best == "application/json":
        return {"error": str(error) if error else ""}, error.status if error else 200
    if error:
        flash(str(error), "error")
    else:
        flash(_("Moved."), "success")
    return redirect(goal, 303)
