"""Reads one item of QTI 2.1, 2.2 or 3.0."""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.formats import qti_answers as answers
from study.quiz.formats.entries import essay_settings
from study.quiz.formats.items import Blank, Choice, Item, ItemFault
from study.quiz.formats.qti_answers import Declared, declared_in
from study.quiz.formats.qti_tree import Node, source_of, text_of
from study.quiz.formats.texts import EMPTY, Text, TextFormat
from study.quiz.kinds import FULL, Settings, cloze

INLINE = ("textEntryInteraction", "inlineChoiceInteraction")
BAND = "band-"
GAP_LINE = "_____"


@dataclass
class Asked:
    """An item on the way to a question."""

    body: Node
    declared: dict[str, Declared]
    feedback: dict[str, Text]
    """What is said, by the name that shows it."""
    found: list[Node] = field(default_factory=list)


def read_item(node: Node, *, number: int, line: int) -> Item:
    """Read one item.

    Raises:
        ItemFault: its kind is not known, or something is missing or wrong.
    """
    body = node.first("itemBody")
    if body is None:
        raise ItemFault(_l("The question has no text."))
    if node.has("templateDeclaration") or node.has("templateProcessing"):
        raise ItemFault(_l("The question makes up its values for each member, which is not known here."))
    asked = Asked(body=body, declared=declared_in(node), feedback=_feedback(node))
    asked.found = list(body.all(*_all_interactions(body)))
    said = _read(asked, node)
    if not said["text"]:
        raise ItemFault(_l("The question has no text."))
    return Item(
        number=number,
        line=line,
        name=node.get("title"),
        external_id=node.get("identifier"),
        language=_language(node),
        feedback=_general(asked),
        bands=_bands(asked),
        **said,
    )


def _all_interactions(body: Node) -> list[str]:
    return sorted({found.name for found in _every(body) if found.name.endswith("Interaction")}) or ["-"]


def _every(node: Node) -> list[Node]:
    return [Node(found) for found in node.element.iter() if isinstance(found.tag, str)]


def _language(node: Node) -> str:
    said = (node.element.get("{http://www.w3.org/XML/1998/namespace}lang") or "")[:2].lower()
    return said if said in ("zh", "en") else ""


def _feedback(node: Node) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for said in node.all("modalFeedback"):
        content = next(said.children("contentBody"), said)
        if text := text_of(content):
            name = said.get("identifier")
            found[name] = Text(f"{found[name].text}\n\n{text.text}", text.format) if name in found else text
    return found


_BANDS = MappingProxyType({"correct": FULL, "correct_fb": FULL, "incorrect": 0, "incorrect_fb": 0})


def _band(name: str) -> int | None:
    if name.startswith(BAND) and name.removeprefix(BAND).isdecimal():
        return min(FULL, int(name.removeprefix(BAND)[:5]))
    return _BANDS.get(name.casefold())


def _bands(asked: Asked) -> tuple[tuple[int, Text], ...]:
    return tuple((least, text) for name, text in asked.feedback.items() if (least := _band(name)) is not None)


def _general(asked: Asked) -> Text:
    """Return what is said whatever was answered: all that no answer and no band shows."""
    choices = {value for one in asked.found for part in _every(one) if (value := part.get("identifier"))}
    rest = [text for name, text in asked.feedback.items() if _band(name) is None and name not in choices]
    return Text("\n\n".join(text.text for text in rest), rest[0].format) if rest else EMPTY


def _read(asked: Asked, node: Node) -> dict[str, Any]:
    names = [found.name for found in asked.found]
    if not names:
        return {"kind": QuestionKind.DESCRIPTION, "text": text_of(asked.body)}
    if all(name in INLINE for name in names):
        return _inline(asked, node)
    if len(names) > 1:
        raise ItemFault(_l("The item asks several things at once, which is not known here."))
    reader = _READERS.get(names[0])
    if reader is None:
        raise ItemFault(_l("Questions of the kind “%(kind)s” are not known here."), kind=names[0][:60])
    return reader(asked, asked.found[0])


def _stem(asked: Asked, interaction: Node) -> Text:
    """Return the text around an interaction, with its prompt."""
    if (kept := source_of(asked.body)) is not None:
        body = text_of(asked.body, lambda node: "" if node.name == interaction.name else None)
        if body.format is TextFormat.MARKDOWN:
            return Text(kept, TextFormat.MARKDOWN)
    prompt = text_of(next(interaction.children("prompt"), None))
    around = text_of(asked.body, lambda node: "" if node.name == interaction.name else None)
    if not prompt or not (around.words() or around.shows):
        return prompt or around
    return Text(f"{around.text}\n<p>{prompt.text}</p>", TextFormat.HTML)


def _response(asked: Asked, interaction: Node) -> Declared:
    found = asked.declared.get(interaction.get("responseIdentifier"))
    if found is None:
        raise ItemFault(_l("The question does not say which answer is right."))
    return found


def _keeps_order(interaction: Node) -> Settings:
    return Settings(keep_order=interaction.get("shuffle") != "true")


def _words(asked: Asked, choice: Node) -> tuple[Text, Text]:
    """Return the text of a choice, and the remark on it."""
    text = text_of(choice, lambda node: "" if node.name in ("feedbackInline", "feedbackBlock") else None)
    inside = next(choice.children("feedbackInline", "feedbackBlock"), None)
    return text, text_of(inside) if inside is not None else asked.feedback.get(choice.get("identifier"), EMPTY)


def _choices(asked: Asked, interaction: Node) -> dict[str, Any]:
    declared = _response(asked, interaction)
    found = {choice.get("identifier"): _words(asked, choice) for choice in interaction.all("simpleChoice")}
    if len(found) < 2:
        raise ItemFault(_l("A choice needs at least two answers."))
    if not all(text for text, _remark in found.values()):
        raise ItemFault(_l("One of the answers is empty."))
    is_single = declared.is_single
    weights = declared.weights(list(found))
    if is_single and (truth := _truth(found, weights)):
        return {"kind": QuestionKind.TRUE_FALSE, "text": _stem(asked, interaction), "options": truth}
    return {
        "kind": QuestionKind.SINGLE_CHOICE if is_single else QuestionKind.MULTIPLE_CHOICE,
        "text": _stem(asked, interaction),
        "options": tuple(
            Choice(text=text, fraction=weights[name], feedback=remark) for name, (text, remark) in found.items()
        ),
        "settings": _keeps_order(interaction),
    }


_TRUE = frozenset({"true", "对", "正确", "是"})
_FALSE = frozenset({"false", "错", "错误", "否"})


def _truth(found: dict[str, tuple[Text, Text]], weights: dict[str, int]) -> tuple[Choice, ...] | None:
    """Return true and false where these are the two choices."""
    names = {text.words().casefold(): name for name, (text, _remark) in found.items()}
    true = next((names[word] for word in names if word in _TRUE), None)
    false = next((names[word] for word in names if word in _FALSE), None)
    if len(found) != 2 or true is None or false is None or sorted(weights.values()) != [0, FULL]:
        return None
    return tuple(
        Choice(text=Text(word), fraction=weights[name], feedback=found[name][1])
        for word, name in (("true", true), ("false", false))
    )


def _ordering(asked: Asked, interaction: Node) -> dict[str, Any]:
    found = {choice.get("identifier"): _words(asked, choice) for choice in interaction.all("simpleChoice")}
    right = _response(asked, interaction).correct
    if sorted(right) != sorted(found) or len(right) < 2:
        raise ItemFault(_l("The right order does not name every item once."))
    options = tuple(Choice(text=found[name][0], fraction=0, feedback=found[name][1]) for name in right)
    return {"kind": QuestionKind.ORDERING, "text": _stem(asked, interaction), "options": options}


def _matching(asked: Asked, interaction: Node) -> dict[str, Any]:
    sets = list(interaction.children("simpleMatchSet"))
    if len(sets) != 2:
        raise ItemFault(_l("Each text needs its partner."))
    lefts, rights = (
        {one.get("identifier"): text_of(one) for one in side.all("simpleAssociableChoice")} for side in sets
    )
    pairs = answers.pairs_of(_response(asked, interaction).correct, list(lefts), list(rights))
    return {
        "kind": QuestionKind.MATCHING,
        "text": _stem(asked, interaction),
        "pairs": answers.joined(lefts, rights, pairs),
        "settings": _keeps_order(interaction),
    }


def _essay(asked: Asked, interaction: Node) -> dict[str, Any]:
    settings = essay_settings(interaction.get("expectedLines"))
    return {"kind": QuestionKind.ESSAY, "text": _stem(asked, interaction), "settings": settings}


def _gap_match(asked: Asked, interaction: Node) -> dict[str, Any]:
    """Read words to be put into gaps: each gap becomes a menu of all of them."""
    menu = {one.get("identifier"): text_of(one) for one in interaction.children("gapText")}
    if not menu or any(True for _one in interaction.children("gapImg")):
        raise ItemFault(_l("Questions of the kind “%(kind)s” are not known here."), kind="gapImg")
    correct = [value.split() for value in _response(asked, interaction).correct]
    right = {pair[1]: pair[0] for pair in correct if len(pair) == 2}
    gaps = [gap.get("identifier") for gap in interaction.all("gap")]
    if not gaps or any(right.get(gap) not in menu for gap in gaps):
        raise ItemFault(_l("The question does not say which answer is right."))

    def replaced(node: Node) -> str | None:
        if node.name == "gap":
            return cloze.protect(f"[[{gaps.index(node.get('identifier')) + 1}]]")
        return "" if node.name == "gapText" else None

    blanks = tuple(
        Blank(
            kind=QuestionKind.SINGLE_CHOICE,
            options=tuple(
                Choice(text=words, fraction=FULL if right[gap] == name else 0) for name, words in menu.items()
            ),
        )
        for gap in gaps
    )
    return {"kind": QuestionKind.CLOZE, "text": text_of(asked.body, replaced), "gaps": blanks}


def _inline(asked: Asked, node: Node) -> dict[str, Any]:
    """Read fields inside a text: one field to type into makes a short answer or a number, else it is a cloze."""
    one = asked.found[0]
    if len(asked.found) == 1 and one.name == "textEntryInteraction":
        kind, told = answers.typed(_response(asked, one), node)
        return {"kind": kind, "text": _text_around(asked, one), **told}
    places = {found.element: place for place, found in enumerate(asked.found, start=1)}

    def replaced(inner: Node) -> str | None:
        place = places.get(inner.element)
        return None if place is None else cloze.protect(f"[[{place}]]")

    blanks = tuple(_blank(asked, found, node) for found in asked.found)
    named = text_of(asked.body, lambda inner: f"[[{places[inner.element]}]]" if inner.element in places else None)
    if named.format is TextFormat.MARKDOWN:
        text = Text(cloze.protect(named.text), named.format)
    else:
        text = text_of(asked.body, replaced)
    cased = any(_response(asked, found).case_counts for found in asked.found if found.name == INLINE[0])
    return {"kind": QuestionKind.CLOZE, "text": text, "gaps": blanks, "settings": Settings(case_counts=cased)}


def _blank(asked: Asked, found: Node, node: Node) -> Blank:
    declared = _response(asked, found)
    if found.name == "textEntryInteraction":
        kind, told = answers.typed(declared, node)
        return Blank(
            kind=kind, weight=declared.weight, options=told.get("options", ()), numbers=told.get("numbers", ())
        )
    menu = {choice.get("identifier"): text_of(choice) for choice in found.children("inlineChoice")}
    menu = {name: text for name, text in menu.items() if text}
    weights = declared.weights(list(menu))
    options = tuple(Choice(text=text, fraction=weights[name]) for name, text in menu.items())
    return Blank(kind=QuestionKind.SINGLE_CHOICE, weight=declared.weight, options=options)


def _text_around(asked: Asked, field_: Node) -> Text:
    """Return a text with a line where its only field is, left away at the end."""
    around = text_of(asked.body, lambda node: "" if node.element is field_.element else None)
    if around.format is TextFormat.MARKDOWN:
        return around
    text = text_of(asked.body, lambda node: GAP_LINE if node.element is field_.element else None)
    return around if text.words().endswith(GAP_LINE) and around.words() else text


_READERS: MappingProxyType[str, Callable[[Asked, Node], dict[str, Any]]] = MappingProxyType(
    {
        "choiceInteraction": _choices,
        "orderInteraction": _ordering,
        "matchInteraction": _matching,
        "extendedTextInteraction": _essay,
        "gapMatchInteraction": _gap_match,
    }
)
