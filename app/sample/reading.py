"""Reads the sample's files: texts with two faces, moments counted back from now, links between its parts."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core.faces import Faces

HERE = Path(__file__).parent

_LINK = re.compile(r"\]\(([a-z]+:[a-z0-9-]+)\)")


def load(*parts: str) -> dict[str, Any]:
    """Return one TOML file of the sample."""
    return tomllib.loads(HERE.joinpath(*parts).read_text(encoding="utf-8"))


def faces(value: Mapping[str, str]) -> Faces:
    """Return a text with both its faces."""
    return Faces(zh=value["zh"].strip(), en=value["en"].strip())


@dataclass(frozen=True)
class LessonText:
    """What a lesson says in both languages."""

    title: Faces
    body: Faces


def lesson_text(course: str, key: str) -> LessonText:
    """Return a lesson; the first line of each face is its title."""
    halves = [_page(HERE / "courses" / course / "lessons" / f"{key}.{language}.md") for language in ("zh", "en")]
    (zh_title, zh_body), (en_title, en_body) = halves
    return LessonText(Faces(zh=zh_title, en=en_title), Faces(zh=zh_body, en=en_body))


def _page(path: Path) -> tuple[str, str]:
    title, _, body = path.read_text(encoding="utf-8").partition("\n")
    return title.removeprefix("# ").strip(), body.strip()


def linked(text: str, addresses: Mapping[str, str]) -> str:
    """Put real addresses where the sample says ``lesson:notice`` or ``board:general``.

    Raises:
        KeyError: it names something the sample does not have.
    """
    return _LINK.sub(lambda found: f"]({addresses[found[1]]})", text)


def linked_faces(text: Faces, addresses: Mapping[str, str]) -> Faces:
    """Do the same in both faces."""
    return Faces(zh=linked(text.zh, addresses), en=linked(text.en, addresses))


@dataclass(frozen=True)
class Calendar:
    """Turns the sample's moments into real ones, so that a demonstration is always fresh."""

    now: datetime
    zone: ZoneInfo

    def moment(self, words: str) -> datetime:
        """Return when something happened: ``-3 09:20`` is three days ago at that hour there, ``5h`` five hours ago."""
        if words.endswith("h"):
            return self.now - timedelta(hours=int(words.removesuffix("h")))
        days, hour = words.split()
        day = self.now.astimezone(self.zone).date() + timedelta(days=int(days))
        return datetime.combine(day, time.fromisoformat(hour), self.zone).astimezone(UTC)
