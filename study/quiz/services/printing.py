"""Draws forms of a quiz that are printed: like papers, but for nobody in particular, and the same again for ever."""

import random
import secrets
from collections.abc import Collection

from sqlalchemy import delete, func, select

from core.db import db, lock
from core.permissions import Actor
from study.errors import PaperTooLong, QuizEmpty, TooManyForms
from study.models import PrintedForm, PrintedSlot, Quiz
from study.permissions import StudyPermission, require_in_course
from study.quiz.kinds import kind_of
from study.quiz.services.drawing import drawn_versions

FORMS_MAX = 26
"""Of one quiz, at a time."""
QUESTIONS_MAX = 200
SEED_BITS = 48


def add_forms(quiz: Quiz, actor: Actor, count: int, *, shuffle: bool) -> list[PrintedForm]:
    """Draw so many forms of a quiz, each with a seed of its own.

    Raises:
        Denied: the actor does not write this course.
        QuizEmpty: the quiz asks nothing.
        PaperTooLong: it asks more than fits on paper.
        TooManyForms: there are too many already.
    """
    require_in_course(actor, StudyPermission.AUTHOR, quiz.course)
    # Held until commit: two who print at once must not call their forms the same.
    db.session.scalars(lock(select(Quiz.id).where(Quiz.id == quiz.id))).one()
    held, last = db.session.execute(
        select(func.count(), func.coalesce(func.max(PrintedForm.number), 0)).where(PrintedForm.quiz_id == quiz.id)
    ).one()
    if held + count > FORMS_MAX:
        raise TooManyForms(limit=FORMS_MAX)
    return [
        add_form(quiz, actor, last + place, secrets.randbits(SEED_BITS), shuffle=shuffle)
        for place in range(1, count + 1)
    ]


def add_form(quiz: Quiz, actor: Actor, number: int, seed: int, *, shuffle: bool) -> PrintedForm:
    """Draw a form: the same seed draws and shuffles the same questions in the same way.

    Raises:
        QuizEmpty, PaperTooLong: as for ``add_forms``.
    """
    rng = random.Random(seed)
    drawn = drawn_versions(quiz, rng=rng)
    if not any(max_mark for _version, max_mark in drawn):
        raise QuizEmpty
    if len(drawn) > QUESTIONS_MAX:
        raise PaperTooLong(limit=QUESTIONS_MAX, count=len(drawn))
    if shuffle:
        rng.shuffle(drawn)
    form = PrintedForm(
        quiz_id=quiz.id, number=number, seed=seed, limit_minutes=quiz.time_limit_minutes, created_by_id=actor.id
    )
    db.session.add(form)
    db.session.flush()
    for position, (version, max_mark) in enumerate(drawn, start=1):
        order = kind_of(version.kind).order(version.content, rng if shuffle else None)
        db.session.add(
            PrintedSlot(
                form_id=form.id, position=position, version_id=version.id, option_order=order, max_mark=max_mark
            )
        )
    db.session.flush()
    return form


def remove_forms(quiz: Quiz, actor: Actor, ids: Collection[int]) -> int:
    """Forget forms, so that the versions they asked are held for nobody's sake; return how many.

    Raises:
        Denied: the actor does not write this course.
    """
    require_in_course(actor, StudyPermission.AUTHOR, quiz.course)
    of_quiz = PrintedForm.quiz_id == quiz.id, PrintedForm.id.in_(ids)
    known = db.session.scalars(lock(select(PrintedForm.id).where(*of_quiz).order_by(PrintedForm.id))).all()
    db.session.execute(delete(PrintedForm).where(PrintedForm.id.in_(known)))
    return len(known)
