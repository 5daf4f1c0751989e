"""Keeps files that authors send, after a quick look whether they can be opened."""

import os
from pathlib import Path
from typing import IO, BinaryIO, cast

from core import files
from core.files import File, FileEmpty, FileNotWhatItSays
from core.media_types import BINARY, BY_ENDING, DOCX, EPUB, PPTX
from study.enums import ExtractionFault
from study.errors import UnreadableFile
from study.extraction import ENDINGS, Unreadable, runner
from study.extraction.parts import OFFICE_BEFORE_2007

ARCHIVES = frozenset({DOCX, PPTX, EPUB})
"""Kinds that are ZIP archives when they can be opened."""


def keep_sent(stream: IO[bytes], name: str) -> tuple[File, ExtractionFault | None]:
    """Keep a file that was sent on disk, and say why it cannot be opened, if so. Do it before the transaction.

    Raises:
        UnreadableFile: it is of no kind that we take.
        Invalid: it is empty or too large: of such nothing is kept.
    """
    if Path(name).suffix.lower() not in ENDINGS:
        raise UnreadableFile(ExtractionFault.KIND_REFUSED)
    if not stream.seek(0, os.SEEK_END):
        raise FileEmpty
    stream.seek(0)
    content = cast(BinaryIO, stream)
    try:
        kind = kind_of(content, name)
    except FileNotWhatItSays:
        return files.store_as(content, name, BINARY), ExtractionFault.OTHER_KIND
    file = files.store_as(content, name, kind)
    try:
        runner.check(files.path_of(file), file.media_type)
    except Unreadable as error:
        return file, error.fault
    return file, None


def kind_of(stream: BinaryIO, name: str) -> str:
    """Return the media type of a file; an archive that nobody can open is what its name says. The stream is rewound.

    Raises:
        FileNotWhatItSays: name and content disagree.
    """
    head = stream.read(len(OFFICE_BEFORE_2007))
    kind = files.sniff(stream, name)
    named = BY_ENDING.get(Path(name).suffix.lower(), "")
    is_closed = head.startswith(OFFICE_BEFORE_2007) or (head.startswith(b"PK") and kind == BINARY)
    if named in ARCHIVES and is_closed:
        return named
    files.check_type(kind, name)
    return kind
