"""Who sends folders and sees what they become."""

import io
from dataclasses import asdict

from core.db import db
from study.folders import Piece
from study.models import FolderUpload
from tests.access import Row
from tests.study.access import AUTHORS


def furnish(world) -> None:
    """Let the instructor send a folder with one page."""
    page = Piece(path="1.md", sha256="0" * 64, size=9, media_type="text/markdown", text="# Minutes")
    world.upload = FolderUpload(
        course_id=world.course.id, user_id=world.instructor.id, module="新", pieces=[asdict(page)], faults=[]
    )
    db.session.add(world.upload)
    db.session.commit()


def _folder(world) -> str:
    return f"/study/manage/courses/{world.course.slug}/folder"


OWN = dict(visitor=302, member=404, instructor=200, moderator=404, officer=404, administrator=404)

ROWS = [
    Row("study.send_folder", "GET", _folder, **AUTHORS),
    Row(
        "study.send_folder",
        "POST",
        _folder,
        **{**AUTHORS, "instructor": 303, "administrator": 303},
        data=lambda w: {"files": (io.BytesIO(b"# Minutes\n\nBring them."), "1.md")},
    ),
    Row("study.show_upload", "GET", lambda w: f"/study/manage/uploads/{w.upload.id}", **OWN),
    Row("study.take_upload", "POST", lambda w: f"/study/manage/uploads/{w.upload.id}", **{**OWN, "instructor": 303}),
]
