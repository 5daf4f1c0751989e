"""Questions in pages: shown where they are asked, answered there, with the reasons at once.

Members' answers are kept. Visitors answer too: theirs stands in the address only, and nothing is written.
"""

import re
from html import unescape
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from accounts.web import current_actor
from core.db import transaction
from core.errors import NotFound, TooMany
from core.faces import Faces
from core.i18n import _
from core.limits import Limit, count
from core.text import excerpt
from study import urls
from study.forms.lessons import LessonForm
from study.models import Lesson
from study.practice import ASKED, Asked, PageQuestion, Questions, asked_at, asked_in
from study.queries.citations import cited_by
from study.queries.lessons import get_open_lesson
from study.queries.outlines import Outline
from study.queries.practice import page_questions
from study.quiz import wording as quiz_wording
from study.quiz.forms.attempts import read_given
from study.quiz.queries.attempts import MISSED
from study.quiz.showing import ShownQuestion
from study.services.practice import note_answer
from study.views import bp

ANSWERED = Limit(name="study.practice", amount=600, seconds=3600)
"""Far more than anybody answers by hand."""
NAMES_SHOWN, NAME_SHOWN = 5, 40
"""Names that are told at once, and characters of each: what is said once is carried in a cookie."""
_PLACE = re.compile(r"p[1-9]\d{0,5}")


def with_questions(html: str, lesson: Lesson, outline: Outline, *, is_author: bool) -> str:
    """Return the HTML of a lesson with the questions it asks."""
    return _filled(html, lesson.module.course_id, {"lesson": lesson, "is_author": is_author}, outline)


def previewed(html: str, course_id: int) -> str:
    """Return HTML that is not saved yet with the questions it asks, which cannot be answered there."""
    return _filled(html, course_id, {"lesson": None, "is_author": True})


def without_unknown(html: str) -> str:
    """Return HTML in which the place of a question that there is not says nothing, as readers see it."""
    return ASKED.sub(lambda found: f'<div class="asked"{found["rest"]}></div>', html)


def say_unknown(html: Faces) -> None:
    """Tell the author of a text that was just saved which questions it names that its course has not."""
    found = [asked_at(place) for one in (html.zh, html.en) for place in ASKED.finditer(one)]
    names = dict.fromkeys(excerpt(unescape(one.words), NAME_SHOWN) for one in found if not one.question_id)
    if not names:
        return
    told = [f"“{name}”" for name in list(names)[:NAMES_SHOWN]] + ["…"] * (len(names) > NAMES_SHOWN)
    words = _(", ").join(told)
    said = _("The question banks of this course hold none called %(names)s. Readers see nothing there.", names=words)
    flash(said, "wait")


def _filled(html: str, course_id: int, given: dict[str, Any], outline: Outline | None = None) -> str:
    if not ASKED.search(html):
        return html
    questions, number = page_questions(asked_in(html), course_id, current_actor()), 0
    pieces, shown = ASKED.split(html)[:: ASKED.groups + 1], []
    for found in ASKED.finditer(html):
        asked = asked_at(found)
        question = questions.get(asked.question_id)
        number += question is not None
        shown.append((asked, _shown(question, number, given)))
    missed = {asked.question_id for asked, one in shown if one and one.answered and one.verdict in MISSED}
    cites = cited_by(missed, current_actor(), outline)
    parts = [
        _part(asked, one, questions, {**given, "cited": cites.get(asked.question_id) if one and one.answered else None})
        for asked, one in shown
    ]
    return "".join(piece + part for piece, part in zip(pieces, [*parts, ""], strict=True))


def _shown(question: PageQuestion | None, number: int, given: dict[str, Any]) -> ShownQuestion | None:
    answer = _answer(question, number) if question and given["lesson"] else None
    return question.shown(number, answer) if question else None


def _part(asked: Asked, shown: ShownQuestion | None, questions: Questions, given: dict[str, Any]) -> str:
    return render_template(
        "study/_asked.html",
        asked=asked,
        version_id=questions[asked.question_id].version.id if shown else 0,
        q=shown,
        words=quiz_wording,
        urls=urls,
        **given,
    )


def _answer(question: PageQuestion, number: int) -> Any:
    """Return what is answered: kept, or in the address; nothing where somebody tries again."""
    if current_actor().id is None:
        return question.read(read_given(request.args, f"q{number}"))
    return None if request.args.get("again") == str(number) else question.answer


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
    reader, number = current_actor(), request.form.get("number", 1, int)
    place = request.form.get("place", "")
    place = place if _PLACE.fullmatch(place) else ""
    # The counter may be on another machine, and a click without an answer is one too.
    if not count(ANSWERED, reader.id):
        raise TooMany
    with transaction():
        question = _asked_there(get_open_lesson(lesson_id, reader)[0], question_id)
        is_same = request.form.get("version") == str(question.version.id)
        answer = question.read(read_given(request.form, f"q{number}")) if is_same else None
        if answer is not None:
            note_answer(question.version, reader, answer, lesson_id)
    if answer is not None:
        return redirect(f"{urls.for_lesson(lesson_id)}{'#' if place else ''}{place}", 303)
    late = _("The question has changed since you opened the page. Please look at it again.")
    flash(_("Choose or write an answer first.") if is_same else late, "error")
    return redirect(urls.try_again(lesson_id, number, place), 303)


def _asked_there(lesson: Lesson, question_id: int) -> PageQuestion:
    """Return a question that a lesson asks.

    Raises:
        NotFound: the lesson does not ask it, or it is gone.
    """
    if question_id not in asked_in(lesson.html.zh, lesson.html.en):
        raise NotFound
    found = page_questions([question_id], lesson.module.course_id, current_actor()).get(question_id)
    if found is None:
        raise NotFound
    return found
