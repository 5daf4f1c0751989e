"""Who gets what of quizzes on paper."""

from core.db import db
from study.models import PrintedForm
from tests.access import Row
from tests.factories.quiz import quiz_with, truth
from tests.factories.study import CourseFactory

AUTHORS = dict(visitor=302, member=403, instructor=200, moderator=403, officer=403, administrator=200)
AUTHORS_POST = {**AUTHORS, "instructor": 303, "administrator": 303}


def furnish(world) -> None:
    """Make a quiz with a printed form."""
    world.paper_quiz = quiz_with(truth(), course=CourseFactory(slug="on-paper"))
    form = PrintedForm(quiz_id=world.paper_quiz.id, number=1, seed=1)
    db.session.add(form)
    db.session.commit()
    world.form_id = form.id


def _forms(world) -> str:
    return f"/study/manage/quizzes/{world.paper_quiz.id}/forms"


ROWS = [
    Row("study.print_quiz", "GET", _forms, **AUTHORS),
    Row("study.print_quiz", "POST", _forms, **AUTHORS_POST, data=lambda w: {"count": "1"}),
    Row("study.show_form", "GET", lambda w: f"/study/manage/forms/{w.form_id}/paper?language=zh", **AUTHORS),
    Row("study.show_form", "GET", lambda w: f"/study/manage/forms/{w.form_id}/key?language=zh", **AUTHORS),
    Row("study.delete_forms", "POST", lambda w: _forms(w) + "/delete", **AUTHORS_POST),
]
