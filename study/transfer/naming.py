"""How texts name rows of their course: by id on a site, by number in a course file."""

import re
from collections.abc import Mapping, Sequence

from core.faces import Faces
from study import urls

NUMBERED = "@"
"""Stands in texts before the number of a row, where an id stands on a site."""

ASKING = r"(?:^[ ]{0,3}:::+[ \t]*(?:question|题目|題目)[ \t:：]+|<div class=\"asked\" data-q=\")"
"""What stands before the id of a question: in Markdown, and in what was rendered of it."""
ANYWHERE = re.IGNORECASE | re.MULTILINE

_LINK = re.compile(r"(?<![\w/])/study/(?P<table>lessons|materials|quizzes|pictures)/(?P<id>[0-9]{1,9})(?![\w/])")
_ASKED = re.compile(rf"({ASKING})(\d{{1,9}})(?!\d)", ANYWHERE)
_NUMBERED_LINK = re.compile(
    rf"/study/(?P<table>courses|lessons|materials|quizzes|pictures)/{NUMBERED}(?P<number>[0-9]{{0,7}})"
    r"(?=/thumbnail|(?![\w/]))"
)
_NUMBERED_ASKED = re.compile(rf"({ASKING}){NUMBERED}(\d{{1,7}})(?!\d)", ANYWHERE)


def with_numbers(text: str, numbers: Mapping[str, Mapping[int, int]], slug: str) -> str:
    """Return a text that names rows of its course by their numbers, since their ids are others elsewhere."""

    def linked(link: re.Match[str]) -> str:
        number = numbers[link["table"]].get(int(link["id"]))
        return f"/study/{link['table']}/{NUMBERED}{number}" if number else link[0]

    def asked(line: re.Match[str]) -> str:
        number = numbers["questions"].get(int(line[2]))
        return f"{line[1]}{NUMBERED}{number}" if number else line[0]

    own = urls.for_course(slug)
    text = re.sub(rf"{re.escape(own)}(?![\w/-])", f"{own.removesuffix(slug)}{NUMBERED}", text)
    return _LINK.sub(linked, _ASKED.sub(asked, text))


def names_numbers(*texts: str) -> bool:
    """Tell whether texts name rows by number."""
    return any(_NUMBERED_LINK.search(text) or _NUMBERED_ASKED.search(text) for text in texts)


def with_ids(faces: Faces, ids: Mapping[str, Sequence[int]], slug: str) -> Faces:
    """Return a text that names rows by their ids; ``ids`` are those of the rows in order. What there is not stays."""

    def linked(link: re.Match[str]) -> str:
        if link["table"] == "courses":
            return urls.for_course(slug)
        found = _at(ids[link["table"]], link["number"])
        return f"/study/{link['table']}/{found}" if found else link[0]

    def asked(line: re.Match[str]) -> str:
        found = _at(ids["questions"], line[2])
        return f"{line[1]}{found}" if found else line[0]

    def mended(text: str) -> str:
        return _NUMBERED_ASKED.sub(asked, _NUMBERED_LINK.sub(linked, text))

    return Faces(zh=mended(faces.zh), en=mended(faces.en))


def _at(ids: Sequence[int], number: str) -> int | None:
    place = int(number or 0)
    return ids[place - 1] if 1 <= place <= len(ids) else None
