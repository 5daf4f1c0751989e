"""Writes cards as a table that Anki takes in: front, back, tags, each side as HTML."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from markupsafe import escape

from core.addresses import absolute
from core.i18n import _
from study.enums import QuestionKind
from study.quiz.formats.to_csv import guard
from study.quiz.kinds import QuestionContent, cloze
from study.quiz.showing import ShownQuestion, to_author

HEAD: Final = ("#separator:Comma", "#html:true", "#columns:Front,Back,Tags", "#tags column:3")
"""What Anki reads before the first card; other programs see four lines of remarks."""
_OWN: Final = re.compile(r'(?P<name> (?:src|href))="/(?!/)')


class Sides(NamedTuple):
    """One card to take away."""

    content: QuestionContent
    tags: Sequence[str]


def write(cards: Iterable[Sides]) -> bytes:
    """Return a whole file, in UTF-8."""
    out = io.StringIO(newline="")
    out.write("".join(f"{line}\n" for line in HEAD))
    writer = csv.writer(out, lineterminator="\n")
    for card in cards:
        question = to_author(card.content)
        # Anki parts tags by blanks.
        tags = " ".join("_".join(tag.split()) for tag in card.tags)
        writer.writerow([guard(cell) for cell in (_front(question), _back(question), tags)])
    return out.getvalue().encode()


def _front(q: ShownQuestion) -> str:
    html = q.content.html.pick()
    parts = [cloze.bare(html) if q.content.gaps else html]
    if q.is_choice:
        parts.append(_list(_option(q, at) for at in range(len(q.content.options))))
    elif q.parts and not q.content.gaps:
        if q.kind is QuestionKind.MATCHING:
            parts.append(_list(part.html.pick() for part in q.parts))
        parts.append(_list(words.pick() for _value, words in q.parts[0].choices))
    return _outward("".join(parts))


def _back(q: ShownQuestion) -> str:
    if q.is_choice:
        right = [_option(q, at) for at, option in enumerate(q.content.options) if option.fraction > 0]
    elif q.parts:
        right = [" → ".join(filter(None, (part.html.pick(), part.right.pick()))) for part in q.parts]
    else:
        right = [str(escape(words)) for words in q.accepted]
    return _outward(_list(right) + q.content.feedback_html.pick())


def _option(q: ShownQuestion, at: int) -> str:
    option = q.content.options[at]
    if q.kind == "true_false":
        return _("True") if option.key == "t" else _("False")
    return option.html.pick()


def _list(items: Iterable[str]) -> str:
    found = "".join(f"<li>{item}</li>" for item in items)
    return f"<ul>{found}</ul>" if found else ""


def _outward(html: str) -> str:
    """Let pictures and links name this site: elsewhere a path leads nowhere."""
    return _OWN.sub(lambda found: f'{found["name"]}="{absolute("/")}', html)
