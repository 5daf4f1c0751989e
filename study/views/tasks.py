"""Assigned study, as officers see it."""

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.models import User
from accounts.web import current_actor
from core.days import last_day
from core.db import transaction
from core.errors import Denied, DomainError
from core.i18n import _
from study import urls, wording
from study.enums import TaskFor
from study.errors import AlreadyAssigned, AskedAlready, CourseNotForBranch, DeadlinePast
from study.forms.tasks import DueForm, NewTaskForm, TaskForm
from study.models import Task
from study.permissions import StudyPermission
from study.queries import tasks as queries
from study.services import tasks as services
from study.views import bp

FIELDS: dict[type[DomainError], str] = {CourseNotForBranch: "course", AlreadyAssigned: "branch", DeadlinePast: "due"}


@bp.get("/assigned/")
@login_required
def list_tasks() -> ResponseReturnValue:
    """List what was asked of the branches of the actor, the newest first."""
    _require_officer()
    page = queries.page_of_tasks(current_actor(), request.args.get("cursor"))
    return render_template("study/tasks.html", urls=urls, wording=wording, page=page)


def _require_officer() -> None:
    if not current_actor().may_anywhere(StudyPermission.ASSIGN):
        raise Denied


@bp.route("/assigned/new", methods=["GET", "POST"])
@login_required
def assign() -> ResponseReturnValue:
    """Ask a branch or people of it to study a course, or show the form again with what is wrong."""
    _require_officer()
    form = NewTaskForm()
    form.offer(current_actor(), request.args.to_dict())
    if not form.validate_on_submit():
        return _new_page(form)
    try:
        with transaction():
            task = _assign(form)
    except AskedAlready as error:
        form.add_error("branch" if form.whom.data == TaskFor.EVERYBODY else "people", error)
        return _new_page(form, error.task_id)
    except DomainError as error:
        if type(error) not in FIELDS:
            raise
        form.add_error(FIELDS[type(error)], error)
        task = None
    if task is None:
        return _new_page(form)
    flash(_("Assigned. Those who are asked find it in their inbox and on their home page."), "success")
    return redirect(urls.for_task(task.id), 303)


def _assign(form: NewTaskForm) -> Task | None:
    branch = queries.get_branch(form.branch.data, current_actor())
    course = queries.get_course(form.course.data, current_actor())
    people = form.people_of(branch)
    return None if form.errors else services.assign(course, branch, current_actor(), form.terms, people)


def _new_page(form: NewTaskForm, twin: int | None = None) -> ResponseReturnValue:
    return render_template("study/task_new.html", urls=urls, form=form, twin=twin), 422 if form.errors else 200


@bp.get("/assigned/<int:task_id>")
@login_required
def show_task(task_id: int) -> ResponseReturnValue:
    """Show how far those are who were asked."""
    task = queries.get_task(task_id, current_actor())
    return render_template(
        "study/task.html",
        urls=urls,
        wording=wording,
        task=task,
        counts=queries.count_people(task),
        page=queries.page_of_people(task, request.args.get("cursor")),
    )


@bp.route("/assigned/<int:task_id>/edit", methods=["GET", "POST"])
@login_required
def edit_task(task_id: int) -> ResponseReturnValue:
    """Give a task another day or other words, or show the form again with what is wrong."""
    task, form = queries.get_task(task_id, current_actor()), TaskForm()
    if not form.is_submitted():
        form.show(task)
    if not form.validate_on_submit():
        return _edit_page(form, task, None)
    with transaction():
        services.change(queries.get_task(task_id, current_actor(), locked=True), current_actor(), form.terms)
    flash(_("Saved."), "success")
    return redirect(urls.for_task(task_id), 303)


def _edit_page(form: DueForm, task: Task, person: User | None) -> ResponseReturnValue:
    page = render_template("study/task_edit.html", urls=urls, form=form, task=task, person=person)
    return page, 422 if form.errors else 200


@bp.route("/assigned/<int:task_id>/people/<username>", methods=["GET", "POST"])
@login_required
def extend(task_id: int, username: str) -> ResponseReturnValue:
    """Give one person another day, or show the form again with what is wrong."""
    task, form = queries.get_task(task_id, current_actor()), DueForm()
    member, person = queries.get_person(task, username)
    if not form.is_submitted():
        form.due.data = last_day(member.due_at)
    if not form.validate_on_submit():
        return _edit_page(form, task, person)
    with transaction():
        task = queries.get_task(task_id, current_actor(), locked=True)
        member, person = queries.get_person(task, username, locked=True)
        services.extend(task, member, current_actor(), form.due_at)
    flash(_("%(name)s has another day now and is told.", name=person.display_name), "success")
    return redirect(urls.for_task(task_id), 303)


@bp.route("/assigned/<int:task_id>/withdraw", methods=["GET", "POST"])
@login_required
def withdraw(task_id: int) -> ResponseReturnValue:
    """Ask whether to withdraw, then do it."""
    if request.method == "GET":
        task = queries.get_task(task_id, current_actor())
        return render_template("study/task_withdraw.html", urls=urls, task=task, counts=queries.count_people(task))
    with transaction():
        services.withdraw(queries.get_task(task_id, current_actor(), locked=True), current_actor())
    flash(_("Withdrawn. Those who had not finished are told; what they did is kept."), "success")
    return redirect(urls.for_task(task_id), 303)
