r"""The one description of a question of any kind: plain values that are JSON, marks in whole thousandths.

Whoever reads, writes, imports, exports, embeds or marks a question passes this about. As JSON, what is empty left out::

    {"kind": "matching", "name": "Capitals", "text": {"zh": "…", "en": "…"}, "feedback": {"zh": "…"},
     "options": [{"text": {"en": "France"}, "partner": {"en": "Paris"}, "feedback": {"en": "…"}}, …],
     "gaps": [], "bands": [{"from": 1000, "feedback": {"en": "All right!"}}], "settings": {"scoring": "all_or_nothing"}}

Texts are Markdown with a Chinese and an English face. What an option means differs by kind:

================  =============================================================================================
single_choice     ``text``; ``fraction`` of the mark it earns, −1000 to 1000; ``feedback`` for who chooses it
multiple_choice   the same; the positive fractions add up to 1000
true_false        two: true first, then false; ``fraction`` and ``feedback`` only
short_answer      an accepted answer in ``pattern`` (``*`` any text, ``\*`` a star), its ``fraction`` and ``feedback``
numerical         ``pattern``: a number ``3.14``, a range ``1..5``, or ``*`` any other; ``tolerance``: ``0.01``, ``2%``
matching          ``text`` belongs to ``partner``; without a text the partner only distracts
ordering          ``text``, in the right order
cloze             none; ``[[1]]`` in the text stands for the gap whose ``key`` is 1
essay             none; marked by hand
description       none; asks nothing and earns nothing
================  =============================================================================================

A gap has a ``key``, a ``kind`` (``short_answer``, ``numerical`` or ``single_choice``, the last shown as a menu), a
``weight`` and ``options`` as that kind has them. A band is said to whoever earned at least ``from`` thousandths of the
mark; of several bands the highest one reached speaks.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from json import dumps
from typing import Any, Self

from core.faces import Faces
from study.enums import QuestionKind
from study.quiz.kinds.settings import NOTHING, USUAL, Settings, packed, unpacked

FULL = 1000
"""The whole mark of a question, in thousandths."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option, accepted answer, pair or item, see above. ``key`` and the HTML come with ``prepare``."""

    key: str = ""
    fraction: int = 0
    text: Faces = NOTHING
    html: Faces = NOTHING
    feedback: Faces = NOTHING
    feedback_html: Faces = NOTHING
    pattern: str = ""
    tolerance: str = ""
    partner: Faces = NOTHING
    partner_html: Faces = NOTHING

    def to_json(self) -> dict[str, Any]:
        """Return what the column stores."""
        stored: dict[str, Any] = {
            "key": self.key,
            "fraction": self.fraction,
            "pattern": self.pattern,
            "text": packed(self.text),
            "html": packed(self.html),
            "feedback": packed(self.feedback),
            "feedback_html": packed(self.feedback_html),
        }
        if self.tolerance:
            stored["tolerance"] = self.tolerance
        if self.partner:
            stored |= {"partner": packed(self.partner), "partner_html": packed(self.partner_html)}
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Make the option again from what the column stores."""
        return cls(
            key=stored.get("key", ""),
            fraction=stored.get("fraction", 0),
            pattern=stored.get("pattern", ""),
            tolerance=stored.get("tolerance", ""),
            **{name: unpacked(stored.get(name)) for name in _FACES},
        )

    def mapped(self, put: Callable[[Faces], Faces]) -> Self:
        """Return the option with something done to all its texts."""
        changed: dict[str, Any] = {name: put(getattr(self, name)) for name in _FACES}
        return replace(self, **changed)

    def plain(self) -> dict[str, Any]:
        """Return what an author wrote, without what is empty."""
        words = {name: packed(getattr(self, name)) for name in ("text", "partner", "feedback")}
        rest = {"fraction": self.fraction, "pattern": self.pattern, "tolerance": self.tolerance}
        return {name: value for name, value in (rest | words).items() if value}


_FACES = ("text", "html", "feedback", "feedback_html", "partner", "partner_html")


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A hole in a cloze, filled as a question of its own ``kind``."""

    key: str
    kind: QuestionKind
    weight: int = 1
    options: tuple[Option, ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return what an author wrote."""
        options = [option.plain() for option in self.options]
        return {"key": self.key, "kind": self.kind.value, "weight": self.weight, "options": options}

    def to_json(self) -> dict[str, Any]:
        """Return what the column stores."""
        return {**self.plain(), "options": [option.to_json() for option in self.options]}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Make the gap again, from either form."""
        return cls(
            key=stored["key"],
            kind=QuestionKind(stored["kind"]),
            weight=stored.get("weight", 1),
            options=tuple(Option.from_json(option) for option in stored.get("options", ())),
        )


@dataclass(frozen=True, kw_only=True)
class Band:
    """What is said to whoever earned at least ``least`` thousandths of the mark."""

    least: int
    feedback: Faces
    html: Faces = NOTHING

    def plain(self) -> dict[str, Any]:
        """Return what an author wrote."""
        return {"from": self.least, "feedback": packed(self.feedback)}

    def to_json(self) -> dict[str, Any]:
        """Return what the column stores."""
        return {**self.plain(), "html": packed(self.html)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Make the band again, from either form."""
        words = {"feedback": unpacked(stored.get("feedback")), "html": unpacked(stored.get("html"))}
        return cls(least=stored["from"], **words)


@dataclass(frozen=True, kw_only=True)
class QuestionContent:
    """A question of any kind, as described above. ``html`` and ``feedback_html`` come with ``prepare``."""

    kind: QuestionKind
    text: Faces
    options: Sequence[Option] = ()
    feedback: Faces = NOTHING
    name: str = ""
    gaps: Sequence[Gap] = ()
    bands: Sequence[Band] = ()
    settings: Settings = USUAL
    html: Faces = field(default=NOTHING, compare=False)
    feedback_html: Faces = field(default=NOTHING, compare=False)

    @cached_property
    def digest(self) -> str:
        """Return a name for exactly this content; kinds and settings that came later leave older names as they were."""
        parts: list[Any] = [
            self.kind.value,
            _both(self.text),
            _both(self.feedback),
            [_option_parts(option) for option in self.options],
        ]
        if details := self.details(plain=True):
            parts.append(details)
        return sha256(dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    @property
    def asked_texts(self) -> list[Faces]:
        """The texts, as written, that everybody sees who is asked."""
        options = [*self.options, *(option for gap in self.gaps for option in gap.options)]
        return [self.text, *(text for option in options for text in (option.text, option.partner))]

    @property
    def told_texts(self) -> list[Faces]:
        """The texts, as written, that are told with the result alone."""
        options = [*self.options, *(option for gap in self.gaps for option in gap.options)]
        said = [*(option.feedback for option in options), *(band.feedback for band in self.bands)]
        return [self.feedback, self.settings.model, *said]

    def mapped(self, put: Callable[[Faces], Faces]) -> Self:
        """Return the question with something done to all its texts, as written and as rendered."""
        return replace(
            self,
            text=put(self.text),
            html=put(self.html),
            feedback=put(self.feedback),
            feedback_html=put(self.feedback_html),
            options=[option.mapped(put) for option in self.options],
            gaps=[replace(gap, options=tuple(option.mapped(put) for option in gap.options)) for gap in self.gaps],
            bands=[replace(band, feedback=put(band.feedback), html=put(band.html)) for band in self.bands],
            settings=replace(self.settings, model=put(self.settings.model), model_html=put(self.settings.model_html)),
        )

    def details(self, *, plain: bool = False) -> dict[str, Any]:
        """Return gaps, bands and settings as the column stores them, empty for most questions."""
        found = {
            "gaps": [gap.plain() if plain else gap.to_json() for gap in self.gaps],
            "bands": [band.plain() if plain else band.to_json() for band in self.bands],
            "settings": self.settings.to_json(plain=plain),
        }
        return {name: value for name, value in found.items() if value}

    def to_json(self) -> dict[str, Any]:
        """Return the plain description."""
        words = {"name": self.name, "text": packed(self.text), "feedback": packed(self.feedback)}
        options = [option.plain() for option in self.options]
        told = {**words, "options": options, **self.details(plain=True)}
        return {"kind": self.kind.value, **{name: value for name, value in told.items() if value}}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Make the question again from its plain description.

        Raises:
            KeyError, ValueError, TypeError: it is none.
        """
        return cls(
            kind=QuestionKind(stored["kind"]),
            name=stored.get("name", ""),
            text=unpacked(stored.get("text")),
            feedback=unpacked(stored.get("feedback")),
            options=tuple(Option.from_json(option) for option in stored.get("options", ())),
            **details_of(stored),
        )


def details_of(stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return gaps, bands and settings from what the column stores, or from a plain description."""
    found = stored or {}
    return {
        "gaps": tuple(Gap.from_json(gap) for gap in found.get("gaps", ())),
        "bands": tuple(Band.from_json(band) for band in found.get("bands", ())),
        "settings": Settings.from_json(found.get("settings")),
    }


def _both(faces: Faces) -> list[str]:
    return [faces.zh, faces.en]


def _option_parts(option: Option) -> list[Any]:
    parts: list[Any] = [_both(option.text), _both(option.feedback), option.pattern, option.fraction]
    if option.tolerance or option.partner:
        parts += [option.tolerance, _both(option.partner)]
    return parts
