"""Who keeps drafts of lessons and courses."""

from tests.access import Row
from tests.study.access import AUTHORS, POST


def furnish(_world) -> None:
    """Need nothing more."""


ROWS = [
    Row(
        "study.save_draft",
        "POST",
        lambda w: "/study/drafts",
        **AUTHORS,
        data=lambda w: {"place": f"lesson:{w.lesson.id}", "title_zh": "题"},
    ),
    Row("study.drop_draft", "POST", lambda w: "/study/drafts/drop", **POST, data=lambda w: {"place": "lesson:1"}),
]
