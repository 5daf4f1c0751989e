"""What two versions of a question differ in: both written as lines, and compared line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from string import ascii_uppercase

from core.faces import Faces
from core.i18n import _
from study.enums import QuestionKind
from study.quiz import wording
from study.quiz.figures import percent
from study.quiz.kinds import Gap, Option, QuestionContent

FACES = (("zh", "中文"), ("en", "English"))


class Side(StrEnum):
    """Which of the two versions has a line."""

    BOTH = "both"
    OLD = "old"
    NEW = "new"


@dataclass(frozen=True)
class Line:
    """A line of one version or of both."""

    side: Side
    label: str
    words: str


def difference(old: QuestionContent, new: QuestionContent) -> list[Line]:
    """Return all lines of both versions in order, those of the older one first where they differ."""
    before, after = list(_lines(old)), list(_lines(new))
    found: list[Line] = []
    for act, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if act == "equal":
            found += (Line(Side.BOTH, *line) for line in before[i:j])
        else:
            found += (Line(Side.OLD, *line) for line in before[i:j])
            found += (Line(Side.NEW, *line) for line in after[k:m])
    return found


def texts_of(content: QuestionContent) -> dict[str, str]:
    """Return all that a question says, by the label of each part."""
    found: dict[str, list[str]] = {}
    for label, words in _lines(content):
        found.setdefault(label, []).append(words)
    return {label: "\n".join(lines) for label, lines in found.items()}


def _lines(content: QuestionContent) -> Iterator[tuple[str, str]]:
    yield from _texts(_("Question"), content.text)
    for place, option in enumerate(content.options):
        yield from _option(_option_label(content.kind, place), option)
    for gap in content.gaps:
        yield from _gap(gap)
    for band in content.bands:
        yield from _texts(_("From %(percent)s %%", percent=percent(band.least)), band.feedback)
    for rule in wording.rules(content):
        yield _("How it is marked"), rule
    yield from _texts(_("Model answer"), content.settings.model)
    for line in content.settings.guide.splitlines():
        yield _("For those who mark"), line
    yield from _texts(_("Explanation"), content.feedback)


def _option_label(kind: QuestionKind, place: int) -> str:
    if kind is QuestionKind.TRUE_FALSE:
        return _("True") if place == 0 else _("False")
    return _("Answer %(letter)s", letter=ascii_uppercase[place])


def _texts(label: str, faces: Faces) -> Iterator[tuple[str, str]]:
    for name, tongue in FACES:
        for line in getattr(faces, name).splitlines():
            yield f"{label} ({tongue})" if faces.zh and faces.en else label, line


def _option(label: str, option: Option) -> Iterator[tuple[str, str]]:
    yield from _texts(label, option.text)
    if option.partner:
        yield from _texts(_("%(answer)s belongs to", answer=label), option.partner)
    if option.pattern:
        yield label, wording.accepted(option)
    if option.fraction:
        yield _("%(answer)s earns", answer=label), f"{percent(option.fraction)} %"
    yield from _texts(_("Remark on %(answer)s", answer=label), option.feedback)


def _gap(gap: Gap) -> Iterator[tuple[str, str]]:
    label = _("Gap %(number)s", number=gap.key)
    yield label, f"{wording.KINDS[gap.kind]} × {gap.weight}"
    for place, option in enumerate(gap.options):
        yield from _option(f"{label}, {_option_label(gap.kind, place)}", option)
