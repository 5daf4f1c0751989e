"""Reads forms of quizzes that are printed, and the pictures they show."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.errors import NotFound
from core.files import File, path_of
from core.permissions import Actor
from study import urls
from study.models import Course, Picture, PrintedForm, PrintedSlot, QuestionPicture, Quiz
from study.queries.courses import check_teacher

PICTURES_MAX = 100
"""Pictures on one paper; more are shown as words."""


@dataclass(frozen=True, kw_only=True)
class FormLine:
    """A form in a list."""

    form: PrintedForm
    questions: int
    max_mark: int


def list_forms(quiz_id: int) -> list[FormLine]:
    """Return the forms of a quiz in order."""
    rows = db.session.execute(
        select(PrintedForm, func.count(), func.sum(PrintedSlot.max_mark))
        .join(PrintedSlot, PrintedSlot.form_id == PrintedForm.id)
        .where(PrintedForm.quiz_id == quiz_id, PrintedSlot.max_mark > 0)
        .group_by(PrintedForm.id)
        .order_by(PrintedForm.number)
    )
    return [FormLine(form=form, questions=count, max_mark=total) for form, count, total in rows]


def get_taught_form(form_id: int, teacher: Actor) -> PrintedForm:
    """Return a form with its quiz and course: for whoever may see the quiz with its key.

    Raises:
        NotFound, Denied: as for ``get_taught_course``.
    """
    course = joinedload(PrintedForm.quiz).joinedload(Quiz.course)
    form = db.session.scalars(
        select(PrintedForm).options(course.joinedload(Course.branch)).where(PrintedForm.id == form_id)
    ).one_or_none()
    if form is None:
        raise NotFound
    check_teacher(form.quiz.course, teacher)
    return form


def list_form_slots(form_id: int) -> Sequence[PrintedSlot]:
    """Return the questions of a form in order, with their versions."""
    return db.session.scalars(
        select(PrintedSlot)
        .options(joinedload(PrintedSlot.version))
        .where(PrintedSlot.form_id == form_id)
        .order_by(PrintedSlot.position)
    ).all()


def picture_paths(slots: Iterable[PrintedSlot]) -> dict[str, str]:
    """Return where the pictures of questions lie on the disk, by the addresses at which their texts show them.

    They are of the courses whose banks hold the questions: a quiz may ask one of a shared bank.
    """
    shown = select(QuestionPicture.picture_id).where(
        QuestionPicture.version_id.in_({slot.version_id for slot in slots})
    )
    rows = db.session.execute(
        select(Picture.id, File)
        .join(File, File.id == Picture.file_id)
        .where(Picture.id.in_(shown))
        .order_by(Picture.id)
        .limit(PICTURES_MAX)
    )
    return {urls.for_thumbnail(ident): str(path_of(file)) for ident, file in rows}
