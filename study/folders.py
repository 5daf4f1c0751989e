"""Plans what a folder of files becomes: modules by folder, lessons by file. Pure rules over names and texts.

``01 Meetings/2 minutes.zh.md`` and ``…/2 minutes.en.md`` are two faces of one lesson; subtitles beside a film of the
same name belong to it; numbers in names order as numbers and are left out of titles.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Final
from urllib.parse import quote, unquote

from core.faces import Faces
from core.media_types import AUDIO, MARKDOWN, PICTURES, PLAYED, SUBRIP, WEBVTT
from core.text import detect_language
from study.enums import ExtractionFault, LessonKind

SUBTITLES: Final = frozenset({SUBRIP, WEBVTT})
SIGNS_A_MINUTE: Final = 220
WORDS_A_MINUTE: Final = 200
USUAL_MINUTES: Final = 5
TITLE_MAX: Final = 120

_LANGUAGES: Final = {"zh": "zh-Hans", "zh-hans": "zh-Hans", "zh-cn": "zh-Hans", "en": "en", "en-us": "en"}
_FACE: Final = re.compile(r"^(.+?)[._](zh|zh-hans|zh-cn|en|en-us)$", re.IGNORECASE)
_NUMBER: Final = re.compile(r"^[\d.]{1,8}\s*[-_.、)）]?\s*(?=\D)")
_DIGITS: Final = re.compile(r"(\d+)")
_HEADING: Final = re.compile(r"\A\s*#[ \t]+(.+?)[ \t#]*(?:\n|\Z)")
_PICTURE: Final = re.compile(
    r"(?P<before>!\[[^\]\n]{0,300}\]\()[ \t]*+"
    r"(?:<(?P<quoted>[^<>\n]{1,300})>|(?P<plain>(?:[^()<>\n]|\([^()\n]{0,100}\)){1,300}?))"
    r"(?P<after>(?:[ \t]++(?:\"[^\"\n]{0,300}\"|'[^'\n]{0,300}'))?[ \t]*+\))"
)
"""A picture in Markdown; unlike there, blanks may stand in its path, as people write them."""
_ELSEWHERE: Final = re.compile(r"[a-z][a-z0-9+.-]*:|[/#]", re.IGNORECASE)
IN_FOLDER: Final = "in-folder:"
_IN_FOLDER: Final = re.compile(rf"{IN_FOLDER}([^)\s]+)")
_UNSEEN: Final = frozenset({"__macosx", "thumbs.db", "desktop.ini"})


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A file that was kept, by its path in the folder; Markdown comes with its text."""

    path: str
    sha256: str
    size: int
    media_type: str
    text: str = ""
    name: str = ""
    source: str = ""
    small_sha256: str = ""
    small_size: int = 0
    width: int = 0
    height: int = 0
    """Of a picture: its name as we encoded it, the checksum of what was sent, and its small form."""
    fault: ExtractionFault | None = None
    """Why it cannot be read; it is kept among the materials all the same."""

    def __post_init__(self) -> None:
        # Comes back from the database as a word.
        object.__setattr__(self, "fault", ExtractionFault(self.fault) if self.fault else None)

    @property
    def is_picture(self) -> bool:
        """Tell whether this is a picture, which texts show."""
        return self.media_type in PICTURES

    @property
    def stem(self) -> str:
        """Return the name without ending and language."""
        stem = PurePosixPath(self.path).stem
        found = _FACE.match(stem)
        return found[1] if found else stem

    @property
    def language(self) -> str:
        """Return the language that the name says, if it says any."""
        found = _FACE.match(PurePosixPath(self.path).stem)
        return _LANGUAGES[found[2].lower()] if found else ""


@dataclass(frozen=True, kw_only=True)
class PlannedLesson:
    """What becomes a lesson, or a material alone when it has no kind."""

    kind: LessonKind | None
    title: Faces
    pieces: tuple[Piece, ...]
    body: Faces = Faces()  # noqa: RUF009 -- faces never change
    minutes: int = USUAL_MINUTES
    missing: tuple[str, ...] = ()
    """Pictures that its texts name and that are not in the folder."""
    html: Faces = Faces()  # noqa: RUF009 -- as above
    """What its body becomes, once its pictures have addresses."""


@dataclass(kw_only=True)
class PlannedModule:
    """What becomes a module."""

    title: Faces
    lessons: list[PlannedLesson] = field(default_factory=list)


def clean_path(name: str) -> str:
    """Return the path of a file inside its folder; empty for what nobody means, such as hidden files."""
    parts = [part.strip() for part in name.replace("\\", "/").split("/")]
    parts = [part for part in parts if part not in ("", ".", "..")]
    if not parts or any(part.startswith(".") or part.lower() in _UNSEEN for part in parts):
        return ""
    return "/".join(parts)


def plan(pieces: Iterable[Piece], default_module: str) -> list[PlannedModule]:
    """Return what the files become, in the order of their names; pictures go with the texts that show them."""
    ordered = sorted(pieces, key=lambda piece: natural(piece.path))
    pictures = {piece.path: piece for piece in ordered if piece.is_picture}
    folders: dict[str, dict[str, list[Piece]]] = {}
    for path, piece in _below_top([piece for piece in ordered if not piece.is_picture]):
        folder = str(PurePosixPath(path).parent)
        lessons = folders.setdefault("" if folder == "." else folder, {})
        lessons.setdefault(_same(piece, lessons), []).append(piece)
    return [
        PlannedModule(
            title=_named(folder) if folder else Faces.of(default_module, detect_language(default_module)),
            lessons=[_lesson(group, pictures) for group in lessons.values()],
        )
        for folder, lessons in folders.items()
    ]


def natural(text: str) -> list[tuple[int, int, str]]:
    """Return a key that orders 2 before 10."""
    parts = _DIGITS.split(text.casefold())
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def _below_top(pieces: Sequence[Piece]) -> list[tuple[str, Piece]]:
    """Leave out the folder that holds everything: somebody chose it, it is no module. A folder of files alone is."""
    tops = {piece.path.partition("/")[0] for piece in pieces}
    deep = all(piece.path.count("/") >= 1 for piece in pieces)
    has_folders = any(piece.path.count("/") > 1 for piece in pieces)
    if len(tops) == 1 and deep and has_folders:
        return [(piece.path.partition("/")[2], piece) for piece in pieces]
    return [(piece.path, piece) for piece in pieces]


def _same(piece: Piece, lessons: dict[str, list[Piece]]) -> str:
    """Return the name under which a file joins others: faces of one text, a film and what is said in it."""
    if piece.fault:
        return f"file:{piece.path}"
    sort = "text" if piece.media_type == MARKDOWN else "played"
    if piece.media_type in PLAYED or piece.media_type in SUBTITLES or piece.media_type == MARKDOWN:
        name = f"{sort}:{piece.stem.casefold()}"
        if sort == "text" and any(one.language == piece.language for one in lessons.get(name, ())):
            return f"file:{piece.path}"
        if piece.media_type in PLAYED and any(one.media_type in PLAYED for one in lessons.get(name, ())):
            return f"file:{piece.path}"
        return name
    return f"file:{piece.path}"


def _lesson(group: list[Piece], pictures: Mapping[str, Piece]) -> PlannedLesson:
    first = group[0]
    if first.fault:
        return PlannedLesson(kind=None, title=_named(first.stem), pieces=(first,))
    if first.media_type == MARKDOWN and all(piece.text for piece in group):
        return _page(group, pictures)
    played = next((piece for piece in group if piece.media_type in PLAYED), None)
    if played is not None:
        kind = LessonKind.AUDIO if played.media_type in AUDIO else LessonKind.VIDEO
        rest = tuple(piece for piece in group if piece is not played)
        return PlannedLesson(kind=kind, title=_named(first.stem), pieces=(played, *rest))
    if first.media_type in SUBTITLES:
        return PlannedLesson(kind=None, title=_named(first.stem), pieces=tuple(group))
    return PlannedLesson(kind=LessonKind.DOCUMENT, title=_named(first.stem), pieces=tuple(group))


def _page(group: list[Piece], pictures: Mapping[str, Piece]) -> PlannedLesson:
    titles, bodies, minutes = {}, {}, 1
    used: dict[str, None] = {}
    missing: dict[str, None] = {}
    for piece in group:
        found = _HEADING.match(piece.text)
        title = found[1].strip()[:TITLE_MAX] if found else _words(piece.stem)
        body = piece.text[found.end() :].strip() if found else piece.text.strip()
        language = piece.language or ("en" if detect_language(piece.text) == "en" else "zh-Hans")
        body, shown, lost = pointed(body, piece.path, pictures)
        used |= dict.fromkeys(shown)
        missing |= dict.fromkeys(lost)
        titles[language], bodies[language] = title, body
        length = len(body.split()) // WORDS_A_MINUTE if language == "en" else len(body) // SIGNS_A_MINUTE
        minutes = max(minutes, length)
    return PlannedLesson(
        kind=LessonKind.PAGE,
        title=Faces(titles.get("zh-Hans", ""), titles.get("en", "")),
        body=Faces(bodies.get("zh-Hans", ""), bodies.get("en", "")),
        pieces=(*group, *(pictures[path] for path in used)),
        minutes=minutes,
        missing=tuple(missing),
    )


def pointed(text: str, path: str, pictures: Mapping[str, Piece]) -> tuple[str, list[str], list[str]]:
    """Let the pictures of a text point at paths in the folder, until they have addresses of their own.

    Returns the text, the paths of the pictures it shows, and what it names in vain.
    """
    shown: list[str] = []
    lost: list[str] = []
    folder = PurePosixPath(path).parent

    def found(link: re.Match[str]) -> str:
        target = link["quoted"] or link["plain"]
        if _ELSEWHERE.match(target):
            return link[0]
        goals = (normpath(str(folder / one.replace("\\", "/"))) for one in (unquote(target), target))
        goal = next((one for one in goals if one in pictures), None)
        if goal is None:
            lost.append(target)
            return link[0]
        shown.append(goal)
        return f"{link['before']}{IN_FOLDER}{quote(goal)}{link['after']}"

    return _PICTURE.sub(found, text), shown, lost


def settled(body: Faces, addresses: Mapping[str, str]) -> Faces:
    """Give the pictures of a text the addresses that they have by now."""

    def found(link: re.Match[str]) -> str:
        return addresses.get(unquote(link[1]), link[0])

    return Faces(zh=_IN_FOLDER.sub(found, body.zh), en=_IN_FOLDER.sub(found, body.en))


def list_unused(pieces: Iterable[Piece], modules: Iterable[PlannedModule]) -> list[str]:
    """Return the paths of pictures that no text shows."""
    used = {piece.path for module in modules for lesson in module.lessons for piece in lesson.pieces}
    return [piece.path for piece in pieces if piece.is_picture and piece.path not in used]


def _named(name: str) -> Faces:
    words = _words(name)
    return Faces.of(words, "en" if detect_language(words) == "en" or words.isascii() else "zh-Hans")


def _words(name: str) -> str:
    """Return a file's or folder's name as a title: without its number, with blanks for underscores."""
    parts = [_NUMBER.sub("", part).replace("_", " ").strip() or part for part in name.split("/")]
    return " · ".join(parts)[:TITLE_MAX]
