"""What threads are sorted by: the fields of a board and the names of tags. Rules without a database."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from core.faces import Faces
from core.text import is_blank, normalise

TAGS_MAX: Final = 5
"""Tags a thread may carry."""
FIELDS_MAX: Final = 5
"""Fields a board may have."""
CHOICES_MAX: Final = 30
"""Choices of one field."""
WORDS_MAX: Final = 60
"""Characters of a label, a choice or the name of a tag."""

_PARTS = re.compile(r"[,，、;；\n]")
_SIDES = re.compile(r"[|｜]")


def face_of(stored: Mapping[str, Any]) -> Faces:
    """Return the text with two faces that a JSON column holds."""
    return Faces(zh=stored.get("zh", ""), en=stored.get("en", ""))


def stored_face(words: Faces) -> dict[str, str]:
    """Return what a JSON column keeps of a text with two faces."""
    return {name: text for name, text in (("zh", words.zh), ("en", words.en)) if text}


@dataclass(frozen=True, kw_only=True)
class BoardField:
    """One field by which the threads of a board are classified. Threads store the index of their choice."""

    key: str
    label: Faces
    choices: tuple[Faces, ...]
    required: bool = False
    retired: bool = False
    """Asked of nobody any more; threads keep what they chose."""

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> Self:
        """Make the field from what the board's row holds."""
        return cls(
            key=stored["key"],
            label=face_of(stored["label"]),
            choices=tuple(face_of(choice) for choice in stored["choices"]),
            required=bool(stored.get("required")),
            retired=bool(stored.get("retired")),
        )

    def stored(self) -> dict[str, Any]:
        """Return what the board's row keeps."""
        return {
            "key": self.key,
            "label": stored_face(self.label),
            "choices": [stored_face(choice) for choice in self.choices],
            "required": self.required,
            "retired": self.retired,
        }


def fields_of(stored: Iterable[Mapping[str, Any]]) -> list[BoardField]:
    """Return the fields of a board, the retired ones too."""
    return [BoardField.read(one) for one in stored]


def asked(fields: Iterable[BoardField]) -> list[BoardField]:
    """Return the fields that are asked of new threads."""
    return [field for field in fields if not field.retired]


def chosen(fields: Iterable[BoardField], choices: Mapping[str, Any]) -> list[tuple[BoardField, int]]:
    """Return what a thread chose, in the order of the fields; what no field knows is left out."""
    found = ((field, choices.get(field.key)) for field in fields)
    return [(field, at) for field, at in found if isinstance(at, int) and 0 <= at < len(field.choices)]


def chosen_words(stored: Iterable[Mapping[str, Any]], choices: Mapping[str, Any]) -> list[Faces]:
    """Return the words of what a thread chose among the fields of its board as they are stored."""
    return [field.choices[at] for field, at in chosen(fields_of(stored), choices)] if choices else []


def new_key(fields: Sequence[BoardField]) -> str:
    """Return a key that no field of the board has."""
    return f"f{max((int(field.key[1:]) for field in fields), default=0) + 1}"


def read_choices(text: str) -> list[Faces]:
    """Read choices, one a line, ``中文 | English``; a line without a bar is for both languages to show."""
    found = []
    for line in normalise(text).split("\n"):
        sides = ["" if is_blank(side) else " ".join(side.split()) for side in _SIDES.split(line, maxsplit=1)]
        if len(sides) == 2:
            found.append(Faces(zh=sides[0], en=sides[1]))
        elif sides[0]:
            found.append(Faces(zh=sides[0]) if re.search(r"[\u3400-\u9fff]", sides[0]) else Faces(en=sides[0]))
    return [words for words in found if words]


def write_choices(choices: Iterable[Faces]) -> str:
    """Return the choices as ``read_choices`` reads them."""
    return "\n".join(f"{one.zh} | {one.en}" if one.zh and one.en else one.zh or one.en for one in choices)


def keeps_order(old: Sequence[Faces], new: Sequence[Faces]) -> bool:
    """Tell whether choices were only renamed and appended: threads store places, so nothing may move or vanish."""
    if len(new) < len(old):
        return False
    return all(place == old.index(words) for place, words in enumerate(new) if words in old)


def split_names(text: str) -> list[str]:
    """Return the names of tags somebody typed, parted by commas of either language, each once."""
    names = (" ".join(part.split()).lstrip("#＃").strip() for part in _PARTS.split(normalise(text)))
    return list({name.casefold(): name for name in names if not is_blank(name)}.values())


def join_names(tags: Iterable[Mapping[str, Any]]) -> str:
    """Return the names of a thread's tags for the field in which they are typed."""
    return ", ".join(str(face_of(tag)) for tag in tags)
