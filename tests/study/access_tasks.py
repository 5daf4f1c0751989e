"""Who gets what of assigned study."""

from datetime import timedelta

from core.clock import utcnow
from core.i18n import current_zone
from tests.access import Row
from tests.factories.study import CourseFactory
from tests.factories.tasks import TaskFactory, TaskMemberFactory

OFFICERS = dict(visitor=302, member=403, instructor=403, moderator=403, officer=200, administrator=200)
SCOPE = dict(visitor=302, member=404, instructor=404, moderator=404, officer=200, administrator=200)
FOREIGN = {**SCOPE, "officer": 404}
SCOPE_POST = {**SCOPE, "officer": 303, "administrator": 303}
FOREIGN_POST = {**FOREIGN, "administrator": 303}
ELSEWHERE = "of another branch"


def furnish(world) -> None:
    """Ask the officer's branch, and another one, to study a course."""
    world.assigned_course = CourseFactory(slug="assigned")
    world.task = TaskFactory(branch=world.branch, course=world.assigned_course)
    world.foreign_task = TaskFactory(branch=world.other_branch, course=world.assigned_course)
    for task in (world.task, world.foreign_task):
        TaskMemberFactory(task=task, user=world.member)


def _day() -> str:
    return (utcnow().astimezone(current_zone()).date() + timedelta(days=9)).isoformat()


def _new(world, branch) -> dict:
    course = CourseFactory()
    return {"course": course.id, "branch": branch.id, "whom": "everybody", "due": _day()}


def _task(world) -> str:
    return f"/study/assigned/{world.task.id}"


def _foreign(world) -> str:
    return f"/study/assigned/{world.foreign_task.id}"


def _due(_world) -> dict:
    return {"due": _day()}


ROWS = [
    Row("study.list_tasks", "GET", lambda w: "/study/assigned/", **OFFICERS),
    Row("study.assign", "GET", lambda w: "/study/assigned/new", **OFFICERS),
    Row(
        "study.assign",
        "POST",
        lambda w: "/study/assigned/new",
        data=lambda w: _new(w, w.branch),
        **{**OFFICERS, "officer": 303, "administrator": 303},
        note="own branch",
    ),
    Row(
        "study.assign",
        "POST",
        lambda w: "/study/assigned/new",
        data=lambda w: _new(w, w.other_branch),
        **{**OFFICERS, "officer": 422, "administrator": 303},
        note="another branch",
    ),
    Row("study.show_task", "GET", _task, **SCOPE),
    Row("study.show_task", "GET", _foreign, **FOREIGN, note=ELSEWHERE),
    Row("study.edit_task", "GET", lambda w: _task(w) + "/edit", **SCOPE),
    Row("study.edit_task", "POST", lambda w: _task(w) + "/edit", data=_due, **SCOPE_POST),
    Row("study.edit_task", "POST", lambda w: _foreign(w) + "/edit", data=_due, **FOREIGN_POST, note=ELSEWHERE),
    Row("study.extend", "GET", lambda w: _task(w) + "/people/member", **SCOPE),
    Row("study.extend", "POST", lambda w: _task(w) + "/people/member", data=_due, **SCOPE_POST),
    Row(
        "study.extend",
        "POST",
        lambda w: _foreign(w) + "/people/member",
        data=_due,
        **FOREIGN_POST,
        note=ELSEWHERE,
    ),
    Row("study.withdraw", "GET", lambda w: _task(w) + "/withdraw", **SCOPE),
    Row("study.withdraw", "POST", lambda w: _task(w) + "/withdraw", **SCOPE_POST),
    Row("study.withdraw", "POST", lambda w: _foreign(w) + "/withdraw", **FOREIGN_POST, note=ELSEWHERE),
]
