"""Reads files that belong to answers: for who handed them in, and for those who mark."""

from pathlib import PurePath

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import NotFound
from core.files import File
from core.permissions import Actor
from study.models import Attempt, AttemptFile, Course, Quiz
from study.permissions import StudyPermission, may_in_course, may_read_course


def get_answer_file(attempt_file_id: int, reader: Actor) -> tuple[File, str]:
    """Return a file of an answer and under which name it is sent: none that tells who it is from, where that is hidden.

    Raises:
        NotFound: there is none for this reader; an open paper is nobody else's business.
    """
    row = db.session.execute(
        select(AttemptFile, Attempt, Quiz)
        .join(Attempt, Attempt.id == AttemptFile.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .options(joinedload(AttemptFile.file), joinedload(Quiz.course).joinedload(Course.branch))
        .where(AttemptFile.id == attempt_file_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    found, attempt, quiz = row
    file: File = found.file
    if reader.id is not None and attempt.user_id == reader.id and may_read_course(reader, quiz.course):
        return file, file.original_name
    if attempt.is_open or not may_in_course(reader, StudyPermission.GRADE, quiz.course):
        raise NotFound
    if quiz.hides_writer(attempt.mark):
        return file, f"{attempt.marking_code or 'file'}-{found.id}{PurePath(file.original_name).suffix}"
    return file, file.original_name
