"""Who answers questions in pages."""

from core.db import db
from core.faces import Faces
from tests.access import Row
from tests.factories.quiz import bank_for, choice
from tests.factories.quiz import question as make_question


def furnish(world) -> None:
    """Let a lesson for members and one of a draft ask a question."""
    for name, lesson, course in (("asked", world.lesson, world.course), ("kept_back", world.draft_lesson, world.draft)):
        question = make_question(bank_for(course, f"bank of {name}"), choice(1000, 0))
        lesson.html = Faces(f'<div class="asked" data-q="{question.id}" id="p1"></div>\n')
        setattr(world, name, question)
    db.session.commit()


def _at(lesson, question) -> str:
    return f"/study/lessons/{lesson.id}/questions/{question.id}"


POST = dict(visitor=302, member=303, instructor=303, moderator=303, officer=303, administrator=303)

ROWS = [
    Row("study.answer_in_page", "POST", lambda w: _at(w.lesson, w.asked), **POST, data=lambda w: {"place": "p1"}),
    Row(
        "study.answer_in_page",
        "POST",
        lambda w: _at(w.draft_lesson, w.kept_back),
        **{**POST, "member": 404, "officer": 404},
        note="draft",
    ),
]
