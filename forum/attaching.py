"""The files that a post names: which they are, and what the renderer needs of each."""

import re
from collections.abc import Collection, Mapping
from typing import Final

from core.attachments import attached, markdown_at, missing_in
from core.markup.attached import Attached
from forum.queries.attachments import list_shown
from forum.urls import for_file, for_thumbnail

NAMED: Final = re.compile(r"/forum/files/(\d{1,9})(?![\d/])")
"""An attachment named in a text."""
NAMED_MAX: Final = 60
"""Attachments of one text; more are links without words."""
_UNDESCRIBED: Final = re.compile(r"!\[\s*\]\(\s*<?/forum/files/\d")


def named_in(text: str) -> list[int]:
    """Return the ids of the attachments that a text names, each once."""
    if "/forum/files/" not in text:
        return []
    return sorted({int(found) for found in NAMED.findall(text)})[:NAMED_MAX]


def lacks_description(text: str) -> bool:
    """Tell whether a text shows a picture without saying what is on it."""
    return _UNDESCRIBED.search(text) is not None


def markdown_for(attachment_id: int, name: str, alt: str, *, is_picture: bool) -> str:
    """Return what shows an attachment in a text."""
    return markdown_at(for_file(attachment_id), name, alt, is_picture=is_picture)


def files_of(text: str, uploader_id: int, audiences: Collection[str]) -> Mapping[str, Attached]:
    """Return what the renderer needs of each attachment in a text.

    The writer's own are shown, and those of posts that the readers named may see: whoever quotes a post quotes its
    pictures. Of any other the text says that there is no such file, whether there is one or not.
    """
    ids = named_in(text)
    if not ids:
        return {}
    missing = dict.fromkeys((for_file(ident) for ident in ids), missing_in(text))
    return missing | {
        for_file(row.id): attached(row, for_thumbnail(row.id) if row.thumbnail_id else "")
        for row in list_shown(ids, uploader_id, audiences)
    }
