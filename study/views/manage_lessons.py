"""Modules and lessons as their authors see them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import NotFound
from core.faces import Faces
from core.forms import faces_of
from core.i18n import _
from study import urls
from study.enums import LessonKind
from study.errors import KindSettled, LastLesson, LessonLacking, ReleaseCircle
from study.forms.courses import ModuleForm
from study.forms.lessons import LessonForm
from study.forms.saving import ChangedMeanwhile
from study.models import AuthorDraft, Lesson, Module
from study.queries.courses import get_own_course
from study.queries.lessons import count_learners, get_own_lesson, get_own_module
from study.queries.placing import wanted_lesson
from study.services import lessons as services
from study.services.courses import rendered_lesson
from study.services.drafts import drop_draft
from study.services.keeping import check_lessons_left, hold
from study.services.lessons import Step, ordered_lessons
from study.views import bp
from study.views.drafts import draft_for
from study.views.manage_courses import course_page
from study.views.pictures import take_into
from study.views.practice import ask_into, previewed, say_unknown

TEXTS = {"zh": "body_zh", "en": "body_en"}
"""Into which texts of a lesson pictures are put."""


@bp.post("/manage/courses/<slug>/modules")
@login_required
def add_module(slug: str) -> ResponseReturnValue:
    """Add a module, or show the page again with what is wrong."""
    form = ModuleForm()
    if not form.validate_on_submit():
        return course_page(get_own_course(slug, current_actor()), form)
    with transaction():
        services.add_module(get_own_course(slug, current_actor()), current_actor(), faces_of(form, "title"))
    flash(_("The module is added. Now add its lessons."), "success")
    return redirect(urls.to_manage(slug), 303)


@bp.route("/manage/modules/<int:module_id>", methods=["GET", "POST"])
@login_required
def edit_module(module_id: int) -> ResponseReturnValue:
    """Name a module anew, or show the form again with what is wrong."""
    module = get_own_module(module_id, current_actor())
    form = ModuleForm(title_zh=module.title.zh, title_en=module.title.en)
    if not form.validate_on_submit():
        page = render_template("study/module_form.html", urls=urls, form=form, module=module, course=module.course)
        return page, 422 if form.errors else 200
    with transaction():
        module = get_own_module(module_id, current_actor())
        services.edit_module(module, current_actor(), faces_of(form, "title"))
        goal = urls.to_manage(module.course.slug)
    flash(_("Saved."), "success")
    return redirect(goal, 303)


@bp.post("/manage/modules/<int:module_id>/move")
@login_required
def move_module(module_id: int) -> ResponseReturnValue:
    """Move a module one place."""
    goal = f"{urls.to_manage(get_own_module(module_id, current_actor()).course.slug)}#module-{module_id}"
    try:
        with transaction():
            services.move_module(get_own_module(module_id, current_actor()), current_actor(), _step())
    except ReleaseCircle as error:
        flash(str(error), "error")
    return redirect(goal, 303)


def _step() -> Step:
    step = request.form.get("step", "")
    if step not in {one.value for one in Step}:
        raise NotFound
    return Step(step)


@bp.route("/manage/modules/<int:module_id>/delete", methods=["GET", "POST"])
@login_required
def delete_module(module_id: int) -> ResponseReturnValue:
    """Ask whether to delete a module with its lessons, then do it."""
    if request.method == "GET":
        module = get_own_module(module_id, current_actor())
        going = [lesson.id for lesson in ordered_lessons(module_id)]
        return _question(module, module.course, going, count_learners(module_id=module_id))
    goal = urls.to_manage(get_own_module(module_id, current_actor()).course.slug)
    return _deleted(goal, lambda: services.delete_module(get_own_module(module_id, current_actor()), current_actor()))


def _deleted(goal: str, delete: Callable[[], None]) -> ResponseReturnValue:
    """Delete something and lead back to its course, or say why it stays."""
    try:
        with transaction():
            delete()
    except LastLesson as error:
        flash(str(error), "error")
    else:
        flash(_("Deleted."), "success")
    return redirect(goal, 303)


def _question(thing: Module | Lesson, course: Any, going: list[int], learners: int) -> ResponseReturnValue:
    """Ask, or say at once that the course cannot go without it."""
    refused = ""
    try:
        check_lessons_left(course, going)
    except LastLesson as error:
        refused = str(error)
    return render_template(
        "study/delete.html", urls=urls, thing=thing, course=course, learners=learners, refused=refused
    )


@bp.route("/manage/modules/<int:module_id>/lessons", methods=["GET", "POST"])
@login_required
def add_lesson(module_id: int) -> ResponseReturnValue:
    """Add a lesson, or show the form again with what is wrong."""
    module = get_own_module(module_id, current_actor())
    form, draft = _begun(module)
    if request.method == "POST" and (take_into(form, module.course.slug, TEXTS) or ask_into(form)):
        return _form_page(form, get_own_module(module_id, current_actor()), None)
    if not form.validate_on_submit() or "preview" in request.form:
        return _form_page(form, module, None, draft)
    try:
        with transaction():
            module = get_own_module(module_id, current_actor())
            html = services.add_lesson(module, current_actor(), form.content()).html
            drop_draft(current_actor(), f"module:{module_id}")
            goal = f"{urls.to_manage(module.course.slug)}#module-{module_id}"
    except LessonLacking as error:
        form.add_error(_lacking(form), error)
        return _form_page(form, get_own_module(module_id, current_actor()), None)
    flash(_("The lesson is added."), "success")
    say_unknown(html)
    return redirect(goal, 303)


@bp.route("/manage/lessons/<int:lesson_id>", methods=["GET", "POST"])
@login_required
def edit_lesson(lesson_id: int) -> ResponseReturnValue:
    """Change a lesson, or show the form again with what is wrong."""
    lesson = get_own_lesson(lesson_id, current_actor())
    form, draft = _edited(lesson)
    if request.method == "POST" and (take_into(form, lesson.module.course.slug, TEXTS) or ask_into(form)):
        lesson = get_own_lesson(lesson_id, current_actor())
        return _form_page(form, lesson.module, lesson)
    if not form.validate_on_submit() or "preview" in request.form:
        return _form_page(form, lesson.module, lesson, draft)
    course_id = lesson.module.course_id
    try:
        with transaction():
            # Held before anything is read: else the second of two who save at once would not see the first.
            hold(course_id)
            lesson = get_own_lesson(lesson_id, current_actor())
            form.check(_shown(lesson))
            services.edit_lesson(lesson, current_actor(), form.content())
            drop_draft(current_actor(), f"lesson:{lesson_id}")
            html = lesson.html
    except (LessonLacking, KindSettled) as error:
        form.add_error("kind" if isinstance(error, KindSettled) else _lacking(form), error)
        lesson = get_own_lesson(lesson_id, current_actor())
        return _form_page(form, lesson.module, lesson)
    except ChangedMeanwhile as error:
        lesson = get_own_lesson(lesson_id, current_actor())
        form.refuse(error, _shown(lesson))
        return _form_page(form, lesson.module, lesson)[0], error.status
    goal = f"{urls.to_manage(lesson.module.course.slug)}#lesson-{lesson_id}"
    flash(_("Saved."), "success")
    say_unknown(html)
    return redirect(goal, 303)


_LACKING = {
    LessonKind.DOCUMENT: "material_id",
    LessonKind.VIDEO: "media_id",
    LessonKind.AUDIO: "media_id",
    LessonKind.QUIZ: "quiz_id",
    LessonKind.LINK: "url",
}


def _lacking(form: LessonForm) -> str:
    """Name the field that holds what a kind of lesson needs."""
    return _LACKING.get(LessonKind(form.kind.data), "body_zh")


def _begun(module: Module) -> tuple[LessonForm, AuthorDraft | None]:
    """Return the form of a new lesson, or what its author left of it."""

    def read(formdata: Any) -> LessonForm:
        form = LessonForm(formdata=formdata, **_wanted(module))
        form.offer(module.course_id)
        return form

    if request.method == "POST":
        return read(request.form), None
    draft, form = draft_for(f"module:{module.id}", read(None), read)
    return form or read(None), draft


def _shown(lesson: Lesson) -> LessonForm:
    """Return the form as it shows a lesson now."""
    form = LessonForm(formdata=None)
    form.offer(lesson.module.course_id)
    form.show(lesson)
    return form


def _read(lesson: Lesson, formdata: Any) -> LessonForm:
    form = LessonForm(formdata=formdata)
    form.offer(lesson.module.course_id)
    form.keep(lesson)
    return form


def _edited(lesson: Lesson) -> tuple[LessonForm, AuthorDraft | None]:
    """Return the form as it was sent, or with the lesson as it is, or with what its author left; and what that is."""
    if request.method == "POST":
        return _read(lesson, request.form), None
    stored = _shown(lesson)
    draft, form = draft_for(f"lesson:{lesson.id}", stored, partial(_read, lesson))
    form = form or _shown(lesson)
    form.remember(stored)
    return form, draft


def _wanted(module: Module) -> dict[str, Any]:
    asked = request.args
    ids = asked.get("quiz", None, int), asked.get("material", None, int)
    return wanted_lesson(module.course_id, asked.get("kind", "page"), *ids)


def _form_page(
    form: LessonForm, module: Module, lesson: Lesson | None, draft: AuthorDraft | None = None
) -> tuple[str, int]:
    preview = None
    if "preview" in request.form and not form.errors:
        body = faces_of(form, "body")
        html = rendered_lesson(body, module.course_id)
        preview = Faces(previewed(html.zh, module.course_id), previewed(html.en, module.course_id))
    page = render_template(
        "study/lesson_form.html",
        urls=urls,
        form=form,
        module=module,
        course=module.course,
        lesson=lesson,
        preview=preview,
        draft=draft,
    )
    return page, 422 if form.errors else 200


@bp.post("/manage/lessons/<int:lesson_id>/move")
@login_required
def move_lesson(lesson_id: int) -> ResponseReturnValue:
    """Move a lesson one place, past the end of its module into the neighbouring one."""
    goal = f"{urls.to_manage(get_own_lesson(lesson_id, current_actor()).module.course.slug)}#lesson-{lesson_id}"
    try:
        with transaction():
            services.move_lesson(get_own_lesson(lesson_id, current_actor()), current_actor(), _step())
    except ReleaseCircle as error:
        flash(str(error), "error")
    return redirect(goal, 303)


@bp.route("/manage/lessons/<int:lesson_id>/delete", methods=["GET", "POST"])
@login_required
def delete_lesson(lesson_id: int) -> ResponseReturnValue:
    """Ask whether to delete a lesson, then do it."""
    if request.method == "GET":
        lesson = get_own_lesson(lesson_id, current_actor())
        return _question(lesson, lesson.module.course, [lesson_id], count_learners(lesson_id=lesson_id))
    goal = urls.to_manage(get_own_lesson(lesson_id, current_actor()).module.course.slug)
    return _deleted(goal, lambda: services.delete_lesson(get_own_lesson(lesson_id, current_actor()), current_actor()))
