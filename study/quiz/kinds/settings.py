"""How a question is asked and marked, and how faces are written as JSON."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

from core.faces import Faces

NOTHING = Faces()


class Scoring(StrEnum):
    """How several parts of one answer make one mark."""

    SHARES = "shares"
    """Each part earns its share; wrong ones cost theirs, but never more than the others earned."""
    NEGATIVE = "negative"
    """The same, and a bad answer may cost marks earned elsewhere."""
    NO_WRONG = "no_wrong"
    """Each right part earns its share, anything wrong makes it nothing."""
    ALL_OR_NOTHING = "all_or_nothing"
    """Only what is wholly right earns anything."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a question is asked and marked. JSON holds only what differs from these values."""

    scoring: Scoring = Scoring.SHARES
    keep_order: bool = False
    """The options stand as written also where a quiz shuffles."""
    case_counts: bool = False
    """``A`` and ``a`` are two answers. Full and half width are one unless ``width_counts``, and so on."""
    width_counts: bool = False
    spaces_count: bool = False
    variants_match: bool = False
    """Simplified and traditional signs are one: 漢 is 汉."""
    units: tuple[tuple[str, str], ...] = ()
    """Names of units, each with what it is of the first one: ``(("m", "1"), ("cm", "0.01"))``."""
    unit_cost: int = 0
    """What leaving the unit out costs, in thousandths: 0 where it may be left out, 1000 where it must not."""
    lines: int = 10
    """How much room an essay offers."""
    files: int = 0
    """How many files the answer to an essay may have."""
    rubric: tuple[tuple[int, str], ...] = ()
    """By what people mark an essay: points and title of each criterion."""
    model: Faces = NOTHING
    """An answer as it should be: for those who mark, and for members once their own has its mark."""
    model_html: Faces = field(default=NOTHING, compare=False)
    guide: str = ""
    """What those who mark should mind; members never read it."""

    def to_json(self, *, plain: bool = False) -> dict[str, Any]:
        """Return what differs from the usual; plain without what was rendered."""
        usual = Settings()
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        told = {name: value for name, value in found.items() if value != getattr(usual, name)}
        told |= {name: [list(pair) for pair in found[name]] for name in ("units", "rubric") if found[name]}
        told |= {name: packed(found[name]) for name in ("model", "model_html") if found[name]}
        if plain:
            told.pop("model_html", None)
        return told

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> Self:
        """Make the settings again; what is not known is left out."""
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in (stored or {}).items() if name in known}
        if "scoring" in values:
            values["scoring"] = Scoring(values["scoring"])
        if "units" in values:
            values["units"] = tuple((str(name), str(factor)) for name, factor in values["units"])
        if "rubric" in values:
            values["rubric"] = tuple((int(points), str(title)) for points, title in values["rubric"])
        values |= {name: unpacked(values[name]) for name in ("model", "model_html") if name in values}
        return cls(**values)


USUAL = Settings()


def packed(faces: Faces) -> dict[str, str]:
    """Return faces as JSON, empty ones left out."""
    return {name: text for name, text in (("zh", faces.zh), ("en", faces.en)) if text}


def unpacked(stored: Mapping[str, str] | None) -> Faces:
    """Make faces again."""
    return Faces(zh=(stored or {}).get("zh", ""), en=(stored or {}).get("en", ""))
