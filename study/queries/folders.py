"""Reads folders that wait for their author."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db, lock
from core.errors import NotFound
from core.permissions import Actor
from study.folders import Piece, PlannedModule, plan
from study.models import Course, FolderUpload
from study.queries.courses import check_author


def get_own_upload(upload_id: int, author: Actor, *, alone: bool = False) -> tuple[FolderUpload, Course]:
    """Return a folder that the actor has sent, and its course with the branch; ``alone`` makes the same post wait.

    Raises:
        NotFound: there is none, or it is somebody else's.
        Denied: the actor does not write the course any more.
    """
    if alone:
        db.session.execute(lock(select(FolderUpload.id).where(FolderUpload.id == upload_id)))
    found = db.session.execute(
        select(FolderUpload, Course)
        .join(Course, Course.id == FolderUpload.course_id)
        .options(joinedload(Course.branch))
        .where(FolderUpload.id == upload_id, FolderUpload.user_id == (author.id or 0))
    ).one_or_none()
    if found is None:
        raise NotFound
    upload, course = found
    return upload, check_author(course, author)


def planned(upload: FolderUpload) -> list[PlannedModule]:
    """Return what a folder becomes."""
    return plan([Piece(**piece) for piece in upload.pieces], upload.module)
