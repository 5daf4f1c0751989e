"""Writes question banks to files, and says what comes back from them otherwise than it went."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from core.attachments import markdown_at
from core.db import db
from core.files import File, path_of
from study import urls
from study.enums import QuestionKind
from study.errors import QuestionIncomplete
from study.models import Picture, Question, QuestionBank, QuestionVersion
from study.queries.pictures import named_in
from study.quiz.formats import FileRefused, Item, ItemFault, read, to_csv, to_gift, to_moodle, to_qti
from study.quiz.formats.enclosed import SCHEME
from study.quiz.formats.entries import Entry, Shown
from study.quiz.formats.texts import Shown as ShownAs
from study.quiz.formats.texts import in_words
from study.quiz.kinds import Gap, Option, QuestionContent, cloze
from study.quiz.kinds.numbers import range_of
from study.quiz.queries.banks import current_version
from study.quiz.services.converting import content_of

OWN, FROM_FILE = "own-", "id-"
AT_ONCE = 500
_UNFIT = re.compile(r"[^\w.-]")


@dataclass(frozen=True, kw_only=True)
class Writer:
    """A format that can be written."""

    name: str
    ending: str
    media_type: str
    reader: str
    """What reads it again."""
    write: Callable[[Iterable[Entry]], bytes]


WRITERS: MappingProxyType[str, Writer] = MappingProxyType(
    {
        "gift": Writer(name="GIFT", ending=".gift", media_type="text/plain", reader="gift", write=to_gift.write),
        "moodle-xml": Writer(
            name="Moodle XML", ending=".xml", media_type="text/xml", reader="moodle-xml", write=to_moodle.write
        ),
        "qti-3": Writer(
            name="QTI 3.0", ending=".zip", media_type="application/zip", reader="qti", write=to_qti.write_3
        ),
        "qti-2": Writer(
            name="QTI 2.1", ending=".zip", media_type="application/zip", reader="qti", write=to_qti.write_2
        ),
        "csv": Writer(name="CSV", ending=".csv", media_type="text/csv", reader="csv", write=to_csv.write),
    }
)


@dataclass(kw_only=True)
class Export:
    """A file, and what it does not hold."""

    data: bytes = b""
    whole: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    """In the file, but what reads it gets something else: the format has no place for a part of it."""
    left: list[tuple[Entry, str]] = field(default_factory=list)
    """Not in the file, and why."""


def entries_of(bank: QuestionBank, ids: Sequence[int] | None = None) -> list[Entry]:
    """Return the questions of a bank as files hold them, in their latest version, by folder; ``ids`` chooses some."""
    statement = (
        select(Question, QuestionVersion)
        .join(QuestionVersion, current_version())
        .where(Question.bank_id == bank.id)
        .order_by(Question.folder, Question.id)
    )
    chosen = None if ids is None else set(ids)
    rows = [row for row in db.session.execute(statement) if chosen is None or row.Question.id in chosen]
    shown = _pictures(bank, (version.content for _question, version in rows))
    return [_entry(question, version, shown) for question, version in rows]


def _pictures(bank: QuestionBank, contents: Iterable[QuestionContent]) -> dict[int, Shown]:
    """Return the pictures that questions of a bank show, by their ids."""
    ids = sorted({ident for content in contents for ident in _named(content)})
    found: dict[int, Shown] = {}
    for start in range(0, len(ids), AT_ONCE):
        rows = db.session.execute(
            select(Picture.id, Picture.name, File)
            .join(File, File.id == Picture.file_id)
            .where(Picture.id.in_(ids[start : start + AT_ONCE]), Picture.course_id == bank.course_id)
        )
        for ident, name, file in rows:
            plain = _UNFIT.sub("-", name)
            found[ident] = Shown(
                name=f"{ident}-{plain}", media_type=file.media_type, sha256=file.sha256, path=path_of(file)
            )
    return found


def _named(content: QuestionContent) -> set[int]:
    texts = (*content.asked_texts, *content.told_texts)
    return {ident for text in texts if text for ident in named_in(text.all())}


def _entry(question: Question, version: QuestionVersion, shown: Mapping[int, Shown]) -> Entry:
    key = question.key.removeprefix(FROM_FILE)
    return Entry(
        content=version.content,
        name=question.name,
        key=key if key != question.key or key.startswith(OWN) else "",
        folder=question.folder,
        tags=question.tag_list,
        level=question.level,
        pictures={urls.for_picture(one): shown[one] for one in sorted(_named(version.content)) if one in shown},
    )


def export(entries: Iterable[Entry], format_name: str) -> Export:
    """Return a file of questions, and what it does not hold: told by reading it again."""
    writer, found, held = WRITERS[format_name], Export(), []
    for entry in entries:
        try:
            writer.write([entry])
        except ItemFault as fault:
            found.left.append((entry, str(fault)))
        else:
            held.append(entry)
    found.data = writer.write(held)
    again, refused = _read_again(found.data, writer, held) if held else ({}, {})
    if refused:
        # What the format takes for something else, as an arrow in a short answer of GIFT.
        found.left += [(held[number - 1], why) for number, why in refused.items()]
        held = [entry for number, entry in enumerate(held, start=1) if number not in refused]
        found.data = writer.write(held)
        again = _read_again(found.data, writer, held)[0] if held else {}
    for number, entry in enumerate(held, start=1):
        same = again.get(number) == canonical(entry.content)
        (found.whole if same else found.changed).append(entry)
    return found


def _read_again(data: bytes, writer: Writer, held: Sequence[Entry]) -> tuple[dict[int, Any], dict[int, str]]:
    """Return what reads the file gets, and what it refuses, by the numbers of the questions."""
    try:
        parsed = read(data, f"a{writer.ending}", writer.reader)
    except FileRefused:
        return {}, {}
    addresses = {one.sha256: address for entry in held for address, one in entry.pictures.items()}

    def shown(address: str, alt: str) -> str:
        own = addresses.get(address.removeprefix(SCHEME)) if address.startswith(SCHEME) else None
        return markdown_at(own, "", alt, is_picture=True) if own else in_words(address, alt)

    found = {item.number: _converted(item, shown) for item in parsed.items}
    return found, {one.number: one.error for one in parsed.refused}


def _converted(item: Item, shown: ShownAs) -> Any:
    try:
        return canonical(content_of(item, shown))
    except QuestionIncomplete:
        return None


def canonical(content: QuestionContent) -> dict[str, Any]:
    """Return what a question says, however it is written: names of options and gaps, forms of numbers do not count."""
    names = {gap.key: str(place) for place, gap in enumerate(content.gaps, start=1)}
    is_number = content.kind is QuestionKind.NUMERICAL
    told = replace(
        content,
        name="",
        options=[_canonical_option(option, is_number=is_number) for option in content.options],
        gaps=[_canonical_gap(gap, names[gap.key]) for gap in content.gaps],
        bands=sorted(content.bands, key=lambda band: -band.least),
    ).to_json()
    for text in told.get("text", {}) if content.gaps else ():
        told["text"][text] = cloze.GAP.sub(lambda found: f"[[{names.get(found[1], found[1])}]]", told["text"][text])
    return told


def _canonical_option(option: Option, *, is_number: bool) -> Option:
    taken = range_of(option) if is_number else None
    if taken is None:
        return option
    return replace(option, pattern=f"{taken.low.normalize():f}..{taken.high.normalize():f}", tolerance="")


def _canonical_gap(gap: Gap, name: str) -> Gap:
    is_number = gap.kind is QuestionKind.NUMERICAL
    return replace(
        gap, key=name, options=tuple(_canonical_option(option, is_number=is_number) for option in gap.options)
    )
