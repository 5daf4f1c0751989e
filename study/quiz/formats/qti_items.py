"""Writes items in QTI 2.1 and 3.0 that read back as the same questions.

Texts are written as HTML for everybody; the Markdown they came from stands beside it in a processing instruction, which
other systems leave alone.
"""

import re
from collections.abc import Callable, Sequence
from types import MappingProxyType
from typing import Any

from core.faces import Faces
from study.enums import QuestionKind
from study.quiz.formats.entries import Entry, middle, refuse_kind
from study.quiz.formats.qti_dialects import MARK, Dialect, fragment, marked, numbered, share
from study.quiz.formats.qti_pictures import place_of, plain_pictures
from study.quiz.formats.qti_tree import BREAK, END, SOURCE
from study.quiz.kinds import FULL, Gap, Option

CORRECT = "match_correct"
_UNFIT = re.compile(r"[^A-Za-z0-9_.-]")


class ItemWriter:
    """Writes one item."""

    def __init__(self, dialect: Dialect, entry: Entry) -> None:
        from lxml import etree  # noqa: PLC0415 -- as above

        self.etree: Any = etree
        self.dialect, self.entry, self.content = dialect, entry, entry.content
        self.declared: list[Any] = []
        self.rules: list[Any] = []

    def make(self, tag: str, *inside: Any, **attributes: str) -> Any:
        """Return an element of QTI."""
        element = self.etree.Element(f"{{{self.dialect.namespace}}}{self.dialect.name(tag)}")
        for name, value in attributes.items():
            element.set(self.dialect.attribute(name), value)
        for part in inside:
            if isinstance(part, str):
                element.text = (element.text or "") + part
            elif part is not None:
                element.append(part)
        return element

    def say(self, element: Any, faces: Faces, html: Faces, put: Callable[[Any], None] | None = None) -> Any:
        """Fill an element with a text: as HTML, and with its source beside it."""
        source = self.entry.moved(self.entry.dress(faces), place_of).replace("?>", END).replace("\n", BREAK)
        element.append(self.etree.ProcessingInstruction(SOURCE, source))
        parsed = fragment(plain_pictures(self.entry, self.entry.dress(html)), self.dialect.namespace)
        last = element[-1]
        last.tail = parsed.text
        for child in list(parsed):
            element.append(child)
        if put:
            put(element)
        return element

    def item(self, number: int) -> Any:
        """Return the item."""
        writer = _WRITERS.get(self.content.kind)
        if writer is None:
            raise refuse_kind(self.content.kind)
        body = self.make("itemBody")
        writer(self, body)
        key = _UNFIT.sub("_", self.entry.key) or f"item-{number}"
        root = self.etree.Element(
            f"{{{self.dialect.namespace}}}{self.dialect.name('assessmentItem')}", nsmap={None: self.dialect.namespace}
        )
        root.set("identifier", self.entry.key if key == self.entry.key else key)
        root.set("title", self.entry.name or f"{number}")
        root.set("{http://www.w3.org/XML/1998/namespace}lang", self.entry.language)
        root.set("adaptive", "false")
        root.set(self.dialect.attribute("timeDependent"), "false")
        for part in (
            *self.declared,
            self.make("outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float"),
            body,
        ):
            root.append(part)
        if self.rules:
            root.append(self.make("responseProcessing", self.make("responseCondition", *self.rules)))
        elif self.declared:
            kind = "map_response" if self._maps() else CORRECT
            ending = ".xml" if self.dialect.is_third else ""
            root.append(self.make("responseProcessing", template=f"{self.dialect.template}{kind}{ending}"))
        for said in self._feedback():
            root.append(said)
        return root

    def _maps(self) -> bool:
        return any(
            True
            for one in self.declared
            for _part in one.iter(f"{{{self.dialect.namespace}}}{self.dialect.name('mapping')}")
        )

    def _feedback(self) -> list[Any]:
        said = [("general", self.content.feedback, self.content.feedback_html)]
        said += [(f"band-{band.least}", band.feedback, band.html) for band in self.content.bands]
        found = []
        for name, faces, html in said:
            if faces:
                told = self.make("modalFeedback", outcomeIdentifier="FEEDBACK", identifier=name, showHide="show")
                inside = self.make("contentBody") if self.dialect.is_third else told
                self.say(inside, faces, html)
                if inside is not told:
                    told.append(inside)
                found.append(told)
        return found

    def declare(
        self, name: str, right: Sequence[str], *, cardinality: str = "single", base: str = "identifier",
        mapped: Sequence[tuple[str, str]] = (), cased: bool = False,
    ) -> None:  # fmt: skip
        """Say what a response takes for right."""
        told = self.make("responseDeclaration", identifier=name, cardinality=cardinality, baseType=base)
        if right:
            told.append(self.make("correctResponse", *(self.make("value", value) for value in right)))
        if mapped:
            case = {"caseSensitive": "true" if cased else "false"} if base == "string" else {}
            entries = (self.make("mapEntry", mapKey=key, mappedValue=value, **case) for key, value in mapped)
            told.append(self.make("mapping", *entries, defaultValue="0"))
        self.declared.append(told)

    def interaction(self, tag: str, body: Any, *inside: Any, **attributes: str) -> None:
        """Put the text and one interaction into the body."""
        self.say(body, self.content.text, self.content.html)
        body.append(self.make(tag, *inside, responseIdentifier="RESPONSE", **attributes))

    def choices(self, body: Any) -> None:
        """Write a choice, or true and false."""
        names = [f"choice{place}" for place in range(1, len(self.content.options) + 1)]
        is_single = self.content.kind is not QuestionKind.MULTIPLE_CHOICE
        options = self.content.options
        right = [name for name, option in zip(names, options, strict=True) if option.fraction > 0]
        mapped = [(name, share(option.fraction)) for name, option in zip(names, options, strict=True)]
        best = [name for name, option in zip(names, options, strict=True) if option.fraction == FULL]
        self.declare(
            "RESPONSE",
            best[:1] if is_single else right,
            cardinality="single" if is_single else "multiple",
            mapped=mapped,
        )
        found = [
            self._choice(name, option, place) for place, (name, option) in enumerate(zip(names, options, strict=True))
        ]
        shuffle = "false" if self.content.settings.keep_order else "true"
        self.interaction("choiceInteraction", body, *found, shuffle=shuffle, maxChoices="1" if is_single else "0")

    def _choice(self, name: str, option: Option, place: int) -> Any:
        told = self.make("simpleChoice", identifier=name)
        if self.content.kind is QuestionKind.TRUE_FALSE:
            told.text = ("True", "False")[place]
        else:
            self.say(told, option.text, option.html)
        if option.feedback:
            inline = self.make("feedbackInline", outcomeIdentifier="FEEDBACK", identifier=name, showHide="show")
            told.append(self.say(inline, option.feedback, option.feedback_html))
        return told

    def ordering(self, body: Any) -> None:
        """Write items to be put in order."""
        names = [f"item{place}" for place in range(1, len(self.content.options) + 1)]
        self.declare("RESPONSE", names, cardinality="ordered")
        found = [self._choice(name, option, 0) for name, option in zip(names, self.content.options, strict=True)]
        self.interaction("orderInteraction", body, *found, shuffle="true")

    def matching(self, body: Any) -> None:
        """Write pairs."""
        partners: dict[Faces, str] = {}
        for option in self.content.options:
            partners.setdefault(option.partner, f"right{len(partners) + 1}")
        asked = [option for option in self.content.options if option.text]
        right = [f"left{place} {partners[option.partner]}" for place, option in enumerate(asked, start=1)]
        self.declare("RESPONSE", right, cardinality="multiple", base="directedPair")
        lefts = [
            self.say(self._associable(f"left{place}", "1"), option.text, option.html)
            for place, option in enumerate(asked, start=1)
        ]
        html = {option.partner: option.partner_html for option in self.content.options}
        rights = [self.say(self._associable(name, "0"), faces, html[faces]) for faces, name in partners.items()]
        sets = (self.make("simpleMatchSet", *side) for side in (lefts, rights))
        shuffle = "false" if self.content.settings.keep_order else "true"
        self.interaction("matchInteraction", body, *sets, shuffle=shuffle, maxAssociations="0")

    def _associable(self, name: str, most: str) -> Any:
        return self.make("simpleAssociableChoice", identifier=name, matchMax=most)

    def essay(self, body: Any) -> None:
        """Write a field for a text of one's own."""
        self.declare("RESPONSE", (), base="string")
        self.interaction("extendedTextInteraction", body, expectedLines=str(self.content.settings.lines))

    def description(self, body: Any) -> None:
        """Write words alone."""
        self.say(body, self.content.text, self.content.html)

    def typed(self, body: Any) -> None:
        """Write a field for a word or a number."""
        self._answers("RESPONSE", self.content.kind, self.content.options, 1)
        self.say(body, self.content.text, self.content.html)
        body.append(self.make("div", self.make("textEntryInteraction", responseIdentifier="RESPONSE")))
        body[-1].tag = f"{{{self.dialect.namespace}}}div"

    def _answers(self, name: str, kind: QuestionKind, options: Sequence[Option], weight: int) -> None:
        if kind is QuestionKind.SHORT_ANSWER:
            mapped = [(option.pattern.replace("\\*", "*"), share(option.fraction * weight)) for option in options]
            best = [key for key, value in mapped if value == share(FULL * weight)]
            self.declare(name, best[:1], base="string", mapped=mapped, cased=self.content.settings.case_counts)
            return
        found = [(middle(option), option.fraction) for option in options if option.pattern != "*"]
        self.declare(name, [value for (value, _width), part in found if part == FULL][:1], base="float")
        for place, ((value, width), part) in enumerate(found):
            equal = self.make(
                "equal",
                self.make("variable", identifier=name),
                self.make("baseValue", value, baseType="float"),
                toleranceMode="absolute",
                tolerance=f"{width} {width}",
            )
            score = self.make(
                "setOutcomeValue", self.make("baseValue", share(part), baseType="float"), identifier="SCORE"
            )
            self.rules.append(self.make("responseIf" if place == 0 else "responseElseIf", equal, score))

    def cloze(self, body: Any) -> None:
        """Write a text with fields and menus."""
        gaps = {gap.key: gap for gap in self.content.gaps}
        places = {gap.key: f"GAP{place}" for place, gap in enumerate(self.content.gaps, start=1)}
        for gap in self.content.gaps:
            self._declare_gap(places[gap.key], gap)
        html = Faces(zh=marked(self.content.html.zh), en=marked(self.content.html.en))
        source = Faces(*(numbered(one, places) for one in (self.content.text.zh, self.content.text.en)))

        def put(element: Any) -> None:
            for mark in list(element.iter(f"{{{self.dialect.namespace}}}span")):
                key = mark.get("id", "").removeprefix(MARK)
                if mark.get("id", "").startswith(MARK) and key in gaps:
                    control = self._gap(places[key], gaps[key])
                    control.tail = mark.tail
                    mark.getparent().replace(mark, control)

        self.say(body, source, html, put)

    def _declare_gap(self, name: str, gap: Gap) -> None:
        if gap.kind is not QuestionKind.SINGLE_CHOICE:
            self._answers(name, gap.kind, gap.options, gap.weight)
            return
        mapped = [(f"choice{place}", share(o.fraction * gap.weight)) for place, o in enumerate(gap.options, start=1)]
        best = [f"choice{place}" for place, o in enumerate(gap.options, start=1) if o.fraction == FULL]
        self.declare(name, best[:1], mapped=mapped)

    def _gap(self, name: str, gap: Gap) -> Any:
        if gap.kind is not QuestionKind.SINGLE_CHOICE:
            return self.make("textEntryInteraction", responseIdentifier=name)
        options = (
            self.say(self.make("inlineChoice", identifier=f"choice{place}"), option.text, option.html)
            for place, option in enumerate(gap.options, start=1)
        )
        return self.make("inlineChoiceInteraction", *options, responseIdentifier=name, shuffle="true")


_WRITERS: MappingProxyType[QuestionKind, Callable[[ItemWriter, Any], None]] = MappingProxyType(
    {
        QuestionKind.SINGLE_CHOICE: ItemWriter.choices,
        QuestionKind.MULTIPLE_CHOICE: ItemWriter.choices,
        QuestionKind.TRUE_FALSE: ItemWriter.choices,
        QuestionKind.SHORT_ANSWER: ItemWriter.typed,
        QuestionKind.NUMERICAL: ItemWriter.typed,
        QuestionKind.MATCHING: ItemWriter.matching,
        QuestionKind.ORDERING: ItemWriter.ordering,
        QuestionKind.CLOZE: ItemWriter.cloze,
        QuestionKind.ESSAY: ItemWriter.essay,
        QuestionKind.DESCRIPTION: ItemWriter.description,
    }
)
