"""Questions in pages: shown where they are asked, answered there, with the reasons at once.

Members' answers are kept. Visitors answer too: theirs stands in the address only, and nothing is written.
"""

import re
from dataclasses import replace

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import NotFound, TooMany
from core.i18n import _
from core.limits import Limit, count
from study import urls
from study.forms.lessons import LessonForm
from study.models import Lesson
from study.practice import ASKED, Asked, PageQuestion, Questions, asked_at, asked_in, read_answer
from study.queries.lessons import get_open_lesson
from study.queries.practice import page_questions
from study.quiz import wording as quiz_wording
from study.services.practice import note_answer
from study.views import bp

ANSWERED = Limit(name="study.practice", amount=600, seconds=3600)
"""Far more than anybody answers by hand."""
_PLACE = re.compile(r"p[1-9]\d{0,5}")


def with_questions(html: str, lesson: Lesson, *, is_author: bool) -> str:
    """Return the HTML of a lesson with the questions it asks."""
    if not ASKED.search(html):
        return html
    questions = page_questions(asked_in(html), lesson.module.course_id, current_actor())
    return ASKED.sub(lambda found: _shown(asked_at(found), questions, lesson, is_author=is_author), html)


def without_unknown(html: str) -> str:
    """Return HTML in which the place of a question that there is not says nothing, as readers see it."""
    return ASKED.sub(lambda found: f'<div class="asked"{found["rest"]}></div>', html)


def previewed(html: str, course_id: int) -> str:
    """Return HTML that is not saved yet with the questions it asks, which cannot be answered there."""
    if not ASKED.search(html):
        return html
    questions = page_questions(asked_in(html), course_id, current_actor())
    return ASKED.sub(lambda found: _shown(asked_at(found), questions, None, is_author=True), html)


def _shown(asked: Asked, questions: Questions, lesson: Lesson | None, *, is_author: bool) -> str:
    question = questions.get(asked.question_id)
    if question is not None and lesson is not None:
        question = _as_asked(question, asked.question_id)
    return render_template(
        "study/_asked.html",
        asked=asked,
        question=question,
        lesson=lesson,
        is_author=is_author,
        words=quiz_wording,
        urls=urls,
    )


def _as_asked(question: PageQuestion, ident: int) -> PageQuestion:
    """Return the question with what the address answers to it, or without the answer where one tries again."""
    if current_actor().id is None:
        return replace(question, answer=read_answer(question.version, request.args.getlist(f"q{ident}")))
    return replace(question, answer=None) if request.args.get("again") == str(ident) else question


def ask_into(form: LessonForm) -> bool:
    """Put a question at the end of a text of a lesson; tell whether that was meant."""
    if "ask" not in request.form:
        return False
    field = form.body_en if request.form["ask"] == "en" else form.body_zh
    offered = {ident: name for _bank, rows in form.offered for ident, name in rows}
    ident = request.form.get("question_id", 0, int)
    if ident in offered:
        field.data = f"{(field.data or '').rstrip()}\n\n:::question {ident} {offered[ident]}\n".lstrip("\n")
    else:
        form.add_error(field.name, _("Choose a question first."))
    return True


@bp.post("/lessons/<int:lesson_id>/questions/<int:question_id>")
@login_required
def answer_in_page(lesson_id: int, question_id: int) -> ResponseReturnValue:
    """Keep an answer and go back to the very place, where the reasons stand now."""
    reader = current_actor()
    place = request.form.get("place", "")
    back = f"{urls.for_lesson(lesson_id)}{f'#{place}' if _PLACE.fullmatch(place) else ''}"
    with transaction():
        lesson = get_open_lesson(lesson_id, reader)[0]
        question = _asked_there(lesson, question_id)
        is_same = request.form.get("version") == str(question.version.id)
        answer = read_answer(question.version, request.form.getlist(f"q{question_id}")) if is_same else None
        if answer is not None:
            if not count(ANSWERED, reader.id):
                raise TooMany
            note_answer(question.version, reader, answer)
    if answer is None:
        late = _("The question has changed since you opened the page. Please look at it again.")
        flash(_("Choose or write an answer first.") if is_same else late, "error")
        return redirect(urls.try_again(lesson_id, question_id, place if _PLACE.fullmatch(place) else ""), 303)
    return redirect(back, 303)


def _asked_there(lesson: Lesson, question_id: int) -> PageQuestion:
    """Return a question that a lesson asks, as the form knew it.

    Raises:
        NotFound: the lesson does not ask it, or what it says has changed meanwhile.
    """
    if question_id not in asked_in(lesson.html.zh, lesson.html.en):
        raise NotFound
    found = page_questions([question_id], lesson.module.course_id, current_actor()).get(question_id)
    if found is None:
        raise NotFound
    return found
