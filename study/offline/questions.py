"""Questions in pages as they are taken along: to be thought about, with the answer folded away behind them."""

import re

from markupsafe import Markup

from core.faces import Faces
from core.i18n import _
from study.enums import QuestionKind
from study.practice import ASKED, PageQuestion, Questions, asked_at
from study.quiz.kinds import Option


def with_questions(html: str, questions: Questions) -> str:
    """Return HTML in which questions stand without anything to fill in."""

    def shown(found: re.Match[str]) -> str:
        question = questions.get(asked_at(found).question_id)
        return str(_question(question)) if question else ""

    return ASKED.sub(shown, html)


def _question(question: PageQuestion) -> Markup:
    options = Markup("")
    if question.is_choice:
        rows = Markup("").join(Markup("<li>{}</li>").format(_words(question, one)) for one in question.options)
        options = Markup("<ul>{}</ul>").format(rows)
    body = Markup('<div class="note">{}{}<details class="check"><summary>{}</summary>{}{}</details></div>')
    feedback = question.version.feedback_html
    return body.format(
        Markup("<div>{}</div>").format(_html(question.version.html)),
        options,
        _("Check yourself"),
        _answer(question),
        Markup("<div>{}</div>").format(_html(feedback)) if feedback else "",
    )


def _answer(question: PageQuestion) -> Markup:
    if question.is_choice:
        right = [_words(question, one) for one in question.options if one.fraction > 0]
    else:
        right = [Markup("{}").format(pattern) for pattern in question.accepted]
    rows = Markup("").join(Markup("<li>{}</li>").format(one) for one in right)
    return Markup("<p>{}</p><ul>{}</ul>").format(_("Right answer"), rows)


def _words(question: PageQuestion, option: Option) -> Markup:
    if question.kind is QuestionKind.TRUE_FALSE:
        return Markup("{}").format(_("True") if option.key == "t" else _("False"))
    return _html(option.html)


def _html(html: Faces) -> Markup:
    return Markup(html.pick())  # noqa: S704 -- a stored column that core/markup.py rendered
