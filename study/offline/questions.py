"""Questions in pages as they are taken along: to be thought about, with the answer folded away behind them."""

import re
from collections.abc import Iterable

from markupsafe import Markup

from core.faces import Faces
from core.i18n import _
from study.enums import QuestionKind
from study.practice import ASKED, Questions, asked_at
from study.quiz.kinds import ShownOption
from study.quiz.showing import ShownQuestion

GAP = Markup("____")


def with_questions(html: str, questions: Questions) -> str:
    """Return HTML in which questions stand without anything to fill in."""

    def shown(found: re.Match[str]) -> str:
        question = questions.get(asked_at(found).question_id)
        return str(_question(question.shown(1, None))) if question else ""

    return ASKED.sub(shown, html)


def _question(question: ShownQuestion) -> Markup:
    body = Markup('<div class="note">{}<details class="check"><summary>{}</summary>{}{}</details></div>')
    feedback = question.content.feedback_html
    return body.format(
        _asked(question),
        _("Check yourself"),
        Markup("<p>{}</p>").format(_("Right answer")) + _answer(question),
        Markup("<div>{}</div>").format(_html(feedback)) if feedback else "",
    )


def _asked(question: ShownQuestion) -> Markup:
    if question.kind is QuestionKind.CLOZE:
        return _gapped(question, is_filled=False)
    stem = Markup("<div>{}</div>").format(_html(question.content.html))
    if question.is_choice:
        return stem + _list(_words(question, one) for one in question.options)
    if not question.parts:
        return stem
    right = {_html(one.right) for one in question.parts} if question.kind is QuestionKind.MATCHING else set()
    return stem + _list(_html(part.html) for part in question.parts) + (_list(sorted(right)) if right else Markup(""))


def _answer(question: ShownQuestion) -> Markup:
    if question.kind is QuestionKind.CLOZE:
        return _gapped(question, is_filled=True)
    if question.is_choice:
        return _list(_words(question, one) for one in question.options if one.is_right)
    if question.parts:
        return _list(Markup("{} → {}").format(_html(part.html), _html(part.right)) for part in question.parts)
    return _list(Markup("{}").format(words) for words in question.accepted)


def _gapped(question: ShownQuestion, *, is_filled: bool) -> Markup:
    """Return a text with its gaps, or with what belongs there."""
    pieces = Markup("")
    for text, part in question.pieces:
        right = Markup("<b>{}</b>").format(_html(part.right)) if part and is_filled else GAP
        pieces += Markup(text) + (right if part else Markup(""))  # noqa: S704 -- a stored column
    return Markup("<div>{}</div>").format(pieces)


def _list(rows: Iterable[Markup]) -> Markup:
    return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(row) for row in rows))


def _words(question: ShownQuestion, option: ShownOption) -> Markup:
    if question.kind is QuestionKind.TRUE_FALSE:
        return Markup("{}").format(_("True") if option.option.key == "t" else _("False"))
    return _html(option.option.html)


def _html(html: Faces) -> Markup:
    return Markup(html.pick())  # noqa: S704 -- a stored column that core/markup.py rendered
