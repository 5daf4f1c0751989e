"""Who opens a passage of a lesson, and who confirms what a question rests on."""

from tests.access import Row
from tests.study.access_quiz import AUTHORS_POST

EVERYBODY = dict(visitor=302, member=302, instructor=302, moderator=302, officer=302, administrator=302)
SIGNED_IN = {**EVERYBODY, "visitor": 404}
DRAFT = dict(visitor=404, member=404, instructor=302, moderator=302, officer=404, administrator=302)


def furnish(world) -> None:
    """Lessons and questions of others do."""


ROWS = [
    Row(
        "study.open_passage",
        "GET",
        lambda w: f"/study/lessons/{w.public_lesson.id}/passages/t1",
        **EVERYBODY,
        note="public",
    ),
    Row(
        "study.open_passage", "GET", lambda w: f"/study/lessons/{w.lesson.id}/passages/t1", **SIGNED_IN, note="members"
    ),
    Row(
        "study.open_passage", "GET", lambda w: f"/study/lessons/{w.draft_lesson.id}/passages/t1", **DRAFT, note="draft"
    ),
    Row(
        "study.confirm_citation",
        "POST",
        lambda w: f"/study/manage/questions/{w.question.id}/citation",
        **AUTHORS_POST,
        data=lambda w: {"seen": "0"},
    ),
]
