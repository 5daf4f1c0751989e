"""Who exports and imports whole courses."""

import io

from tests.access import Row

AUTHORS = dict(visitor=302, member=403, instructor=200, moderator=403, officer=403, administrator=200)


def furnish(world) -> None:
    """The courses of the study room serve here too."""


ROWS = [
    Row("study.export_course", "GET", lambda w: f"/study/manage/courses/{w.course.slug}/export.zip", **AUTHORS),
    Row("study.import_course_file", "GET", lambda w: "/study/manage/import", **AUTHORS),
    Row(
        "study.import_course_file",
        "POST",
        lambda w: "/study/manage/import",
        **{**AUTHORS, "instructor": 422, "administrator": 422},
        data=lambda w: {"file": (io.BytesIO(b"no zip"), "a.zip"), "branch": str(w.root.id)},
        note="a file that is none",
    ),
]
