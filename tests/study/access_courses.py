"""Who gets what of release rules and teams."""

from core.db import db
from study.enums import TeamRole
from study.models import TeamMember
from tests.access import Row
from tests.factories.accounts import UserFactory
from tests.study.access import AUTHORS, AUTHORS_DRAFT, AUTHORS_POST


def furnish(world) -> None:
    """Put somebody into the team of the course; needs nothing else."""
    world.newcomer = UserFactory()
    world.teammate = UserFactory()
    db.session.add(TeamMember(course_id=world.course.id, user_id=world.teammate.id, role=TeamRole.ASSISTANT))
    db.session.commit()


def _manage(world) -> str:
    return f"/study/manage/courses/{world.course.slug}"


RULE = {"opens_at": "2027-01-01T08:00", "after_lesson_id": "0", "quiz_lesson_id": "0", "after_course_id": "0"}
RULE |= {"branch_id": "0", "quiz_percent": "60"}

ROWS = [
    Row("study.release_module", "GET", lambda w: f"/study/manage/modules/{w.module.id}/release", **AUTHORS),
    Row(
        "study.release_module",
        "POST",
        lambda w: f"/study/manage/modules/{w.module.id}/release",
        **AUTHORS_POST,
        data=lambda w: RULE,
    ),
    Row("study.release_lesson", "GET", lambda w: f"/study/manage/lessons/{w.lesson.id}/release", **AUTHORS),
    Row(
        "study.release_lesson",
        "GET",
        lambda w: f"/study/manage/lessons/{w.draft_lesson.id}/release",
        **AUTHORS_DRAFT,
        note="draft",
    ),
    Row(
        "study.release_lesson",
        "POST",
        lambda w: f"/study/manage/lessons/{w.lesson.id}/release",
        **AUTHORS_POST,
        data=lambda w: RULE,
    ),
    Row("study.list_team_of", "GET", lambda w: _manage(w) + "/team", **AUTHORS),
    Row(
        "study.add_to_team",
        "POST",
        lambda w: _manage(w) + "/team",
        **AUTHORS_POST,
        data=lambda w: {"username": w.newcomer.username, "role": "assistant"},
    ),
    Row("study.remove_from_team", "POST", lambda w: f"{_manage(w)}/team/{w.teammate.id}/remove", **AUTHORS_POST),
]
