"""Says what a form of a quiz, its answer sheet and its key have printed on them, in the language that is spoken."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from html import escape
from string import ascii_uppercase
from typing import Any

from core.faces import Faces
from core.i18n import _
from study.enums import QuestionKind
from study.models import PrintedForm, PrintedSlot
from study.quiz import wording
from study.quiz.figures import percent
from study.quiz.kinds import CHOSEN, FULL, TYPED, Earning, Part, cloze, earning_by, fraction_of
from study.quiz.services.preparing import FALSE_KEY, TRUE_KEY
from study.quiz.showing import ShownQuestion

Said = dict[str, Any]


class Sheet(StrEnum):
    """What is printed of a form; the key is a file of its own."""

    PAPER = "paper"
    ANSWERS = "sheet"
    KEY = "key"


def paper_of(
    form: PrintedForm, slots: Sequence[PrintedSlot], sheet: Sheet, language: str, pictures: Mapping[str, str]
) -> Said:
    """Return what ``study.printing.paper.Paper`` takes."""
    quiz, course = form.quiz, form.quiz.course
    shown = [_shown(slot) for slot in slots]
    names = {Sheet.PAPER: "", Sheet.ANSWERS: _("Answer sheet"), Sheet.KEY: _("Answer key")}
    makers = {Sheet.PAPER: _question, Sheet.ANSWERS: _answers, Sheet.KEY: _key}
    numbered = list(_numbered(shown))
    if sheet is not Sheet.PAPER:
        numbered = [(number, one) for number, one in numbered if number]
    return {
        "part": sheet.value,
        "language": language,
        "title": quiz.title.pick(),
        "course": course.title.pick(),
        "heading": names[sheet],
        "facts": _facts(form, shown),
        "form": _("Form %(letter)s (%(code)s)", letter=form.letter, code=form.code),
        "fields": [] if sheet is Sheet.KEY else [_("Name"), _("Branch"), _("Date")],
        "rows": [makers[sheet](number, one) for number, one in numbered],
        "lost": _("Signs that our fonts do not have:"),
        "made_at": form.created_at.isoformat(),
        "pictures": dict(pictures),
    }


def _shown(slot: PrintedSlot) -> ShownQuestion:
    return ShownQuestion(
        position=slot.position, content=slot.version.content, order=slot.option_order, max_mark=slot.max_mark
    )


def _numbered(shown: Sequence[ShownQuestion]) -> Iterator[tuple[str, ShownQuestion]]:
    """Return questions with their numbers; words between them have none."""
    number = 0
    for one in shown:
        number += one.is_asked
        yield (str(number) if one.is_asked else ""), one


def _facts(form: PrintedForm, shown: Sequence[ShownQuestion]) -> list[str]:
    facts = []
    if form.limit_minutes:
        facts.append(_("Time: %(count)s minutes", count=form.limit_minutes))
    asked = [one for one in shown if one.is_asked]
    return [*facts, wording.extent(len(asked), sum(one.max_mark for one in asked))]


def _question(number: str, one: ShownQuestion) -> Said:
    return {
        "number": number,
        "head": _("(%(marks)s)", marks=wording.marks(one.max_mark)) if number else "",
        "html": _html(one),
        "note": escape(_note(one)),
        "options": _options(one),
        "pairs": _pairs(one.parts) if one.kind is QuestionKind.MATCHING else [],
        "order": _lettered(part.html for part in one.parts) if one.kind is QuestionKind.ORDERING else [],
        "menus": list(_menus(one)),
        "lines": _lines(one),
    }


def _options(one: ShownQuestion) -> list[tuple[str, str]]:
    if one.kind is QuestionKind.TRUE_FALSE:
        words = {TRUE_KEY: _("True"), FALSE_KEY: _("False")}
        return _lettered(Faces(zh=words.get(shown.option.key, "")) for shown in one.options)
    return _lettered(shown.option.html for shown in one.options) if one.kind in CHOSEN else []


def _note(one: ShownQuestion) -> str:
    notes = {
        QuestionKind.MULTIPLE_CHOICE: _("Choose all that are right."),
        QuestionKind.MATCHING: _("Write the letter of what belongs to it on each line."),
        QuestionKind.ORDERING: _("Number the items in the right order, from 1."),
    }
    return notes.get(one.kind, "")


def _html(one: ShownQuestion) -> str:
    html = one.content.html.pick()
    if one.kind is not QuestionKind.CLOZE:
        return html
    numbers = _gap_numbers(one)
    return "".join(f'{piece}<gap n="{numbers[key]}">' if key in numbers else piece for piece, key in cloze.pieces(html))


def _gap_numbers(one: ShownQuestion) -> dict[str, int]:
    """Return the number of each gap on this paper: as they stand in the text that is printed."""
    keys = [key for _piece, key in cloze.pieces(one.content.html.pick()) if key]
    return {key: number for number, key in enumerate(keys, start=1)}


def _lettered(texts: Any) -> list[tuple[str, str]]:
    return [(letter, text.pick()) for letter, text in zip(ascii_uppercase, texts, strict=False)]


def _pairs(parts: Sequence[Part]) -> list[list[tuple[str, str]]]:
    lefts = [(str(number), part.html.pick()) for number, part in enumerate(parts, start=1)]
    return [lefts, _lettered(words for _value, words in parts[0].choices)]


def _gaps(one: ShownQuestion) -> list[tuple[int, Part]]:
    """Return the gaps of a cloze by their numbers."""
    numbers = _gap_numbers(one)
    return sorted(((numbers[part.name], part) for part in one.parts if part.name in numbers), key=lambda gap: gap[0])


def _menus(one: ShownQuestion) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    if one.kind is QuestionKind.CLOZE:
        for number, part in _gaps(one):
            if part.choices:
                yield str(number), _lettered(words for _value, words in part.choices)


def _lines(one: ShownQuestion) -> int:
    if one.kind in TYPED:
        return 1
    return one.content.settings.lines if one.kind is QuestionKind.ESSAY else 0


def _answers(number: str, one: ShownQuestion) -> Said:
    return {"number": number, "cells": list(_cells(one))}


def _cells(one: ShownQuestion) -> Iterator[Said]:
    if one.kind in CHOSEN:
        letters = ascii_uppercase[: len(one.options)]
        yield _cell("boxes" if one.kind is QuestionKind.MULTIPLE_CHOICE else "bubbles", letters)
    elif one.kind is QuestionKind.MATCHING:
        yield _cell("lines", [str(place) for place in range(1, len(one.parts) + 1)])
    elif one.kind is QuestionKind.ORDERING:
        yield _cell("places", ascii_uppercase[: len(one.parts)])
    elif one.kind is QuestionKind.CLOZE:
        for place, part in _gaps(one):
            yield _cell("bubbles" if part.choices else "lines", ascii_uppercase[: len(part.choices)], f"({place})")
    elif one.kind is QuestionKind.ESSAY:
        yield _cell("words", (), _("Write your answer on the paper."))
    else:
        yield _cell("lines")


def _cell(kind: str, letters: Sequence[str] = (), label: str = "") -> Said:
    return {"as": kind, "letters": list(letters), "label": label}


def _key(number: str, one: ShownQuestion) -> Said:
    return {"number": number, "html": _right(one), "marks": wording.marks(one.max_mark)}


def _right(one: ShownQuestion) -> str:
    """Return what is right, by the letters of this form."""
    if one.kind in CHOSEN:
        return _right_letters(one)
    if one.kind is QuestionKind.MATCHING:
        return escape(_(", ").join(f"{place} – {_letter_of(part)}" for place, part in enumerate(one.parts, start=1)))
    if one.kind is QuestionKind.ORDERING:
        return escape(
            _(", ").join(
                f"{letter} – {part.right.pick()}" for letter, part in zip(ascii_uppercase, one.parts, strict=False)
            )
        )
    if one.kind is QuestionKind.CLOZE:
        return "<br>".join(f"({place}) {_right_in_gap(one, part)}" for place, part in _gaps(one))
    if one.kind in TYPED:
        return escape(_("; ").join(_with_shares(earning_by(one.content))))
    return one.content.settings.model_html.pick() or escape(_("by hand"))


def _right_letters(one: ShownQuestion) -> str:
    """Return the letters of what is right; of one answer those that earn a part with their share."""
    if one.kind is QuestionKind.MULTIPLE_CHOICE:
        return ", ".join(ascii_uppercase[shown.number - 1] for shown in one.options if shown.is_right)
    keys = [(ascii_uppercase[shown.number - 1], {"keys": [shown.option.key]}) for shown in one.options]
    earning = [(letter, fraction_of(one.content, answer) or 0) for letter, answer in keys]
    return ", ".join(_with_shares((letter, earned) for letter, earned in earning if earned > 0))


def _with_shares(earning: Iterable[Earning]) -> list[str]:
    """Return answers, each that does not earn the full mark with its share."""
    return [said if earned >= FULL else f"{said} ({percent(earned)} %)" for said, earned in earning]


def _letter_of(part: Part) -> str:
    """Return the letter of the choice that is right."""
    return next(
        (letter for letter, (_value, words) in zip(ascii_uppercase, part.choices, strict=False) if words == part.right),
        "?",
    )


def _right_in_gap(one: ShownQuestion, part: Part) -> str:
    earning = cloze.earning_in(one.content, one.order, part.name)
    if not part.choices:
        return escape(_("; ").join(_with_shares(earning)))
    words = dict(part.choices)
    lettered = [(f"{ascii_uppercase[int(value) - 1]} – {words[value].pick()}", earned) for value, earned in earning]
    return _("; ").join(_with_shares(lettered))
