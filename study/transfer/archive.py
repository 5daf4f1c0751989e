"""Opens a course file and checks the whole of it against its manifest before anybody believes a word."""

import json
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.i18n import _l
from study.errors import CourseFileRefused
from study.extraction.parts import DAMAGE, ENTRIES_MAX, entries_of
from study.transfer.tables import FORMAT, VERSION
from study.transfer.writing import CONTENT, MANIFEST

CHUNK = 1 << 20
JSON_MAX = 64 * 1024 * 1024
TEXT_MAX = 80 * 1024 * 1024
FILE_MAX = 8 * 1024 * 1024 * 1024
UNPACKED_MAX = 32 * 1024 * 1024 * 1024
PACKED_RATIO = 300
"""How many times its packed size a part may unpack to: texts pack to a hundredth at best, bombs to a thousandth."""

SMALL = 1024 * 1024
"""Below this size nobody is hurt, however well it is packed."""

_NAMES = re.compile(rf"{re.escape(MANIFEST)}|{re.escape(CONTENT)}|texts/[1-9][0-9]{{0,6}}\.txt|files/[0-9a-f]{{64}}")

NO_ZIP = _l("This is no ZIP file, or a damaged one.")
NO_COURSE = _l("This ZIP file holds no course: its manifest.json is missing or cannot be read.")
OTHER_FORMAT = _l("This file is of another kind or version. This site reads course files of version %(version)s.")
LOCKED = _l("The file is protected by a password. Save it without the password and send it again.")
BOMB = _l("The file unpacks to far more than its size and was refused.")
STRANGE = _l("The file holds “%(part)s”, which belongs into no course. Nothing was taken in.")
TWICE = _l("The file holds “%(part)s” twice.")
MISSING = _l("“%(part)s” is missing in the file.")
NO_TEXT = _l("“%(part)s” is no text in UTF-8.")
LIES = _l("“%(part)s” is not what the manifest says: it was changed or damaged.")


@dataclass(frozen=True)
class CourseFile:
    """A course file whose parts are all there and are what the manifest says. What they mean is checked elsewhere."""

    path: Path
    content: Any
    parts: frozenset[str]

    def text(self, part: str) -> str:
        """Return a text part.

        Raises:
            CourseFileRefused: it is no text.
        """
        with zipfile.ZipFile(self.path) as archive:
            try:
                text = archive.read(part).decode("utf-8")
            except UnicodeDecodeError as error:
                raise CourseFileRefused(NO_TEXT, part=part) from error
        if "\x00" in text:
            raise CourseFileRefused(NO_TEXT, part=part)
        return text


def open_course_file(path: Path) -> CourseFile:
    """Open a file and check every part of it.

    Raises:
        CourseFileRefused: with the reason in words.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _entries(archive)
            manifest = _json(archive, entries, MANIFEST, NO_COURSE)
            parts = _parts(manifest)
            _compare(archive, entries, parts)
            content = _json(archive, entries, CONTENT, NO_COURSE)
    except CourseFileRefused:
        raise
    except DAMAGE as error:
        raise CourseFileRefused(NO_ZIP) from error
    return CourseFile(path, content, frozenset(parts))


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Return the parts by name: known names only, each once, none locked, none a bomb."""
    found = entries_of(archive)
    if len(found) > ENTRIES_MAX or sum(entry.file_size for entry in found) > UNPACKED_MAX:
        raise CourseFileRefused(BOMB)
    names = Counter(entry.filename for entry in found)
    for entry in found:
        if not _NAMES.fullmatch(entry.filename):
            raise CourseFileRefused(STRANGE, part=shown(entry.filename))
        if names[entry.filename] > 1:
            raise CourseFileRefused(TWICE, part=entry.filename)
        if entry.flag_bits & 1:
            raise CourseFileRefused(LOCKED)
        if entry.file_size > max(SMALL, entry.compress_size * PACKED_RATIO) or entry.file_size > _most(entry.filename):
            raise CourseFileRefused(BOMB)
    return {entry.filename: entry for entry in found}


def shown(name: str) -> str:
    """Return the name of a part as words can carry it."""
    return "".join(sign if sign.isprintable() else "?" for sign in name)[:100]


def _most(name: str) -> int:
    return FILE_MAX if name.startswith("files/") else TEXT_MAX if name.startswith("texts/") else JSON_MAX


def _json(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str, words: Any) -> Any:
    if name not in entries:
        raise CourseFileRefused(words)
    try:
        return json.loads(archive.read(name).decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise CourseFileRefused(words) from error


def _parts(manifest: Any) -> dict[str, Any]:
    if not isinstance(manifest, dict) or manifest.keys() != {"format", "version", "parts"}:
        raise CourseFileRefused(NO_COURSE)
    if manifest["format"] != FORMAT or manifest["version"] != VERSION:
        raise CourseFileRefused(OTHER_FORMAT, version=VERSION)
    parts = manifest["parts"]
    if not isinstance(parts, dict) or not all(_is_account(value) for value in parts.values()):
        raise CourseFileRefused(NO_COURSE)
    return parts


def _is_account(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"sha256", "size"}
        and isinstance(value["sha256"], str)
        and type(value["size"]) is int
    )


def _compare(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], parts: dict[str, Any]) -> None:
    """Compare what is there with what the manifest says, byte by byte."""
    for name in sorted({*parts, CONTENT} - set(entries)):
        raise CourseFileRefused(MISSING, part=shown(name))
    for name in sorted(set(entries) - set(parts) - {MANIFEST}):
        raise CourseFileRefused(STRANGE, part=name)
    for name in sorted(parts):
        digest, size = _measure(archive, entries[name])
        named_by_content = not name.startswith("files/") or name == f"files/{digest}"
        if (digest, size) != (parts[name]["sha256"], parts[name]["size"]) or not named_by_content:
            raise CourseFileRefused(LIES, part=name)


def _measure(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> tuple[str, int]:
    digest, size = sha256(), 0
    with archive.open(entry) as part:
        while piece := part.read(CHUNK):
            digest.update(piece)
            size += len(piece)
            if size > entry.file_size:
                raise CourseFileRefused(LIES, part=entry.filename)
    return digest.hexdigest(), size
