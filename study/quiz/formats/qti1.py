"""Reads one item of QTI 1.2, as Canvas, Blackboard and Respondus write it."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.i18n import _l
from study.enums import QuestionKind
from study.quiz.formats.gift_answers import decimal
from study.quiz.formats.items import Blank, Choice, Item, ItemFault, Number, Pair
from study.quiz.formats.qti_answers import NONE_RIGHT, weight
from study.quiz.formats.qti_tree import Node
from study.quiz.formats.texts import EMPTY, Text, TextFormat
from study.quiz.kinds import FULL, cloze
from study.quiz.marking import shares_for

CHOSEN = ("response_lid", "response_str", "response_num", "response_grp", "response_xy")
CLOZES = frozenset({"multiple_dropdowns_question", "fill_in_multiple_blanks_question"})
_TRUE, _FALSE = frozenset({"true", "对", "正确"}), frozenset({"false", "错", "错误"})
GENERAL = ("general_fb", "general", "feedback")
BANDS = {"correct_fb": FULL, "general_incorrect_fb": 0, "incorrect_fb": 0}


def read_item(node: Node, *, number: int, line: int) -> Item:
    """Read one item.

    Raises:
        ItemFault: its kind is not known, or something is missing or wrong.
    """
    presentation = next(node.children("presentation"), None)
    if presentation is None:
        raise ItemFault(_l("The question has no text."))
    told = {field.first("fieldlabel"): field for field in node.all("qtimetadatafield")}
    labels = {label.words: field.words.removeprefix(label.words).strip() for label, field in told.items() if label}
    remarks = {one.get("ident"): _material(one) for one in node.all("itemfeedback")}
    said = _read(node, presentation, labels.get("question_type", ""), remarks)
    if not said["text"]:
        raise ItemFault(_l("The question has no text."))
    return Item(
        number=number,
        line=line,
        name=node.get("title"),
        external_id=node.get("ident"),
        feedback=next((remarks[name] for name in GENERAL if remarks.get(name)), EMPTY),
        bands=tuple((least, remarks[name]) for name, least in BANDS.items() if remarks.get(name)),
        **said,
    )


def _material(node: Node | None) -> Text:
    """Return the text of an element, its own materials joined."""
    if node is None:
        return EMPTY
    parts: list[Text] = []
    for part in node.all("mattext"):
        said = "".join(part.element.itertext()).strip()
        is_html = part.get("texttype", "text/plain").lower() in ("text/html", "text/xhtml", "html")
        if said:
            parts.append(Text(said, TextFormat.HTML if is_html else TextFormat.MOODLE))
    if len(parts) < 2:
        return parts[0] if parts else EMPTY
    return Text("\n".join(f"<div>{part.text}</div>" for part in parts), TextFormat.HTML)


def _stem(presentation: Node) -> Text:
    """Return the text of the question: the materials outside of its answers."""
    for flow in (presentation, *presentation.all("flow")):
        found = [_material(child) for child in flow.children("material")]
        if any(found):
            texts = [text for text in found if text]
            if len(texts) == 1:
                return texts[0]
            return Text("\n".join(f"<div>{text.text}</div>" for text in texts), TextFormat.HTML)
    return EMPTY


def _read(node: Node, presentation: Node, kind: str, remarks: Mapping[str, Text]) -> dict[str, Any]:
    responses = list(presentation.all(*CHOSEN))
    text = _stem(presentation)
    if kind == "text_only_question" or not responses:
        return {"kind": QuestionKind.DESCRIPTION, "text": text}
    scores = _scores(node)
    name = responses[0].name
    if kind in CLOZES or (name == "response_str" and len(responses) > 1):
        return _cloze(text, responses, scores)
    if name == "response_lid":
        if len(responses) == 1 and kind != "matching_question":
            return {"text": text, **_choices(responses[0], scores, remarks)}
        return {"kind": QuestionKind.MATCHING, "text": text, "pairs": _pairs(responses, scores)}
    if name != "response_str" or kind == "file_upload_question":
        raise ItemFault(_l("Questions of the kind “%(kind)s” are not known here."), kind=kind or name)
    return {"text": text, **_typed(node, kind, scores.get(responses[0].get("ident"), {}))}


def _typed(node: Node, kind: str, accepted: Mapping[str, Decimal]) -> dict[str, Any]:
    if kind == "numerical_question":
        return {"kind": QuestionKind.NUMERICAL, "numbers": _numbers(node)}
    if kind == "essay_question" or not accepted:
        return {"kind": QuestionKind.ESSAY}
    return {"kind": QuestionKind.SHORT_ANSWER, "options": _accepted(accepted)}


def _scores(node: Node) -> dict[str, dict[str, Decimal]]:
    """Return what each answer of each response earns; answers asked for together share it."""
    found: dict[str, dict[str, Decimal]] = {}
    for rule in node.all("respcondition"):
        condition = next(rule.children("conditionvar"), None)
        if condition is None:
            continue
        given = [weight(one.text) for one in rule.children("setvar") if one.get("action", "Set") in ("Set", "Add", "")]
        value = given[0] if given else Decimal(0)
        denied = {one.element for negated in condition.all("not") for one in negated.all("varequal")}
        for equal in condition.all("varequal"):
            if equal.element not in denied and equal.words:
                held = found.setdefault(equal.get("respident"), {})
                held[equal.words] = max(held.get(equal.words, value), value)
    return found


def _labels(response: Node) -> dict[str, Text]:
    return {label.get("ident"): _material(label) for label in response.all("response_label")}


def _choices(
    response: Node, scores: Mapping[str, Mapping[str, Decimal]], remarks: Mapping[str, Text]
) -> dict[str, Any]:
    labels, earned = _labels(response), scores.get(response.get("ident"), {})
    is_single = response.get("rcardinality", "Single").lower() == "single"
    if len(labels) < 2:
        raise ItemFault(_l("A choice needs at least two answers."))
    if not all(labels.values()):
        raise ItemFault(_l("One of the answers is empty."))
    most = max((earned.get(name, Decimal(0)) for name in labels), default=Decimal(0))
    if most <= 0:
        raise ItemFault(NONE_RIGHT)
    if is_single:
        shares = [max(-FULL, int(earned.get(name, Decimal(0)) / most * FULL)) for name in labels]
    else:
        shares = shares_for([earned.get(name, Decimal(0)) > 0 for name in labels])
    options = tuple(
        Choice(text=text, fraction=share, feedback=remarks.get(f"{name}_fb", EMPTY))
        for (name, text), share in zip(labels.items(), shares, strict=True)
    )
    words = [option.text.words().casefold() for option in options]
    if is_single and len(options) == 2 and words[0] in _TRUE and words[1] in _FALSE and sorted(shares) == [0, FULL]:
        return {"kind": QuestionKind.TRUE_FALSE, "options": options}
    return {"kind": QuestionKind.SINGLE_CHOICE if is_single else QuestionKind.MULTIPLE_CHOICE, "options": options}


def _pairs(responses: list[Node], scores: Mapping[str, Mapping[str, Decimal]]) -> tuple[Pair, ...]:
    pairs: list[Pair] = []
    used: set[str] = set()
    labels: dict[str, Text] = {}
    for response in responses:
        left, labels = _material(next(response.children("material"), None)), _labels(response)
        earned = scores.get(response.get("ident"), {})
        right = next((name for name in labels if earned.get(name, Decimal(0)) > 0), None)
        if right is None or not left:
            raise ItemFault(_l("Each text needs its partner."))
        used.add(labels[right].words())
        pairs.append(Pair(left=left, right=labels[right].words()))
    if len(pairs) < 2:
        raise ItemFault(_l("A matching question needs at least two pairs."))
    spare = dict.fromkeys(words for text in labels.values() if (words := text.words()) not in used)
    return (*pairs, *(Pair(left=EMPTY, right=words) for words in spare))


def _accepted(earned: Mapping[str, Decimal]) -> tuple[Choice, ...]:
    most = max(earned.values())
    if most <= 0:
        raise ItemFault(NONE_RIGHT)
    return tuple(
        Choice(text=Text(words.replace("*", "\\*")), fraction=int(value / most * FULL))
        for words, value in earned.items()
        if value > 0
    )


def _cloze(text: Text, responses: list[Node], scores: Mapping[str, Mapping[str, Decimal]]) -> dict[str, Any]:
    """Read gaps that the text names ``[name]``: Canvas calls their responses ``response_name``."""
    words, gaps = text.text, []
    for place, response in enumerate(responses, start=1):
        name = response.get("ident").removeprefix("response_")
        said = _material(next(response.children("material"), None)).words() or name
        mark = next((f"[{one}]" for one in (said, name) if f"[{one}]" in words), None)
        if mark is None:
            raise ItemFault(_l("The text does not name the gap [%(name)s]."), name=said[:40])
        words = words.replace(mark, cloze.protect(f"[[{place}]]"), 1)
        earned, labels = scores.get(response.get("ident"), {}), _labels(response)
        if response.name == "response_str" or not labels:
            accepted = earned or {label.words(): Decimal(1) for label in labels.values()}
            gaps.append(Blank(kind=QuestionKind.SHORT_ANSWER, options=_accepted(accepted)))
            continue
        right = [name for name in labels if earned.get(name, Decimal(0)) > 0]
        if not right:
            raise ItemFault(NONE_RIGHT)
        options = tuple(Choice(text=one, fraction=FULL if key in right else 0) for key, one in labels.items())
        gaps.append(Blank(kind=QuestionKind.SINGLE_CHOICE, options=options))
    return {"kind": QuestionKind.CLOZE, "text": Text(words, text.format), "gaps": tuple(gaps)}


def _numbers(node: Node) -> tuple[Number, ...]:
    """Return the accepted numbers of Canvas: an exact one, a range, or both."""
    found = []
    for rule in node.all("respcondition"):
        condition = next(rule.children("conditionvar"), None)
        if condition is None or not any(weight(one.text) > 0 for one in rule.children("setvar")):
            continue
        low, high = condition.first("vargte"), condition.first("varlte")
        exact = condition.first("varequal")
        if low is not None and high is not None:
            least, most = decimal(low.text), decimal(high.text)
            found.append(Number(value=f"{(least + most) / 2:f}", tolerance=f"{abs(most - least) / 2:f}"))
        elif exact is not None:
            found.append(Number(value=f"{decimal(exact.text):f}"))
    if not found:
        raise ItemFault(NONE_RIGHT)
    return tuple(found)
